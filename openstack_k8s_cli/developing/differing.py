"""Two forms of one CustomResourceDefinition: which fields and versions differ."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.model.objects import Body, get

Schema = Mapping[str, Any]
Path = tuple[str, ...]
"""Names of fields; `[]` is any element of a list, `*` any key of a mapping."""

_NESTED = frozenset({"properties", "items", "additionalProperties"})
_LOOKS = ("additionalPrinterColumns", "subresources", "served", "storage", "deprecated")


@dataclass(frozen=True, slots=True)
class Difference:
    """What a CRD would change of the one that is in the cluster."""

    name: str
    kind: str
    fresh: bool = False
    """Whether the cluster has none of this name."""
    added: tuple[Path, ...] = ()
    """The topmost of the fields that are new, of all versions together."""
    removed: tuple[Path, ...] = ()
    changed: tuple[Path, ...] = ()
    """Fields that are there in both, with another type, default or rule."""
    versions: tuple[str, ...] = ()
    """Versions that are new."""
    gone: tuple[str, ...] = ()
    """Versions that the cluster serves and this CRD does not."""
    other: bool = False
    """Whether something besides differs: columns, names, subresources."""

    @property
    def is_none(self) -> bool:
        """Whether the cluster has it as it is."""
        return self == Difference(self.name, self.kind)


def difference(before: Body | None, after: Body) -> Difference:
    """Compare a CRD of the cluster with another form of it; descriptions do not count."""
    name, kind = after["metadata"]["name"], after["spec"]["names"]["kind"]
    if before is None:
        return Difference(name, kind, fresh=True)
    old, new = versions(before), versions(after)
    found: dict[str, dict[Path, None]] = {"added": {}, "removed": {}, "changed": {}}
    for version in old.keys() & new.keys():
        for what, path in _differences(schema(old[version]), schema(new[version]), ()):
            found[what][path] = None
    added, removed, changed = (tuple(sorted(found[what])) for what in ("added", "removed", "changed"))
    served = {each for each, body in old.items() if body.get("served")}
    gone = tuple(sorted(each for each in served if not new.get(each, {}).get("served")))
    fresh = tuple(sorted(new.keys() - old.keys()))
    return Difference(name, kind, False, added, removed, changed, fresh, gone, _other(before, after))


def versions(crd: Body) -> dict[str, Body]:
    """Give a CRD's versions by name."""
    return {each["name"]: each for each in get(crd, "spec", "versions") or ()}


def schema(version: Body) -> Schema:
    """Give a version's schema."""
    return get(version, "schema", "openAPIV3Schema") or {}


def shown(path: Path) -> str:
    """Write a path as the API server does: `spec.cells[*].replicas` with its lists and mappings marked."""
    return ".".join(path).replace(".[]", "[]")


def _differences(old: Schema, new: Schema, path: Path) -> Iterator[tuple[str, Path]]:
    before, after = below(old), below(new)
    yield from (("added", (*path, each)) for each in after if each not in before)
    yield from (("removed", (*path, each)) for each in before if each not in after)
    if _own(old) != _own(new):
        yield "changed", path
    for name, each in before.items():
        if name in after:
            yield from _differences(each, after[name], (*path, name))


def below(node: Schema) -> dict[str, Schema]:
    """Give the schemas below one, by the names that paths have for them."""
    found = {name: each for name, each in (node.get("properties") or {}).items() if isinstance(each, Mapping)}
    for word, name in (("items", "[]"), ("additionalProperties", "*")):
        each = node.get(word)
        if isinstance(each, Mapping):
            found[name] = each
    return found


def _own(node: Schema) -> dict[str, Any]:
    """Give what a schema says of its own value; what is required is in no order."""
    own = {
        key: plain(each)
        for key, each in node.items()
        if key not in _NESTED and not (key == "description" and isinstance(each, str))
    }
    if node.get("additionalProperties") is True:
        own["additionalProperties"] = True
    return own | {"required": sorted(node["required"])} if node.get("required") else own


def plain(value: Any) -> Any:
    """Drop descriptions from what a schema says besides its fields."""
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items() if key != "description"}
    return [plain(each) for each in value] if isinstance(value, list) else value


def _other(before: Body, after: Body) -> bool:
    old, new = versions(before), versions(after)
    if any(
        (old[each].get(word) or None) != (new[each].get(word) or None)
        for each in old.keys() & new.keys()
        for word in _LOOKS
    ):
        return True
    here, there = before["spec"], after["spec"]
    names = {key: each for key, each in there["names"].items() if each}
    return here.get("scope") != there.get("scope") or any(
        here["names"].get(key) != each for key, each in names.items()
    )
