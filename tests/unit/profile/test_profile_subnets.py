"""The subnets of a network's hosts."""

from typing import Any

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.profile import subnetting
from openstack_k8s_cli.profile.loading import load
from tests.fakes.profiles import HEAD, Texts

LEAVES = """
networks:
  internalapi:
    router: .1
    subnets:
      subnet1: {}
      subnet2: {cidr: 172.17.10.0/24, vlan: 30}
      subnet3: {cidr: 172.17.20.0/24, vlan: 40, gateway: .2, hosts: 20-29}
"""


def network(body: str, name: str, *, extends: str = "crc") -> Any:
    """Give a network of a profile over a built-in one."""
    reader = Texts({"lab": f"{HEAD}name: lab\nextends: [{extends}]\n{body}"}, beside=ProfileFiles())
    return load("lab", reader=reader).values["networks"][name]


def test_without_any_there_is_one_of_each_family() -> None:
    """`subnet1` has the network's own CIDR, `subnet2` that of the second family."""
    found = subnetting.subnets(network("", "ctlplane", extends="crc, dualstack"))

    assert [(each.name, each.cidr, each.gateway) for each in found] == [
        ("subnet1", "192.168.122.0/24", "192.168.122.1"),
        ("subnet2", "fd00:aaaa::/64", "fd00:aaaa::1"),
    ]
    assert found[1].ranges == (("fd00:aaaa::100", "fd00:aaaa::120"), ("fd00:aaaa::200", "fd00:aaaa::250"))


def test_a_subnet_has_what_its_network_has() -> None:
    """What a subnet leaves out is its network's, counted in the subnet."""
    found = {each.name: each for each in subnetting.subnets(network(LEAVES, "internalapi"))}

    assert [each.cidr for each in found.values()] == ["172.17.0.0/24", "172.17.10.0/24", "172.17.20.0/24"]
    assert [each.vlan for each in found.values()] == [20, 30, 40]
    assert found["subnet2"].ranges == (("172.17.10.100", "172.17.10.250"),)
    assert (found["subnet3"].gateway, found["subnet3"].ranges) == (
        "172.17.20.2",
        (("172.17.20.20", "172.17.20.29"),),
    )


def test_a_router_leads_to_every_other_subnet() -> None:
    """Hosts of each subnet get a route to each other one, by the router in their own."""
    found = subnetting.subnets(network(LEAVES, "internalapi"))

    assert {each.name: [(route.destination, route.gateway) for route in each.routes] for each in found} == {
        "subnet1": [("172.17.10.0/24", "172.17.0.1"), ("172.17.20.0/24", "172.17.0.1")],
        "subnet2": [("172.17.0.0/24", "172.17.10.1"), ("172.17.20.0/24", "172.17.10.1")],
        "subnet3": [("172.17.0.0/24", "172.17.20.1"), ("172.17.10.0/24", "172.17.20.1")],
    }
    assert [route.destination for route in subnetting.between(network(LEAVES, "internalapi"), 4)] == [
        "172.17.10.0/24",
        "172.17.20.0/24",
    ]


def test_a_rack_has_a_subnet_in_each_of_its_networks() -> None:
    """One line a rack in `bgp.racks` gives each network its subnet; what the network says of it stays."""
    body = (
        "bgp: {racks: {r9: {subnet: subnet9, cidrs: {bgpnet1: 100.65.9.4/30, bgpmainnet: 172.30.9.0/28}}}}\n"
    )

    links = subnetting.subnets(network(body, "bgpnet1", extends="crc, bgp"))
    loopbacks = {
        each.name: each for each in subnetting.subnets(network(body, "bgpmainnet", extends="crc, bgp"))
    }

    assert [each.name for each in links] == ["subnet1", "subnet2", "subnet3", "subnet4", "subnet9"]
    assert [(route.destination, route.gateway) for route in links[-1].routes] == [("0.0.0.0/0", "100.65.9.5")]
    assert loopbacks["subnet9"].ranges == (("172.30.9.2", "172.30.9.14"),)
    assert loopbacks["subnet4"].ranges == (("172.30.4.3", "172.30.4.14"),)


def test_digits_of_ipv6_slices_are_hexadecimal() -> None:
    """`2-e` in an IPv6 network ends with ::e."""
    found = subnetting.subnets(network("", "bgpmainnet6", extends="crc, bgp"))

    assert {each.name: each.ranges[0][1][-2:] for each in found} == {
        "subnet1": "1e",
        "subnet2": "2e",
        "subnet3": "3e",
        "subnet4": "4e",
    }


def test_a_gateway_of_another_subnet_is_not_taken() -> None:
    """An absolute gateway is that of the subnet that it lies in."""
    body = "networks: {ctlplane: {gateway: 192.168.122.1, subnets: {subnet1: {}, subnet2: {cidr: 192.168.133.0/24}}}}\n"

    found = subnetting.subnets(network(body, "ctlplane"))

    assert [each.gateway for each in found] == ["192.168.122.1", None]
