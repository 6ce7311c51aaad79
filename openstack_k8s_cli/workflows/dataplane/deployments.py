"""Puts what is left to do on the hosts in the place of the deployments that the profile comes to."""

import itertools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from openstack_k8s_cli.apply.changes import MANAGER, has
from openstack_k8s_cli.apply.labels import MANAGED_BY, PREFIX, safe
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind
from openstack_k8s_cli.apply.records import CONFIG_MAP, NAMESPACE, is_missing, name_of
from openstack_k8s_cli.dataplane import choosing, records
from openstack_k8s_cli.dataplane.choosing import Asked, Choice
from openstack_k8s_cli.dataplane.records import Record
from openstack_k8s_cli.dataplane.rounds import Open
from openstack_k8s_cli.dataplane.wanted import GROUP, wanted
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.model.steps import Action, Manifest, Step
from openstack_k8s_cli.plan import building
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.dataplane import (
    abandoned,
    busy,
    moving,
    staying,
    summaries,
    unfinished,
    wishing,
)
from openstack_k8s_cli.workflows.dataplane.abandoned import Abandoned
from openstack_k8s_cli.workflows.dataplane.staying import Left

KIND = "OpenStackDataPlaneDeployment"
_WORD = "hosts"
_TRIES = 5
_SEEN = "seen"
_HASHED = r"(-[0-9a-f]{8}(-r\d+)?)?"
_AFTERWARDS = "known-hosts"
"""The step of services that run once over all node sets, where the others run on some hosts only."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the cluster knows of the hosts."""

    record: Record
    """Folded with what the deployments came to."""
    stored: Record
    """As it was written last."""
    live: tuple[Body, ...] = ()
    """The deployments that are there."""
    nodesets: Mapping[str, Body] = field(default_factory=dict)
    """The node sets that are there."""
    abandoned: tuple[Abandoned, ...] = ()
    """Deployments that hold node sets and have failed for good."""
    version: str | None = None
    """Of the ConfigMap that has what was written."""
    seen: frozenset[str] = frozenset()
    """UIDs of deployments that what was written speaks of: it may speak of later ones, too, that are gone by now."""
    parted: bool = False
    """Whether deployments tell of hosts that have left their node sets."""
    unfinished: frozenset[ObjectId] = frozenset()
    """What commands of osk's own go on with."""
    rotations: tuple[str, ...] = ()
    """The Secrets whose new keys are not everywhere yet."""
    reboots: tuple[Open, ...] = ()
    """The rounds of reboots that are not through."""
    fleeting: bool = False
    """Whether some of it only pods tell, which may go at any time."""

    @property
    def unwritten(self) -> bool:
        """Whether deployments came to something that only they themselves tell."""
        return self.record != self.stored or not records.over(self.live) <= self.seen

    def speaks(self, planned: Collection[str] | None = None) -> bool:
        """Tell whether a record has to speak for the deployments that are there, before the `planned` ones are made.

        One alone stays as long as nothing follows it, and tells it all where nothing was ever written.
        """
        there = {each["metadata"]["name"] for each in self.live if records.says(each)}
        follows = set(planned) != there if planned is not None else len(there) > 1
        pressing = self.version or self.abandoned or self.parted or self.fleeting
        return self.unwritten and bool(pressing or follows)

    @property
    def hosts(self) -> frozenset[str]:
        """Name the hosts that something is known of, also those that have left their node sets."""
        purposes = (found for each in self.live if (found := records.purpose_of(each)))
        told = (host for each in purposes for share in each.shares.values() for host in share.hosts)
        return frozenset({*told, *(host for hosts in self.stored.values() for host in hosts)})


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
    return any(each.id.kind == "OpenStackDataPlaneNodeSet" for each in step.manifests)


def deploys(step: Step) -> bool:
    """Tell a step that makes a deployment."""
    return step.action is Action.APPLY and any(each.id.kind == KIND for each in step.manifests)


def _chosen(step: Step, plan: Plan, kept: Kept, asked: Asked, *, exact: bool) -> Choice:
    rendered = next(each for each in step.manifests if each.id.kind == KIND).body
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
        if manifest.id.kind != "OpenStackDataPlaneNodeSet" or manifest.id.name not in by_others or not there:
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
    first = next(each for each in step.manifests if each.id.kind == KIND)
    others = tuple(each for each in step.manifests if each.id.kind != KIND)
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
    kept = read(cluster, plan.profile, namespace)
    strays = staying.look(cluster, plan, kept.nodesets)
    return settled(plan, kept, asked, exact=exact, strays=strays)


def without_hosts(cluster: Cluster, plan: Plan, namespace: str) -> Plan:
    """Look at a plan that deploys no hosts: some may be there all the same; raises ClusterError."""
    resource = cluster.resource(GROUP, "OpenStackDataPlaneNodeSet")
    found = cluster.list(resource, namespace).items if resource else ()
    nodesets = {str(each["metadata"]["name"]): each for each in found}
    return staying.kept(plan, staying.look(cluster, plan, nodesets))


def read(cluster: Cluster, profile: str, namespace: str) -> Kept:
    """Read what is known of the hosts; raises ClusterError."""
    deployments = cluster.resource(GROUP, KIND)
    if deployments is None:
        return Kept({}, {})
    listed = cluster.list(deployments, namespace).items
    resource = cluster.resource(GROUP, "OpenStackDataPlaneNodeSet")
    found = cluster.list(resource, namespace).items if resource else ()
    body = cluster.get(CONFIG_MAP, NAMESPACE, name_of(profile, _WORD)) or {}
    data = get(body, "data") or {}
    stored, seen = records.decoded(data.get("hosts")), frozenset(data.get(_SEEN, "").split())
    live = tuple(summaries.completed(cluster, listed, found, namespace, seen=seen))
    nodesets = {each["metadata"]["name"]: each for each in found}
    told = records.folded(
        {name: hosts for name, hosts in stored.items() if _is_same(nodesets.get(name), data)},
        live,
        since={name: str(get(each, "metadata", "creationTimestamp")) for name, each in nodesets.items()},
        seen=seen,
    )
    record = records.only(told, {name: _hosts(each) for name, each in nodesets.items()})
    rotations = unfinished.rotations(cluster, profile)
    reboots = unfinished.reboots(live, found, profile)
    return Kept(
        record,
        stored,
        live=live,
        nodesets=nodesets,
        abandoned=abandoned.find(cluster, live, profile, namespace),
        version=get(body, "metadata", "resourceVersion"),
        seen=seen,
        parted=record != told,
        unfinished=unfinished.find(live, reboots, rotations),
        rotations=rotations,
        reboots=reboots,
        fleeting=bool(records.over(new for old, new in zip(listed, live, strict=True) if new is not old)),
    )


def _is_same(nodeset: Body | None, data: Mapping[str, str]) -> bool:
    """Tell a node set of which something is written: one made anew under its name has had nothing."""
    return nodeset is not None and data.get(_uid(nodeset["metadata"]["name"])) == get(
        nodeset, "metadata", "uid"
    )


def _hosts(nodeset: Body) -> frozenset[str]:
    """Give the short names of a node set's hosts."""
    nodes = get(nodeset, "spec", "nodes") or {}
    return frozenset(str(node.get("hostName") or name).partition(".")[0] for name, node in nodes.items())


def _uid(nodeset: str) -> str:
    """Name the key with the UID of a node set."""
    return f"uid.{nodeset}"


def write(
    cluster: Cluster, profile: str, namespace: str, *, planned: Collection[str] | None = None
) -> tuple[str, ...]:
    """Write down what deployments came to, where that is new; give a warning for each that left hosts behind.

    `planned` are those that are about to be there and no others.
    """
    try:
        kept = _written(cluster, profile, namespace, planned)
    except ClusterError as error:
        if is_missing(error):
            return ()
        return (
            f"what ran on the hosts could not be written down, the next run finds it out: {error.message}",
        )
    return tuple(_left_behind(kept.live))


def store(cluster: Cluster, kept: Kept, profile: str) -> None:
    """Write down what is known of the hosts as it stands; raises ClusterError."""
    cluster.apply(_body(kept, profile), force=True)


def _written(cluster: Cluster, profile: str, namespace: str, planned: Collection[str] | None) -> Kept:
    def once() -> Kept:
        kept = read(cluster, profile, namespace)
        if kept.speaks(planned):
            store(cluster, kept, profile)
        return kept

    return repeated(once)


def repeated(write: Callable[[], Kept]) -> Kept:
    """Write on top of what was read only: where another run wrote meanwhile, it knows of others, and both come again."""
    for attempt in itertools.count(1):
        try:
            return write()
        except ClusterError as error:
            if error.kind is not ErrorKind.CONFLICT or attempt == _TRIES:
                raise
    raise AssertionError


def _body(kept: Kept, profile: str) -> Body:
    labels = {MANAGED_BY: MANAGER, f"{PREFIX}profile": safe(profile)}
    meta = {"name": name_of(profile, _WORD), "namespace": NAMESPACE, "labels": labels}
    meta |= {"resourceVersion": kept.version} if kept.version else {}
    uids = {_uid(name): str(kept.nodesets[name]["metadata"].get("uid")) for name in kept.record}
    data = {"hosts": records.encoded(kept.record), _SEEN: " ".join(sorted(records.over(kept.live))), **uids}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data}


def _left_behind(live: Iterable[Body]) -> Iterator[str]:
    """Name hosts that a node set went on without (edpm_max_fail_percentage)."""
    for deployment in live:
        purpose = records.purpose_of(deployment)
        if purpose is None or not records.is_through(deployment):
            continue
        for nodeset, share in purpose.shares.items():
            for service in share.services:
                lost = sorted(records.failed_hosts(deployment, service, nodeset) & set(share.hosts))
                if lost:
                    yield f"{nodeset} went on without {', '.join(lost)}: {service} failed there; the next run brings it to them"
