"""What is new on hosts waits for the deployments that are at work there, however they end."""

from typing import Any

import pytest

from openstack_k8s_cli import readiness
from openstack_k8s_cli.dataplane import jobs, kinds, records, rounds
from openstack_k8s_cli.dataplane.choosing import Asked
from openstack_k8s_cli.model.objects import Body, id_of
from openstack_k8s_cli.model.verdicts import State
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.dataplane import busy, knowledge
from tests.fakes.cluster import FakeCluster
from tests.unit.dataplane import deployed as by_hand
from tests.unit.workflows import fleets
from tests.unit.workflows.test_workflows_deployments import cluster, deployed, settled

WAIT = "dataplane/nodesets[compute]/at-rest"
NODESET = "openstack-edpm-ipam"


def bodies(made: FakeCluster) -> list[Body]:
    """Give the deployments that are there."""
    return list(made.list(fleets.DEPLOYMENTS, "openstack").items)


def deployment(made: FakeCluster) -> Body:
    """Give the deployment that is there."""
    [body] = bodies(made)
    return body


def with_status(made: FakeCluster, **status: Any) -> Body:
    """Let it be at work, or whatever its status says."""
    body = deployment(made) | {"status": status}
    made.put(body)
    return body


def working(asked: Asked | None = None, **status: Any) -> tuple[FakeCluster, Body]:
    """Give a cluster with a deployment that is at work, as one stands that was killed beside it."""
    made = cluster()
    deployed(made, settled(made, asked=asked))
    return made, with_status(made, **status)


def waits(plan: Plan, body: Body) -> bool:
    """Tell whether a plan's node sets and deployments wait for one that is there."""
    steps = {each.id: each for each in plan.steps}
    gates = [gate.target for gate in steps[WAIT].gates] if WAIT in steps else []
    held = (steps["dataplane/nodesets[compute]/nodeset"], steps["dataplane/deployment/deploy"])
    return gates == [id_of(body)] and all(WAIT in each.after for each in held)


@pytest.mark.parametrize("asked", [Asked(tags=("x",)), Asked(limit=("edpm-compute-0",), services=("nova",))])
def test_all_waits_for_a_part(asked: Asked) -> None:
    """A command for a part was killed while its Ansible is at work: the whole waits, and says for what."""
    made, body = working(asked)
    plan = settled(made)

    assert waits(plan, body)
    assert plan.notes[WAIT] == (
        f"{body['metadata']['name']} is still at work on {NODESET}: it is waited for",
    )


def test_a_restart_waits() -> None:
    """`--restart` starts nothing beside what runs under another name."""
    made, body = working(Asked(limit=("edpm-compute-0",)))

    assert waits(settled(made, asked=Asked(restart=True)), body)


def test_one_that_is_planned_no_more_is_waited_for() -> None:
    """It goes at the end of the run, which the webhook refuses as long as it runs; nothing has to be new for that."""
    made = cluster()
    deployed(made, settled(made))
    whole = deployment(made)
    deployed(made, settled(made, asked=Asked(tags=("x",))))
    resource = made.resource(fleets.GROUP, kinds.DEPLOYMENT)
    assert resource is not None
    [part] = [each for each in made.list(resource, "openstack").items if "ansibleTags" in each["spec"]]
    made.put(part | {"status": {}})

    plan = settled(made)

    assert whole["metadata"]["name"] in {each.id.name for each in plan.manifests}
    assert [gate.target for each in plan.steps if each.id == WAIT for gate in each.gates] == [id_of(part)]


def test_a_node_set_that_changes_waits() -> None:
    """The webhook refuses the change as long as a deployment of the node set runs, also where nothing new is to run."""
    made, body = working()
    resource = made.resource(fleets.GROUP, "OpenStackDataPlaneNodeSet")
    assert resource is not None
    [there] = made.list(resource, "openstack").items
    services = [*there["spec"]["services"], "logging"]
    made.put({**there, "spec": {**there["spec"], "services": services}})

    assert waits(settled(made), body)


def test_nothing_new_waits_for_nothing() -> None:
    """One that does all of what is wanted is waited for by its own step."""
    made, _ = working()

    assert WAIT not in {each.id for each in settled(made).steps}


@pytest.mark.parametrize(
    "status",
    [
        {"deployed": True},
        {"conditions": [{"type": "Ready", "status": "False", "reason": "BackoffLimitExceeded"}]},
        {"conditions": [{"type": "InputReady", "status": "False", "reason": "Error"}]},
        {"nodeSetConditions": {NODESET: [{"type": "NodeSetDeploymentReady", "reason": "Error"}]}},
    ],
)
def test_one_at_rest_is_not_waited_for(status: dict[str, Any]) -> None:
    """One that ended, or that cannot begin or go on as it is, holds nothing; the wait ends when it comes to that."""
    made, body = working(Asked(tags=("x",)))
    plan = settled(made)
    judge = busy.judged(readiness.judge, plan)
    before = judge(id_of(body), body)
    body = with_status(made, **status)

    assert WAIT not in {each.id for each in settled(made).steps}
    assert (before.state, judge(id_of(body), body).state) == (State.PROGRESSING, State.READY)
    assert judge(id_of(body), None).state is State.READY


def spent(body: Body, service: str, *, reason: str = "BackoffLimitExceeded") -> Body:
    """Let a deployment fail for good at a service."""
    shown = [
        {"type": jobs.condition_of(service), "status": "False", "reason": reason},
        {"type": "NodeSetDeploymentReady", "status": "False", "reason": reason},
    ]
    ready = [{"type": "Ready", "status": "False", "reason": reason}]
    return {**body, "status": {"conditions": ready, "nodeSetConditions": {NODESET: shown}}}


def beside(**spec: Any) -> Body:
    """Give a deployment that others made."""
    body = by_hand.deployment("by-hand", NODESET, **spec)
    return {**body, "metadata": {**body["metadata"], "creationTimestamp": "2026-01-02T00:00:00Z"}}


@pytest.mark.parametrize("ours", [True, False])
def test_one_that_fails_while_it_is_awaited_fails_the_run(*, ours: bool) -> None:
    """What it spoiled nothing of this plan brings again: the run says so, and the next one has it in its plan."""
    made = cluster()
    deployed(made, settled(made))
    knowledge.write(made, "crc", "openstack")
    if ours:
        deployed(made, settled(made, asked=Asked(tags=("x",))))
        part = next(each for each in bodies(made) if "ansibleTags" in each["spec"]) | {"status": {}}
    else:
        part = beside(servicesOverride=["nova"])
        [there] = made.list(fleets.NODESETS, "openstack").items
        made.put({**there, "spec": {**there["spec"], "services": ["logging"]}})
    made.put(part)
    plan = settled(made)
    judge = busy.judged(readiness.judge, plan)

    failed = spent(part, "nova")
    made.put(failed)

    assert [id_of(part)] == [gate.target for each in plan.steps if each.id == WAIT for gate in each.gates]
    assert State.FAILED is judge(id_of(part), failed).state
    left = [each.body["spec"] for each in settled(made).manifests if each.id.kind == kinds.DEPLOYMENT]
    assert left[0]["servicesOverride"][:2] == ["install-certs", "nova"]


def test_one_of_others_is_made_good_once() -> None:
    """Once what it spoiled was brought again, it counts no more, also when the deployment that did so is gone."""
    made = cluster()
    deployed(made, settled(made))
    made.put(spent(beside(), "nova"))
    plan = settled(made)
    knowledge.write(made, "crc", "openstack", planned=[each.id.name for each in plan.manifests])
    deployed(made, plan)
    knowledge.write(made, "crc", "openstack")
    for each in bodies(made):
        if each["metadata"]["name"] != "by-hand":
            made.delete(fleets.DEPLOYMENTS, "openstack", each["metadata"]["name"])

    assert not any(settled(made).notes.values())


@pytest.mark.parametrize(("mark", "again"), [(records.KEYS, ["install-certs", "nova"]), (rounds.MARK, [])])
def test_what_osk_runs_by_itself(mark: str, again: list[str]) -> None:
    """New keys that nova failed to bring are brought by the next run, whether the rotation goes on or not; a reboot is no service of the hosts."""
    made = cluster()
    deployed(made, settled(made))
    failed = spent(beside(), "nova")
    ours = {"app.kubernetes.io/managed-by": "osk", "osk.openstack.org/profile": "crc"}
    made.put({**failed, "metadata": {**failed["metadata"], "labels": ours, "annotations": {mark: "key"}}})
    (spec, *_) = [each.body["spec"] for each in settled(made).manifests if each.id.kind == kinds.DEPLOYMENT]

    assert again == spec.get("servicesOverride", [])[:2]


def test_one_that_this_plan_makes_good_fails_nothing() -> None:
    """The restart brings all of what the other one spoiled."""
    made, body = working(Asked(tags=("x",)))
    judge = busy.judged(readiness.judge, settled(made, asked=Asked(restart=True)))

    assert State.READY is judge(id_of(body), spent(body, "nova")).state
