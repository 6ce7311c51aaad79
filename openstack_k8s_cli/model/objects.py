"""Kubernetes objects as plain dicts, and their ids.

The one place where `Any` stands: the body of an object is whatever its API says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Body = dict[str, Any]
"""A Kubernetes object as the API serves it; never mutated once it is in a Manifest."""


@dataclass(frozen=True, slots=True, order=True)
class ObjectId:
    """What names an object whatever the version it is read at."""

    group: str
    """Empty for the core group."""
    kind: str
    namespace: str
    """Empty for a cluster-scoped object."""
    name: str

    def __str__(self) -> str:
        place = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {place}"


def group_of(api_version: str) -> str:
    """Give the group of an `apiVersion`; empty for the core group."""
    return api_version.rpartition("/")[0]


def id_of(body: Mapping[str, Any]) -> ObjectId:
    """Read the id of an object; its body must have apiVersion, kind and metadata.name."""
    meta = body["metadata"]
    return ObjectId(group_of(body["apiVersion"]), body["kind"], meta.get("namespace") or "", meta["name"])


def get(body: Mapping[str, Any], *path: str | int) -> Any:
    """Follow a path of keys and indices; None where it ends early."""
    here: Any = body
    for key in path:
        try:
            here = here[key]
        except (KeyError, IndexError, TypeError):
            return None
    return here


def conditions(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Walk over `status.conditions`."""
    listed = get(body, "status", "conditions")
    if isinstance(listed, list):
        yield from (each for each in listed if isinstance(each, dict))


def condition(body: Mapping[str, Any], kind: str) -> Mapping[str, Any] | None:
    """Find the condition of one type."""
    return next((each for each in conditions(body) if each.get("type") == kind), None)
