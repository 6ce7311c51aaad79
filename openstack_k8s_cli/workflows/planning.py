"""Profile and facts → plan, and what the plan would change."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any

from openstack_k8s_cli import components
from openstack_k8s_cli.apply.ledger import Record
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.parallel import each_in_parallel
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.developing import telling, touching
from openstack_k8s_cli.developing.entries import Entry
from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.objects import ObjectId, get
from openstack_k8s_cli.model.problems import ExitCode, OskError, Problem
from openstack_k8s_cli.model.secrets import Given
from openstack_k8s_cli.model.steps import Layer, Step
from openstack_k8s_cli.plan import building, choosing, hooks
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.profile import paths, unused
from openstack_k8s_cli.render import render
from openstack_k8s_cli.workflows import adapting, blaming, platform, recalling, refusals, sourcing
from openstack_k8s_cli.workflows import facts as gathering
from openstack_k8s_cli.workflows.comparing import Comparing, Row
from openstack_k8s_cli.workflows.dataplane import deployments, moving, wishing
from openstack_k8s_cli.workflows.sourcing import Texts
from openstack_k8s_cli.workflows.world import Loaded, Target, World

_WORKERS = 8


@dataclass(frozen=True, slots=True)
class Preview:
    """What a deployment would do now."""

    plan: Plan
    facts: Facts
    rows: tuple[Row, ...]
    adapted: tuple[str, ...] = ()
    """What of the profile follows from the cluster."""
    entries: tuple[Entry, ...] = ()
    """Development state of the cloud, which stays."""

    @property
    def differs(self) -> bool:
        """Whether anything would change."""
        return any(row.change not in (Change.UNCHANGED, Change.SKIPPED) for row in self.rows)


def whole(
    loaded: Loaded, catalogue: components.Catalogue, facts: Facts, *, texts: Texts = sourcing.nothing
) -> Plan:
    """Select, render and order everything that the profile asks for; what it says in vain is refused.

    `texts` has the manifests that others wrote; where they are not at hand, their objects are not in the plan.
    """
    values = sourcing.of_cluster(loaded, facts)
    _refuse(unused.nodes(values, loaded.provenance, workers=facts.workers))
    with blaming.placed(loaded):
        selected = components.select(catalogue, values, facts)
        values = sourcing.with_texts(values, selected, texts)
        steps = hooks.insert(
            render(selected, values, facts),
            values,
            files=loaded.files,
            known=frozenset((*catalogue.names(), *Layer)),
            ran=facts.hooks,
            without=lambda hooks: _without(loaded.without(hooks), catalogue, facts),
        )
    plan = building.build(steps, profile=loaded.name)
    _refuse(unused.secrets(loaded.values, loaded.provenance, rendered=_secrets(plan)))
    return plan


def _refuse(problems: Iterable[Problem]) -> None:
    found = tuple(problems)
    if found:
        raise OskError(*found, exit_code=ExitCode.USAGE)


def _without(values: Mapping[str, Any], catalogue: components.Catalogue, facts: Facts) -> tuple[Step, ...]:
    return render(components.select(catalogue, values, facts), values, facts)


def _secrets(plan: Plan) -> Mapping[str, Collection[str]]:
    """Give the keys that the profile may give values for, by Secret."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for manifest in plan.manifests:
        for key in manifest.secret_keys:
            found[manifest.id.name].add(key.name)
            if isinstance(key.source, Given):
                section, *place = map(str, paths.parse(key.source.path))
                if section == "secrets":
                    found[place[0]].add(place[1])
    return found


def offline(
    loaded: Loaded, catalogue: components.Catalogue, target: Target, *, texts: Texts = sourcing.nothing
) -> Plan:
    """Make the plan without a cluster."""
    return chosen(whole(loaded, catalogue, gathering.offline(loaded.values), texts=texts), target)


def chosen(plan: Plan, target: Target) -> Plan:
    """Keep the part of the plan that the target names."""
    return choosing.select(plan, target.words, only=target.only, start=target.start, until=target.until)


def bearings(world: World) -> tuple[Facts, Plan]:
    """Give the facts and the whole plan: those that the world has, or else gathered and made now."""
    if world.bearings is not None:
        return world.bearings
    facts = found(world)
    texts = world.downloads.text if world.downloads else sourcing.nothing
    return facts, _left(world, whole(world.loaded, world.catalogue, facts, texts=texts))


def _left(world: World, plan: Plan) -> Plan:
    """Put what is left to do on the hosts in the place of the rendered deployments."""
    if not any(map(deployments.deploys, plan.steps)):
        return refusals.reading(lambda: deployments.without_hosts(world.cluster, plan, world.namespace))
    values = world.loaded.values
    asked, exact = (
        wishing.settled(world.asked, plan, values),
        bool(get(values, "dataplane", "deployment", "exact")),
    )
    return refusals.reading(
        lambda: deployments.left(world.cluster, plan, world.namespace, asked, exact=exact)
    )


def found(world: World) -> Facts:
    """Gather the facts and refuse a cluster that is not the profile's."""
    facts = refusals.reading(
        lambda: gathering.gather(world.cluster, world.loaded.values, profile=world.loaded.name)
    )
    if world.loaded.gives("platform.capabilities"):
        facts = _as_said(facts, world.loaded.values["platform"]["capabilities"])
    platform.check(facts, world.loaded.values)
    return facts


def _as_said(facts: Facts, capabilities: Iterable[str]) -> Facts:
    """Take the profile's word for what the cluster can do."""
    sources = MappingProxyType({**facts.sources, "capabilities": "profile: platform"})
    return replace(facts, capabilities=frozenset(capabilities), sources=sources)


def preview(
    world: World,
    target: Target,
    *,
    adopt: frozenset[str] = frozenset(),
    recreate: frozenset[str] = frozenset(),
) -> Preview:
    """Say what a deployment with these options would do with each object; nothing is written."""
    facts, full = bearings(world)
    plan = chosen(full, target)
    platform.check_prerequisites(facts, world.loaded.values, plan)
    moving.check(plan)
    records = recalling.ledger_of(world)
    force_from = frozenset((world.loaded.values.get("apply") or {}).get("forceFrom") or ())
    options = Options(adopt=adopt, recreate=recreate, force_from=force_from)
    comparing = Comparing(world.cluster, plan.profile, records, options, world.secrets, plan.taking)
    pairs = [(step, manifest) for step in plan.steps for manifest in step.manifests]
    rows = each_in_parallel(lambda pair: comparing.row(*pair), pairs, threads=_WORKERS)
    gone = (Row(step.id, each, Change.DELETED) for step in plan.steps for each in step.deletes)
    told = tuple(adapting.adapted(facts, world.loaded.values, plan.manifests))
    marked = _marked(rows, plan, world.entries)
    return Preview(
        plan, facts, (*gone, *marked, *_deletions(world, records, full, plan, target)), told, world.entries
    )


def _marked(rows: Iterable[Row], plan: Plan, entries: Iterable[Entry]) -> Iterator[Row]:
    """Note on objects what of them is development state."""
    touched = [(each, frozenset(touching.steps(plan, (each,)))) for each in entries]
    for row in rows:
        mark = telling.mark((each for each, steps in touched if row.step in steps), row.object.kind)
        yield replace(row, note="; ".join(filter(None, (row.note, mark)))) if mark else row


def _deletions(
    world: World, records: Iterable[Record], full: Plan, plan: Plan, target: Target
) -> Iterable[Row]:
    """Find what earlier runs of the whole layers made and the profile has no more, as far as it is there."""
    layers = choosing.full_layers(full, plan, target.words)
    for step, gone in recalling.deletions(records, full, layers):
        if refusals.reading(partial(_is_there, world.cluster, gone)):
            yield Row(step, gone, Change.DELETED)


def _is_there(cluster: Cluster, target: ObjectId) -> bool:
    resource = cluster.resource(target.group, target.kind)
    return resource is not None and cluster.get(resource, target.namespace, target.name) is not None
