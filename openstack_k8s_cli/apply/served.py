"""Discovery, asked again when a kind is missing, but not by everyone at once."""

import threading

from openstack_k8s_cli.apply.ports import Cluster, Resource
from openstack_k8s_cli.model.clock import Clock

_PAUSE = 1.0
"""Seconds between two new looks at discovery."""


class Served:
    """Finds kinds for all threads of a run."""

    def __init__(self, cluster: Cluster, clock: Clock) -> None:
        self._cluster = cluster
        self._clock = clock
        self._lock = threading.Lock()
        self._last = float("-inf")

    def resource(self, group: str, kind: str) -> Resource | None:
        """Find a kind; one that is missing is looked for anew."""
        found = self._cluster.resource(group, kind)
        if found is None and self.refresh():
            found = self._cluster.resource(group, kind)
        return found

    def refresh(self) -> bool:
        """Forget discovery unless that was done a moment ago; tell whether it was forgotten."""
        with self._lock:
            now = self._clock.monotonic()
            if now - self._last < _PAUSE:
                return False
            self._last = now
            self._cluster.refresh()
            return True
