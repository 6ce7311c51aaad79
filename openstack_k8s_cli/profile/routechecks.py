"""Gateways, routers and routes of a network: each next hop is where the network reaches it."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address, ip_interface, ip_network
from typing import Any

from openstack_k8s_cli.profile import addresses
from openstack_k8s_cli.profile.addresses import Net
from openstack_k8s_cli.profile.paths import Path

Found = tuple[Path, str, str]
_FITS = "OSK0111"


def findings(name: str, network: Mapping[str, Any], networks: Mapping[str, Any]) -> Iterator[Found]:
    """Check one network of a filled profile."""
    home: Path = ("networks", name)
    for path, text, of, family in _hops(home, network):
        yield from _hop(path, text, of, networks, family=family, homes=_homes(network, of, path))
    needing = [((*home, "hostRoutes"), network["hostRoutes"])]
    needing += [
        ((*home, "subnets", key, "routes"), each["routes"]) for key, each in network["subnets"].items()
    ]
    for path, routes in needing:
        for index, route in enumerate(routes or ()):
            if route["gateway"] is None:
                yield (*path, index), "needs a `gateway`: NetConfig has no routes without", _FITS


def resolved(
    path: Path, text: str, network: Mapping[str, Any], networks: Mapping[str, Any]
) -> Iterator[Found]:
    """Say what is wrong with an address that may be anywhere."""
    try:
        addresses.address(network, text, networks=networks)
    except ValueError as error:
        yield path, str(error), _FITS


def _hops(
    home: Path, network: Mapping[str, Any]
) -> Iterator[tuple[Path, str, Mapping[str, Any], int | None]]:
    """Walk over what must be in the network: a path, its text, what it counts from, and its family where that is known."""
    for key in ("gateway", "nodeAddress"):
        yield from (((*home, key, index), text, network, None) for index, text in enumerate(network[key]))
    if network["router"] is not None:
        yield (*home, "router"), network["router"], network, None
    if network["attachment"]["gateway"] is not None:
        yield (*home, "attachment", "gateway"), network["attachment"]["gateway"], network, None
    lists: dict[Path, tuple[Any, Mapping[str, Any]]] = {
        (*home, key): (network[key], network) for key in ("routes", "nodeRoutes", "hostRoutes")
    }
    lists[(*home, "attachment", "routes")] = network["attachment"]["routes"], network
    for node, own in network["perNode"].items():
        lists[(*home, "perNode", node, "routes")] = own["routes"], network
    for key, entry in network["subnets"].items():
        own = entry if entry["cidr"] else network
        lists[(*home, "subnets", key, "routes")] = entry["routes"], own
        if entry["gateway"]:
            yield (*home, "subnets", key, "gateway"), entry["gateway"], own, None
    for path, (routes, of) in lists.items():
        for index, route in enumerate(routes or ()):
            if route["gateway"] is not None:
                version = ip_network(route["destination"]).version
                yield (*path, index, "gateway"), route["gateway"], of, version


def _homes(network: Mapping[str, Any], of: Mapping[str, Any], path: Path) -> list[Net]:
    """Give where a next hop may be: the subnet, or the network, its subnets, and the net of a node's own address."""
    if of is not network:
        return addresses.nets(of)
    homes = [net for each in (network, *network["subnets"].values()) for net in addresses.nets(each)]
    texts = [text for own in network["perNode"].values() for text in own["address"] if "/" in text]
    if "perNode" in path or "nodeRoutes" in path or "routes" in path:
        homes += [ip_interface(text).network for text in texts if text[0] != "." and "[" not in text]
    return homes


def _hop(
    path: Path,
    text: str,
    of: Mapping[str, Any],
    networks: Mapping[str, Any],
    *,
    family: int | None,
    homes: list[Net],
) -> Iterator[Found]:
    parsed = addresses.parse(text)
    if not of["cidr"] and parsed.absolute is None and parsed.network is None:
        return  # said of the network
    versions = {ip_network(each).version for each in of["cidr"]}
    if family is not None and parsed.absolute is None and parsed.network is None and family not in versions:
        yield path, f"its destination is IPv{family}, and the network has no CIDR of that", _FITS
        return
    try:
        found = ip_address(addresses.address(of, text, networks=networks, family=family))
    except ValueError as error:
        yield path, str(error), _FITS
        return
    if family is not None and found.version != family:
        yield path, f"{found} leads to no destination of IPv{family}", _FITS
    elif homes and not any(found in net for net in homes):
        yield path, f"{found} lies outside {' and '.join(map(str, homes))}", _FITS
