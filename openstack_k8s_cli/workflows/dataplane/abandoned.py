"""Makes node sets free that a failed deployment left in the middle.

A deployment that failed for good on one node set is never looked at again, so that its others stay "in progress" for
ever, and as long as they are, the webhook refuses every change of them (openstack-operator, the node set's webhook).
Its record is written before; its logs go with it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from openstack_k8s_cli.apply.changes import MANAGER
from openstack_k8s_cli.apply.labels import MANAGED_BY, PREFIX, safe
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, Resource
from openstack_k8s_cli.dataplane.wanted import GROUP
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.objects import Body, condition, get

_GIVEN_UP = "BackoffLimitExceeded"
_ERRORS = frozenset({"Error", _GIVEN_UP})
_READY = "NodeSetDeploymentReady"
_PAUSE, _TRIES = 0.5, 60


def release(cluster: Cluster, clock: Clock, profile: str, namespace: str) -> tuple[str, ...]:
    """Delete osk's own deployments that block node sets, and wait for these; say of each that it went."""
    try:
        deployments = cluster.resource(GROUP, "OpenStackDataPlaneDeployment")
        nodesets = cluster.resource(GROUP, "OpenStackDataPlaneNodeSet")
        if deployments is None or nodesets is None:
            return ()
        found = cluster.list(deployments, namespace).items
        gone = {
            body["metadata"]["name"]: sorted(_blocked(body)) for body in found if _is_abandoned(body, profile)
        }
        for body in found:
            name, uid = body["metadata"]["name"], body["metadata"]["uid"]
            if name in gone:
                cluster.delete(deployments, namespace, name, uid=uid)
        _await(cluster, clock, nodesets, namespace, frozenset(gone))
    except ClusterError:
        return ()  # the run itself says what is wrong
    return tuple(
        f"{name} had failed and left {', '.join(left)} in the middle: it is deleted, for nothing may change there else"
        for name, left in gone.items()
    )


def _is_abandoned(body: Body, profile: str) -> bool:
    labels = body["metadata"].get("labels") or {}
    mine = (labels.get(MANAGED_BY), labels.get(f"{PREFIX}profile")) == (MANAGER, safe(profile))
    given_up = (condition(body, "DeploymentReady") or {}).get("reason") == _GIVEN_UP
    return mine and given_up and any(_blocked(body))


def _blocked(deployment: Body) -> Iterator[str]:
    """Name the node sets that are neither through nor in error."""
    for nodeset, shown in (get(deployment, "status", "nodeSetConditions") or {}).items():
        whole: Mapping[str, Any] = next((each for each in shown if each.get("type") == _READY), {})
        if whole.get("status") != "True" and whole.get("reason") not in _ERRORS:
            yield str(nodeset)


def _await(cluster: Cluster, clock: Clock, nodesets: Resource, namespace: str, gone: frozenset[str]) -> None:
    for _ in range(_TRIES if gone else 0):
        shown = (
            get(body, "status", "deploymentStatuses") or {}
            for body in cluster.list(nodesets, namespace).items
        )
        if not any(gone & each.keys() for each in shown):
            return
        clock.sleep(_PAUSE)
