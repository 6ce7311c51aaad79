"""Profile → Ready."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from openstack_k8s_cli import __version__, readiness, teardown
from openstack_k8s_cli.apply import run
from openstack_k8s_cli.apply.companions import Companion
from openstack_k8s_cli.apply.options import Judge, Options
from openstack_k8s_cli.dataplane import kinds
from openstack_k8s_cli.developing import telling
from openstack_k8s_cli.model.events import Event, PlanMade, RunFinished, StepFinished, Warned
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.model.steps import Action, Gate, Layer, Step
from openstack_k8s_cli.plan import building, choosing
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows import doctor, filledin, planning, platform, refusals
from openstack_k8s_cli.workflows.dataplane import (
    abandoned,
    busy,
    company,
    knowledge,
    lastwords,
    moving,
    staying,
)
from openstack_k8s_cli.workflows.developing import marks
from openstack_k8s_cli.workflows.explaining import explained
from openstack_k8s_cli.workflows.world import Target, World


def deploy(
    world: World,
    target: Target,
    options: Options,
    *,
    judge: Judge = readiness.judge,
    first: Sequence[Step] = (),
    then: Sequence[Step] = (),
    beside: Companion | None = None,
) -> Iterator[Event]:
    """Drive what the target names to Ready, between the steps `first` and `then`.

    `beside` follows steps where there is no Ansible to be followed.

    Raises OskError before the first write when it is refused.
    """
    facts, full = planning.bearings(world)
    plan = planning.chosen(full, target)
    _check(world, facts, plan)
    options = replace(
        options,
        version=__version__,
        cluster_id=facts.cluster_id or "",
        full=choosing.full_layers(full, plan, target.words),
    )
    if any(step.layer is Layer.CONTROLPLANE for step in plan.steps):
        marks.refuse(world.cluster, world.namespace)
        refusals.reading(
            lambda: teardown.restore(world.cluster, world.clock, profile=world.loaded.name, options=options)
        )
    if first or then:
        plan = _between(plan, first, then)
    yield from _recorded(world, plan, options, driven(world, plan, options, judge=judge, beside=beside))


def _check(world: World, facts: Facts, plan: Plan) -> None:
    """Refuse what cannot go well; nothing is written yet."""
    values = world.loaded.values
    platform.check_prerequisites(facts, values, plan)
    doctor.gate(facts, plan, values)
    moving.check(plan)
    filledin.check(world, plan.manifests)
    if world.runner is not None:
        world.runner.check(step.hook for step in plan.steps if step.hook is not None)


def _recorded(world: World, plan: Plan, options: Options, events: Iterator[Event]) -> Iterator[Event]:
    """Pass a run's events on; what is to run on the hosts, and what ran there, is written down meanwhile."""
    planned = [each.id.name for each in plan.manifests if each.id.kind == kinds.DEPLOYMENT]
    if any(plan.notes.values()):
        knowledge.write(world.cluster, plan.profile, world.namespace, planned=planned)
    for event in events:
        if isinstance(event, PlanMade):
            yield from _announced(world, plan, options, event)
            continue
        if isinstance(event, RunFinished) and any(plan.notes.values()):
            yield from _told(world, plan, event)
        if isinstance(event, StepFinished) and busy.is_wait(event.step):
            knowledge.write(world.cluster, plan.profile, world.namespace, planned=planned)
        yield event


def _announced(world: World, plan: Plan, options: Options, event: PlanMade) -> Iterator[Event]:
    """Warn of what the plan leaves, ends or deletes, which a note in the plan would not show so well."""
    told = (*abandoned.told(plan), *staying.told(plan))
    yield replace(event, notes=tuple(each for each in event.notes if each not in told))
    if kept := telling.kept(world.entries):
        yield Warned(event.at, kept)
    yield from (Warned(event.at, text) for text in told)
    yield from (Warned(event.at, text) for text in lastwords.told(world, plan, options))


def _between(plan: Plan, first: Sequence[Step], then: Sequence[Step]) -> Plan:
    """Put steps before and after those of a plan; the order among them is their own."""
    before = frozenset(each.id for each in first)
    late = [replace(each, after=each.after | before) for each in plan.steps]
    built = building.build([*first, *late, *then], profile=plan.profile)
    return replace(plan, steps=built.steps, digest=built.digest)


def _told(world: World, plan: Plan, end: RunFinished) -> Iterator[Event]:
    """Write down what ran on the hosts, and name those that a node set went on without."""
    for text in knowledge.write(world.cluster, plan.profile, world.namespace):
        yield Warned(end.at, text)


def wait(world: World, target: Target, options: Options) -> Iterator[Event]:
    """Wait until what the target names is Ready; nothing is written."""
    plan = planning.chosen(planning.bearings(world)[1], target)
    watched = building.build(
        [_awaited(step) for step in plan.steps if _can_be_awaited(step)], profile=plan.profile
    )
    yield from driven(world, watched, replace(options, recorded=False))


def driven(
    world: World,
    plan: Plan,
    options: Options,
    *,
    judge: Judge = readiness.judge,
    beside: Companion | None = None,
) -> Iterator[Event]:
    """Run a plan, with the deepest cause of what is stuck and how to use what came."""
    companion = company.following(world, plan, options)
    events = run(
        plan,
        world.cluster,
        world.clock,
        judge=busy.judged(abandoned.judged(judge, plan), plan),
        options=abandoned.having(options, plan),
        secrets=world.secrets,
        runner=world.runner,
        companion=companion or beside,
    )
    for event in company.concluded(companion, explained(world.cluster, events)):
        yield _with_usage(event, plan, options.usage) if isinstance(event, RunFinished) else event


def _with_usage(event: RunFinished, plan: Plan, usage: tuple[str, ...]) -> RunFinished:
    """End a run that reached Ready with how to use the cloud."""
    if event.exit_code is not ExitCode.DONE or not _has_a_cloud(plan):
        return event
    return replace(event, next=(*event.next, *usage))


def _has_a_cloud(plan: Plan) -> bool:
    targets = [manifest.id for manifest in plan.manifests]
    targets += [gate.target for step in plan.steps for gate in step.gates]
    return any(target.kind == "OpenStackControlPlane" for target in targets)


def _can_be_awaited(step: Step) -> bool:
    return step.action in (Action.APPLY, Action.AWAIT)


def _awaited(step: Step) -> Step:
    own = tuple(Gate(manifest.id) for manifest in step.manifests)
    return replace(step, action=Action.AWAIT, manifests=(), gates=(*own, *step.gates), after=frozenset())
