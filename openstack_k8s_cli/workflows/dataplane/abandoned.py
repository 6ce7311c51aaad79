"""Makes node sets free that a failed deployment left in the middle.

A deployment that failed for good on one node set is never looked at again, so that its others stay "in progress" for
ever, and as long as they are, the webhook refuses every change of them (openstack-operator, the deployment's
reconciler and the node set's webhook). So it is deleted before anything else, once the Ansible that still runs there
is at rest: its jobs go with it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from openstack_k8s_cli.apply.changes import MANAGER
from openstack_k8s_cli.apply.labels import MANAGED_BY, PREFIX, safe
from openstack_k8s_cli.apply.options import Judge, Options
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.dataplane import jobs
from openstack_k8s_cli.model.objects import Body, ObjectId, condition, get, id_of
from openstack_k8s_cli.model.steps import Action, Gate, Layer, Step, Timeout
from openstack_k8s_cli.model.verdicts import State, Verdict
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.dataplane import moving, unfinished

COMPONENT = "dataplane/abandoned"
_JOBS, _GONE = f"{COMPONENT}/jobs", f"{COMPONENT}/deployments"
_GIVEN_UP = "BackoffLimitExceeded"
_ERRORS = frozenset({"Error", _GIVEN_UP})
_OTHERS = ", which osk did not make for"
_READY = "NodeSetDeploymentReady"
_LONGEST = 3900.0
"""Seconds that one pod of Ansible may take, and some to start it."""


@dataclass(frozen=True, slots=True)
class Abandoned:
    """A deployment that holds node sets and does nothing for them any more."""

    id: ObjectId
    uid: str
    left: tuple[str, ...]
    """The node sets."""
    jobs: tuple[ObjectId, ...] = ()
    """Jobs that were at work when it was looked at."""
    begun: bool = False
    """Whether a command of osk's goes on with it."""


def find(
    cluster: Cluster, deployments: Iterable[Body], profile: str, namespace: str
) -> tuple[Abandoned, ...]:
    """Find a profile's own among the deployments that are there; raises ClusterError."""
    found = [each for each in deployments if _is_abandoned(each, profile)]
    resource = cluster.resource("batch", "Job") if found else None
    return tuple(
        Abandoned(
            id_of(each),
            str(each["metadata"].get("uid") or ""),
            tuple(sorted(_blocked(each))),
            tuple(
                id_of(job)
                for job in cluster.list(
                    resource, namespace, labels=f"{jobs.DEPLOYMENT}={each['metadata']['name']}"
                ).items
                if _rest(job) is None
            )
            if resource
            else (),
        )
        for each in found
    )


def by_others(plan: Plan, live: Iterable[Body], changed: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Say, by step, which deployments of others keep a node set from what this plan would change there, and what to do."""
    touched = set(changed)
    found: dict[str, tuple[str, ...]] = {}
    for body in live:
        held = sorted(touched.intersection(_blocked(body)))
        if not held or not _is_given_up(body) or _is_mine(body, plan.profile):
            continue
        target = id_of(body)
        said = (
            f"{target.name}{_OTHERS} {plan.profile}, failed and left {', '.join(held)} in the middle:"
            " the cluster lets nothing change there until it is deleted:"
            f" `oc delete -n {target.namespace} openstackdataplanedeployment {target.name}`"
        )
        step = next(each.id for each in plan.steps if any(some.id.name == held[0] for some in each.manifests))
        found[step] = (*found.get(step, ()), said)
    return found


def due(
    found: Iterable[Abandoned], begun: Collection[ObjectId], changed: Collection[str]
) -> Iterator[Abandoned]:
    """Give those that are to go: one that a command goes on with only where it keeps a node set from a change."""
    for each in found:
        if each.id not in begun:
            yield each
        elif not set(changed).isdisjoint(each.left):
            yield replace(each, begun=True)


def freed(plan: Plan, found: Iterable[Abandoned]) -> Plan:
    """Let a plan begin its node sets and deployments with the deletion of what holds them."""
    gone = tuple(found)
    busy = tuple(Gate(job) for each in gone for job in each.jobs)
    if not gone:
        return plan
    longest = Timeout(7 * _LONGEST, 7 * _LONGEST)
    first = Step(_JOBS, Layer.DATAPLANE, COMPONENT, Action.AWAIT, gates=busy, timeout=longest)
    then = Step(
        _GONE,
        Layer.DATAPLANE,
        COMPONENT,
        Action.DELETE,
        after=frozenset({_JOBS} if busy else ()),
        deletes=tuple(each.id for each in gone),
    )
    steps = tuple(
        replace(step, after=step.after | {_GONE}) if moving.touches(step) else step for step in plan.steps
    )
    return replace(
        plan,
        steps=(*((first,) if busy else ()), then, *steps),
        notes={_GONE: tuple(map(_said, gone)), **plan.notes},
        uids={**plan.uids, **{each.id: each.uid for each in gone}},
    )


def _said(gone: Abandoned) -> str:
    waits = f", once {', '.join(each.name for each in gone.jobs)} is at rest" if gone.jobs else ""
    anew = "; the command that made it then begins anew" if gone.begun else ""
    return (
        f"{gone.id.name} failed and left {', '.join(gone.left)} in the middle: it is deleted first{waits}, for nothing"
        f" may change there else; the logs of its pods that failed go into this run's log{anew}"
    )


def told(plan: Plan) -> tuple[str, ...]:
    """Say what a plan deletes first, and why; what of others is in its way; and what is not through."""
    others = (each for some in plan.notes.values() for each in some if _OTHERS in each)
    return (*plan.notes.get(_GONE, ()), *others, *unfinished.told(plan))


def having(options: Options, plan: Plan) -> Options:
    """Give a run's options with the plan's own preconditions: what has another UID by now stays."""
    return replace(options, uids={**plan.uids, **options.uids}) if plan.uids else options


def judged(judge: Judge, plan: Plan) -> Judge:
    """Give a judge that takes the jobs which a plan waits for as ready when they are at rest, however they ended."""
    awaited = {gate.target for step in plan.steps if step.id == _JOBS for gate in step.gates}

    def both(target: ObjectId, body: Body | None) -> Verdict:
        if target not in awaited:
            return judge(target, body)
        return _rest(body) or Verdict(State.PROGRESSING, message="Ansible is still at work")

    return both if awaited else judge


def _rest(job: Body | None) -> Verdict | None:
    """Tell why it does no harm that a job goes; None: its first pod is at work.

    One that failed already only does once more what failed.
    """
    if job is None:
        return Verdict(State.READY, message="it is gone")
    if get(job, "status", "failed"):
        return Verdict(State.READY, message="it failed")
    return None if get(job, "status", "active") else Verdict(State.READY, message="no pod of it runs")


def _is_abandoned(body: Body, profile: str) -> bool:
    return _is_mine(body, profile) and _is_given_up(body) and any(_blocked(body))


def _is_mine(body: Body, profile: str) -> bool:
    labels = body["metadata"].get("labels") or {}
    return (labels.get(MANAGED_BY), labels.get(f"{PREFIX}profile")) == (MANAGER, safe(profile))


def _is_given_up(body: Body) -> bool:
    return (condition(body, "DeploymentReady") or {}).get("reason") == _GIVEN_UP


def _blocked(deployment: Body) -> Iterator[str]:
    """Name the node sets that are neither through nor in error."""
    for nodeset, shown in (get(deployment, "status", "nodeSetConditions") or {}).items():
        whole: Mapping[str, Any] = next((each for each in shown if each.get("type") == _READY), {})
        if whole.get("status") != "True" and whole.get("reason") not in _ERRORS:
            yield str(nodeset)
