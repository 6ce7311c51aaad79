"""The hosts that a node set comes to: those that its rules make, and those that it names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.profile import addresses


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


def hosts(nodeset: Mapping[str, Any], networks: Mapping[str, Any]) -> tuple[Host, ...]:
    """List a node set's hosts, from the profile's filled values; ValueError where an address cannot be made."""
    named: dict[str, tuple[int, Mapping[str, Any]]] = {
        nodeset["name"].replace("{role}", nodeset["role"]).replace("{i}", str(index)): (index, {})
        for index in range(nodeset["count"])
    }
    for name, node in nodeset["nodes"].items():
        index = named[name][0] if name in named else len(named)
        named[name] = (index, node)
    return tuple(_host(name, node, index, nodeset, networks) for name, (index, node) in named.items())


def _host(
    name: str, node: Mapping[str, Any], index: int, nodeset: Mapping[str, Any], networks: Mapping[str, Any]
) -> Host:
    home = networks[nodeset["networks"][0]]
    expression = node.get("address") or nodeset["address"]
    return Host(
        name,
        node.get("hostName") or name,
        addresses.address(home, expression, networks=networks, index=index),
        node.get("vars") or {},
        node.get("spec") or {},
    )
