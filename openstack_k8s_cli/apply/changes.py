"""Whether a write changed anything, told from its answer alone."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.objects import Body, get

MANAGER = "osk"
"""The field manager of everything osk applies."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The cluster's own version and time when the run began, read from its first write."""

    version: int
    time: str
    """RFC 3339 in UTC; empty where the answer had none."""


def mark_of(body: Body) -> Mark:
    """Read the mark from an object that was written just now."""
    times = [str(entry.get("time") or "") for entry in get(body, "metadata", "managedFields") or []]
    return Mark(
        version_of(body), max(times, default="") or str(get(body, "metadata", "creationTimestamp") or "")
    )


def change_of(answer: Body, mark: Mark, *, uid: str | None) -> Change:
    """Tell what an apply did; `uid` is the object's as it was known before.

    An object that is older than the mark was not touched.
    A younger one may have a new status only: then osk's entry in managedFields, whose time moves with osk's changes, is older.
    """
    version = version_of(answer)
    if version and version <= mark.version:
        return Change.UNCHANGED
    applied = _applied_at(answer)
    if applied and mark.time and applied < mark.time:
        return Change.UNCHANGED
    if uid and get(answer, "metadata", "uid") == uid:
        return Change.CONFIGURED
    created = str(get(answer, "metadata", "creationTimestamp") or "")
    return Change.CONFIGURED if created and mark.time and created < mark.time else Change.CREATED


def change_between(before: Body | None, answer: Body) -> Change:
    """Tell what an apply did from the object as it was read just before."""
    if before is None or get(before, "metadata", "uid") != get(answer, "metadata", "uid"):
        return Change.CREATED
    same = get(before, "metadata", "resourceVersion") == get(answer, "metadata", "resourceVersion")
    return Change.UNCHANGED if same else Change.CONFIGURED


def _applied_at(body: Body) -> str:
    for entry in get(body, "metadata", "managedFields") or []:
        if (
            entry.get("manager") == MANAGER
            and entry.get("operation") == "Apply"
            and not entry.get("subresource")
        ):
            return str(entry.get("time") or "")
    return ""


def version_of(body: Body) -> int:
    """Read a resourceVersion as the number it is; 0 where it is none."""
    text = str(get(body, "metadata", "resourceVersion") or "")
    return int(text) if text.isdigit() else 0


def has(there: Any, wanted: Any) -> bool:
    """Tell whether a value has all that is wanted; the API server adds defaults."""
    if isinstance(wanted, dict):
        return isinstance(there, dict) and all(
            key in there and has(there[key], value) for key, value in wanted.items()
        )
    if isinstance(wanted, list):
        pairs = (
            zip(there, wanted, strict=True) if isinstance(there, list) and len(there) == len(wanted) else None
        )
        return pairs is not None and all(has(one, other) for one, other in pairs)
    return bool(there == wanted)


def is_as_wanted(live: Body, body: Body) -> bool:
    """Tell without asking the server whether applying a body would leave the object as it is."""
    mine = [
        entry.get("fieldsV1") or {}
        for entry in get(live, "metadata", "managedFields") or []
        if (entry.get("manager"), entry.get("operation")) == (MANAGER, "Apply")
        and not entry.get("subresource")
    ]
    return bool(mine) and has(live, body) and not any(_is_beyond(fields, body) for fields in mine)


def _is_beyond(fields: Mapping[str, Any], body: Any) -> bool:
    """Tell whether an entry of managedFields owns what a body has no more."""
    for key, below in fields.items():
        if key.startswith("f:"):
            if not isinstance(body, dict) or key[2:] not in body or _is_beyond(below, body[key[2:]]):
                return True
        elif key.startswith("k:"):
            items = body if isinstance(body, list) else []
            item = next((each for each in items if has(each, json.loads(key[2:]))), None)
            if item is None or _is_beyond(below, item):
                return True
    return False
