"""Waits for the state of one object."""

import contextlib
from collections.abc import Callable

from openstack_k8s_cli.apply.ports import Cluster, Resource
from openstack_k8s_cli.model.objects import Body, conditions, get

NAMESPACE = "openstack"


def until(
    cluster: Cluster,
    kind: Resource,
    holds: Callable[[Body], bool],
    *,
    name: str,
    namespace: str = NAMESPACE,
) -> None:
    """Wait for an object's state."""
    listing = cluster.list(kind, namespace)
    if any(body["metadata"]["name"] == name and holds(body) for body in listing.items):
        return
    version = listing.resource_version
    while True:
        with contextlib.closing(cluster.watch(kind, namespace, version)) as events:
            for event in events:
                version = event.body["metadata"]["resourceVersion"]
                if event.body["metadata"].get("name") == name and holds(event.body):
                    return


def has(kind: str, status: str = "True") -> Callable[[Body], bool]:
    """Look for a condition at the present generation."""

    def holds(body: Body) -> bool:
        observed = get(body, "status", "observedGeneration")
        is_current = observed in {None, body["metadata"].get("generation")}
        return is_current and any(
            each["type"] == kind and each["status"] == status for each in conditions(body)
        )

    return holds
