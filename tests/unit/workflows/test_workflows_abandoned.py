"""Deployments that failed for good and left node sets in the middle are taken out of the way."""

import copy

import pytest

from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, WatchEvent
from openstack_k8s_cli.model.objects import Body, id_of
from openstack_k8s_cli.workflows.dataplane import abandoned
from tests.fakes.cluster import FakeCluster
from tests.unit.apply.plans import Ticking
from tests.unit.dataplane import deployed
from tests.unit.workflows import fleets

OURS = {"app.kubernetes.io/managed-by": "osk", "osk.openstack.org/profile": "lab"}
LEFT = {"type": "NodeSetDeploymentReady", "status": "False", "reason": "Requested"}
ERROR = {**LEFT, "reason": "Error"}
THROUGH = {**LEFT, "status": "True", "reason": "Ready"}


def failed(
    *, reason: str = "BackoffLimitExceeded", labels: dict[str, str] | None = None, **shown: dict[str, str]
) -> Body:
    """Make a deployment that failed, with what it shows of its node sets."""
    body = copy.deepcopy(deployed.deployment("edpm-1", *shown))
    body["metadata"]["labels"] = OURS if labels is None else labels
    body["status"] = {
        "conditions": [{"type": "DeploymentReady", "status": "False", "reason": reason}],
        "nodeSetConditions": {name: [each] for name, each in shown.items()},
    }
    return body


def scene(body: Body) -> FakeCluster:
    """Have the deployment, and a node set that shows it until it is gone."""
    cluster = FakeCluster(fleets.NODESETS, fleets.DEPLOYMENTS)
    cluster.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "openstack"}})
    nodeset = {**deployed.nodeset("second", ["a"]), "status": {"deploymentStatuses": {"edpm-1": [LEFT]}}}
    cluster.put(nodeset)

    def forget(event: WatchEvent) -> None:
        if event.kind == "deleted" and id_of(event.body) == id_of(body):
            cluster.set_status(id_of(nodeset), {"deploymentStatuses": {}})

    cluster.reactions.append(forget)
    cluster.put(body)
    return cluster


def release(cluster: FakeCluster) -> tuple[str, ...]:
    """Release the node sets of the profile lab."""
    return abandoned.release(cluster, Ticking(), "lab", "openstack")


def test_a_node_set_in_the_middle_is_made_free() -> None:
    """The deployment goes, and it is said which node sets it held."""
    body = failed(compute=ERROR, second=LEFT, third=THROUGH)
    cluster = scene(body)

    (said,) = release(cluster)

    assert said.startswith("edpm-1 had failed and left second in the middle")
    assert cluster.peek(id_of(body)) is None


@pytest.mark.parametrize(
    "body",
    [
        failed(compute=ERROR, third=THROUGH),
        failed(reason="Requested", second=LEFT),
        failed(reason="Error", second=LEFT),
        failed(second=LEFT, labels={}),
        failed(second=LEFT, labels={**OURS, "osk.openstack.org/profile": "other"}),
    ],
)
def test_others_stay(body: Body) -> None:
    """One that holds nothing, still runs, is tried again, or is not this cloud's."""
    cluster = scene(body)

    assert () == release(cluster)
    assert cluster.peek(id_of(body)) is not None


def test_who_may_not_look_goes_on() -> None:
    """The run itself says what is wrong."""
    cluster = scene(failed(second=LEFT))
    cluster.fail(ClusterError(ErrorKind.FORBIDDEN, "no", status=403), verb="list")

    assert () == release(cluster)
