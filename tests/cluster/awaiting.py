"""Waits for a state: of one object, or of anything that can be looked at."""

import time
from collections.abc import Callable
from typing import TypeVar

from openstack_k8s_cli.apply.ports import Cluster, Resource
from openstack_k8s_cli.model.objects import Body, conditions, get

NAMESPACE = "openstack"
Found = TypeVar("Found")
_PATIENCE, _PAUSE = 600.0, 0.2
"""Seconds; far more than anything takes, on a machine that has other things to do too."""


def eventually(look: Callable[[], Found], holds: Callable[[Found], object] = bool) -> Found:
    """Look until it is as wanted, where others bring that about in their own time; give what was seen last."""
    deadline = time.monotonic() + _PATIENCE
    while not holds(found := look()) and time.monotonic() < deadline:
        time.sleep(_PAUSE)
    return found


def until(
    cluster: Cluster,
    kind: Resource,
    holds: Callable[[Body], bool],
    *,
    name: str,
    namespace: str = NAMESPACE,
) -> None:
    """Wait for an object's state, which must be one that lasts."""
    found = eventually(
        lambda: cluster.get(kind, namespace, name), lambda body: body is not None and holds(body)
    )
    assert found is not None
    assert holds(found), found


def has(kind: str, status: str = "True") -> Callable[[Body], bool]:
    """Look for a condition at the present generation."""

    def holds(body: Body) -> bool:
        observed = get(body, "status", "observedGeneration")
        is_current = observed in {None, body["metadata"].get("generation")}
        return is_current and any(
            each["type"] == kind and each["status"] == status for each in conditions(body)
        )

    return holds
