"""`osk dev build`, `image --index`, `service-image` and `mount`: what is refused at once, and what an image becomes.

podman is recorded (tests.fakes.podman).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli.apply import records
from openstack_k8s_cli.cli import building, cataloguing, developing, mounting, servicing
from openstack_k8s_cli.developing import building as places
from openstack_k8s_cli.developing.entries import Kind
from openstack_k8s_cli.model.events import RunFinished
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows.developing import store
from tests.fakes.cluster import FakeCluster
from tests.fakes.entries import entry
from tests.fakes.kinds import served
from tests.fakes.podman import IMAGE, Recorded
from tests.unit.cli.test_cli_developing import SUBSCRIPTION, Desk
from tests.unit.developing.crds import crd, node, strings
from tests.unit.workflows import worlds

STREAMS = served("image.openshift.io", "v1", "ImageStream", "imagestreams")
HOST = "registry.apps-crc.testing"
ROUTE = {
    "apiVersion": "route.openshift.io/v1",
    "kind": "Route",
    "metadata": {"name": "default-route", "namespace": "openshift-image-registry"},
    "spec": {"host": HOST},
}


@dataclass
class Bench(Desk):
    """A session whose machine has a podman."""

    def bearer(self) -> str:
        """Give the login's token."""
        return "sha256~secret"

    @property
    def on_cluster(self) -> Any:
        """Give the profile with development state."""
        return self.world.loaded

    @property
    def loaded(self) -> Any:
        """Give the profile, with a control plane."""
        plain = self.world.loaded
        return worlds.Profile({**plain.values, "controlplane": {"services": {}}})


def bench(cluster: FakeCluster, **more: Any) -> Any:
    """Make one; a Session has more than commands of `osk dev` use."""
    return Bench(cluster, **more)


@pytest.fixture
def cluster() -> FakeCluster:
    """Have a cloud whose registry is open, and kinds with an image and a mount."""
    made = worlds.cluster(worlds.SUBSCRIPTION, worlds.ROUTE, STREAMS)
    for namespace in ("openstack", "openshift-image-registry"):
        worlds.namespace(made, namespace)
    records.make_namespace(made)
    made.put(SUBSCRIPTION)
    made.create(ROUTE)
    made.create(crd("OpenStackVersion", "core", customContainerImages=node(**strings("novaAPIImage"))))
    mounts = node(template=node(extraMounts={"type": "array"}))
    made.create(crd("OpenStackControlPlane", "core", neutron=mounts))
    return made


def refused(act: Any) -> str:
    """Give the code that a command is refused with."""
    with pytest.raises(OskError) as caught:
        list(act())
    return caught.value.problems[0].code


def test_a_build_becomes_the_operators_image(cluster: FakeCluster, tmp_path: Path) -> None:
    """Pushed through the route, run by the name that the cluster has for it; nobody is told the token."""
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    recorded = Recorded(tmp_path)
    session = bench(cluster, environment={"PATH": str(tmp_path), "HOME": str(tmp_path)})
    events = building.build(session, "nova", tmp_path, registry=None, crds=(), save=False, yes=False)
    *_, last = events
    (kept,) = store.read(cluster)

    assert isinstance(last, RunFinished)
    assert ExitCode.DONE is last.exit_code
    name = "openstack/nova-operator:osk-5eed5eed5eed"
    assert [IMAGE, f"docker://{HOST}/{name}"] == recorded.seen[1]["arguments"][-2:]
    image = f"{places.INSIDE}/{name}"
    assert (Kind.IMAGE, "nova", image) == (kept.kind, kept.name, kept.note)
    assert [ObjectId("image.openshift.io", "ImageStream", "openstack", "nova-operator")] == [
        each.object for each in kept.effects
    ]
    assert f"pushed as {image}" in session.said
    assert not [each for each in session.said if "secret" in each]


def test_where_nothing_can_be_changed_nothing_is_built(cluster: FakeCluster, tmp_path: Path) -> None:
    """An operator that there is not or is not installed, CRDs that are none, somebody else's image: before podman runs."""
    recorded = Recorded(tmp_path)
    session = bench(cluster, environment={"PATH": str(tmp_path)})
    given: dict[str, Any] = {"registry": None, "crds": (), "save": False, "yes": False}
    unknown = refused(lambda: building.build(session, "nvoa", tmp_path, **given))
    cluster.delete(worlds.SUBSCRIPTION, "openstack", "openstack-operator")
    absent = refused(lambda: building.build(session, "nova", tmp_path, **given))
    cluster.put(SUBSCRIPTION)
    no_kinds = {**given, "crds": (tmp_path,)}
    (tmp_path / "kinds.yaml").write_text("kind: Nova\n")
    wrong = refused(lambda: building.build(session, "nova", tmp_path, **no_kinds))
    store.write(cluster, entry(profile="lab", by="c@d"))
    theirs = refused(lambda: building.build(session, "nova", tmp_path, **given))
    meta = {"name": "glance-operator-controller-manager", "namespace": "openstack"}
    cluster.create({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta})
    foreign = [
        refused(lambda: building.build(session, "nova", tmp_path, **given)),
        refused(lambda: developing.image(session, "nova", "quay.io/me/nova:1", save=False, yes=True)),
    ]

    assert ("OSK1400", "OSK1403", "OSK1410", "OSK1003") == (unknown, absent, wrong, theirs)
    assert ["OSK1441", "OSK1441"] == foreign
    assert not recorded.record.exists()


@pytest.mark.parametrize("given", [(None, None, None), ("image", "index", None), (None, "index", "bundle")])
def test_an_image_is_said_in_one_way(given: tuple[str | None, str | None, str | None]) -> None:
    """By itself, by a catalog, or by a bundle."""
    assert "OSK1422" == refused(lambda: cataloguing.chosen(*given))
    assert (Kind.IMAGE, "image") == cataloguing.chosen("image", None, None)


@pytest.mark.parametrize(
    ("name", "kind", "reference", "more", "code"),
    [
        ("nova", Kind.INDEX, "quay.io/me/index:1", {}, "OSK1422"),
        ("openstack", Kind.BUNDLE, "quay.io/me/bundle:1", {"channel": "fast"}, "OSK1422"),
        ("openstack", Kind.INDEX, "quay.io/me/index:1", {"refused": {"--save": True}}, "OSK1422"),
        ("openstack", Kind.INDEX, "Quay.io/me/INDEX", {}, "OSK1406"),
    ],
)
def test_a_catalog_is_for_the_openstack_operator(
    cluster: FakeCluster, name: str, kind: Kind, *, reference: str, more: dict[str, Any], code: str
) -> None:
    """With a reference that can be one, and without options that mean nothing then."""
    given = {"channel": None, "refused": {}, "yes": False, **more}

    assert code == refused(lambda: cataloguing.catalog(bench(cluster), name, kind, reference, **given))


def test_names_of_services_are_held_against_the_cluster(cluster: FakeCluster) -> None:
    """Of images, and of pods that take mounts."""
    session = bench(cluster)
    image = refused(
        lambda: servicing.image(session, "nova-apj", "quay.io/me/nova:1", backend=None, save=False, yes=False)
    )
    mount = refused(lambda: mounting.mount(session, "nova", "/src/nova", at=None, address=None, yes=False))

    assert ("OSK1420", "OSK1429") == (image, mount)
