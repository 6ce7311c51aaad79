"""Where Ansible's pods come from when they log in to hosts, and the ranges of addresses that hosts let in.

A pod that is attached to the hosts' own network comes from its address there. Without isolation networks, or behind a network
that only routes, it comes from its node, which nobody knows before.
"""

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from openstack_k8s_cli.profile import addresses, spans
from openstack_k8s_cli.profile.addresses import networks_of
from openstack_k8s_cli.profile.paths import Path

VARIABLE = "edpm_sshd_allowed_ranges"
Net = IPv4Network | IPv6Network


def ranges(plain: Mapping[str, Any]) -> list[str]:
    """Give the networks that may reach sshd: the profile's, with what the pods need besides; else the hosts' own."""
    plane, there = plain["dataplane"], networks_of(plain["networks"])
    homes = [name for name in dict.fromkeys(_homes(plane)) if name in there]
    if plane["sshRanges"] is None:
        return list(dict.fromkeys(cidr for name in homes for cidr in there[name]["cidr"]))
    given = list(plane["sshRanges"])
    for name in homes:
        lacking = any(not _within(given, first, last) for first, last in _pods(name, plain))
        given += [each for each in there[name]["cidr"][:1] if lacking and each not in given]
    return given


def findings(values: Mapping[str, Any]) -> Iterator[tuple[Path, str, str]]:
    """Find ranges among variables that the pods are not in: they would be locked out in the middle of a deployment."""
    for name, nodeset in values["dataplane"]["nodesets"].items():
        given = nodeset["vars"].get(VARIABLE)
        if not isinstance(given, list):
            continue
        for first, last in _pods(_home(nodeset), values):
            if not _within(map(str, given), first, last):
                message = f"Ansible's pods come from {first}-{last}, which `{VARIABLE}` leaves out: they would be locked out"
                yield ("dataplane", "nodesets", name, "vars"), message, "OSK0111"
                break


def _homes(plane: Mapping[str, Any]) -> Iterator[str]:
    yield from plane["networks"][:1]
    yield from (home for nodeset in plane["nodesets"].values() if (home := _home(nodeset)))


def _home(nodeset: Mapping[str, Any]) -> str:
    """Name the network that hosts and Ansible's pods share; empty: none."""
    first = (nodeset["networks"] or [""])[0]
    return first if first in (nodeset["attachments"] or ()) else ""


def _pods(name: str, plain: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give the addresses of pods in a network, in the family that hosts are reached by."""
    network = networks_of(plain["networks"]).get(name)
    if network is None or not plain["networks"]["isolation"] or not spans.uses(network, "pods"):
        return []
    net = next(iter(addresses.nets(network)), None)
    slices = addresses.of_family(network["slices"]["pods"], net.version) if net else []
    try:
        return addresses.span({"cidr": [str(net)]}, slices) if net else []
    except ValueError:
        return []  # said where the slice stands


def _within(given: Iterable[str], first: str, last: str) -> bool:
    nets = [net for text in given if (net := _net(text)) is not None]
    return any(ip_address(first) in net and ip_address(last) in net for net in nets)


def _net(text: str) -> Net | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None
