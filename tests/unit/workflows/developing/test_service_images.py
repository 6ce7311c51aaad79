"""Another image for a service: what is waited for, and what is put back with a component that only the entry has."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.apply import Options, records
from openstack_k8s_cli.developing import operators
from openstack_k8s_cli.developing.entries import Entry, Kind
from openstack_k8s_cli.model.events import Event, RunFinished
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.workflows import deploying
from openstack_k8s_cli.workflows.developing import checking, fields, resetting, rollouts, store, swapping
from openstack_k8s_cli.workflows.developing.expecting import Expected
from openstack_k8s_cli.workflows.world import Target, World
from tests.fakes.cluster import FakeCluster
from tests.fakes.entries import entry
from tests.fakes.kinds import served
from tests.unit.developing.crds import crd, node, strings
from tests.unit.workflows import worlds

QUICK = Options(recheck=0.05, backoff=0.001, settle=0.05, holder="me")
CORE = "core.openstack.org"
KINDS = (
    served(CORE, "v1beta1", "OpenStackVersion", "openstackversions"),
    served(CORE, "v1beta1", "OpenStackControlPlane", "openstackcontrolplanes"),
)
VERSION = ObjectId(CORE, "OpenStackVersion", "openstack", "cloud")
PLANE = ObjectId(CORE, "OpenStackControlPlane", "openstack", "cloud")
FIX, RELEASE = "quay.io/me/nova:fix", "quay.io/release/nova:1"
TOUCHES = ("controlplane/images", "controlplane/plane")
FILES = {
    **worlds.FILES,
    "controlplane/images/component.yaml": (
        "summary: Images\nwhen: controlplane.customImages\nsteps:\n- {name: version, manifests: [v.yaml.j2]}\n"
    ),
    "controlplane/images/v.yaml.j2": (
        "apiVersion: core.openstack.org/v1beta1\nkind: OpenStackVersion\n"
        "metadata: {name: cloud, namespace: openstack}\n"
        "spec: {customContainerImages: {{ controlplane.customImages | json }}}\n"
    ),
    "controlplane/plane/component.yaml": (
        "summary: The cloud\nsteps:\n- {name: services, manifests: [p.yaml.j2]}\n"
    ),
    "controlplane/plane/p.yaml.j2": (
        "apiVersion: core.openstack.org/v1beta1\nkind: OpenStackControlPlane\n"
        "metadata: {name: cloud, namespace: openstack}\nspec: {secret: osp-secret}\n"
    ),
}


def swapped(field: str = "novaAPIImage") -> Entry:
    """Make an entry of a service's image."""
    values = {"controlplane": {"customImages": {field: FIX}}}
    return entry(Kind.SERVICE_IMAGE, "nova-api", values=values, touches=TOUCHES, note=FIX)


@pytest.fixture
def cluster() -> FakeCluster:
    """Have a cloud whose operator takes over images at once."""
    made = worlds.cluster(*KINDS)
    worlds.namespace(made, "openstack")
    body = {
        "apiVersion": f"{CORE}/v1beta1",
        "metadata": {"name": "cloud", "namespace": "openstack"},
        "spec": {"targetVersion": "1"},
    }
    made.create({**body, "kind": "OpenStackVersion"})
    made.create(workload("nova-api", RELEASE))
    made.create(workload("other", "quay.io/release/other:1"))
    made.reactions.append(operator(made))
    operate(made)
    list(deploying.deploy(world(made), Target(), QUICK))
    return made


def workload(name: str, image: str) -> Body:
    """Make a Deployment that is Ready, as soon as it is asked for."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "openstack"},
        "spec": {"replicas": 0, "template": {"spec": {"containers": [{"name": name, "image": image}]}}},
    }


def operator(made: FakeCluster) -> Any:
    """Play the operator: whatever changes, images go where they belong."""

    def react(event: Any) -> None:
        if event.body["kind"] in {"OpenStackVersion", "OpenStackControlPlane"}:
            operate(made)

    return react


def operate(made: FakeCluster) -> None:
    """Take the images over that the OpenStackVersion asks for."""
    version, plane = made.peek(VERSION) or {}, made.peek(PLANE)
    image = get(version, "spec", "customContainerImages", "novaAPIImage") or RELEASE
    ready = {"type": "Initialized", "status": "True", "message": "done"}
    images = {"novaAPIImage": image, "heatAPIImage": "same", "heatEngineImage": "same"}
    status = {"availableVersion": "1", "containerImages": images, "conditions": [ready]}
    if version.get("status") != status:
        made.set_status(VERSION, status)
        made.put(workload("nova-api", image))
    generation = get(plane or {}, "metadata", "generation")
    if plane is not None and get(plane, "status", "observedGeneration") != generation:
        done = {"type": "Ready", "status": "True", "message": "done"}
        made.set_status(PLANE, {"observedGeneration": generation, "conditions": [done]})
    deployment = ObjectId("apps", "Deployment", "openstack", "nova-api")
    seen = get(made.peek(deployment) or {}, "metadata", "generation")
    if get(made.peek(deployment) or {}, "status", "observedGeneration") != seen:
        made.set_status(deployment, {"observedGeneration": seen})


def world(made: FakeCluster, **images: str) -> World:
    """Make a world whose profile has these images."""
    plain = worlds.world(made)
    values = {**worlds.values(), "controlplane": {"name": "cloud", "customImages": images}}
    return replace(plain, loaded=worlds.Profile(values), catalogue=components.parse(FILES))


def end(events: Iterator[Event]) -> RunFinished:
    """Let a run come to its end."""
    *_, last = events
    assert isinstance(last, RunFinished)
    return last


def test_an_image_comes_and_goes_with_the_component_that_has_it(cluster: FakeCluster) -> None:
    """The OpenStackVersion is the operator's own: it stays, without a trace of osk."""
    before = cluster.peek(VERSION) or {}
    made = end(swapping.swap(world(cluster, novaAPIImage=FIX), swapped(), QUICK))
    between = cluster.peek(VERSION) or {}
    ran = get(cluster.peek(ObjectId("apps", "Deployment", "openstack", "nova-api")) or {}, "spec")
    back = end(resetting.reset(world(cluster), store.read(cluster), QUICK))
    after = cluster.peek(VERSION) or {}

    assert (ExitCode.DONE, ExitCode.DONE) == (made.exit_code, back.exit_code)
    assert {"novaAPIImage": FIX} == between["spec"]["customContainerImages"]
    assert FIX == get(ran, "template", "spec", "containers", 0, "image")
    assert before["spec"] == {k: v for k, v in after["spec"].items() if v}
    assert before["metadata"].get("labels", {}) == (after["metadata"].get("labels") or {})
    assert VERSION not in {each.id for record in records.read(cluster) for each in record.entries}


def test_who_ran_the_old_image_is_waited_for(cluster: FakeCluster) -> None:
    """And the OpenStackVersion, which says first that the image is taken over."""
    found = rollouts.of(world(cluster, novaAPIImage=FIX), swapped())

    deployment = ObjectId("apps", "Deployment", "openstack", "nova-api")
    at = ("status", "containerImages", "novaAPIImage")
    assert {VERSION: Expected(image=FIX, at=at), deployment: Expected(image=FIX)} == found


def test_an_image_that_the_release_has_too_is_waited_for_as_itself(cluster: FakeCluster) -> None:
    """Of a service, as the OpenStackVersion says; of an operator, as the installed version does."""
    status = (cluster.peek(VERSION) or {})["status"]
    cluster.reactions.clear()
    cluster.set_status(VERSION, {**status, "containerImageVersionDefaults": {"1": {"novaAPIImage": FIX}}})
    olm = "operators.coreos.com"
    cluster.serve(served(olm, "v1alpha1", "ClusterServiceVersion", "clusterserviceversions"))
    cluster.refresh()
    worlds.namespace(cluster, "ops")
    env = [{"name": operators.variable("nova"), "value": FIX}]
    pod = {"spec": {"containers": [{"name": "operator", "env": env}]}}
    meta = {"name": "v1", "namespace": "ops", "labels": {f"{olm}/openstack-operator.ops": ""}}
    version: Body = {"apiVersion": f"{olm}/v1alpha1", "kind": "ClusterServiceVersion", "metadata": meta}
    install = {"spec": {"deployments": [{"name": "init", "spec": {"template": pod}}]}}
    cluster.create({**version, "spec": {"install": install}})
    here = world(cluster)
    spaces = {"openstack": "openstack", "operators": "ops"}
    package = {"openstack": {"package": "openstack-operator"}, "overrides": {}}
    values = {**here.loaded.values, "namespaces": spaces, "operators": package}
    operated = replace(here, loaded=worlds.Profile(values))

    assert FIX == rollouts.of(here, swapped())[VERSION].image
    assert (FIX, "") == (rollouts.released(operated, entry()), rollouts.released(operated, swapped()))


def test_an_image_that_several_fields_have_says_nothing_of_who_runs_it(cluster: FakeCluster) -> None:
    """Only the OpenStackVersion is waited for then; and nothing for entries of other kinds."""
    cluster.create(workload("heat-engine", "same"))

    assert {VERSION} == rollouts.of(world(cluster, heatAPIImage=FIX), swapped("heatAPIImage")).keys()
    assert {} == rollouts.of(world(cluster), entry())


def test_fields_are_those_of_the_cluster() -> None:
    """Images with those of several, and the services whose pods take mounts."""
    cluster = FakeCluster()
    several = {"type": "object", "additionalProperties": {"type": "string"}}
    images = node(**strings("novaAPIImage"), cinderVolumeImages=several)
    mounts = node(template=node(extraMounts={"type": "array"}))
    plain = node(template=node(**strings("secret")))
    cluster.create(crd("OpenStackVersion", "core", customContainerImages=images))
    cluster.create(crd("OpenStackControlPlane", "core", neutron=mounts, nova=plain, **strings("secret")))

    assert {"novaAPIImage": False, "cinderVolumeImages": True} == fields.images(cluster)
    assert ("neutron",) == fields.mounted(cluster)


def test_where_nothing_is_installed_nothing_can_be_changed() -> None:
    """With the command that installs it: of the kinds, the control plane, and what the profile has not."""
    bare = worlds.cluster()
    with pytest.raises(OskError) as kinds:
        fields.images(bare)
    with pytest.raises(OskError) as plane:
        checking.check(world(worlds.cluster(*KINDS)), Layer.CONTROLPLANE)
    with pytest.raises(OskError) as hosts:
        checking.check(world(bare), Layer.DATAPLANE)

    for caught in (kinds, plane, hosts):
        assert ("OSK1421", ExitCode.REFUSED) == (caught.value.problems[0].code, caught.value.exit_code)
    assert "osk deploy controlplane" == plane.value.problems[0].advice[0].command
    assert "The profile has no data plane" in hosts.value.problems[0].summary


def test_a_control_plane_that_is_there_may_be_changed(cluster: FakeCluster) -> None:
    """Whoever owns the operators."""
    checking.check(world(cluster), Layer.CONTROLPLANE)
