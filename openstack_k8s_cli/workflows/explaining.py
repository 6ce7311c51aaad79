"""Adds the deepest cause to what a run says of a step that did not get ready."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from openstack_k8s_cli import readiness
from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.apply.ports import Cluster, ClusterError
from openstack_k8s_cli.diagnosis import causes
from openstack_k8s_cli.diagnosis.causes import Cause
from openstack_k8s_cli.model.events import Event, ObjectJudged, Outcome, RunFinished, StepFinished
from openstack_k8s_cli.model.objects import Body, ObjectId, id_of
from openstack_k8s_cli.model.problems import Problem
from openstack_k8s_cli.model.verdicts import State

_WORKLOADS = (
    ("apps", "Deployment"),
    ("apps", "StatefulSet"),
    ("apps", "ReplicaSet"),
    ("batch", "Job"),
    ("", "Pod"),
    ("", "PersistentVolumeClaim"),
)


def explained(cluster: Cluster, events: Iterable[Event]) -> Iterator[Event]:
    """Pass a run's events on; each stuck step's problem is given the deepest cause in its detail."""
    stuck: dict[str, dict[ObjectId, State]] = {}
    known: dict[Problem, Problem] = {}
    for event in events:
        match event:
            case ObjectJudged():
                stuck.setdefault(event.step, {})[event.object] = event.verdict.state
                yield event
            case StepFinished(outcome=Outcome.STALLED | Outcome.FAILED, problem=Problem() as problem):
                cause = _first_cause(cluster, stuck.get(event.step, {}))
                known[problem] = deeper = _with(problem, cause)
                yield replace(event, problem=deeper)
            case RunFinished():
                yield replace(event, problems=tuple(known.get(each, each) for each in event.problems))
            case _:
                yield event


def cause_of(cluster: Cluster, root: ObjectId) -> Cause | None:
    """Look around a stuck object and find the deepest cause; None when the cluster does not say."""
    try:
        around = {id_of(body): body for body in _surroundings(cluster, root)}
    except ClusterError:
        return None
    return causes.deepest(root, around, judge=readiness.judge)


def _first_cause(cluster: Cluster, states: dict[ObjectId, State]) -> Cause | None:
    for target, state in states.items():
        if state is not State.READY:
            cause = cause_of(cluster, target)
            if cause is not None and cause.object != target:
                return cause
    return None


def _with(problem: Problem, cause: Cause | None) -> Problem:
    if cause is None:
        return problem
    trail = " → ".join(str(each) for each in cause.path)
    lines = [problem.detail] if problem.detail else []
    return replace(problem, detail="\n".join([*lines, f"deepest cause: {cause}", trail]))


def _surroundings(cluster: Cluster, root: ObjectId) -> Iterator[Body]:
    namespaced = [
        each
        for each in cluster.resources()
        if each.namespaced
        and "list" in each.verbs
        and (each.group.endswith((".openstack.org", "rabbitmq.com")) or (each.group, each.kind) in _WORKLOADS)
    ]
    body = lookups.find(cluster, root)
    if body is not None:
        yield body
    if root.namespace:
        for each in namespaced:
            yield from cluster.list(each, root.namespace).items
