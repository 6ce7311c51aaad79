"""What a run says of the deepest cause, as it finds it in the cluster."""

from typing import Any

import pytest

from openstack_k8s_cli import readiness
from openstack_k8s_cli.model.events import Event, ObjectJudged, Outcome, RunFinished, StepFinished
from openstack_k8s_cli.model.objects import Body, ObjectId, id_of
from openstack_k8s_cli.model.problems import Advice, ExitCode, Problem
from openstack_k8s_cli.workflows.explaining import cause_of, explained
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served
from tests.unit.workflows import worlds

STEP = "controlplane/cloud/plane"
KINDS = (
    served("core.openstack.org", "v1beta1", "OpenStackControlPlane", "openstackcontrolplanes"),
    served("nova.openstack.org", "v1beta1", "Nova", "novas"),
)
PROBLEM = Problem("OSK0501", "It does not get ready", detail="for 10 minutes", advice=(Advice("Look"),))


def stuck(group: str, kind: str, message: str, owner: Body | None = None) -> Body:
    """Make an object that is not Ready, and whose it is."""
    meta: dict[str, Any] = {"name": kind.lower(), "namespace": "openstack"}
    if owner is not None:
        reference = {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "uid": "1", "controller": True}
        meta["ownerReferences"] = [reference | {"name": owner["metadata"]["name"]}]
    ready = {"type": "Ready", "status": "False", "reason": "Requested", "message": message}
    body = {"apiVersion": f"{group}.openstack.org/v1beta1", "kind": kind, "metadata": meta}
    return body | {"status": {"observedGeneration": 1, "conditions": [ready]}}


PLANE = stuck("core", "OpenStackControlPlane", "Nova in progress")
NOVA = stuck("nova", "Nova", "no cell", PLANE)


@pytest.fixture
def cluster() -> FakeCluster:
    """Give a cluster where a control plane waits for Nova."""
    made = worlds.cluster(*KINDS)
    worlds.namespace(made, "openstack")
    made.put(PLANE)
    made.put(NOVA)
    return made


def judged(body: Body) -> ObjectJudged:
    """Tell how an object is."""
    return ObjectJudged(1.0, STEP, id_of(body), readiness.judge(id_of(body), body))


def told(cluster: FakeCluster, *bodies: Body, outcome: Outcome = Outcome.STALLED) -> list[Event]:
    """Let a run end over these objects, and give what is passed on."""
    problems = () if outcome is Outcome.READY else (PROBLEM,)
    ended = StepFinished(2.0, STEP, outcome, 1.0, *problems)
    last = RunFinished(3.0, outcome, ExitCode.STALLED, 3.0, problems)
    return list(explained(cluster, [*map(judged, bodies), ended, last]))


@pytest.mark.parametrize("outcome", [Outcome.STALLED, Outcome.FAILED])
def test_a_stuck_step_is_told_with_its_deepest_cause(cluster: FakeCluster, outcome: Outcome) -> None:
    """The step's problem, and the same one at the run's end, get the deepest cause and the way to it."""
    _, step, end = told(cluster, PLANE, outcome=outcome)

    assert isinstance(step, StepFinished)
    assert isinstance(end, RunFinished)
    assert step.problem
    assert (step.problem,) == end.problems
    assert [
        "for 10 minutes",
        "deepest cause: Nova openstack/nova: no cell",
        "OpenStackControlPlane openstack/openstackcontrolplane → Nova openstack/nova",
    ] == (step.problem.detail or "").splitlines()
    assert PROBLEM.advice == step.problem.advice


def test_a_message_queue_is_a_cause_too() -> None:
    """RabbitMQ's operator has a group of its own, and its cluster is found below the control plane all the same."""
    made = worlds.cluster(*KINDS, served("rabbitmq.com", "v1beta1", "RabbitmqCluster", "rabbitmqclusters"))
    worlds.namespace(made, "openstack")
    queue = stuck("rabbitmq", "RabbitmqCluster", "", PLANE)
    replicas = {
        "type": "AllReplicasReady",
        "status": "False",
        "reason": "NotAllReady",
        "message": "0/1 Pods ready",
    }
    made.put(PLANE)
    made.put({**queue, "apiVersion": "rabbitmq.com/v1beta1", "status": {"conditions": [replicas]}})

    cause = cause_of(made, id_of(PLANE))

    assert str(cause) == "RabbitmqCluster openstack/rabbitmqcluster: 0/1 Pods ready"


def test_what_the_step_says_already_is_not_said_again(cluster: FakeCluster) -> None:
    """Where nothing is deeper than the stuck object itself the problem stays as it is."""
    _, step, end = told(cluster, NOVA)

    assert [PROBLEM, (PROBLEM,)] == [getattr(step, "problem", None), getattr(end, "problems", None)]


def test_a_run_that_got_ready_asks_nothing(cluster: FakeCluster) -> None:
    """Only stuck steps are looked into."""
    cluster.log.clear()

    assert 3 == len(told(cluster, PLANE, outcome=Outcome.READY))
    assert [] == list(cluster.log)


def test_a_cluster_that_does_not_answer_costs_the_cause_only(cluster: FakeCluster) -> None:
    """The run's own problem is told all the same."""
    cluster.go_down()
    *_, end = told(cluster, PLANE)

    assert isinstance(end, RunFinished)
    assert (PROBLEM,) == end.problems


def test_a_pod_is_a_cause_too(cluster: FakeCluster) -> None:
    """Below the services' own kinds the workloads are looked at."""
    reference = {"apiVersion": NOVA["apiVersion"], "kind": "Nova", "name": "nova", "uid": "2"}
    meta = {"name": "nova-0", "namespace": "openstack", "ownerReferences": [reference]}
    waiting = {"reason": "ImagePullBackOff", "message": "no such image"}
    containers = [{"name": "api", "ready": False, "restartCount": 0, "state": {"waiting": waiting}}]
    status = {"phase": "Pending", "containerStatuses": containers}
    cluster.put({"apiVersion": "v1", "kind": "Pod", "metadata": meta, "status": status})

    cause = cause_of(cluster, id_of(PLANE))

    assert cause is not None
    assert ObjectId("", "Pod", "openstack", "nova-0") == cause.object
    assert "no such image" in str(cause)
