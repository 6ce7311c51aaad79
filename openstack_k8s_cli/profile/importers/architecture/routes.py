"""Routes: of hosts, of pods, and of the nodes by the interfaces that they leave by."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.profile.importers.architecture import spans
from openstack_k8s_cli.profile.importers.draft import Draft

_ROUTE = {"destination", "next-hop-address", "next-hop-interface"}


class Carried(Protocol):
    """What is known of the networks that were carried over."""

    cidrs: dict[str, str]
    devices: dict[str, str]
    routers: set[str]


def of_hosts(subnet: Mapping[str, Any], cidr: str | None) -> list[dict[str, Any]]:
    """Give the routes of a subnet's hosts."""
    given = [each for each in subnet.get("routes") or () if isinstance(each, Mapping)]
    return [
        {"destination": spans.cidr(each["destination"]), "gateway": spans.short(cidr, each.get("nexthop"))}
        for each in given
    ]


def of_pods(ipam: Mapping[str, Any], cidr: str | None) -> list[dict[str, Any]]:
    """Give the routes that pods get."""
    found = []
    for each in ipam.get("routes") or ():
        way = {"gateway": spans.short(cidr, each["gw"])} if each.get("gw") else {}
        found.append({"destination": spans.cidr(each.get("dst")), **way})
    return found


def of_node(
    route: Mapping[str, Any], cidr: str | None, usual: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Give a route of a node without its interface; what nmstate is told besides is its `spec`."""
    more = {key: value for key, value in route.items() if key not in {*_ROUTE, *(usual or ())}}
    way = spans.short(cidr, route.get("next-hop-address"))
    return {
        "destination": spans.cidr(route.get("destination")),
        "gateway": way,
        **({"spec": more} if more else {}),
    }


def router(subnets: Sequence[Mapping[str, Any]]) -> str | None:
    """Give the router between subnets, as the same number in each, where each one's routes lead to all others by it."""
    cidrs = [spans.cidr(each.get("cidr")) for each in subnets]
    hops = set()
    for own, each in zip(cidrs, subnets, strict=True):
        listed = [one for one in each.get("routes") or () if isinstance(one, Mapping)]
        if {spans.cidr(one.get("destination")) for one in listed} != {one for one in cidrs if one != own}:
            return None
        hops |= {spans.short(own, one.get("nexthop")) for one in listed}
    return hops.pop() if len(hops) == 1 and len(cidrs) > 1 else None


def carry(values: Mapping[str, Any], made: Carried, draft: Draft) -> None:
    """Put the routes of the nodes into the networks that they leave by."""
    listed = (
        get(values, "routes", "config") if isinstance(values.get("routes"), Mapping) else values.get("routes")
    )
    given = [each for each in listed or () if isinstance(each, Mapping)]
    usual = _usual(given)
    if usual:
        draft.set("networks.policies.route", usual)
    found: dict[str, list[dict[str, Any]]] = {}
    for each in given:
        name = made.devices.get(str(each.get("next-hop-interface")))
        if name is None:
            text = f"{each.get('destination')} by {each.get('next-hop-interface')}"
            draft.lose(
                f"network-values: routes: {text}",
                "no network has the interface",
                "`networks.NAME.nodeRoutes`",
            )
        elif name not in made.routers:
            found.setdefault(name, []).append(of_node(each, made.cidrs.get(name), usual))
    for name, routes in found.items():
        draft.set(f"networks.{name}.nodeRoutes", routes)


def _usual(given: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Give what all routes have besides, such as a table."""
    counted = Counter((key, value) for each in given for key, value in each.items() if key not in _ROUTE)
    return {key: value for (key, value), count in counted.items() if count == len(given)}
