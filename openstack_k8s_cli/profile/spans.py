"""The parts of networks against each other: none outside, none in another, none too small for the nodes and hosts."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any

from openstack_k8s_cli.model.numbers import some
from openstack_k8s_cli.profile import addresses, roomchecks, subnetting
from openstack_k8s_cli.profile.addresses import networks_of
from openstack_k8s_cli.profile.paths import Path

PARTS = ("nodes", "pods", "vips", "hosts")
_FITS = "OSK0111"
WHOSE = {"nodes": "the nodes", "pods": "pods", "vips": "services", "hosts": "hosts"}

Found = tuple[Path, str, str]
Span = tuple[Path, str, int, int, int]
"""Where a part is written, whose it is, the IP version, the first and the last address as numbers."""


def uses(network: Mapping[str, Any], part: str) -> bool:
    """Say whether anything is made from a part of a network."""
    if part == "pods":
        return bool(network["attached"] and network["attachment"]["ipam"])
    if part == "nodes":
        return bool(network["nodes"] and network["interface"] and not network["over"])
    return bool(network[part]) and not (part == "vips" and network["pool"])


def is_made(values: Mapping[str, Any]) -> bool:
    """Say whether the networks have interfaces on the cluster's nodes."""
    return bool(values["networks"]["isolation"] or values["bgp"])


def findings(values: Mapping[str, Any]) -> Iterator[Found]:
    """Check the parts of every network of a filled profile."""
    there = networks_of(values["networks"])
    outside = [each for name, network in there.items() for each in _outside(name, network)]
    yield from outside
    if outside:
        return
    for name, network in there.items():
        yield from _collisions(taken(name, network, values))
        yield from _nodes(name, network, values)
        yield from _services(name, network, values)
    yield from roomchecks.findings(values)


def _outside(name: str, network: Mapping[str, Any]) -> Iterator[Found]:
    homes = addresses.nets(network)
    for part in PARTS:
        if part == "hosts" and network["subnets"]:
            continue
        if homes and uses(network, part):
            path: Path = ("networks", name, "slices", part)
            yield from _slices(path, network["slices"][part], homes)
    for subnet, entry in network["subnets"].items():
        path = ("networks", name, "subnets", subnet, "hosts")
        if not entry["hosts"] and network["hosts"]:
            path = ("networks", name, "slices", "hosts")
        if network["hosts"]:
            own = addresses.nets(entry) if entry["cidr"] else homes
            yield from _slices(path, entry["hosts"] or network["slices"]["hosts"], own)


def _slices(path: Path, slices: list[str], homes: list[addresses.Net]) -> Iterator[Found]:
    for text in slices:
        first = addresses.parse_slice(text)[0]
        fitting = [
            net for net in homes if addresses.is_number(first) or net.version == ip_address(first).version
        ]
        try:
            ends = [
                (net, ip_address(end))
                for net in fitting
                for pair in addresses.span({"cidr": [str(net)]}, text)
                for end in pair
            ]
        except ValueError as error:
            yield path, f"`{text}`: {error}", _FITS
            continue
        if not fitting or any(end not in net for net, end in ends):
            yield path, f"`{text}` lies outside {' and '.join(map(str, homes))}", _FITS


def taken(name: str, network: Mapping[str, Any], values: Mapping[str, Any]) -> list[Span]:
    """List the parts that are in use, each with its place."""
    found: list[Span] = []
    for part in ("nodes", "pods", "vips"):
        if not is_made(values) or not uses(network, part) or (part == "nodes" and network["nodeAddress"]):
            continue
        path: Path = ("networks", name, "slices", part)
        for net in addresses.nets(network):
            slices = addresses.of_family(network["slices"][part], net.version)
            for first, last in addresses.span({"cidr": [str(net)]}, slices):
                if part == "nodes" and network["nodeStep"]:
                    found += [_span(path, part, each, each) for each in _steps(first, network, values)]
                else:
                    found.append(_span(path, part, first, last))
    path = ("networks", name, "pool")
    found += [_span(path, "vips", *addresses.parse_slice(text)) for text in network["pool"] or ()]
    if network["hosts"]:
        for subnet in subnetting.subnets(network):
            path = ("networks", name, "slices", "hosts")
            if (network["subnets"].get(subnet.name) or {}).get("hosts"):
                path = ("networks", name, "subnets", subnet.name, "hosts")
            found += [_span(path, "hosts", first, last) for first, last in subnet.ranges]
    return found


def _steps(first: str, network: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
    """List the nodes' addresses where each is in a network of its own."""
    count = max(len(values["platform"]["workers"]), 1)
    return [str(ip_address(first) + index * network["nodeStep"]) for index in range(count)]


def _span(path: Path, part: str, first: str, last: str) -> Span:
    one, other = ip_address(first), ip_address(last)
    return path, part, one.version, int(one), int(other)


def _collisions(taken: list[Span]) -> Iterator[Found]:
    for index, (path, part, version, first, last) in enumerate(taken):
        for _, other, its_version, its_first, its_last in taken[:index]:
            if version == its_version and first <= its_last and its_first <= last:
                shared = _written(version, max(first, its_first), min(last, its_last))
                yield path, f"{shared} of {WHOSE[part]} is {WHOSE[other]}' already", _FITS


def _written(version: int, first: int, last: int) -> str:
    make = ip_address("0.0.0.0" if version == 4 else "::")  # noqa: PLR2004, S104  # the IP version, and no address to listen on
    return str(make + first) if first == last else f"{make + first}-{make + last}"


def _nodes(name: str, network: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[Found]:
    """Find slices without an address for each node."""
    if not is_made(values) or not uses(network, "nodes") or network["nodeStep"] or network["nodeAddress"]:
        return
    count = (
        max(
            (index for index, each in enumerate(values["platform"]["workers"]) if _counts(network, each)),
            default=-1,
        )
        + 1
    )
    for net in addresses.nets(network):
        slices = addresses.of_family(network["slices"]["nodes"], net.version)
        size = sum(_size(text) for text in slices)
        if size < count:
            path: Path = ("networks", name, "slices", "nodes")
            yield path, f"has {some(size, 'address')} of IPv{net.version} for {some(count, 'node')}", _FITS
            return


def _counts(network: Mapping[str, Any], node: str) -> bool:
    """Tell whether a node has the address that it is counted to, and not one of its own or none."""
    own = network["perNode"].get(node) or {}
    return not own.get("address") and own.get("interface") is not False


def _size(text: str) -> int:
    """Count a slice's addresses; numbers count as they are written."""
    first, last = addresses.parse_slice(text)
    if first.isdecimal() and last.isdecimal():
        return int(last) - int(first) + 1
    if addresses.is_number(first):
        return int(last, 16) - int(first, 16) + 1
    return int(ip_address(last)) - int(ip_address(first)) + 1


def _services(name: str, network: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[Found]:
    """Find addresses of services outside of their pool: MetalLB gives no such one."""
    if not network["vips"] or not values["networks"]["isolation"]:
        return
    for service, text in values["controlplane"]["addresses"].items():
        if addresses.named(text, values["networks"]) != name:
            continue
        for net in addresses.nets(network):
            address = ip_address(
                addresses.address(network, text, networks=values["networks"], family=net.version)
            )
            slices = addresses.of_family(network["slices"]["vips"], net.version)
            ends = [] if network["pool"] else addresses.span({"cidr": [str(net)]}, slices)
            pools = [(int(ip_address(first)), int(ip_address(last))) for first, last in ends]
            pools += addresses.pool(network, net.version)
            if address.version == net.version and not any(
                first <= int(address) <= last for first, last in pools
            ):
                written = ", ".join(network["pool"] or (f"{first}-{last}" for first, last in ends))
                yield (
                    ("controlplane", "addresses", service),
                    f"{address} is not in the pool of `{name}`, {written}",
                    _FITS,
                )
