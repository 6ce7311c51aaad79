"""Which other kinds embed a schema that changes: a field that is new in a service is not known there before they change too.

OpenStackControlPlane has the specs of the services as `spec.SERVICE.template`, without a few fields that it fills itself:
a place embeds a spec if it is named after the kind, has no field that the spec has not, and most of them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.developing import differing
from openstack_k8s_cli.developing.differing import Path, Schema
from openstack_k8s_cli.model.objects import Body

EMBEDDERS = (
    "openstackcontrolplanes.core.openstack.org",
    "openstackdataplanenodesets.dataplane.openstack.org",
)
"""CRDs that have schemas of other operators within their own."""

_MOST = 0.6
"""Part of the fields that a place has to have."""
_LEAST = 3
"""Fields, and letters of a name; fewer are alike by chance."""
_TEMPLATE = re.compile(r"templates?$")


@dataclass(frozen=True, slots=True)
class Embedded:
    """A kind that has the schema of another one within its own, and not the fields that are new there."""

    name: str
    """The CRD's."""
    kind: str
    fields: tuple[Path, ...]
    """As they would be called there."""

    @property
    def words(self) -> str:
        """Name kind and fields."""
        return f"{self.kind}: {', '.join(map(differing.shown, self.fields))}"


def embedded(before: Body, added: Iterable[Path], others: Iterable[Body]) -> Iterator[Embedded]:
    """Find who embeds a kind's spec, in its form before, and lacks the fields that are added to it."""
    wanted = [path[1:] for path in added if path[0] == "spec" and path[1:]]
    names = frozenset[str]().union(*(_properties(spec) for spec in _specs(before)))
    if not wanted or len(names) < _LEAST:
        return
    for crd in others:
        if crd["metadata"]["name"] == before["metadata"]["name"]:
            continue
        places = {
            place: node for place, node in _places(crd) if _is_like(node, names) and _is_named(place, before)
        }
        lacking = {
            (*place, *path): None for place, node in places.items() for path in wanted if _lacks(node, path)
        }
        if lacking:
            yield Embedded(crd["metadata"]["name"], crd["spec"]["names"]["kind"], tuple(lacking))


def _specs(crd: Body) -> Iterator[Schema]:
    for version in differing.versions(crd).values():
        yield differing.below(differing.schema(version)).get("spec") or {}


def _properties(node: Schema) -> frozenset[str]:
    found: Mapping[str, Any] = node.get("properties") or {}
    return frozenset(found)


def _places(crd: Body) -> Iterator[tuple[Path, Schema]]:
    for spec in _specs(crd):
        yield from _walk(spec, ("spec",))


def _walk(node: Schema, path: Path) -> Iterator[tuple[Path, Schema]]:
    for name, each in differing.below(node).items():
        yield (*path, name), each
        yield from _walk(each, (*path, name))


def _is_like(node: Schema, names: frozenset[str]) -> bool:
    own = _properties(node)
    return len(own) >= max(_LEAST, _MOST * len(names)) and own <= names


def _is_named(place: Path, crd: Body) -> bool:
    """Tell whether a place is called as the kind is, or as its group: `spec.galera.templates`, `spec.ovn.template`."""
    called = (crd["spec"]["names"]["kind"].lower(), crd["spec"]["group"].partition(".")[0])
    parts = [_TEMPLATE.sub("", part.lower()) for part in place[1:]]
    return any(len(part) >= _LEAST and any(part in name for name in called) for part in parts)


def _lacks(node: Schema, path: Path) -> bool:
    """Tell whether a place has what a field is in, and not the field."""
    for name in path[:-1]:
        below = differing.below(node)
        if name not in below:
            return False
        node = below[name]
    return path[-1] not in differing.below(node)
