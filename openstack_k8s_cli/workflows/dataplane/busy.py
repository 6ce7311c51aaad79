"""Lets what is new on hosts wait for the deployments that are still at work there.

The operator starts each deployment when it is made (openstack-operator, the deployment's reconciler), so that two
would have Ansible on the same hosts at once; and its webhook refuses changes of node sets as long as one runs.
"""

from collections.abc import Iterable
from dataclasses import replace

from openstack_k8s_cli.apply.options import Judge
from openstack_k8s_cli.dataplane import records
from openstack_k8s_cli.model.objects import Body, ObjectId, condition, get, id_of
from openstack_k8s_cli.model.steps import Action, Gate, Layer, Step
from openstack_k8s_cli.model.verdicts import State, Verdict
from openstack_k8s_cli.plan.plans import Plan

_KIND = "OpenStackDataPlaneDeployment"
_HELD = frozenset({_KIND, "OpenStackDataPlaneNodeSet"})
_WORD = "at-rest"
_EARLY = ("SetupReady", "InputReady")


def held(plan: Plan, live: Iterable[Body]) -> Plan:
    """Let node sets and deployments come after those that are at work on the node sets of a new one."""
    there = {each["metadata"]["name"]: each for each in live}
    new = [
        (step, each)
        for step in plan.steps
        for each in step.manifests
        if each.id.kind == _KIND and each.id.name not in there
    ]
    touched = {name for _, each in new for name in get(each.body, "spec", "nodeSets") or ()}
    busy = [each for each in there.values() if _is_at_work(each) and touched & {*_nodesets(each)}]
    if not busy:
        return plan
    like, _ = new[0]
    name = f"{like.component}/{_WORD}"
    gates = tuple(Gate(id_of(each)) for each in busy)
    wait = Step(name, Layer.DATAPLANE, like.component, Action.AWAIT, gates=gates, timeout=like.timeout)
    steps = (replace(each, after=each.after | {name}) if _is_held(each) else each for each in plan.steps)
    said = tuple(
        f"{each['metadata']['name']} is still at work on {', '.join(_nodesets(each))}: it is waited for"
        for each in busy
    )
    return replace(plan, steps=(wait, *steps), notes={name: said, **plan.notes})


def judged(judge: Judge, plan: Plan) -> Judge:
    """Give a judge that takes the deployments which a plan waits for as ready when they are at rest, however they ended."""
    awaited = {gate.target for step in plan.steps if step.id.endswith(f"/{_WORD}") for gate in step.gates}

    def both(target: ObjectId, body: Body | None) -> Verdict:
        verdict = judge(target, body)
        if target not in awaited or verdict.state is State.READY:
            return verdict
        if body is None or not _is_at_work(body):
            return Verdict(State.READY, message="no Ansible of it is at work")
        return replace(verdict, state=State.PROGRESSING)

    return both if awaited else judge


def _is_held(step: Step) -> bool:
    return any(each.id.kind in _HELD for each in step.manifests)


def _nodesets(deployment: Body) -> tuple[str, ...]:
    return tuple(get(deployment, "spec", "nodeSets") or ())


def _is_at_work(deployment: Body) -> bool:
    """Tell whether Ansible of it may be at work; where it cannot begin or go on, waiting for it leads to nothing."""
    shown = get(deployment, "status", "nodeSetConditions") or {}
    stuck = any((condition(deployment, kind) or {}).get("reason") == "Error" for kind in _EARLY)
    wrong = {
        name
        for name, conditions in shown.items()
        for each in conditions
        if each.get("type") == "NodeSetDeploymentReady" and each.get("reason") == "Error"
    }
    return records.is_running(deployment) and not stuck and bool({*_nodesets(deployment)} - wrong)
