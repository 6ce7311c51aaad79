"""Runs a change of development state under one lease: nothing of it is written before no other run is at work."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from openstack_k8s_cli import readiness
from openstack_k8s_cli.apply import records
from openstack_k8s_cli.apply.companions import Companion
from openstack_k8s_cli.apply.lease import Leases
from openstack_k8s_cli.apply.options import Judge, Options
from openstack_k8s_cli.apply.ports import ClusterError
from openstack_k8s_cli.developing import mounting, touching
from openstack_k8s_cli.developing.entries import Entry, Kind
from openstack_k8s_cli.model.events import Event, Outcome, RunFinished
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.model.steps import Layer, Step
from openstack_k8s_cli.plan import choosing
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows import deploying, planning, refusals
from openstack_k8s_cli.workflows.developing import catalogs, expecting, pruning, rollouts, store
from openstack_k8s_cli.workflows.developing.attached import Attached
from openstack_k8s_cli.workflows.developing.expecting import Expected
from openstack_k8s_cli.workflows.developing.starting import Starting
from openstack_k8s_cli.workflows.world import Target, World

_SETTLE = 1.0
"""Seconds in which a status may be older than a change, where something surer is waited for besides."""
Drive = Callable[[], Iterator[Event]]


@dataclass(frozen=True, slots=True)
class _Part:
    """The engine's part of a change."""

    chosen: tuple[str, ...]
    """Steps of the plan."""
    layers: tuple[Layer, ...]
    expected: Mapping[ObjectId, Expected]
    beside: Companion | None
    passed: frozenset[str] = frozenset()
    """Kinds that are not waited for."""
    first: tuple[Step, ...] = ()
    then: tuple[Step, ...] = ()


def leased(
    world: World, entries: Sequence[Entry], options: Options, story: Callable[[World, Drive], Iterator[Event]]
) -> Iterator[Event]:
    """Tell a story about entries of which `drive` is the engine's part; raises OskError where another run is at work."""
    part = _part(world, entries)
    token = uuid4().hex
    leases = Leases(world.cluster, world.clock, options, token, world.loaded.name)
    inner = replace(options, under=token)
    quiet = replace(world, entries=())
    try:
        refusals.reading(lambda: _acquire(leases, part.layers, world))
        refusals.reading(
            lambda: store.check_others(world.cluster, world.entries, entries, profile=world.loaded.name)
        )
        yield from story(world, lambda: _driven(quiet, part, inner))
    finally:
        leases.release()


def _part(world: World, entries: Sequence[Entry]) -> _Part:
    _, plan = planning.bearings(world)
    chosen = touching.steps(plan, entries)
    layers = _layers(plan, chosen)
    expected: dict[ObjectId, Expected] = {}
    shown = True
    for entry in entries:
        released = rollouts.released(world, entry)
        shown = shown and expecting.is_shown(entry, released)
        expected |= expecting.of(entry, world.loaded.values, released=released)
        expected |= rollouts.of(world, entry)
    beside = _beside(world, entries, expected)
    if not chosen:
        return _Part(chosen, layers, expected, beside)
    left = pruning.steps(world.cluster, plan, entries, after=chosen)
    last = expecting.step(expected, layers[-1], [*chosen, *(each.id for each in left)])
    passed = expecting.OLM if shown else frozenset()
    return _Part(chosen, layers, expected, beside, passed, catalogs.steps(world, entries), (*left, *last))


def _beside(
    world: World, entries: Sequence[Entry], expected: Mapping[ObjectId, Expected]
) -> Companion | None:
    """Give who looks at the pods of new images, or of a new mount; None: there are none, or what was new goes."""
    images = {target: each.image for target, each in expected.items() if each.image and not each.at}
    images |= catalogs.served(world, entries)
    undo = " ".join(("osk dev reset", *dict.fromkeys(each.name for each in entries)))
    if images:
        bundle = next((each.note for each in entries if each.kind is Kind.BUNDLE), "")
        return Starting(world.cluster, images, undo, bundle)
    here = {each.key for each in world.entries}
    claims = [mounting.claim(each.values) for each in entries if each.kind is Kind.MOUNT and each.key in here]
    return Attached(world.cluster, world.namespace, claims[0], undo) if claims else None


def _layers(plan: Plan, chosen: Sequence[str]) -> tuple[Layer, ...]:
    """Name the layers that the engine will work on, or that of the operators where it has nothing to do."""
    part = choosing.select(plan, chosen, only=True) if chosen else None
    found = (
        {step.layer for step in part.steps} | choosing.full_layers(plan, part) if part else {Layer.OPERATORS}
    )
    return tuple(each for each in Layer if each in found)


def _acquire(leases: Leases, layers: Sequence[Layer], world: World) -> None:
    try:
        leases.acquire(layers)
    except ClusterError as error:
        if not records.is_missing(error):
            raise
        records.make_namespace(world.cluster)
        leases.acquire(layers)


def _driven(world: World, part: _Part, options: Options) -> Iterator[Event]:
    if not part.chosen:
        yield RunFinished(world.clock.now(), Outcome.READY, ExitCode.DONE, 0.0)
        return
    judge: Judge = expecting.judged(readiness.judge, part.expected, part.passed)
    if part.expected:  # they show what a Subscription does not: it has no generation in its status
        options = replace(options, settle=min(options.settle, _SETTLE))
    if part.expected or part.beside:  # what they tell is no trouble that goes away
        options = replace(options, fail_fast=True)
    target = Target(part.chosen, only=True)
    yield from deploying.deploy(
        world, target, options, judge=judge, first=part.first, then=part.then, beside=part.beside
    )
