"""What a profile's objects would still change in a running cloud, as overlays and patches that keep it as it is."""

from collections.abc import Iterator, Mapping
from typing import Any

from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of

_GONE = object()


def overlay(ours: Mapping[str, Any], live: Mapping[str, Any]) -> dict[str, Any]:
    """Give what has to be merged into our mapping so that applying it changes nothing; null takes out.

    Lists are left to `operations`: merging cannot take an item out of them.
    """
    found: dict[str, Any] = {}
    for key, value in ours.items():
        there = live.get(key)
        if isinstance(value, Mapping) and isinstance(there, Mapping):
            if below := overlay(value, there):
                found[key] = below
        elif key not in live:
            if value not in ({}, []):
                found[key] = None
        elif not _same(value, there) and not isinstance(value, list):
            found[key] = there
    return found


def operations(ours: Any, live: Any, path: str = "") -> list[dict[str, Any]]:
    """Give the JSON patch after which applying our object changes nothing."""
    return list(_operations(ours, live, path))


def _operations(ours: Any, live: Any, path: str) -> Iterator[dict[str, Any]]:
    if isinstance(ours, Mapping) and isinstance(live, Mapping):
        for key, value in ours.items():
            inner = f"{path}/{key.replace('~', '~0').replace('/', '~1')}"
            if key in live:
                yield from _operations(value, live[key], inner)
            elif value not in ({}, []):
                yield {"op": "remove", "path": inner}
    elif not _same(ours, live):
        yield {"op": "replace", "path": path, "value": live}


def _same(ours: Any, live: Any) -> bool:
    """Tell whether applying our value leaves the live one as it is; what a server added beside it does not count."""
    if isinstance(ours, Mapping) and isinstance(live, Mapping):
        return all(_same(value, live.get(key, _GONE)) for key, value in ours.items())
    if isinstance(ours, list) and isinstance(live, list):
        return len(ours) == len(live) and all(_same(*pair) for pair in zip(ours, live, strict=True))
    return bool(ours == live)


def spoken(body: Body) -> dict[str, Any]:
    """Give what an object says, without what names it."""
    meta = {key: value for key, value in body["metadata"].items() if key in {"labels", "annotations"}}
    said = {
        key: value for key, value in body.items() if key not in {"apiVersion", "kind", "metadata", "status"}
    }
    return {**said, **({"metadata": meta} if meta else {})}


def patch(ours: Body, live: Body) -> dict[str, Any] | None:
    """Give a profile's patch that keeps a live object as it is; None: it stays so anyway."""
    found = operations(spoken(ours), {**live, "metadata": get(live, "metadata") or {}})
    target = id_of(ours)
    return {"target": _target(target), "json": found} if found else None


def _target(target: ObjectId) -> dict[str, str]:
    place = {"namespace": target.namespace} if target.namespace else {}
    group = {"group": target.group} if target.group else {}
    return {"kind": target.kind, **group, "name": target.name, **place}
