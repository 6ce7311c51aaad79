"""Addresses that two have: nodes, hosts, machines' MACs, load balancers that do not share."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.validation.lint.balancers import Balancer, balancers
from openstack_k8s_cli.validation.lint.objects import CONTROL_PLANE, Found, Objects, rows
from openstack_k8s_cli.validation.lint.ranges import Address, Given, of_hosts, of_nodes

if TYPE_CHECKING:
    from openstack_k8s_cli.validation.findings import Item

_ALIKE = ("glanceAPIs", "cellTemplates", "templates", "service")
"""Fields of a control plane whose keys are instances, or endpoints, of one service: all listen on the same port."""
_BRIDGES = ("linux-bridge", "ovs-bridge")


def check(objects: Objects) -> Iterator[Found]:
    """Find addresses that are given twice; the same bridge on every node may have one address."""
    seen: dict[Address, Given] = {}
    for each in (*of_nodes(objects), *of_hosts(objects)):
        first = seen.setdefault(each.address, each)
        if first.holder != each.holder and not _is_local(first, each):
            message = f"{each.address} is also the address of {first.holder} ({first.item.id})"
            yield Found("OSK0825", each.item, each.path, message)
    yield from _machines(objects)
    yield from _balancers(objects)


def _is_local(one: Given, other: Given) -> bool:
    """Tell whether two addresses are of one bridge that every node has for itself: pods' gateway."""
    return one.kind in _BRIDGES and other.kind in _BRIDGES and one.interface == other.interface


def _machines(objects: Objects) -> Iterator[Found]:
    seen: dict[str, Item] = {}
    for item in objects.last("BareMetalHost"):
        mac = str(get(item.body, "spec", "bootMACAddress") or "").lower()
        first = seen.setdefault(mac, item) if ":" in mac else item
        if first is not item:
            message = f"{mac} is also the boot address of {first.id}"
            yield Found("OSK0825", item, ("spec", "bootMACAddress"), message)


def _balancers(objects: Objects) -> Iterator[Found]:
    holders: dict[Address, list[Balancer]] = defaultdict(list)
    for each in balancers(objects):
        for address in each.addresses:
            holders[address].append(each)
    for address, some in holders.items():
        for at, each in enumerate(some):
            others = [one for one in some[:at] if (one.item.id, one.path) != (each.item.id, each.path)]
            if others and (each.sharing is None or each.sharing != others[0].sharing):
                message = (
                    f"{address} is asked for twice, and `allow-shared-ip` is not the same in both places"
                )
                yield Found("OSK0825", each.item, each.path, message)
            elif any(_ports(one) & _ports(each) for one in others):
                message = f"{address} is asked for twice with one port, and only one gets it"
                yield Found("OSK0825", each.item, each.path, message)


def _ports(balancer: Balancer) -> set[object]:
    """Tell what a balancer listens on: a Service's ports, or one word for all alike in a control plane."""
    if balancer.item.id.kind == "Service":
        rows_ = (row for _, row in rows(balancer.item, "spec", "ports"))
        return {(str(row.get("port")), str(row.get("protocol") or "TCP")) for row in rows_}
    if balancer.item.id.kind != CONTROL_PLANE:
        return set()
    words = list(balancer.path)
    for at, word in enumerate(words[:-1]):
        if word in _ALIKE:
            words[at + 1] = "*"
    return {tuple(words)}
