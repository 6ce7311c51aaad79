"""The subnets that a network's hosts are in: its own, or one a rack or site; pure arithmetic."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.profile import addresses
from openstack_k8s_cli.profile.addresses import Net


@dataclass(frozen=True, slots=True)
class Route:
    """A route, resolved."""

    destination: str
    gateway: str | None
    spec: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Subnet:
    """One subnet, resolved."""

    name: str
    net: Net
    gateway: str | None
    vlan: int | None
    ranges: tuple[tuple[str, str], ...]
    """First and last addresses of its hosts."""
    routes: tuple[Route, ...]

    @property
    def cidr(self) -> str:
        """The CIDR as text."""
        return str(self.net)


_PLAIN: Mapping[str, Any] = {"cidr": (), "gateway": None, "vlan": None, "hosts": None, "routes": None}


def subnets(network: Mapping[str, Any]) -> tuple[Subnet, ...]:
    """List a network's subnets, from filled values; ValueError where an address lies outside."""
    together = list(_nets(network))
    return tuple(_subnet(name, entry, net, network, together) for name, entry, net in together)


def between(network: Mapping[str, Any], family: int) -> list[Route]:
    """List the routes that lead from the network's own CIDR to its other subnets, by its router."""
    own = addresses.cidr(network, family=family)
    siblings = [net for _, _, net in _nets(network)]
    if network["router"] is None or network["local"] or own not in siblings:
        return []
    router = addresses.address(network, network["router"], family=family)
    return [Route(str(net), router, {}) for net in siblings if net.version == family and net != own]


def _nets(network: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], Net]]:
    if not network["subnets"]:
        for index, net in enumerate(addresses.nets(network)):
            yield f"subnet{index + 1}", _PLAIN, net
    for name, entry in network["subnets"].items():
        for index, net in enumerate(addresses.nets(entry if entry["cidr"] else network)):
            yield (f"{name}-{net.version}" if index else name), entry, net


def _subnet(
    name: str,
    entry: Mapping[str, Any],
    net: Net,
    network: Mapping[str, Any],
    siblings: list[tuple[str, Mapping[str, Any], Net]],
) -> Subnet:
    here = {"cidr": [str(net)]}
    gateway = next(
        (found for text in _gateways(entry, network) if (found := _inside(here, text, net)) is not None), None
    )
    hosts = entry["hosts"] or network["slices"]["hosts"]
    return Subnet(
        name,
        net,
        gateway,
        entry["vlan"] or network["vlan"],
        tuple(addresses.span(here, addresses.of_family(hosts, net.version))),
        tuple(_routes(entry, here, net, network, siblings)),
    )


def _gateways(entry: Mapping[str, Any], network: Mapping[str, Any]) -> list[str]:
    return [entry["gateway"]] if entry["gateway"] else list(network["gateway"])


def _inside(here: Mapping[str, Any], text: str, net: Net) -> str | None:
    """Resolve an address in a subnet; None: it is of another one, or of another family."""
    parsed = addresses.parse(text)
    if parsed.absolute is not None:
        return str(parsed.absolute) if parsed.absolute in net else None
    return addresses.address(here, text) if parsed.network is None else None


def _routes(
    entry: Mapping[str, Any],
    here: Mapping[str, Any],
    net: Net,
    network: Mapping[str, Any],
    siblings: list[tuple[str, Mapping[str, Any], Net]],
) -> Iterator[Route]:
    given = network["hostRoutes"] + network["routes"] if entry["routes"] is None else entry["routes"]
    for route in given:
        if route["gateway"] and addresses.parse_net(route["destination"]).version == net.version:
            yield Route(route["destination"], addresses.address(here, route["gateway"]), route["spec"])
    if network["router"] is not None and entry["routes"] is None:
        router = addresses.address(here, network["router"])
        for _, _, other in siblings:
            if other != net and other.version == net.version:
                yield Route(str(other), router, {})
