"""Keystone's keys: kept apart, and put back whatever happens in between."""

from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.model.events import ObjectChanged
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.teardown import Keep, identity, restore
from tests.unit.teardown import clouds
from tests.unit.teardown.clouds import Cloud, down, end, oid

COPY = oid("", "Secret", "osk-kept-keystone", clouds.CLOUD)


def test_keystone_keys_are_kept_with_identity() -> None:
    """The keys outlive the KeystoneAPI that owns them, under their own name and without an owner."""
    cloud = Cloud()
    before = cloud.cluster.peek(clouds.KEYS) or {}
    events = down(cloud, keep=Keep.IDENTITY)
    after = cloud.cluster.peek(clouds.KEYS) or {}

    assert end(events).exit_code is ExitCode.DONE, end(events)
    assert before["data"] == after["data"]
    assert "ownerReferences" not in after["metadata"]
    assert [False] == cloud.is_there(oid("", "Secret", "osk-kept-keystone", clouds.CLOUD))


def ended_between(cloud: Cloud) -> None:
    """End a teardown when Keystone is gone and its keys are not back yet."""
    running = clouds.going_down(cloud, keep=Keep.IDENTITY, lowest=Layer.CONTROLPLANE)
    for event in running:
        if isinstance(event, ObjectChanged) and event.object == clouds.CERTIFICATE:
            break
    running.close()
    assert [True, False] == cloud.is_there(COPY, clouds.KEYS)


def test_kept_keys_are_back_before_a_deployment() -> None:
    """Keys that a killed teardown had set apart have their own name again before anything makes new ones."""
    cloud = Cloud()
    before = (cloud.cluster.peek(clouds.KEYS) or {})["data"]
    ended_between(cloud)
    put = restore(cloud.cluster, SystemClock(), profile=clouds.PROFILE, options=clouds.OPTIONS)

    assert (clouds.KEYS,) == put
    assert before == (cloud.cluster.peek(clouds.KEYS) or {})["data"]
    assert [False] == cloud.is_there(COPY)
    assert () == restore(cloud.cluster, SystemClock(), profile=clouds.PROFILE, options=clouds.OPTIONS)


def test_keys_of_a_keystone_on_its_way_out_are_waited_for() -> None:
    """While the old Keystone goes its keys go with it, so the kept ones are put back after that."""
    cloud = Cloud()
    cloud.cluster.reactions.clear()
    identity.save(cloud.cluster, [clouds.CLOUD], profile=clouds.PROFILE)
    keystone = cloud.cluster.resource("keystone.openstack.org", "KeystoneAPI")
    assert keystone is not None
    cloud.cluster.delete(keystone, clouds.CLOUD, clouds.KEYSTONE.name)

    class Letting(SystemClock):
        def sleep(self, seconds: float) -> None:
            del seconds
            cloud.cluster.set_finalizers(clouds.KEYSTONE)

    put = restore(cloud.cluster, Letting(), profile=clouds.PROFILE, options=clouds.OPTIONS)

    assert (clouds.KEYS,) == put
    assert [False, True, False] == cloud.is_there(clouds.KEYSTONE, clouds.KEYS, COPY)


def test_keys_of_a_living_keystone_are_not_written_over() -> None:
    """A copy from before is of no use where Keystone never went: its own keys may be newer."""
    cloud = Cloud()
    identity.save(cloud.cluster, [clouds.CLOUD], profile=clouds.PROFILE)
    before = cloud.cluster.peek(clouds.KEYS)
    put = restore(cloud.cluster, SystemClock(), profile=clouds.PROFILE, options=clouds.OPTIONS)

    assert () == put
    assert before == cloud.cluster.peek(clouds.KEYS)
    assert [False] == cloud.is_there(COPY)


def test_the_next_teardown_puts_kept_keys_back() -> None:
    """A teardown that keeps data finishes what a killed one had set apart."""
    cloud = Cloud()
    ended_between(cloud)
    events = down(cloud, lowest=Layer.CONTROLPLANE)

    assert end(events).exit_code is ExitCode.DONE, end(events)
    assert [False, True] == cloud.is_there(COPY, clouds.KEYS)


def test_kept_keys_go_with_nothing() -> None:
    """A later teardown that keeps nothing deletes the keys, also where the namespace stays."""
    cloud = Cloud()
    down(cloud, keep=Keep.IDENTITY, lowest=Layer.CONTROLPLANE)
    events = down(cloud, keep=Keep.NOTHING, lowest=Layer.CONTROLPLANE)

    assert end(events).exit_code is ExitCode.DONE, end(events)
    assert [True, False, False] == cloud.is_there(clouds.CLOUD_SPACE, clouds.KEYS, clouds.CLAIM)
