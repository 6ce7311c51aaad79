"""Discovery, asked again when a kind is missing, but not by everyone at once."""

import threading

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.apply.ports import Cluster, Resource
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.objects import Body, condition, get

_PAUSE = 1.0
"""Seconds between two new looks at discovery."""


class Served:
    """Finds kinds for all threads of a run."""

    def __init__(self, cluster: Cluster, clock: Clock) -> None:
        self._cluster = cluster
        self._clock = clock
        self._lock = threading.Lock()
        self._last = float("-inf")
        self._backed: tuple[Body, ...] | None = None

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
            self._backed = None
            self._cluster.refresh()
            return True

    def surely_lacks(self, group: str) -> bool:
        """Tell of a kind that is not found whether none of its objects can be there; raises ClusterError.

        Not so while the group belongs to another API server, such as OpenShift's for routes, that is away for a moment.
        """
        backing = [each for each in self._backing_servers() if get(each, "spec", "group") == group]
        if not backing:
            return True
        listed = any(each.group == group for each in self._cluster.resources())
        return listed and all(_is_available(each) for each in backing)

    def _backing_servers(self) -> tuple[Body, ...]:
        """Give the registrations of API servers behind this one, read once for each look at discovery."""
        known = self._backed
        if known is not None:
            return known
        found = lookups.listed(self._cluster, "apiregistration.k8s.io", "APIService")
        self._backed = tuple(each for each in found if get(each, "spec", "service"))
        return self._backed


def _is_available(registration: Body) -> bool:
    available = condition(registration, "Available")
    return available is not None and available.get("status") == "True"
