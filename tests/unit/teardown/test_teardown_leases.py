"""Leases of a teardown: one run at a time, over all of its layers, from its first write to its end."""

from dataclasses import replace

import pytest

from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.apply import records
from openstack_k8s_cli.apply.lease import LEASE, Leases
from openstack_k8s_cli.apply.ports import WatchEvent
from openstack_k8s_cli.model.events import ObjectChanged, Warned
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.teardown import Keep
from tests.unit.teardown import clouds
from tests.unit.teardown.clouds import Cloud, down, end, oid

SPACE = oid("", "Namespace", records.NAMESPACE)


def lease(layer: Layer, profile: str = clouds.PROFILE) -> ObjectId:
    """Name a lease."""
    return ObjectId(LEASE.group, LEASE.kind, records.NAMESPACE, records.name_of(profile, layer))


def taken(cloud: Cloud, layer: Layer, profile: str = clouds.PROFILE) -> Leases:
    """Have another run hold a lease."""
    options = replace(clouds.OPTIONS, holder="another@host")
    held = Leases(cloud.cluster, SystemClock(), options, "another", profile)
    held.acquire([layer])
    return held


def test_a_held_layer_below_stops_the_whole_teardown() -> None:
    """With one layer's lease held by another run nothing of any layer is touched, and the exit code is 10."""
    cloud = Cloud()
    held = taken(cloud, Layer.CONTROLPLANE)
    before = {each: cloud.cluster.peek(each) for each in cloud.before}
    with pytest.raises(OskError) as refused:
        down(cloud, keep=Keep.NOTHING)
    held.release()

    assert refused.value.exit_code is ExitCode.LEASE_HELD
    assert {each: cloud.cluster.peek(each) for each in cloud.before} == before
    assert not [each for each in cloud.cluster.log if each.verb == "delete"]


def test_leases_of_all_layers_are_held_to_the_end() -> None:
    """Whenever something goes, every layer's lease has this run as its holder."""
    cloud = Cloud()
    holders: set[str] = set()

    def look(event: WatchEvent) -> None:
        if event.kind == "deleted" and event.body["metadata"].get("namespace") != records.NAMESPACE:
            leases = [cloud.cluster.peek(lease(layer)) or {} for layer in Layer]
            holders.update(str(get(each, "spec", "holderIdentity")) for each in leases)

    cloud.cluster.reactions.append(look)
    events = down(cloud, keep=Keep.DATA)

    assert end(events).exit_code is ExitCode.DONE, end(events)
    assert holders == {clouds.OPTIONS.holder}


def test_leases_are_given_back() -> None:
    """At the end no lease has a holder, and layers with nothing left in the ledger have none."""
    cloud = Cloud()
    down(cloud, lowest=Layer.CONTROLPLANE, keep=Keep.DATA)
    there = {layer: cloud.cluster.peek(lease(layer)) for layer in Layer}

    assert {layer for layer, body in there.items() if body} == {Layer.CONTROLPLANE}
    assert get(there[Layer.CONTROLPLANE] or {}, "spec", "holderIdentity") == ""


def test_nothing_is_written_once_a_lease_is_lost() -> None:
    """Another run that took the lease over between two layers is not written over: the keys are not put back."""
    cloud, clock = Cloud(), clouds.Jumping()
    running = clouds.going_down(cloud, clock=clock, keep=Keep.IDENTITY, lowest=Layer.CONTROLPLANE)
    for event in running:
        if isinstance(event, ObjectChanged) and event.object == clouds.CERTIFICATE:
            break
    _seize(cloud, lease(Layer.CONTROLPLANE))
    clock.ahead = 50.0
    with pytest.raises(OskError) as lost:
        tuple(running)

    assert lost.value.exit_code is ExitCode.LEASE_HELD
    assert [True, False] == cloud.is_there(oid("", "Secret", "osk-kept-keystone", clouds.CLOUD), clouds.KEYS)


def _seize(cloud: Cloud, target: ObjectId) -> None:
    present: Body = cloud.cluster.peek(target) or {}
    meta = {**present["metadata"], "annotations": {"osk.openstack.org/run": "another"}}
    cloud.cluster.put({**present, "metadata": meta})


def test_a_namespace_with_another_run_in_it_stays() -> None:
    """Another cloud's run that has its lease but no ledger yet keeps osk's own namespace."""
    cloud = Cloud()
    held = taken(cloud, Layer.OPERATORS, "other")
    events = down(cloud, keep=Keep.NOTHING)
    held.release()

    assert end(events).exit_code is ExitCode.DONE, end(events)
    assert [True, True, False] == cloud.is_there(
        SPACE, lease(Layer.OPERATORS, "other"), lease(Layer.OPERATORS)
    )
    assert ["another@host" in each.message for each in events if isinstance(each, Warned)] == [True]


def test_a_namespace_of_that_name_without_osks_label_stays() -> None:
    """What does not carry osk's label is not osk's to delete."""
    cloud = Cloud()
    present = cloud.cluster.peek(SPACE) or {}
    cloud.cluster.put({**present, "metadata": {**present["metadata"], "labels": {}}})
    events = down(cloud, keep=Keep.NOTHING)

    assert end(events).exit_code is ExitCode.DONE, end(events)
    assert [True] == cloud.is_there(SPACE)
