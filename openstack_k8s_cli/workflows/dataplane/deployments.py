"""Puts what is left to do on the hosts in the place of the deployments that the profile comes to."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.apply.changes import MANAGER, has
from openstack_k8s_cli.apply.labels import MANAGED_BY, PREFIX, safe
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.dataplane import choosing, kinds, records
from openstack_k8s_cli.dataplane.choosing import Asked, Choice
from openstack_k8s_cli.dataplane.wanted import wanted
from openstack_k8s_cli.model.objects import Body, get, id_of
from openstack_k8s_cli.model.steps import Action, Manifest, Step
from openstack_k8s_cli.plan import building
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.dataplane import (
    abandoned,
    busy,
    knowledge,
    moving,
    staying,
    unfinished,
    wishing,
)
from openstack_k8s_cli.workflows.dataplane.abandoned import Abandoned
from openstack_k8s_cli.workflows.dataplane.knowledge import Kept
from openstack_k8s_cli.workflows.dataplane.staying import Left

_HASHED = r"(-[0-9a-f]{8}(-r\d+)?)?"
_AFTERWARDS = "known-hosts"
"""The step of services that run once over all node sets, where the others run on some hosts only."""


def settled(plan: Plan, kept: Kept, asked: Asked, *, exact: bool = False, strays: Left | None = None) -> Plan:
    """Replace each rendered deployment by what is left to do of it; the plan's notes say what runs where.

    `exact`: the rendered names have no hash. `strays` are the node sets that the profile has no more.
    """
    strays = strays or Left({})
    steps, choices = _replaced(plan, kept, asked, exact=exact)
    changed = set(busy.changed(plan, kept.nodesets))
    gone = tuple(abandoned.due(kept.abandoned, kept.unfinished, changed))
    whole = replace(plan, steps=steps, spared=kept.unfinished)
    notes = _notes(whole, kept, choices, gone)
    for name, said in abandoned.by_others(whole, kept.live, changed).items():
        notes[name] = (*notes.get(name, ()), *said)
    moved = moving.ordered(replace(whole, notes=notes), kept.nodesets, strays.own)
    known = staying.lessened(staying.kept(moved, strays), kept.nodesets)
    waiting = busy.held(known, kept.live, kept.nodesets)
    found = abandoned.freed(waiting, gone)
    through = frozenset(id_of(each) for each in kept.live if records.is_through(each))
    return replace(found, digest=building.digest(found.steps), through=through)


def _replaced(
    plan: Plan, kept: Kept, asked: Asked, *, exact: bool
) -> tuple[tuple[Step, ...], dict[str, Choice]]:
    """Give the plan's steps with what is left to do in place of the rendered deployments, and what was chosen by step."""
    steps: list[Step] = []
    choices: dict[str, Choice] = {}
    later: dict[str, str] = {}
    for step in plan.steps:
        if not deploys(step):
            steps.append(step)
            continue
        choice = choices[step.id] = _chosen(step, plan, kept, asked, exact=exact)
        steps.append(_with(step, choice.deployments))
        if choice.last:
            last = _after(_with(step, choice.last), step)
            steps.append(last)
            later[step.id] = last.id
    return tuple(_linked(step, later) for step in steps), choices


def _notes(
    plan: Plan, kept: Kept, choices: Mapping[str, Choice], gone: Iterable[Abandoned]
) -> dict[str, tuple[str, ...]]:
    """Say by step what runs on which hosts and why, what is written down of them, and what is halfway."""
    planned = [
        body["metadata"]["name"] for each in choices.values() for body in (*each.deployments, *each.last)
    ]
    more = ("what earlier runs came to is written down",) if kept.speaks(planned) else ()
    notes = {name: (*each.notes, *more) for name, each in choices.items()}
    lost = {each.id for each in gone}
    going = [each for each in kept.reboots if lost.isdisjoint(map(id_of, each.batches))]
    for name in [*choices][:1]:
        notes[name] = (*notes[name], *unfinished.said(kept.rotations, going))
    if kept.parted and more:
        forgotten = ("what ran on hosts that have left is forgotten",)
        notes |= {each.id: forgotten for each in plan.steps if _arranges(each)}
    return notes


def _arranges(step: Step) -> bool:
    return any(each.id.kind == kinds.NODESET for each in step.manifests)


def deploys(step: Step) -> bool:
    """Tell a step that makes a deployment."""
    return step.action is Action.APPLY and any(each.id.kind == kinds.DEPLOYMENT for each in step.manifests)


def _chosen(step: Step, plan: Plan, kept: Kept, asked: Asked, *, exact: bool) -> Choice:
    rendered = next(each for each in step.manifests if each.id.kind == kinds.DEPLOYMENT).body
    name = rendered["metadata"]["name"]
    plain = name if exact else name.rpartition("-")[0]
    live = [each for each in kept.live if _is_of(each, plain, name, plan.profile)]
    known = wanted(rendered, plan.manifests)
    record = records.before(kept.record, tuple(filter(busy.is_at_work, kept.live)))
    record = records.taken_over(record, known.purpose, _deployed_alike(plan, kept, live))
    own = wishing.shares(asked.services, plan).get(name) if asked.services else None
    return choosing.choose(rendered, known, record, live, replace(asked, own=own), plain=plain)


def _deployed_alike(plan: Plan, kept: Kept, live: Iterable[Body]) -> Iterator[str]:
    """Name node sets that are as they are wanted, and were deployed so by one that kept no record."""
    by_others = {
        name
        for each in live
        if records.is_through(each) and records.purpose_of(each) is None
        for name in get(each, "spec", "nodeSets") or ()
    }
    for manifest in plan.manifests:
        there = kept.nodesets.get(manifest.id.name)
        if manifest.id.kind != kinds.NODESET or manifest.id.name not in by_others or not there:
            continue
        status = there.get("status") or {}
        current = status.get("observedGeneration") == there["metadata"].get("generation")
        deployed = status.get("configHash") and status.get("configHash") == status.get("deployedConfigHash")
        if current and deployed and has(there["spec"], manifest.body["spec"]):
            yield manifest.id.name


def _is_of(live: Body, plain: str, rendered: str, profile: str) -> bool:
    """Tell a deployment that osk made for this one, or that others did under the very name."""
    name = live["metadata"]["name"]
    labels = live["metadata"].get("labels") or {}
    mine = (labels.get(MANAGED_BY), labels.get(f"{PREFIX}profile")) == (MANAGER, safe(profile))
    return name == rendered or (mine and bool(re.fullmatch(re.escape(plain) + _HASHED, name)))


def _with(step: Step, bodies: Iterable[Body]) -> Step:
    first = next(each for each in step.manifests if each.id.kind == kinds.DEPLOYMENT)
    others = tuple(each for each in step.manifests if each.id.kind != kinds.DEPLOYMENT)
    return replace(step, manifests=(*others, *(_manifest(first, body) for body in bodies)))


def _manifest(like: Manifest, body: Body) -> Manifest:
    return replace(like, id=id_of(body), body=body)


def _after(last: Step, step: Step) -> Step:
    place, _, _ = step.id.rpartition("/")
    return replace(last, id=f"{place}/{_AFTERWARDS}", after=frozenset({step.id}), gates=())


def _linked(step: Step, later: Mapping[str, str]) -> Step:
    """Let what comes after a deployment come after its last part, too."""
    more = {later[each] for each in step.after if each in later} - {step.id}
    return replace(step, after=step.after | more) if more else step


def left(cluster: Cluster, plan: Plan, namespace: str, asked: Asked, *, exact: bool = False) -> Plan:
    """Put what is left to do on the hosts in the place of the rendered deployments; raises ClusterError."""
    kept = knowledge.read(cluster, plan.profile, namespace)
    strays = staying.look(cluster, plan, kept.nodesets)
    return settled(plan, kept, asked, exact=exact, strays=strays)


def without_hosts(cluster: Cluster, plan: Plan, namespace: str) -> Plan:
    """Look at a plan that deploys no hosts: some may be there all the same; raises ClusterError."""
    found = lookups.listed(cluster, kinds.GROUP, kinds.NODESET, namespace)
    nodesets = {str(each["metadata"]["name"]): each for each in found}
    return staying.kept(plan, staying.look(cluster, plan, nodesets))
