"""What applying would change in an object, field by field, from a dry run's answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.model.objects import Body

MASK = "•••"
"""Stands for a secret value."""

_SERVER_OWNED = frozenset(
    {
        "managedFields",
        "resourceVersion",
        "generation",
        "uid",
        "creationTimestamp",
        "selfLink",
        "deletionTimestamp",
    }
)
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that changes."""

    path: str
    """Such as `spec.services[nova].replicas`."""
    before: Any
    """None: not set."""
    after: Any
    """None: taken away."""


def differences(live: Body | None, dry: Body, *, applied: Body | None = None) -> tuple[Difference, ...]:
    """Compare an object with the answer to a dry run.

    For one that is not there (`live` None) `applied`, when given, narrows the list to what the profile says,
    without the server's defaults. Values of a Secret are masked.
    """
    after = applied if live is None and applied is not None else dry
    found = tuple(_walk("", _comparable(live or {}), _comparable(after)))
    return tuple(_masked(each) for each in found) if dry.get("kind") == "Secret" else found


def _comparable(body: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in body.items() if key not in {"status", "apiVersion", "kind"}}
    meta = body.get("metadata")
    if isinstance(meta, Mapping):
        kept["metadata"] = {key: value for key, value in meta.items() if key not in _SERVER_OWNED}
    return kept


def _walk(path: str, before: Any, after: Any) -> Iterator[Difference]:
    sides = [each for each in (before, after) if each is not _MISSING]
    if any(sides) and all(isinstance(each, Mapping) for each in sides):
        yield from _walk_keys(path, *({} if each is _MISSING else each for each in (before, after)))
    elif (
        isinstance(before, list) and isinstance(after, list) and (named := _named(before, after)) is not None
    ):
        for name in named[0] | named[1]:
            yield from _walk(f"{path}[{name}]", named[0].get(name, _MISSING), named[1].get(name, _MISSING))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _walk(f"{path}[{index}]", one, other)
    elif before is _MISSING or after is _MISSING or before != after:
        yield Difference(path, None if before is _MISSING else before, None if after is _MISSING else after)


def _walk_keys(path: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for key in sorted(before.keys() | after.keys()):
        inner = f"{path}.{key}" if path else key
        yield from _walk(inner, before.get(key, _MISSING), after.get(key, _MISSING))


def _named(before: list[Any], after: list[Any]) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Key lists of things with unique names; None for any other list."""
    keyed: list[dict[str, Any]] = []
    for items in (before, after):
        names = [item.get("name") if isinstance(item, Mapping) else None for item in items]
        if None in names or len(set(names)) < len(names):
            return None
        keyed.append({str(name): item for name, item in zip(names, items, strict=True)})
    return keyed[0], keyed[1]


def _masked(difference: Difference) -> Difference:
    if difference.path.partition(".")[0] not in {"data", "stringData"}:
        return difference
    before, after = (None if value is None else MASK for value in (difference.before, difference.after))
    return Difference(difference.path, before, after)
