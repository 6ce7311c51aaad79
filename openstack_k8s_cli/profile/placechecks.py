"""Single addresses against the parts of their network: none is also given out to someone else."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network, ip_address
from typing import Any

from openstack_k8s_cli.profile import addresses, hosts, spans, subnetting
from openstack_k8s_cli.profile.addresses import networks_of
from openstack_k8s_cli.profile.paths import Path
from openstack_k8s_cli.profile.spans import WHOSE, Span

Found = tuple[Path, str, str]
_FITS = "OSK0111"
_POINT_TO_POINT = 31
"""The prefix from which on a network has neither an address of its own nor one for all."""


def findings(values: Mapping[str, Any]) -> Iterator[Found]:
    """Check the gateways, name servers, hosts and ends of every network of a filled profile."""
    fixed = _Hosts(values)
    for name, network in networks_of(values["networks"]).items():
        taken = [
            span for span in spans.taken(name, network, values) if fixed.open(name) or span[1] != "hosts"
        ]
        yield from _ends(network, taken)
        yield from _servers(name, network, taken, values)
        yield from _gateways(name, network, taken)
        yield from fixed.findings(name, network, taken)


class _Hosts:
    """The hosts of the data plane, by the networks that they are in."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._fixed: dict[str, list[tuple[Path, str, str]]] = {}
        self._open: set[str] = set()
        networks = values["networks"]
        for key, nodeset in values["dataplane"]["nodesets"].items():
            try:
                found = hosts.hosts(nodeset, networks) if nodeset["networks"] else ()
            except (ValueError, KeyError):
                continue  # said where the address stands
            for host in found:
                here: Path = ("dataplane", "nodesets", key)
                place = (*here, "nodes", host.name) if host.name in nodeset["nodes"] else here
                for each in host.networks:
                    if each.address is None or host.plain:
                        self._open.add(each.name)
                    else:
                        self._fixed.setdefault(each.name, []).append((place, host.name, each.address))

    def open(self, name: str) -> bool:
        """Tell whether addresses of a network are given out to hosts."""
        return name in self._open

    def findings(self, name: str, network: Mapping[str, Any], taken: list[Span]) -> Iterator[Found]:
        gateways = {str(ip_address(each.gateway)) for each in _subnets(network) if each.gateway}
        others = [span for span in taken if span[1] != "hosts"]
        for place, host, text in self._fixed.get(name, ()):
            part = _part(text, others)
            if part:
                yield place, f"{text} of {host} is {WHOSE[part]}' in {name} already", _FITS
            elif str(ip_address(text)) in gateways:
                yield place, f"{text} of {host} is the gateway of {name}", _FITS


def _subnets(network: Mapping[str, Any]) -> tuple[subnetting.Subnet, ...]:
    return subnetting.subnets(network) if network["hosts"] and network["cidr"] else ()


def _part(text: str, taken: list[Span]) -> str | None:
    address = ip_address(text)
    return next(
        (
            part
            for _, part, version, first, last in taken
            if version == address.version and first <= int(address) <= last
        ),
        None,
    )


def _gateways(name: str, network: Mapping[str, Any], taken: list[Span]) -> Iterator[Found]:
    given = [(("networks", name, "gateway", index), text) for index, text in enumerate(network["gateway"])]
    for path, text in given:
        for found in _each(network, text):
            part = _part(found, taken)
            if part:
                yield path, f"{found} is {WHOSE[part]}' already", _FITS


def _servers(
    name: str, network: Mapping[str, Any], taken: list[Span], values: Mapping[str, Any]
) -> Iterator[Found]:
    """Find name servers at addresses that MetalLB announces; the cloud's own is such a service."""
    networks = values["networks"]
    own = set()
    for text in values["controlplane"]["addresses"].values():
        home = addresses.parse(text).network
        if home in networks_of(networks):
            own |= set(_each(networks[home], text, networks))
    for index, text in enumerate(network["dns"]):
        for found in _each(network, text):
            if found not in own and _part(found, [span for span in taken if span[1] == "vips"]):
                yield ("networks", name, "dns", index), f"{found} is {WHOSE['vips']}' already", _FITS


def _each(network: Mapping[str, Any], text: str, networks: Mapping[str, Any] | None = None) -> Iterator[str]:
    """Resolve an address in each family that it has one in."""
    parsed = addresses.parse(text)
    if parsed.absolute is not None:
        yield str(parsed.absolute)
    elif parsed.network is None or networks is not None:
        for net in addresses.nets(network):
            try:
                yield addresses.address(network, text, networks=networks, family=net.version)
            except ValueError:
                continue  # said where it stands


def _ends(network: Mapping[str, Any], taken: list[Span]) -> Iterator[Found]:
    """Find parts with the address of the network itself, or the one for all in it."""
    nets = [net for each in (network, *network["subnets"].values()) for net in addresses.nets(each)]
    for path, part, version, first, last in taken:
        if part == "vips" or network["loopback"]:
            continue  # nothing is on a link there
        for net in nets:
            if net.version != version or not isinstance(net, IPv4Network) or net.prefixlen >= _POINT_TO_POINT:
                continue
            for end, what in (
                (net.network_address, "of the network itself"),
                (net.broadcast_address, "for all in it"),
            ):
                if first <= int(end) <= last:
                    yield path, f"{end} of {WHOSE[part]} is the address {what}", _FITS
