"""Interfaces that attachments and advertisements name, and how VLANs and MTUs of one network fit together."""

from collections.abc import Iterator

from openstack_k8s_cli.model.objects import ObjectId, get
from openstack_k8s_cli.validation.findings import Item, Path, Severity
from openstack_k8s_cli.validation.lint import placeholders
from openstack_k8s_cli.validation.lint.objects import Found, Objects, rows, texts
from openstack_k8s_cli.validation.lint.ranges import (
    Subnet,
    address,
    attachments,
    interfaces,
    number,
    subnets,
)

_PARENTS = {
    "macvlan": "master",
    "ipvlan": "master",
    "vlan": "master",
    "bridge": "bridge",
}
"""By plugin, the key that names an interface of the node."""


def check(objects: Objects) -> Iterator[Found]:
    """Compare what is built on interfaces with the policies that make them."""
    known = _known(objects)
    if known:
        yield from _parents(objects, known)
    yield from _networks(objects)
    yield from _children(objects)
    yield from _tags(objects)


def _known(objects: Objects) -> dict[str, int | None]:
    """Give the names of interfaces that policies define or build on, and the MTU where it is said."""
    found: dict[str, int | None] = {}
    for item, path, each in interfaces(objects):
        found[str(each.get("name"))] = number(each.get("mtu"))
        for _, port in rows(item, *path, "bridge", "port"):
            found.setdefault(str(port.get("name")), None)
        for _, name in texts(item, *path, "link-aggregation", "port"):
            found.setdefault(name, None)
        base = get(each, "vlan", "base-iface")
        if base:
            found.setdefault(str(base), None)
    return found


def _parents(objects: Objects, known: dict[str, int | None]) -> Iterator[Found]:
    for each in attachments(objects):
        key = _PARENTS.get(str(each.config.get("type")), "")
        name = each.config.get(key)
        if not isinstance(name, str) or not name or placeholders.has(name):
            continue
        if name not in known:
            yield Found("OSK0826", each.item, each.path, f"`{key}` is `{name}`, which no node policy defines")
        mtu, below = number(each.config.get("mtu")), known.get(name)
        if mtu and below and mtu > below:
            yield Found("OSK0828", each.item, each.path, f"MTU {mtu} is larger than {below} of `{name}`")
    for item in objects.last("L2Advertisement"):
        for path, name in texts(item, "spec", "interfaces"):
            if name not in known and not placeholders.has(name):
                yield Found("OSK0835", item, path, f"no node policy defines the interface `{name}`")


def _networks(objects: Objects) -> Iterator[Found]:
    known = subnets(objects)
    for item, path, each in interfaces(objects):
        for subnet in _subnets_of(item, path, known):
            vlan = number(get(each, "vlan", "id"))
            name = each.get("name")
            if vlan is not None and subnet.vlan is not None and vlan != subnet.vlan:
                message = f"`{name}` has VLAN {vlan}, the NetConfig has {subnet.vlan} for {subnet}"
                yield Found("OSK0827", item, (*path, "vlan", "id"), message)
            mtu = number(each.get("mtu"))
            if mtu and subnet.mtu and subnet.mtu > mtu:
                message = f"`{name}` has MTU {mtu}, the NetConfig has {subnet.mtu} for {subnet.network}"
                yield Found("OSK0828", item, (*path, "mtu"), message)


def _subnets_of(item: Item, path: Path, known: list[Subnet]) -> list[Subnet]:
    given = [
        found
        for family in ("ipv4", "ipv6")
        for _, each in rows(item, *path, family, "address")
        if (found := address(each.get("ip")))
    ]
    return [each for each in known if each.cidr and any(found in each.cidr for found in given)]


def _children(objects: Objects) -> Iterator[Found]:
    mtus = {
        (item.id, str(each.get("name"))): number(each.get("mtu")) for item, _, each in interfaces(objects)
    }
    vlans: dict[tuple[ObjectId, str, int], str] = {}
    for item, path, each in interfaces(objects):
        base, vlan = get(each, "vlan", "base-iface"), number(get(each, "vlan", "id"))
        name, mtu = str(each.get("name")), number(each.get("mtu"))
        below = mtus.get((item.id, str(base)))
        if mtu and below and mtu > below:
            message = f"MTU {mtu} of `{name}` is larger than {below} of `{base}` below it"
            yield Found("OSK0828", item, (*path, "mtu"), message)
        first = name if vlan is None or not base else vlans.setdefault((item.id, str(base), vlan), name)
        if first != name:
            message = f"VLAN {vlan} on `{base}` is also `{first}`'s"
            yield Found("OSK0827", item, (*path, "vlan", "id"), message)


def _tags(objects: Objects) -> Iterator[Found]:
    seen: dict[tuple[ObjectId, int], str] = {}
    for subnet in subnets(objects):
        if subnet.vlan is None:
            continue
        first = seen.setdefault((subnet.item.id, subnet.vlan), subnet.network)
        if first != subnet.network:
            message = f"VLAN {subnet.vlan} of {subnet} is also that of `{first}`"
            yield Found("OSK0827", subnet.item, (*subnet.path, "vlan"), message, Severity.WARNING)
