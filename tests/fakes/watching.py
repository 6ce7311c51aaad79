"""Watches of a fake cluster."""

import threading
from collections.abc import Callable, Iterator
from typing import Protocol

from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, Resource, WatchEvent
from openstack_k8s_cli.model.objects import Body, ObjectId, id_of


class Watched(Protocol):
    """What a watch reads."""

    changed: threading.Condition
    history: list[tuple[int, WatchEvent]]
    floor: int
    breaks: int


class FakeWatch:
    """A watch over the fake's history."""

    def __init__(
        self,
        cluster: "Watched",
        resource: Resource,
        namespace: str,
        since: int,
        selected: Callable[[Body], bool],
    ) -> None:
        self._cluster = cluster
        self._resource = resource
        self._namespace = namespace
        self._since = since
        self._selected = selected
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
            yield from (event for _, event in due if event.kind == "bookmark" or self._selected(event.body))

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


class Printing(Protocol):
    """What a log is read from."""

    changed: threading.Condition
    breaks: int
    printed: dict[tuple[str, str], list[str | None]]
    """By namespace and pod; None ends it."""


class FakeLines:
    """What a pod prints."""

    def __init__(self, cluster: Printing, namespace: str, pod: str) -> None:
        self._cluster = cluster
        self._place = (namespace, pod)
        self._breaks = cluster.breaks
        self._closed = False
        self._read = 0

    def __iter__(self) -> Iterator[str]:
        while True:
            with self._cluster.changed:
                self._cluster.changed.wait_for(lambda: self._closed or self._broken() or self._new())
                if self._closed:
                    return
                if self._broken():
                    raise ClusterError(ErrorKind.UNREACHABLE, "the log broke")
                new = self._new()
                self._read += len(new)
            for line in new:
                if line is None:
                    return
                yield line

    def close(self) -> None:
        with self._cluster.changed:
            self._closed = True
            self._cluster.changed.notify_all()

    def _new(self) -> list[str | None]:
        return self._cluster.printed.get(self._place, [])[self._read :]

    def _broken(self) -> bool:
        return self._breaks != self._cluster.breaks


def matches(id_: ObjectId, resource: Resource, namespace: str) -> bool:
    """Say whether an object is of a kind and in a namespace, or in any when it is empty."""
    same = (id_.group, id_.kind) == (resource.group, resource.kind)
    return same and namespace in {"", id_.namespace}
