"""Which addresses the simulated infra-operator gives to hosts."""

from ipaddress import ip_address
from typing import Any

import pytest

from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.rehearsal.simulators.tables.addresses import NETWORK, reservations
from openstack_k8s_cli.rehearsal.simulators.world import View, World

SUBNET = {
    "name": "subnet1",
    "cidr": "10.0.0.0/23",
    "allocationRanges": [{"start": "10.0.0.254", "end": "10.0.1.2"}],
    "excludeAddresses": ["10.0.1.1"],
}
CONFIG = {"networks": [{"name": "ctlplane", "dnsDomain": "ctlplane.example.com", "subnets": [SUBNET]}]}


def made(kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    """Make an object of the cluster."""
    meta = {"name": name, "namespace": "openstack", "uid": name}
    return {"apiVersion": f"{NETWORK}/v1beta1", "kind": kind, "metadata": meta, "spec": spec}


def ip_set(name: str, **asked: str) -> dict[str, Any]:
    """Make a host's IPSet."""
    return made("IPSet", name, {"networks": [{"name": "CtlPlane", "subnetName": "subnet1", **asked}]})


def reservation(name: str, address: str) -> dict[str, Any]:
    """Make what the cluster keeps of a host's address."""
    return made("Reservation", name, {"reservation": {"ctlplane": {"address": address}}})


@pytest.fixture
def world() -> World:
    """Give a cluster with a network of three free addresses."""
    found = World()
    found.put(made("NetConfig", "netconfig", CONFIG))
    return found


def given(world: World, name: str, **asked: str) -> str:
    """Give the address that a host gets."""
    body = ip_set(name, **asked)
    world.put(body)
    return str(reservations(body, View(world))[0]["address"])


def test_each_host_has_an_address_before_the_cluster_tells_of_it(world: World) -> None:
    """The first free one in order, none that ends in .0 or is left out; asked again, it is the same."""
    first = [given(world, "a"), given(world, "b")]

    assert first == ["10.0.0.254", "10.0.0.255"]
    world.put(reservation("a", "10.0.0.254"))
    assert [given(world, "a"), given(world, "c")] == ["10.0.0.254", "10.0.1.2"]


def test_addresses_that_are_asked_for_are_nobody_elses(world: World) -> None:
    """Whether they are in the ranges or not."""
    assert [given(world, "a", fixedIP="10.0.0.254"), given(world, "b")] == ["10.0.0.254", "10.0.0.255"]


def test_after_a_start_addresses_are_as_they_were(world: World) -> None:
    """They are taken from the cluster."""
    world.put(reservation("b", "10.0.0.254"))

    assert [given(world, "a"), given(world, "b")] == ["10.0.0.255", "10.0.0.254"]


def test_addresses_of_hosts_that_are_gone_are_given_again(world: World) -> None:
    """Where there are no others; without one the operator's word is told, and a change of any wakes the host."""
    for name in ("a", "b", "c"):
        given(world, name)
    view = View(world)
    with pytest.raises(LookupError, match="no ip address could be created for d in subnet subnet1"):
        reservations(ip_set("d"), view)

    world.drop(ObjectId(NETWORK, "IPSet", "openstack", "b"))

    assert ("kind", NETWORK, "Reservation") in view.seen
    assert given(world, "d") == "10.0.0.255"


def test_an_address_is_chosen_once(world: World) -> None:
    """However often a pass asks before the cluster tells of it: none is lost to a host that has one."""
    assert [given(world, "a"), given(world, "a"), given(world, "b")] == [
        "10.0.0.254",
        "10.0.0.254",
        "10.0.0.255",
    ]


def test_the_search_goes_on_where_it_ended() -> None:
    """A host's address does not take longer with each host before it."""
    world = World()
    wide = {
        "name": "subnet1",
        "cidr": "10.0.0.0/8",
        "allocationRanges": [{"start": "10.0.0.1", "end": "10.99.0.0"}],
    }
    networks = {"networks": [{"name": "ctlplane", "dnsDomain": "example.com", "subnets": [wide]}]}
    world.put(made("NetConfig", "netconfig", networks))

    found = [given(world, f"host-{number}") for number in range(600)]

    assert len(set(found)) == 600
    starts = world.claims["openstack"].starts.values()
    assert [(0, int(ip_address(found[-1])))] == list(starts)
