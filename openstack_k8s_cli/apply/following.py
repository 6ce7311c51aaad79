"""One list and one watch for each kind and namespace, shared by all who wait; each on its own thread."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from openstack_k8s_cli.apply.ports import (
    Cluster,
    ClusterError,
    ErrorKind,
    Listing,
    Resource,
    Watch,
    WatchEvent,
)
from openstack_k8s_cli.apply.served import Served
from openstack_k8s_cli.model.objects import ObjectId

_PAUSE = 5.0
"""Seconds between two looks at a server that does not answer, at most."""


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What one watch covers."""

    group: str
    kind: str
    namespace: str
    labels: str = ""
    """Only objects that these select."""

    @classmethod
    def of(cls, target: ObjectId) -> "Key":
        """Give the watch that an object belongs to."""
        return cls(target.group, target.kind, target.namespace)


@dataclass(frozen=True, slots=True)
class Listed:
    """Everything of a kind and namespace."""

    key: Key
    listing: Listing


@dataclass(frozen=True, slots=True)
class Changed:
    """One object of a watched kind."""

    key: Key
    event: WatchEvent


@dataclass(frozen=True, slots=True)
class Unheard:
    """A kind that cannot be listed now."""

    key: Key
    why: str
    outage: bool = False
    """Nothing answers at all."""
    absent: bool = False
    """It is surely not served, so that no object of it can be there."""


News = Listed | Changed | Unheard


class Followers:
    """The running watches; `tell` is called from their threads."""

    def __init__(
        self, cluster: Cluster, served: Served, tell: Callable[[News], None], *, pause: float
    ) -> None:
        self._cluster = cluster
        self._served = served
        self._tell = tell
        self._pause = pause
        self._running: dict[Key, _Follower] = {}

    def follow(self, key: Key) -> bool:
        """Start the watch of a kind and namespace; False: it runs already."""
        if key in self._running:
            return False
        follower = _Follower(key, self._cluster, self._served, self._tell, self._pause)
        self._running[key] = follower
        threading.Thread(target=follower.run, name=f"osk-watch-{key.kind}", daemon=True).start()
        return True

    @property
    def keys(self) -> tuple[Key, ...]:
        """Name what is watched."""
        return tuple(self._running)

    def keep(self, wanted: Iterable[Key]) -> tuple[Key, ...]:
        """End every watch that no one needs any more; give their keys."""
        ended = tuple(self._running.keys() - set(wanted))
        for key in ended:
            follower = self._running.pop(key, None)  # the driver and the reader may both be closing
            if follower is not None:
                follower.close()
        return ended

    def close(self) -> None:
        """End every watch, without waiting for the threads."""
        self.keep(())


@dataclass(slots=True)
class _Follower:
    key: Key
    cluster: Cluster
    served: Served
    tell: Callable[[News], None]
    pause: float
    stop: threading.Event = field(default_factory=threading.Event)
    watch: Watch | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    failures: int = 0
    """Since the last list that succeeded."""

    def close(self) -> None:
        self.stop.set()
        with self.lock:
            watch = self.watch
        if watch is not None:
            watch.close()

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                resource = self.served.resource(self.key.group, self.key.kind)
                if resource is None:
                    self._say_unheard(
                        f"the kind {self.key.kind} ({self.key.group or 'core'}) is not served yet",
                        absent=self.served.surely_lacks(self.key.group),
                    )
                else:
                    self._list_and_watch(resource)
            except ClusterError as error:
                if error.kind is ErrorKind.NOT_SERVED:
                    self.served.refresh()
                if error.kind is ErrorKind.GONE:
                    self.stop.wait(self.pause)
                else:  # a watch that breaks is no outage, a list that fails is
                    outage = error.kind is ErrorKind.UNREACHABLE and self.failures > 0
                    self._say_unheard(error.message, outage=outage)
            if self.failures:
                self.stop.wait(min(self.pause * 2 ** min(self.failures, 5), _PAUSE))

    def _say_unheard(self, why: str, *, outage: bool = False, absent: bool = False) -> None:
        self.failures += 1
        if not self.stop.is_set():
            self.tell(Unheard(self.key, why, outage, absent))

    def _list_and_watch(self, resource: Resource) -> None:
        """List, then watch from there; a watch that ends by itself goes on from its last version."""
        listing = self.cluster.list(resource, self.key.namespace, labels=self.key.labels)
        self.failures = 0
        if self.stop.is_set():
            return
        self.tell(Listed(self.key, listing))
        version = listing.resource_version
        while not self.stop.is_set():
            watch = self.cluster.watch(resource, self.key.namespace, version, labels=self.key.labels)
            with self.lock:
                self.watch = watch
            if self.stop.is_set():
                watch.close()
                return
            quiet = True
            for event in watch:
                quiet = False
                version = str(event.body["metadata"].get("resourceVersion") or version)
                if event.kind != "bookmark":
                    self.tell(Changed(self.key, event))
            if quiet:
                self.stop.wait(self.pause)
