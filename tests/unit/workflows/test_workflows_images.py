"""Which images a profile needs."""

import pytest

from openstack_k8s_cli.model.objects import Body, id_of
from openstack_k8s_cli.model.steps import Action, Layer, Manifest, Origin, Step
from openstack_k8s_cli.plan import building
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows import images
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served
from tests.unit.workflows import worlds

DIGEST = f"sha256:{'a' * 64}"
CATALOG = {
    "apiVersion": "operators.coreos.com/v1alpha1",
    "kind": "CatalogSource",
    "metadata": {"name": "index", "namespace": "operators"},
    "spec": {"image": "quay.io/x/index:latest"},
}
VALUES = {"mirror": {"images": ["quay.io/x/more:1"]}}


def plan(*bodies: Body) -> Plan:
    """Make a plan that brings objects."""
    manifests = tuple(
        Manifest(id_of(each), each["apiVersion"], each, "operators/x", Origin("x", 0)) for each in bodies
    )
    step = Step("operators/x/y", Layer.OPERATORS, "operators/x", Action.APPLY, manifests)
    return building.build([step], profile="lab")


def deployed() -> FakeCluster:
    """Make a cluster whose operators know images, and whose pods run one of them."""
    made = worlds.cluster(
        served("operators.coreos.com", "v1alpha1", "ClusterServiceVersion", "clusterserviceversions"),
        served("core.openstack.org", "v1beta1", "OpenStackVersion", "openstackversions"),
    )
    meta = {"name": "op.v1", "namespace": "operators"}
    variable = {
        "name": "RELATED_IMAGE_KEYSTONE_API_IMAGE_URL_DEFAULT",
        "value": f"quay.io/x/keystone@{DIGEST}",
    }
    spec = {
        "relatedImages": [{"name": "agent", "image": "quay.io/x/agent:2"}],
        "install": {"containers": [{"name": "manager", "image": "quay.io/x/manager:2", "env": [variable]}]},
    }
    csv = {"apiVersion": "operators.coreos.com/v1alpha1", "kind": "ClusterServiceVersion", "metadata": meta}
    made.put({**csv, "spec": spec})
    several = {"heatAPIImage": "quay.io/x/heat:3", "cinderVolumeImages": {"default": "quay.io/x/volume:3"}}
    version = {"apiVersion": "core.openstack.org/v1beta1", "kind": "OpenStackVersion"}
    made.put(
        {
            **version,
            "metadata": {"name": "cloud", "namespace": "openstack"},
            "status": {"containerImages": several, "deployedVersion": "quay.io/not/animage:1"},
        }
    )
    ran = {"image": "quay.io/x/heat:3", "imageID": f"quay.io/x/heat@{DIGEST}"}
    made.put(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "heat", "namespace": "openstack"},
            "status": {"containerStatuses": [ran]},
        }
    )
    return made


def test_a_tag_with_a_digest_is_an_image() -> None:
    """A reference may have both, as operators' bundles write it."""
    both = f"quay.io/x/y:v1@sha256:{'a' * 64}"

    assert list(images.references({"image": both})) == [both]


def test_without_a_cluster_objects_and_the_mirror_name_them() -> None:
    """Each image comes once, with what names it."""
    found = images.needed(plan(CATALOG), VALUES, operators="operators", namespace="openstack")

    assert [
        ("quay.io/x/index:latest", ("CatalogSource index",)),
        ("quay.io/x/more:1", ("mirror.images",)),
    ] == [(each.reference, each.named_by) for each in found]


def test_a_cluster_adds_what_its_operators_bring() -> None:
    """Related images, containers and variables of the operators, images of the version; digests from pods too."""
    found = images.needed(plan(CATALOG), {}, deployed(), operators="operators", namespace="openstack")

    assert {
        "quay.io/x/agent:2": "",
        "quay.io/x/heat:3": DIGEST,
        "quay.io/x/index:latest": "",
        f"quay.io/x/keystone@{DIGEST}": DIGEST,
        "quay.io/x/manager:2": "",
        "quay.io/x/volume:3": "",
    } == {each.reference: each.digest for each in found}


def test_operators_beside_openstacks_bring_theirs() -> None:
    """Those that the profile installs, each in its namespace; OLM's copies of others' are not counted there."""
    made = deployed()
    for name, image, labels in (("metallb", "speaker", {}), ("other", "other", {"olm.copiedFrom": "else"})):
        meta = {"name": name, "namespace": "metallb-system", "labels": labels}
        spec = {"relatedImages": [{"name": name, "image": f"quay.io/x/{image}:1"}]}
        csv = {"apiVersion": "operators.coreos.com/v1alpha1", "kind": "ClusterServiceVersion"}
        made.put({**csv, "metadata": meta, "spec": spec})
    subscription = {
        "apiVersion": "operators.coreos.com/v1alpha1",
        "kind": "Subscription",
        "metadata": {"name": "metallb", "namespace": "metallb-system"},
    }

    found = images.needed(plan(subscription), {}, made, operators="operators", namespace="openstack")

    listed = {each.reference: each.named_by for each in found}
    assert ("ClusterServiceVersion metallb",) == listed["quay.io/x/speaker:1"]
    assert "quay.io/x/other:1" not in listed


def test_images_of_ones_own_are_listed() -> None:
    """Those that the profile has in place of the release's, of services and of back ends."""
    own = {"keystoneAPIImage": "reg/a/keystone:1", "cinderVolumeImages": {"ceph": "reg/a/volume:1"}}
    meta = {"name": "cloud", "namespace": "openstack"}
    version = {"apiVersion": "core.openstack.org/v1beta1", "kind": "OpenStackVersion", "metadata": meta}

    found = images.needed(
        plan({**version, "spec": {"customContainerImages": own}}), {}, operators="o", namespace="n"
    )

    assert ["reg/a/keystone:1", "reg/a/volume:1"] == [each.reference for each in found]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"image": "host:5000/a/b@" + DIGEST}, [f"host:5000/a/b@{DIGEST}"]),
        ({"imagePullPolicy": "Always"}, []),
        ({"osContainerImageUrl": "quay.io/a/os:1"}, ["quay.io/a/os:1"]),
        ({"osImage": "edpm-hardened-uefi.qcow2"}, []),
        ({"path": "quay.io/a/b:1"}, []),
    ],
)
def test_only_what_stands_where_an_image_does_is_one(body: Body, expected: list[str]) -> None:
    """Other texts that look like one are none, and neither are settings about images."""
    assert expected == list(images.references(body))
