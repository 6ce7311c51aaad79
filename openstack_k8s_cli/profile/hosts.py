"""The hosts that a node set comes to: those that its rules make, and those that it names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.profile import addresses, machines
from openstack_k8s_cli.profile.shards import name_of, named


@dataclass(frozen=True, slots=True)
class HostNetwork:
    """One network of a host."""

    name: str
    subnet: str
    address: str | None
    """None: the cluster gives one out."""
    route: bool
    """Whether the host's default route is there."""


@dataclass(frozen=True, slots=True)
class Host:
    """One host of the data plane."""

    name: str
    """Its key among the node set's nodes."""
    host_name: str
    address: str
    """In the first of its networks."""
    vars: Mapping[str, Any]
    spec: Mapping[str, Any]
    networks: tuple[HostNetwork, ...] = ()
    labels: Mapping[str, str] | None = None
    plain: bool = False
    """Whether it is provisioned and has nothing of its own: its node set's template says everything."""


def hosts(nodeset: Mapping[str, Any], networks: Mapping[str, Any]) -> tuple[Host, ...]:
    """List a node set's hosts, from the profile's filled values; ValueError where an address cannot be made."""
    return tuple(_host(name, node, index, nodeset, networks) for name, index, node in named(nodeset))


def ruled(nodeset: Mapping[str, Any], index: int, networks: Mapping[str, Any]) -> Host:
    """Give the host that a node set's rules make of a number; ValueError where its address cannot be made."""
    return _host(name_of(nodeset, index), {}, index, nodeset, networks)


def template_networks(nodeset: Mapping[str, Any]) -> tuple[HostNetwork, ...]:
    """List the networks that all hosts of a node set have alike, without addresses."""
    return tuple(
        HostNetwork(name, addresses.counted(nodeset["subnets"].get(name, "subnet1"), 0), None, route)
        for name, route in _routed(nodeset["networks"], nodeset)
    )


def _host(
    name: str, node: Mapping[str, Any], index: int, nodeset: Mapping[str, Any], networks: Mapping[str, Any]
) -> Host:
    first = nodeset["networks"][0]
    subnet = addresses.counted({**nodeset["subnets"], **(node.get("subnets") or {})}.get(first, ""), index)
    expression = node.get("address") or nodeset["address"]
    address = addresses.address(home(networks[first], subnet), expression, networks=networks, index=index)
    own = any(node.get(key) for key in ("address", "networks", "addresses", "subnets"))
    varied = own or nodeset["addresses"] or any("{" in each for each in nodeset["subnets"].values())
    return Host(
        name,
        node.get("hostName") or name,
        address,
        {**_peers(nodeset, index, networks), **(node.get("vars") or {})},
        node.get("spec") or {},
        tuple(_networks(node, index, address, nodeset, networks)),
        node.get("labels") or _labels(name, nodeset),
        plain=machines.is_bare(nodeset) and not varied,
    )


def _labels(name: str, nodeset: Mapping[str, Any]) -> dict[str, str] | None:
    """Have a virtual machine become the host of its own name."""
    return {machines.LABEL: name} if machines.of(nodeset) and machines.is_bare(nodeset) else None


def _networks(
    node: Mapping[str, Any], index: int, first: str, nodeset: Mapping[str, Any], networks: Mapping[str, Any]
) -> Iterator[HostNetwork]:
    rules = {**nodeset["addresses"], **(node.get("addresses") or {})}
    subnets = {**nodeset["subnets"], **(node.get("subnets") or {})}
    for name, route in _routed(node.get("networks") or nodeset["networks"], nodeset):
        subnet = addresses.counted(subnets.get(name, "subnet1"), index)
        if name in rules:
            address = _address(rules[name], index, home(networks[name], subnet), networks)
            yield HostNetwork(name, subnet, address, route)
        else:
            yield HostNetwork(name, subnet, first if name == nodeset["networks"][0] else None, route)


def _peers(nodeset: Mapping[str, Any], index: int, networks: Mapping[str, Any]) -> dict[str, list[str]]:
    found = [
        _address(
            rule,
            index,
            home(networks[name], addresses.counted(nodeset["subnets"].get(name, ""), index)),
            networks,
        )
        for name, rule in nodeset["peers"].items()
    ]
    return {"edpm_frr_bgp_peers": found} if found else {}


def home(network: Mapping[str, Any], subnet: str) -> Mapping[str, Any]:
    """Give what addresses of a subnet are relative to: the subnet, where it has a CIDR of its own, or its network.

    A network without subnets has one a family: `subnet1`, `subnet2`.
    """
    given = network.get("subnets") or {}
    own = given.get(subnet)
    if not given and subnet == "subnet2" and len(network["cidr"]) > 1:
        return {**network, "cidr": network["cidr"][1:]}
    return own if own and own["cidr"] else network


def _address(rule: str, index: int, within: Mapping[str, Any], networks: Mapping[str, Any]) -> str:
    text = addresses.counted(rule, index)
    if addresses.parse(text).absolute is not None:
        return text
    return addresses.address(within, text, networks=networks)


def _routed(names: list[str], nodeset: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    wanted = nodeset["defaultRoute"]
    for number, name in enumerate(names):
        yield name, (wanted is True and number == 0) or wanted == name
