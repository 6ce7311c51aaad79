"""Addresses that two have: nodes, hosts, machines' MACs, load balancers that do not share."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.validation.lint.balancers import balancers
from openstack_k8s_cli.validation.lint.objects import Found, Objects
from openstack_k8s_cli.validation.lint.ranges import Address, Given, of_hosts, of_nodes

if TYPE_CHECKING:
    from openstack_k8s_cli.validation.findings import Item, Path

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
    holders: dict[Any, list[tuple[Item, Path, str | None]]] = defaultdict(list)
    for each in balancers(objects):
        for address in each.addresses:
            holders[address].append((each.item, each.path, each.sharing))
    for address, some in holders.items():
        first = some[0]
        for item, path, sharing in some[1:]:
            if item.id == first[0].id and path == first[1]:
                continue
            if sharing is None or sharing != first[2]:
                message = (
                    f"{address} is asked for twice, and `allow-shared-ip` is not the same in both places"
                )
                yield Found("OSK0825", item, path, message)
