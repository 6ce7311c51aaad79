"""Ranges that collide: pools, allocation ranges, attachments' ranges, CIDRs."""

from collections.abc import Iterator
from itertools import combinations

from openstack_k8s_cli.validation.lint.objects import Found, Objects, together
from openstack_k8s_cli.validation.lint.ranges import subnets
from openstack_k8s_cli.validation.lint.spans import ATTACHED, POOLED, Span, spans


def check(objects: Objects) -> Iterator[Found]:
    """Compare every range with every other."""
    for one, other in combinations(spans(objects), 2):
        if one.range.meets(other.range):
            yield from _collision(one, other)
    yield from _cidrs(objects)


def _collision(one: Span, other: Span) -> Iterator[Found]:
    sorts = {one.sort, other.sort}
    if one.item.id == other.item.id and sorts == {ATTACHED}:
        return
    if sorts == {ATTACHED} and one.range == other.range:
        return  # whereabouts shares a range between definitions on purpose
    if POOLED not in sorts and not together(one.item.id.namespace, other.item.id.namespace):
        return  # another cloud's networks are its own
    code = "OSK0823" if ATTACHED in sorts else "OSK0822"
    yield Found(code, other.item, other.path, f"{other} overlaps {one}")


def _cidrs(objects: Objects) -> Iterator[Found]:
    known = [each for each in subnets(objects) if each.cidr]
    for one, other in combinations(known, 2):
        if one.cidr and other.cidr and one.item.id == other.item.id and one.cidr.overlaps(other.cidr):
            message = f"{other.cidr} of {other} overlaps {one.cidr} of {one}"
            yield Found("OSK0830", other.item, (*other.path, "cidr"), message)
