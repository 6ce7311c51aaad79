"""Deployments that failed for good and left node sets in the middle go before anything else, under the lease."""

from dataclasses import replace
from typing import Any

import pytest

from openstack_k8s_cli import readiness
from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.apply import Options
from openstack_k8s_cli.apply.lease import Leases
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.dataplane import jobs, kinds
from openstack_k8s_cli.model.events import Event, RunFinished, Warned
from openstack_k8s_cli.model.objects import Body, ObjectId, id_of
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.model.steps import Action, Layer
from openstack_k8s_cli.model.verdicts import State
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows import deploying
from openstack_k8s_cli.workflows.dataplane import abandoned, knowledge, lastwords
from openstack_k8s_cli.workflows.world import Target, World
from tests.fakes.cluster import FakeCluster
from tests.unit.dataplane import deployed, pods
from tests.unit.workflows import fleets

OURS = {"app.kubernetes.io/managed-by": "osk", "osk.openstack.org/profile": "crc"}
LEFT = {"type": "NodeSetDeploymentReady", "status": "False", "reason": "Requested"}
ERROR = {**LEFT, "reason": "Error"}
THROUGH = {**LEFT, "status": "True", "reason": "Ready"}
NAME = "edpm-deployment-old"
GONE, REST = "dataplane/abandoned/deployments", "dataplane/abandoned/jobs"


def failed(
    *, reason: str = "BackoffLimitExceeded", labels: dict[str, str] | None = None, **shown: dict[str, str]
) -> Body:
    """Make a deployment that failed, with what it shows of its node sets."""
    body = deployed.deployment(NAME, *shown)
    body["metadata"]["labels"] = OURS if labels is None else labels
    ended = {"status": "False", "reason": reason}
    body["status"] = {
        "conditions": [{"type": each, **ended} for each in ("Ready", "DeploymentReady")],
        "nodeSetConditions": {name: [each] for name, each in shown.items()},
    }
    return body


def job(**status: Any) -> Body:
    """Make a job of the deployment."""
    meta = {"name": f"run-os-{NAME}", "namespace": "openstack", "labels": {jobs.DEPLOYMENT: NAME}}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "status": status}


def first(world: World) -> Plan:
    """Keep of the plan what goes before everything."""
    plan = fleets.left(world)
    return replace(plan, steps=tuple(each for each in plan.steps if each.component == abandoned.COMPONENT))


def driven(world: World, plan: Plan) -> list[Event]:
    """Run a plan."""
    return list(deploying.driven(world, plan, Options(recheck=0.05)))


def is_there(world: World) -> bool:
    """Tell whether the deployment is there."""
    assert isinstance(world.cluster, FakeCluster)
    return world.cluster.peek(id_of(failed())) is not None


def test_it_goes_before_node_sets_and_deployments() -> None:
    """A step of the plan, with a sentence that says why, and that the logs go too."""
    plan = fleets.left(fleets.having(failed(compute=ERROR, second=LEFT, third=THROUGH)))
    steps = {each.id: each for each in plan.steps}

    assert (Action.DELETE, (id_of(failed()),)) == (steps[GONE].action, steps[GONE].deletes)
    assert GONE in steps["dataplane/nodesets[compute]/nodeset"].after
    assert GONE in steps["dataplane/deployment/deploy"].after
    assert REST not in steps
    (said,) = plan.notes[GONE]
    assert said.startswith(f"{NAME} failed and left second in the middle: it is deleted first")
    assert "the logs of its pods that failed go into this run's log" in said


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
    assert not any(each.component == abandoned.COMPONENT for each in fleets.left(fleets.having(body)).steps)


def test_the_run_deletes_it() -> None:
    """It is gone at the end."""
    world = fleets.having(failed(second=LEFT))

    *_, last = driven(world, first(world))

    assert isinstance(last, RunFinished)
    assert (ExitCode.DONE, False) == (last.exit_code, is_there(world))


def test_one_made_anew_meanwhile_stays() -> None:
    """Another osk may have been quicker: the plan means the deployment that it saw."""
    world = fleets.having(failed(second=LEFT))
    plan = first(world)
    assert isinstance(world.cluster, FakeCluster)
    resource = world.cluster.resource(fleets.GROUP, "OpenStackDataPlaneDeployment")
    assert resource is not None
    world.cluster.delete(resource, "openstack", NAME)
    world.cluster.put(failed(second=LEFT))

    driven(world, plan)

    assert is_there(world)


def test_nothing_goes_without_the_lease() -> None:
    """While another osk is at work the run is refused, and the deployment stays."""
    world = fleets.having(failed(second=LEFT))
    other = Leases(world.cluster, SystemClock(), Options(holder="someone else"), "1", "crc")
    other.acquire([Layer.DATAPLANE])

    with pytest.raises(OskError) as caught:
        driven(world, first(world))

    other.release()
    assert (ExitCode.LEASE_HELD, True) == (caught.value.exit_code, is_there(world))


def test_ansible_at_work_is_waited_for() -> None:
    """Its jobs go with a deployment; one that is in its first pod is let come to its end, also to a bad one."""
    world = fleets.having(failed(second=LEFT), job(active=1))
    plan = first(world)
    assert isinstance(world.cluster, FakeCluster)
    seen = []
    for event in deploying.driven(world, plan, Options(recheck=0.05)):
        seen.append(is_there(world))
        if "still at work" in str(event):
            world.cluster.set_status(id_of(job()), {"active": 1, "failed": 1})

    assert [GONE] == [each.id for each in plan.steps if each.after == {REST}]
    assert f"once run-os-{NAME} is at rest" in plan.notes[GONE][0]
    assert (True, False) == (seen[0], is_there(world))


@pytest.mark.parametrize(
    "rest", [{}, {"active": 0, "failed": 3}, {"failed": 1, "active": 1}, {"succeeded": 1}]
)
def test_jobs_at_rest_are_not_waited_for(rest: dict[str, int]) -> None:
    """One that ended, is between two pods, or only does once more what failed."""
    assert not any(
        each.id == REST for each in fleets.left(fleets.having(failed(second=LEFT), job(**rest))).steps
    )


def test_only_awaited_jobs_are_judged_so() -> None:
    """Everything else has its own rule."""
    world = fleets.having(failed(second=LEFT), job(active=1))
    judge = abandoned.judged(readiness.judge, fleets.left(world))
    other = ObjectId("batch", "Job", "openstack", "other")

    assert State.READY is judge(id_of(job()), None).state
    assert State.PROGRESSING is judge(id_of(job()), job(active=1)).state
    assert readiness.judge(other, None) == judge(other, None)


def test_the_record_is_written_before() -> None:
    """What it brought to the hosts is kept although nothing follows it."""
    world = fleets.having()
    assert isinstance(world.cluster, FakeCluster)
    plan = fleets.left(world)
    nodeset = next(each for each in plan.manifests if each.id.kind == "OpenStackDataPlaneNodeSet")
    world.cluster.put(nodeset.body)
    made = next(each.body for each in plan.manifests if each.id.kind == kinds.DEPLOYMENT)
    done = {"type": jobs.condition_of("bootstrap"), "status": "True"}
    status = {**failed()["status"], "nodeSetConditions": {nodeset.id.name: [LEFT, done]}}
    world.cluster.put({**made, "metadata": {**made["metadata"], "labels": OURS}, "status": status})

    knowledge.write(world.cluster, "crc", "openstack")
    kept = knowledge.read(world.cluster, "crc", "openstack")

    assert {"edpm-compute-0", "edpm-compute-1"} == kept.stored[nodeset.id.name].keys()
    assert {"bootstrap"} == kept.stored[nodeset.id.name]["edpm-compute-0"].keys()


@pytest.mark.parametrize("labels", [{}, {**OURS, "osk.openstack.org/profile": "other"}])
@pytest.mark.parametrize("changes", [True, False])
def test_one_of_others_has_a_remedy(labels: dict[str, str], *, changes: bool) -> None:
    """It is not this profile's to delete, also where osk made it for another; where it is in the way, plan and deployment say how to."""
    [nodeset] = [each for each in fleets.planned()[2].manifests if each.id.kind == fleets.NODESETS.kind]
    spec = nodeset.body["spec"]
    there = {**nodeset.body, "spec": {**spec, "services": ["other"] if changes else spec["services"]}}
    stuck = failed(labels=labels, second=LEFT)
    stuck["status"]["nodeSetConditions"] = {nodeset.id.name: [LEFT]}
    world = fleets.having(there, stuck)
    plan = fleets.left(world)
    said = abandoned.told(plan)

    assert changes == bool(said)
    assert not any(each.component == abandoned.COMPONENT for each in plan.steps)
    assert not changes or f"`oc delete -n openstack openstackdataplanedeployment {NAME}`" in said[0]


def test_a_deployment_says_it() -> None:
    """`osk deploy` warns of it right after the plan."""
    world = fleets.having(failed(second=LEFT))
    world = replace(world, bearings=(fleets.planned()[1], first(world)))
    events = deploying.deploy(world, Target(), Options(recheck=0.05))

    said = [each.message for each in events if isinstance(each, Warned)]

    assert any(each.startswith(f"{NAME} failed and left second") for each in said)
    assert not is_there(world)


def test_its_pods_have_the_last_word(caplog: pytest.LogCaptureFixture) -> None:
    """What failed there is said before it goes, by host, and all that the pod printed is in the run's log, without secrets."""
    world = fleets.having(failed(second=LEFT))
    assert isinstance(world.cluster, FakeCluster)
    pod = pods.pod("bootstrap", phase="Failed")
    pod["metadata"]["labels"][jobs.DEPLOYMENT] = NAME
    world.cluster.put(pod)
    name = pod["metadata"]["name"]
    said = pods.said("bootstrap", "edpm-compute-0", failing={"edpm-compute-0": "no room"})
    world.cluster.say("openstack", name, "password=hunter2hunter2", *said, None)
    world = replace(world, bearings=(fleets.planned()[1], first(world)))
    with caplog.at_level("DEBUG", logger="openstack_k8s_cli"):
        events = list(deploying.deploy(world, Target(), Options(recheck=0.05, again="osk deploy all")))

    words = [each.message for each in events if isinstance(each, Warned)]
    assert any("bootstrap failed on edpm-compute-0" in each and "no room" in each for each in words)
    assert f"the log of pod openstack/{name}" in caplog.text
    assert "no room" in caplog.text
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize(("gone", "read"), [("bootstrap", "nova"), ("nova", "bootstrap")])
def test_a_pod_that_cannot_be_read_hides_no_other(gone: str, read: str) -> None:
    """Its node may be gone: what the others printed is said all the same."""
    world = fleets.having(failed(second=LEFT))
    assert isinstance(world.cluster, FakeCluster)
    for number, service in enumerate(("bootstrap", "nova")):
        pod = pods.pod(service, phase="Failed", number=number + 1)
        pod["metadata"]["labels"][jobs.DEPLOYMENT] = NAME
        world.cluster.put(pod)

    def printed(_: str, name: str) -> str:
        if name.startswith(gone):
            raise ClusterError(ErrorKind.NOT_FOUND, "gone")
        return "\n".join(pods.said(read, "edpm-compute-0", failing={"edpm-compute-0": "no room"}))

    world.cluster.on_log = printed

    (word,) = lastwords.told(world, first(world), Options())

    assert f"{read} failed on edpm-compute-0" in word
