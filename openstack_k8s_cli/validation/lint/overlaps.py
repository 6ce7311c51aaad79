"""Ranges that collide: pools, allocation ranges, attachments' ranges, nodes' own addresses, CIDRs."""

from collections.abc import Iterator
from itertools import combinations

from openstack_k8s_cli.validation.findings import Item, Path
from openstack_k8s_cli.validation.lint.objects import Found, Objects, together
from openstack_k8s_cli.validation.lint.ranges import Range, attachments, of_nodes, pools, subnets

_Named = tuple[str, str, Item, Path, Range]
"""Sort, name, object, field, range."""


def check(objects: Objects) -> Iterator[Found]:
    """Compare every range with every other, and with the addresses of nodes."""
    given = [*_allocated(objects), *_pooled(objects), *_attached(objects)]
    for one, other in combinations(given, 2):
        if one[4].meets(other[4]):
            yield from _collision(one, other)
    for node in of_nodes(objects):
        for sort, name, item, _, span in given:
            if span.has(node.address):
                message = f"{node.address} of the node's {node.interface} is in {span} of {sort} {name}"
                yield Found("OSK0824", node.item, node.path, f"{message} ({item.id.kind})")
    yield from _cidrs(objects)


def _allocated(objects: Objects) -> Iterator[_Named]:
    for subnet in subnets(objects):
        for path, span in subnet.ranges:
            yield "allocation range", str(subnet), subnet.item, path, span


def _pooled(objects: Objects) -> Iterator[_Named]:
    for item, path, span in pools(objects):
        yield "pool", item.id.name, item, path, span


def _attached(objects: Objects) -> Iterator[_Named]:
    for each in attachments(objects):
        for span in each.ranges:
            yield "attachment", f"{each.item.id.namespace}/{each.item.id.name}", each.item, each.path, span


def _collision(one: _Named, other: _Named) -> Iterator[Found]:
    sorts = {one[0], other[0]}
    if one[2].id == other[2].id and sorts == {"attachment"}:
        return
    if sorts == {"attachment"} and one[4] == other[4]:
        return  # whereabouts shares a range between definitions on purpose
    if "pool" not in sorts and not together(one[2].id.namespace, other[2].id.namespace):
        return  # another cloud's networks are its own
    code = "OSK0823" if "attachment" in sorts else "OSK0822"
    message = f"{other[4]} of {other[0]} {other[1]} overlaps {one[4]} of {one[0]} {one[1]}"
    yield Found(code, other[2], other[3], message)


def _cidrs(objects: Objects) -> Iterator[Found]:
    known = [each for each in subnets(objects) if each.cidr]
    for one, other in combinations(known, 2):
        if one.cidr and other.cidr and one.item.id == other.item.id and one.cidr.overlaps(other.cidr):
            message = f"{other.cidr} of {other} overlaps {one.cidr} of {one}"
            yield Found("OSK0830", other.item, (*other.path, "cidr"), message)
