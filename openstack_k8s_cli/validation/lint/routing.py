"""Next hops and gateways that nothing reaches: outside of every network of the interface they are on."""

from collections.abc import Iterator
from typing import Any

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.validation.findings import Item, Path, Severity
from openstack_k8s_cli.validation.lint.objects import POLICY, Found, Objects, rows
from openstack_k8s_cli.validation.lint.ranges import Address, Network, address, attachments, network, subnets

_CODE = "OSK0829"
_FAMILIES = {4: "ipv4", 6: "ipv6"}


def check(objects: Objects) -> Iterator[Found]:
    """Compare the hops of NetConfigs, attachment definitions and node policies with their networks."""
    for subnet in subnets(objects):
        for path, route in rows(subnet.item, *subnet.path, "routes"):
            hop = address(route.get("nexthop"))
            if subnet.cidr and _is_lost(hop, (subnet.cidr,)):
                message = f"the next hop {hop} is outside of {subnet.cidr} of {subnet}"
                yield Found(_CODE, subnet.item, (*path, "nexthop"), message)
        for path, excluded in subnet.excluded:
            if subnet.cidr and excluded not in subnet.cidr:
                yield Found(_CODE, subnet.item, path, f"{excluded} is outside of {subnet.cidr} of {subnet}")
    yield from _attachments(objects)
    for item in objects.last(POLICY):
        yield from _policy(item)


def _attachments(objects: Objects) -> Iterator[Found]:
    for each in attachments(objects):
        homes = tuple(net for net in map(network, each.networks) if net)
        for hop in map(address, _hops(each.config.get("ipam"))):
            if _is_lost(hop, homes):
                message = f"the gateway {hop} is outside of {_listed(homes)}"
                yield Found(_CODE, each.item, each.path, message)


def _hops(ipam: Any) -> Iterator[Any]:
    yield get(ipam, "gateway")
    routes = get(ipam, "routes")
    yield from (get(each, "gw") for each in routes) if isinstance(routes, list) else ()


def _policy(item: Item) -> Iterator[Found]:
    """Judge a hop only where all addresses of its interface stand in the policy.

    A warning: NetworkManager takes the hop for a neighbour of the node, which may even be true.
    """
    homes = dict(_homes(item))
    for path, route in rows(item, "spec", "desiredState", "routes", "config"):
        hop = address(route.get("next-hop-address"))
        own = homes.get((str(route.get("next-hop-interface")), hop.version)) if hop else None
        if own and route.get("state") != "absent" and _is_lost(hop, own):
            name = route["next-hop-interface"]
            message = f"the next hop {hop} is outside of {_listed(own)}, the addresses of `{name}`"
            yield Found(_CODE, item, (*path, "next-hop-address"), message, Severity.WARNING)


def _homes(item: Item) -> Iterator[tuple[tuple[str, int], tuple[Network, ...]]]:
    for path, each in rows(item, "spec", "desiredState", "interfaces"):
        for version, family in _FAMILIES.items():
            if not (get(each, family, "dhcp") or get(each, family, "autoconf")):
                yield (str(each.get("name")), version), tuple(_networks(item, (*path, family, "address")))


def _networks(item: Item, path: Path) -> Iterator[Network]:
    for _, row in rows(item, *path):
        net = network(f"{row.get('ip')}/{row.get('prefix-length')}")
        if net:
            yield net


def _is_lost(hop: Address | None, homes: tuple[Network, ...]) -> bool:
    """Tell whether a hop is outside of every network of its family; link-local ones are everywhere."""
    own = [net for net in homes if hop and net.version == hop.version]
    return hop is not None and not hop.is_link_local and bool(own) and not any(hop in net for net in own)


def _listed(homes: tuple[Network, ...]) -> str:
    return " and ".join(map(str, homes))
