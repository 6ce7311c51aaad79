"""Watches of a fake cluster."""

import threading
from collections.abc import Iterator
from typing import Protocol

from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, Resource, WatchEvent
from openstack_k8s_cli.model.objects import ObjectId, id_of


class Watched(Protocol):
    """What a watch reads."""

    changed: threading.Condition
    history: list[tuple[int, WatchEvent]]
    floor: int
    breaks: int


class FakeWatch:
    """A watch over the fake's history."""

    def __init__(self, cluster: "Watched", resource: Resource, namespace: str, since: int) -> None:
        self._cluster = cluster
        self._resource = resource
        self._namespace = namespace
        self._since = since
        self._breaks = cluster.breaks
        self._closed = False

    def __iter__(self) -> Iterator[WatchEvent]:
        changed = self._cluster.changed
        while True:
            with changed:
                changed.wait_for(lambda: self._closed or self._broken() or self._due())
                if self._closed:
                    return
                due = self._due()
                if self._since < self._cluster.floor:
                    raise ClusterError(ErrorKind.GONE, "too old resource version", status=410)
                if not due and self._broken():
                    raise ClusterError(ErrorKind.UNREACHABLE, "the watch broke")
                self._since = max([self._since, *(version for version, _ in due)])
            yield from (event for _, event in due)

    def close(self) -> None:
        with self._cluster.changed:
            self._closed = True
            self._cluster.changed.notify_all()

    def _broken(self) -> bool:
        return self._breaks != self._cluster.breaks or self._since < self._cluster.floor

    def _due(self) -> list[tuple[int, WatchEvent]]:
        return [
            (version, event)
            for version, event in self._cluster.history
            if version > self._since
            and (event.kind == "bookmark" or matches(id_of(event.body), self._resource, self._namespace))
        ]


def matches(id_: ObjectId, resource: Resource, namespace: str) -> bool:
    """Say whether an object is of a kind and in a namespace, or in any when it is empty."""
    same = (id_.group, id_.kind) == (resource.group, resource.kind)
    return same and namespace in {"", id_.namespace}
