"""Lets what is new on hosts wait for the deployments that are still at work there.

The operator starts each deployment when it is made (openstack-operator, the deployment's reconciler), so that two
would have Ansible on the same hosts at once; and its webhook refuses changes of node sets as long as one runs.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from openstack_k8s_cli.apply.changes import MANAGER, has
from openstack_k8s_cli.apply.labels import MANAGED_BY, PREFIX, safe
from openstack_k8s_cli.apply.options import Judge
from openstack_k8s_cli.dataplane import kinds, records
from openstack_k8s_cli.dataplane.limits import short
from openstack_k8s_cli.model.objects import Body, ObjectId, condition, get, id_of
from openstack_k8s_cli.model.steps import Action, Gate, Layer, Manifest, Step, Timeout
from openstack_k8s_cli.model.verdicts import State, Verdict
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.dataplane import moving

_WORD = "at-rest"
_PATIENCE = Timeout(7 * 3900.0, 24 * 3600.0)
"""One service may have seven tries of an hour each."""
_EARLY = ("SetupReady", "InputReady")


def held(plan: Plan, live: Iterable[Body], nodesets: Mapping[str, Body]) -> Plan:
    """Let node sets and deployments come after those at work on node sets that change or get a new deployment.

    The profile's own that are planned no more are waited for as well, since they go at the end of the run, but for
    those that are spared.
    """
    there = {each["metadata"]["name"]: each for each in live}
    wanted = {each.id.name: each for each in plan.manifests if each.id.kind == kinds.DEPLOYMENT}
    new = [each.body for name, each in wanted.items() if name not in there]
    touched = {name for each in new for name in _nodesets(each)} | {
        *changed(plan, nodesets),
        *moving.deleted(plan),
    }
    busy = [
        each
        for name, each in there.items()
        if is_at_work(each) and (touched & {*_nodesets(each)} or _goes(each, plan))
    ]
    like = next((each for each in plan.steps if any(map(_arranges, each.manifests))), None)
    if not (busy and like):
        return plan
    name = f"{like.component}/{_WORD}"
    gates = tuple(Gate(id_of(each)) for each in busy)
    wait = Step(name, Layer.DATAPLANE, like.component, Action.AWAIT, gates=gates, timeout=_PATIENCE)
    steps = (
        replace(each, after=each.after | {name}) if moving.touches(each) else each for each in plan.steps
    )
    said = tuple(
        f"{each['metadata']['name']} is still at work on {', '.join(_nodesets(each))}: it is waited for"
        for each in busy
    )
    return replace(plan, steps=(wait, *steps), notes={name: said, **plan.notes})


def _goes(deployment: Body, plan: Plan) -> bool:
    """Tell one of the profile's own that is deleted at the end of the run."""
    stays = {*plan.spared, *(each.id for each in plan.manifests)}
    return _is_of(deployment, plan.profile) and id_of(deployment) not in stays


def is_wait(step: str) -> bool:
    """Tell the step that waits: what came of the deployments until then is to be written down before they go."""
    return step.endswith(f"/{_WORD}")


def changed(plan: Plan, nodesets: Mapping[str, Body]) -> Iterator[str]:
    """Name node sets that are there otherwise than wanted."""
    for each in plan.manifests:
        there = nodesets.get(each.id.name)
        if _arranges(each) and there is not None:
            nodes = (get(body, "spec", "nodes") or {} for body in (there, each.body))
            if len({frozenset(some) for some in nodes}) > 1 or not has(there["spec"], each.body["spec"]):
                yield each.id.name


def _arranges(manifest: Manifest) -> bool:
    return manifest.id.kind == kinds.NODESET


def _is_of(deployment: Body, profile: str) -> bool:
    labels = deployment["metadata"].get("labels") or {}
    return (labels.get(MANAGED_BY), labels.get(f"{PREFIX}profile")) == (MANAGER, safe(profile))


def judged(judge: Judge, plan: Plan) -> Judge:
    """Give a judge that takes the deployments which a plan waits for as ready when they are at rest, however they ended.

    Only one that spoiled what nothing of the plan mends has failed: it is for the next run, which plans it.
    """
    awaited = {gate.target for step in plan.steps if is_wait(step.id) for gate in step.gates}
    hosts = _hosts(plan)
    lacking = {
        (name, host, each) for name, some in hosts.items() for host, own in some.items() for each in own
    }
    lacking -= {*_brought(plan)}

    def both(target: ObjectId, body: Body | None) -> Verdict:
        verdict = judge(target, body)
        if target not in awaited or verdict.state is State.READY:
            return verdict
        if body is None or not is_at_work(body):
            if body is not None and records.spoiled(body, hosts) & lacking:
                return replace(verdict, state=State.FAILED)
            return Verdict(State.READY, message="no Ansible of it is at work")
        return replace(verdict, state=State.PROGRESSING)

    return both if awaited else judge


def _hosts(plan: Plan) -> records.Services:
    """Give the services that are to be on each host of the node sets."""
    bodies = (each.body for each in plan.manifests if _arranges(each))
    return {
        body["metadata"]["name"]: {
            short(str((node or {}).get("hostName") or key)): tuple(get(body, "spec", "services") or ())
            for key, node in (get(body, "spec", "nodes") or {}).items()
        }
        for body in bodies
    }


def _brought(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """List what the plan's deployments bring: node set, host and service."""
    made = (
        each for each in plan.manifests if each.id.kind == kinds.DEPLOYMENT and each.id not in plan.through
    )
    for purpose in (records.purpose_of(each.body) for each in made):
        for name, share in purpose.shares.items() if purpose else ():
            yield from ((name, host, service) for host in share.hosts for service in share.services)


def _nodesets(deployment: Body) -> tuple[str, ...]:
    return tuple(get(deployment, "spec", "nodeSets") or ())


def is_at_work(deployment: Body) -> bool:
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
