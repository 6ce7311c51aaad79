"""Server-side apply as the fake does it: maps merge by key, lists are one value, managers own leaves."""

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, FieldConflict
from openstack_k8s_cli.model.objects import Body

Path = tuple[str, ...]
Owners = dict[str, frozenset[Path]]
"""Per `manager/operation`: the leaves it owns."""

_IDENTITY = frozenset(
    {"name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp"}
    | {"managedFields", "deletionGracePeriodSeconds"}
)


def leaves(body: Mapping[str, Any]) -> dict[Path, Any]:
    """Flatten what can be owned: all but the identity and the status."""
    flat: dict[Path, Any] = {}
    for key, value in body.items():
        if key == "metadata":
            kept = {name: each for name, each in value.items() if name not in _IDENTITY}
            if "finalizers" in kept:
                kept["finalizers"] = dict.fromkeys(kept["finalizers"], True)
            _flatten(kept, (key,), flat)
        elif key not in {"apiVersion", "kind", "status"}:
            _flatten(value, (key,), flat)
    return flat


def _flatten(value: Any, path: Path, flat: dict[Path, Any]) -> None:
    if isinstance(value, dict) and value:
        for key, each in value.items():
            _flatten(each, (*path, key), flat)
    elif not (isinstance(value, dict) and path == ("metadata",)):
        flat[path] = value


def apply(live: Body, body: Body, owners: Owners, *, manager: str, force: bool) -> tuple[Body, Owners]:
    """Merge a body into the live object; OWNED_FIELDS names what another manager holds."""
    wanted, there = leaves(body), leaves(live)
    me = f"{manager}/Apply"
    held = [
        (other, path)
        for other, paths in owners.items()
        if other != me
        for path in sorted(paths)
        if path in wanted and there.get(path) != wanted[path]
    ]
    if held and not force:
        raise _conflict(held)
    others = {other: paths - {path for _, path in held} for other, paths in owners.items() if other != me}
    shared = frozenset().union(*others.values())
    dropped = owners.get(me, frozenset()) - wanted.keys() - shared
    merged = copy.deepcopy(live)
    for path in dropped:
        _remove(merged, path)
    for path, value in wanted.items():
        _put(merged, path, value)
    left = {other: paths for other, paths in others.items() if paths}
    return merged, {**left, me: frozenset(wanted)}


def written(before: Body, after: Body, owners: Owners, manager: str) -> Owners:
    """Give who owns what after a plain write: the writer owns each leaf that it changed."""
    old, new = leaves(before), leaves(after)
    changed = {path for path, value in new.items() if old.get(path) != value or path not in old}
    me = f"{manager}/Update"
    result = {other: (paths - changed) & new.keys() for other, paths in owners.items()}
    result[me] = (result.get(me, frozenset()) | changed) & new.keys()
    return {other: paths for other, paths in result.items() if paths}


def _conflict(held: Iterable[tuple[str, Path]]) -> ClusterError:
    conflicts = tuple(FieldConflict(other.rpartition("/")[0], "." + ".".join(path)) for other, path in held)
    named = ", ".join(f'"{each.manager}": {each.field}' for each in conflicts)
    message = f"Apply failed with {len(conflicts)} conflicts: conflicts with {named}"
    return ClusterError(ErrorKind.OWNED_FIELDS, message, status=409, conflicts=conflicts)


def _put(body: Body, path: Path, value: Any) -> None:
    if path[:2] == ("metadata", "finalizers"):
        names = body["metadata"].setdefault("finalizers", [])
        names.extend({path[2]} - set(names))
        return
    here = body
    for key in path[:-1]:
        if not isinstance(here.get(key), dict):
            here[key] = {}
        here = here[key]
    here[path[-1]] = copy.deepcopy(value)


def _remove(body: Body, path: Path) -> None:
    if path[:2] == ("metadata", "finalizers"):
        body["metadata"]["finalizers"].remove(path[2])
        return
    above = []
    here: Any = body
    for key in path[:-1]:
        above.append((here, key))
        here = here.get(key)
        if not isinstance(here, dict):
            return
    here.pop(path[-1], None)
    for parent, key in reversed(above):
        if parent[key]:
            return
        del parent[key]


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7386."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge_patch(result.get(key), value)
    return result
