"""Profile and facts → plan, and what the plan would change."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import assert_never

from openstack_k8s_cli import components
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind
from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.problems import ExitCode, OskError, Problem
from openstack_k8s_cli.model.secrets import Given
from openstack_k8s_cli.model.steps import Manifest, Policy, Step
from openstack_k8s_cli.plan import building, choosing, difference
from openstack_k8s_cli.plan.difference import Difference
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.profile import paths, unused
from openstack_k8s_cli.render import render
from openstack_k8s_cli.workflows import facts as gathering
from openstack_k8s_cli.workflows import platform, recalling, refusals
from openstack_k8s_cli.workflows.world import Loaded, Target, World

_WORKERS = 8
_NOT_YET = frozenset({ErrorKind.NOT_SERVED, ErrorKind.NAMESPACE_MISSING, ErrorKind.WEBHOOK_UNREACHABLE})
"""What an empty cluster answers about objects whose namespace, kind or webhook the plan itself brings."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the plan would do with one object."""

    step: str
    object: ObjectId
    change: Change
    differences: tuple[Difference, ...] = ()
    note: str = ""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a deployment would do now."""

    plan: Plan
    facts: Facts
    rows: tuple[Row, ...]

    @property
    def differs(self) -> bool:
        """Whether anything would change."""
        return any(row.change not in (Change.UNCHANGED, Change.SKIPPED) for row in self.rows)


def whole(loaded: Loaded, catalogue: components.Catalogue, facts: Facts) -> Plan:
    """Select, render and order everything that the profile asks for; what it says in vain is refused."""
    selected = components.select(catalogue, loaded.values, facts)
    plan = building.build(render(selected, loaded.values, facts), profile=loaded.name)
    problems = (
        *unused.nics(loaded.values, loaded.provenance, workers=facts.workers),
        *unused.secrets(loaded.values, loaded.provenance, rendered=_secrets(plan)),
    )
    if problems:
        raise OskError(*problems, exit_code=ExitCode.USAGE)
    return plan


def _secrets(plan: Plan) -> Mapping[str, Collection[str]]:
    """Give the keys that the profile may give values for, by Secret."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for manifest in plan.manifests:
        for key in manifest.secret_keys:
            found[manifest.id.name].add(key.name)
            if isinstance(key.source, Given):
                _, name, given = paths.parse(key.source.path)
                found[str(name)].add(str(given))
    return found


def offline(loaded: Loaded, catalogue: components.Catalogue, target: Target) -> Plan:
    """Make the plan without a cluster."""
    return chosen(whole(loaded, catalogue, gathering.offline(loaded.values)), target)


def chosen(plan: Plan, target: Target) -> Plan:
    """Keep the part of the plan that the target names."""
    return choosing.select(plan, target.words, only=target.only, start=target.start, until=target.until)


def found(world: World) -> Facts:
    """Gather the facts and refuse a cluster that is not the profile's."""
    facts = refusals.reading(
        lambda: gathering.gather(world.cluster, world.loaded.values, profile=world.loaded.name)
    )
    platform.check(facts, world.loaded.values)
    return facts


def preview(world: World, target: Target) -> Preview:
    """Ask the server what each object would become; nothing is written."""
    facts = found(world)
    full = whole(world.loaded, world.catalogue, facts)
    plan = chosen(full, target)
    pairs = [(step, manifest) for step in plan.steps for manifest in step.manifests]
    with ThreadPoolExecutor(_WORKERS) as pool:
        rows = tuple(pool.map(lambda pair: _row(world.cluster, *pair), pairs))
    return Preview(plan, facts, (*rows, *_deletions(world, full, plan)))


def _row(cluster: Cluster, step: Step, manifest: Manifest) -> Row:
    try:
        live = _live(cluster, manifest.id)
        return _compared(cluster, step, manifest, live)
    except ClusterError as error:
        if error.kind in _NOT_YET:
            return Row(step.id, manifest.id, Change.CREATED, note=f"not checked: {error.kind.value}")
        problem = refusals.problem(error, subject=str(manifest.id))
        return Row(step.id, manifest.id, Change.SKIPPED, note=error.message, problem=problem)


def _compared(cluster: Cluster, step: Step, manifest: Manifest, live: Body | None) -> Row:
    match manifest.policy:
        case Policy.ENSURE | Policy.CREATE:
            return Row(step.id, manifest.id, Change.CREATED if live is None else Change.UNCHANGED)
        case Policy.APPLY:
            dry = cluster.apply(manifest.body, dry_run=True).body
            changes = difference.differences(live, dry, applied=manifest.body)
            word = Change.CREATED if live is None else Change.CONFIGURED if changes else Change.UNCHANGED
            return Row(step.id, manifest.id, word, changes)
        case _:
            assert_never(manifest.policy)


def _live(cluster: Cluster, target: ObjectId) -> Body | None:
    resource = cluster.resource(target.group, target.kind)
    if resource is None:
        raise ClusterError(ErrorKind.NOT_SERVED, f"{target.kind} is not served yet")
    return cluster.get(resource, target.namespace, target.name)


def _deletions(world: World, full: Plan, plan: Plan) -> Iterable[Row]:
    """Find what earlier runs of the whole layers made and the profile has no more."""
    found = recalling.ledger_of(world)
    for step, target in recalling.deletions(found, full, choosing.full_layers(full, plan)):
        yield Row(step, target, Change.DELETED)
