"""What is there of a cloud, and how it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openstack_k8s_cli import readiness
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.developing.entries import Entry
from openstack_k8s_cli.diagnosis.causes import Cause
from openstack_k8s_cli.model.hooks import DIGEST
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.model.steps import Manifest, Step
from openstack_k8s_cli.model.verdicts import State, Verdict
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows import planning, refusals
from openstack_k8s_cli.workflows.dataplane import unfinished
from openstack_k8s_cli.workflows.explaining import cause_of
from openstack_k8s_cli.workflows.world import Target, World


@dataclass(frozen=True, slots=True)
class Row:
    """One object of the plan as it stands."""

    step: str
    object: ObjectId
    verdict: Verdict
    cause: Cause | None = None
    """Of one that is there and not Ready: the deepest."""


@dataclass(frozen=True, slots=True)
class Status:
    """A cloud as it stands."""

    profile: str
    cluster_id: str
    rows: tuple[Row, ...]
    entries: tuple[Entry, ...] = ()
    """Development state of the cloud."""
    unfinished: tuple[str, ...] = ()
    """What commands of osk's have begun on hosts and nobody has ended, with the command that goes on."""

    @property
    def ready(self) -> bool:
        """Whether everything that the profile asks for is there and Ready."""
        return all(row.verdict.state is State.READY for row in self.rows)


def status(world: World, target: Target, *, gates: bool = False) -> Status:
    """Judge every object that the profile asks for, with `gates` also what its steps wait for; nothing is written."""
    facts, full = planning.bearings(world)
    plan = planning.chosen(full, target)
    rows = refusals.reading(
        lambda: (*_rows(world.cluster, plan), *(_gates(world.cluster, plan) if gates else ()))
    )
    return Status(world.loaded.name, facts.cluster_id or "", rows, world.entries, unfinished.told(full))


def _rows(cluster: Cluster, plan: Plan) -> Iterator[Row]:
    there = _there(cluster, plan)
    for step in plan.steps:
        for manifest in step.manifests:
            verdict = _verdict(step, manifest, there.get(manifest.id))
            is_stuck = verdict.state not in (State.READY, State.ABSENT)
            yield Row(step.id, manifest.id, verdict, cause_of(cluster, manifest.id) if is_stuck else None)


def _gates(cluster: Cluster, plan: Plan) -> Iterator[Row]:
    for step in plan.steps:
        for gate in step.gates:
            yield Row(step.id, gate.target, readiness.judge(gate.target, _body(cluster, gate.target)))


def _body(cluster: Cluster, target: ObjectId) -> Body | None:
    resource = cluster.resource(target.group, target.kind)
    if resource is None:
        return None
    return refusals.unless_gone(lambda: cluster.get(resource, target.namespace, target.name))


def _verdict(step: Step, manifest: Manifest, body: Body | None) -> Verdict:
    """Judge an object; that of a hook is Ready once the hook ran to its end."""
    if step.hook is not None and body is not None and not get(body, "metadata", "annotations", DIGEST):
        return Verdict(State.WAITING, message=f"hook {step.hook.name} began and did not end")
    return readiness.judge(manifest.id, body)


def _there(cluster: Cluster, plan: Plan) -> dict[ObjectId, Body]:
    """List each kind of the plan once in each of its namespaces."""
    places = dict.fromkeys((each.id.group, each.id.kind, each.id.namespace) for each in plan.manifests)
    found: dict[ObjectId, Body] = {}
    for group, kind, namespace in places:
        found |= {id_of(body): body for body in _listed(cluster, group, kind, namespace)}
    return found


def _listed(cluster: Cluster, group: str, kind: str, namespace: str) -> Sequence[Body]:
    resource = cluster.resource(group, kind)
    listing = resource and refusals.unless_gone(lambda: cluster.list(resource, namespace))
    return listing.items if listing else ()
