"""Where a build goes, and how the cluster knows it.

podman is recorded (tests.fakes.podman).
"""

from dataclasses import replace

import pytest

from openstack_k8s_cli.apply import Options, records
from openstack_k8s_cli.developing import building as places
from openstack_k8s_cli.developing.building import Registry
from openstack_k8s_cli.model.events import RunFinished
from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows.developing import building, effects, resetting, store, swapping
from tests.fakes.cluster import FakeCluster
from tests.fakes.entries import entry
from tests.fakes.kinds import served
from tests.fakes.podman import IMAGE
from tests.unit.workflows import worlds

STREAMS = served("image.openshift.io", "v1", "ImageStream", "imagestreams")
STREAM = ObjectId("image.openshift.io", "ImageStream", "ops", "nova-operator")
HOST = "default-route-openshift-image-registry.apps-crc.testing"
QUICK = Options(recheck=0.05, backoff=0.001, settle=0.05, holder="me")
OWN = Registry(f"{HOST}/ops", f"{places.INSIDE}/ops", "-----CA", "token")


def body(kind: str, namespace: str, name: str, **more: object) -> Body:
    """Make an object."""
    version = {"Route": "route.openshift.io/v1", "ImageStream": "image.openshift.io/v1"}.get(kind, "v1")
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace},
        **more,
    }


@pytest.fixture
def cluster() -> FakeCluster:
    """Have a cluster whose registry is open."""
    made = worlds.cluster(STREAMS, worlds.ROUTE)
    for namespace in ("openshift-image-registry", "openshift-config-managed", "ops"):
        worlds.namespace(made, namespace)
    made.create(body("Route", "openshift-image-registry", "default-route", spec={"host": HOST}))
    authority = {"ca-bundle.crt": "-----CA"}
    made.create(body("ConfigMap", "openshift-config-managed", "default-ingress-cert", data=authority))
    return made


class Images:
    """Builds nothing, and notes what is pushed."""

    pushed: tuple[str, str] = ("", "")

    def build(self, folder: str) -> str:
        """Build."""
        assert "../nova-operator" == folder
        return IMAGE

    def push(self, image: str, destination: str, registry: Registry) -> None:
        """Push."""
        assert registry.push in destination
        self.pushed = (image, destination)


def test_a_build_is_named_by_its_content_and_as_the_cluster_knows_it(cluster: FakeCluster) -> None:
    """It is pushed through the route, into the namespace whose pods may pull it, and pulled from inside."""
    images = Images()
    registry = building.own(cluster, "ops", "token")
    called, made = building.built(cluster, images, registry, "nova-operator", "../nova-operator")

    assert OWN == registry
    assert (IMAGE, f"{HOST}/ops/nova-operator:osk-5eed5eed5eed") == images.pushed
    assert f"{places.INSIDE}/ops/nova-operator:osk-5eed5eed5eed" == called
    assert [STREAM] == [each.object for each in made]


def test_a_closed_registry_and_a_login_without_a_token_are_refused(cluster: FakeCluster) -> None:
    """With the command that opens it, and with what there is besides."""
    with pytest.raises(OskError) as closed:
        building.own(worlds.cluster(), "ops", "token")
    with pytest.raises(OskError) as certificate:
        building.own(cluster, "ops", "")

    (route,), (login,) = closed.value.problems, certificate.value.problems
    assert ("OSK1427", "OSK1426") == (route.code, login.code)
    assert '"defaultRoute":true' in str(route.advice[0].command)
    assert "oc login" == login.advice[0].command
    assert "--registry" in route.advice[1].text + login.advice[1].text


def test_another_registry_is_the_same_from_everywhere() -> None:
    """A place without a host is refused: podman would look for it elsewhere than the cluster."""
    place = places.other("quay.io/me/")
    with pytest.raises(OskError) as caught:
        places.other("me/operators")

    assert Registry("quay.io/me", "quay.io/me") == place
    assert ("OSK1427", ExitCode.USAGE) == (caught.value.problems[0].code, caught.value.exit_code)


def test_what_a_push_makes_in_the_cluster_goes_with_the_entry(cluster: FakeCluster) -> None:
    """Where it was not there before; and it is not made or changed by the swap."""
    records.make_namespace(cluster)
    with building.streams(cluster, OWN, "nova-operator") as wishes:
        assert cluster.peek(STREAM) is not None
    written = swapping.announced(worlds.world(cluster), entry(), wishes)
    for wish in wishes:
        effects.make(cluster, wish)
    kept = cluster.peek(STREAM)
    for each in written.effects:
        effects.put_back(cluster, each, store.earlier(cluster, written), again=True)

    assert kept is not None
    assert [(STREAM, False)] == [(each.object, each.was_there) for each in written.effects]
    assert cluster.peek(STREAM) is None
    with building.streams(cluster, places.other("quay.io/me"), "nova-operator") as others:
        assert () == others


def test_a_stream_that_the_profile_has_an_image_of_stays(cluster: FakeCluster) -> None:
    """As after `--save`: its operator would not come up again."""
    records.make_namespace(cluster)
    image = f"{places.INSIDE}/ops/nova-operator:osk-5eed"
    with building.streams(cluster, OWN, "nova-operator") as wishes:
        pass
    world = worlds.world(cluster)
    swapping.announced(world, entry(touches=("gone",)), wishes)
    operators = {"sources": {}, "overrides": {"nova": {"image": image}, "heat": {"replicas": 0}}}
    spaces = {"openstack": "openstack", "operators": "ops"}
    values = {**world.loaded.values, "operators": operators, "namespaces": spaces}
    saved = replace(world, loaded=worlds.Profile(values))

    *_, last = resetting.reset(saved, store.read(cluster), QUICK)

    assert isinstance(last, RunFinished)
    assert ExitCode.DONE == last.exit_code
    assert cluster.peek(STREAM) is not None
    assert () == store.read(cluster)
    assert not places.is_used(ObjectId(STREAM.group, STREAM.kind, "ops", "nova"), values)


def test_a_stream_that_was_there_before_stays(cluster: FakeCluster) -> None:
    """It may have what others pushed."""
    cluster.create(body("ImageStream", "ops", "nova-operator"))

    with building.streams(cluster, OWN, "nova-operator") as wishes:
        assert () == wishes


def test_a_stream_of_a_build_that_was_killed_goes_with_the_next(cluster: FakeCluster) -> None:
    """It was made before the push, and no entry came to have it; one that nothing could be pushed to goes at once."""
    with building.streams(cluster, OWN, "nova-operator") as first:
        pass
    with building.streams(cluster, OWN, "nova-operator") as again:
        pass
    with pytest.raises(KeyboardInterrupt), building.streams(cluster, OWN, "heat-operator"):
        raise KeyboardInterrupt

    assert [STREAM] == [each.object for each in again]
    assert first == again
    assert cluster.peek(STREAM) is not None
    assert cluster.peek(ObjectId(STREAM.group, STREAM.kind, "ops", "heat-operator")) is None
