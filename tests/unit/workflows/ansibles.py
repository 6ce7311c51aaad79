"""A cluster whose operator is through with each deployment at once, or fails it for good."""

from dataclasses import dataclass, field

from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.apply.ports import WatchEvent
from openstack_k8s_cli.dataplane import jobs
from openstack_k8s_cli.model.objects import Body, get, id_of
from openstack_k8s_cli.workflows import planning
from openstack_k8s_cli.workflows.world import World
from tests.fakes.cluster import FakeCluster
from tests.unit.workflows import fleets


@dataclass
class AnsibleOperator:
    """Reacts to deployments."""

    cluster: FakeCluster
    ran: list[Body] = field(default_factory=list)
    """The specs of deployments, in turn."""
    failing: dict[str, list[str]] = field(default_factory=dict)
    """Services that fail once, and on which hosts."""
    losing: dict[str, list[str]] = field(default_factory=dict)
    """Services that go on without hosts once, as `dataplane.failure.maxPercent` lets them, and which."""
    holding: bool = False
    """Whether deployments stay as they are."""

    def __call__(self, event: WatchEvent) -> None:
        """Look at a change."""
        body = event.body
        if body["kind"] != "OpenStackDataPlaneDeployment" or event.kind == "deleted" or body.get("status"):
            return
        if self.holding:
            return
        self.ran.append(body["spec"])
        lost = [self.failing.pop(each) for each in body["spec"]["servicesOverride"] if each in self.failing]
        without = [self.losing.pop(each, []) for each in body["spec"]["servicesOverride"]]
        reason = "BackoffLimitExceeded" if lost else "Ready"
        conditions = [
            {"type": each, "status": "False" if lost else "True", "reason": reason}
            for each in ("Ready", "DeploymentReady")
        ]
        name = jobs.name_of(
            body["spec"]["servicesOverride"][0], body["metadata"]["name"], body["spec"]["nodeSets"][0]
        )
        status = {
            "deployed": not lost,
            "conditions": conditions,
            "observedGeneration": get(body, "metadata", "generation"),
            "ansibleExecutionSummaries": {name: {"failedHostList": (lost or without)[0]}},
        }
        self.cluster.set_status(id_of(body), status)


def world(*sets: str) -> tuple[World, FakeCluster, AnsibleOperator]:
    """Make a world of the profile crc with two computes over such a cluster."""
    made = fleets.world(*sets)
    cluster = made.cluster
    assert isinstance(cluster, FakeCluster)
    cluster.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "osk-system"}})
    for manifest in planning.bearings(made)[1].manifests:
        if manifest.id.kind == "OpenStackDataPlaneNodeSet":
            cluster.put(manifest.body)
    operator = AnsibleOperator(cluster)
    cluster.reactions.append(operator)
    assert isinstance(made.clock, SystemClock)
    return made, cluster, operator
