"""The story of `osk test`: apply, follow, fetch, and leave nothing behind."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from openstack_k8s_cli.apply import labels
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import Resource
from openstack_k8s_cli.components.schema import seconds
from openstack_k8s_cli.model.events import (
    Change,
    Event,
    ObjectChanged,
    Outcome,
    RunFinished,
    StepFinished,
    StepStarted,
    TaskRan,
    Warned,
)
from openstack_k8s_cli.model.numbers import some
from openstack_k8s_cli.model.objects import Body, ObjectId, group_of
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.plan import building
from openstack_k8s_cli.teardown.patience import Patience
from openstack_k8s_cli.workflows import planning, refusals
from openstack_k8s_cli.workflows.testing import fetching, objects
from openstack_k8s_cli.workflows.testing.fetching import Shelf, UnfetchedError
from openstack_k8s_cli.workflows.testing.following import Following
from openstack_k8s_cli.workflows.testing.objects import Asked
from openstack_k8s_cli.workflows.world import World

_PAUSE = 1.0
"""Seconds between looks at what is to go."""
_GOING = 300.0
"""Seconds that a resource may take to go."""


def run(world: World, name: str, shelf: Shelf, options: Options, *, keep: bool) -> Iterator[Event]:
    """Run a test to its results; raises OskError before the first write when it is refused.

    What an interrupted run began is gone on with; otherwise the tests run anew.
    """
    facts = world.bearings[0] if world.bearings else planning.found(world)
    asked = objects.asked(world, name, facts)
    resource = world.cluster.resource(group_of(asked.body["apiVersion"]), asked.body["kind"])
    if resource is None:
        raise _no_operator(world, asked)
    there = refusals.reading(lambda: world.cluster.get(resource, asked.id.namespace, asked.id.name))
    if there is not None and not labels.is_ours(there):
        raise _taken(asked)
    yield from _Run(world, asked, resource, shelf, options, keep=keep).events(there)


@dataclass(slots=True)
class _Run:
    world: World
    asked: Asked
    resource: Resource
    shelf: Shelf
    options: Options
    keep: bool
    problems: list[Problem] = field(default_factory=list)
    code: ExitCode = ExitCode.DONE
    emptied: tuple[str, ...] = ()
    """Volumes that can be taken again once the resource is gone."""

    def events(self, there: Body | None) -> Iterator[Event]:
        clock, began = self.world.clock, self.world.clock.monotonic()
        plan = building.build([self.asked.run, self.asked.results], profile=self.world.loaded.name)
        yield plan.announced(self.options.command, at=clock.now(), cluster=self.options.cluster)
        yield StepStarted(clock.now(), self.asked.run.id)
        yield from self._begin(there)
        following = self._following()
        yield from following.events()
        self.problems += following.problems
        self.code = following.code
        yield self._finished(self.asked.run.id, began)
        if following.over:
            yield from self._results(following)
        outcome = {ExitCode.DONE: Outcome.READY, ExitCode.STALLED: Outcome.STALLED}.get(
            self.code, Outcome.FAILED
        )
        seconds_ = clock.monotonic() - began
        yield RunFinished(clock.now(), outcome, self.code, seconds_, tuple(self.problems))

    def _begin(self, there: Body | None) -> Iterator[Event]:
        """Have the resource there, begun by this run or by the one that it goes on with."""
        if there is not None and not self.asked.is_of(there):
            yield from self._remove()
            there = None
        if there is None:
            self._patiently(self.asked.body)
        change = Change.CREATED if there is None else Change.UNCHANGED
        yield ObjectChanged(self.world.clock.now(), self.asked.run.id, self.asked.id, change)

    def _patiently(self, body: Body) -> None:
        Patience(self.world.clock)(lambda: self.world.cluster.apply(body))

    def _following(self) -> Following:
        scale = float(self.world.loaded.values.get("timeouts", {}).get("scale", 1.0))
        settings = self.asked.settings
        return Following(
            self.world,
            self.asked,
            self.resource,
            stall=seconds(settings["stall"]) * scale,
            total=seconds(settings["total"]) * scale,
            held=self.options.held,
            again=self.options.again,
        )

    def _results(self, following: Following) -> Iterator[Event]:
        """Fetch what the tests left, then take them down."""
        world, step = self.world, self.asked.results.id
        began = world.clock.monotonic()
        yield StepStarted(world.clock.now(), step)
        problem = None
        try:
            said = self._fetched(following)
            yield TaskRan(world.clock.now(), step, str(self.asked.id), "fetch", "ok", said)
        except UnfetchedError as error:
            problem = _unfetched(self.asked, str(error), self.options.again)
            self.problems.append(problem)
            self.code = self.code or ExitCode.FAILED
        if problem is None and self.keep:
            meta = (self.asked.id.namespace, self.asked.id.name)
            world.cluster.merge(self.resource, *meta, objects.FETCHED)
            yield Warned(world.clock.now(), f"{self.asked.id} stays, with its pods and volumes", step)
        elif problem is None:
            yield from self._remove(step)
        outcome = Outcome.READY if problem is None else Outcome.FAILED
        yield StepFinished(world.clock.now(), step, outcome, world.clock.monotonic() - began, problem)

    def _fetched(self, following: Following) -> str:
        world, target = self.world, self.asked.id
        live = Patience(world.clock)(lambda: world.cluster.get(self.resource, target.namespace, target.name))
        try:
            for pod, text in following.logs().items():
                self.shelf.text(f"logs/{pod.name}.log", text)
        except OSError as error:
            raise UnfetchedError(str(error)) from error
        if live is None:
            raise UnfetchedError(f"{target} is gone")
        tested = following.seen[-1].body
        fetched = fetching.fetch(
            world.cluster, world.clock, live, pod=tested, shelf=self.shelf, empty=not self.keep
        )
        self.emptied = fetched.emptied
        return f"{some(fetched.files, 'file')}, and the logs of {some(len(following.seen), 'pod')}"

    def _remove(self, step: str = "") -> Iterator[Event]:
        """Take the resource down, and all that is its, and wait until it is gone."""
        world, target = self.world, self.asked.id
        patiently = Patience(world.clock)
        patiently(lambda: world.cluster.delete(self.resource, target.namespace, target.name))
        until = world.clock.monotonic() + _GOING
        while patiently(lambda: world.cluster.get(self.resource, target.namespace, target.name)):
            if world.clock.monotonic() > until:
                raise _stays(target)
            world.clock.sleep(_PAUSE)
        if self.emptied:
            self._free(until)
        yield ObjectChanged(world.clock.now(), step or self.asked.run.id, target, Change.DELETED)

    def _free(self, until: float) -> None:
        """Give the volumes back once their claims are gone, which go after the resource."""
        world, name = self.world, self.asked.id.name
        while Patience(world.clock)(lambda: fetching.claims(world.cluster, world.namespace, name)):
            if world.clock.monotonic() > until:
                return
            world.clock.sleep(_PAUSE)
        Patience(world.clock)(lambda: fetching.free(world.cluster, self.emptied))

    def _finished(self, step: str, began: float) -> StepFinished:
        outcomes = {ExitCode.DONE: Outcome.READY, ExitCode.STALLED: Outcome.STALLED}
        outcome = outcomes.get(self.code, Outcome.FAILED)
        problem = self.problems[0] if self.problems else None
        clock = self.world.clock
        return StepFinished(clock.now(), step, outcome, clock.monotonic() - began, problem)


def _no_operator(world: World, asked: Asked) -> OskError:
    whole = world.loaded.values["operators"]["openstack"]["enabled"]
    how = (
        Advice("The OpenStack operator brings it", "osk deploy openstack-operator")
        if whole
        else Advice("Name it in the profile, `operators.single: {test: {}}`", "osk deploy single")
    )
    problem = Problem(
        "OSK0831",
        f"The cluster does not know {asked.body['kind']}: the test-operator is not there",
        subject=str(asked.id),
        advice=(how,),
    )
    return OskError(problem, exit_code=ExitCode.REFUSED)


def _taken(asked: Asked) -> OskError:
    problem = Problem(
        "OSK0551",
        f"{asked.id} is there and not osk's",
        subject=str(asked.id),
        advice=(Advice(f"Give yours another name, `tests.{asked.test}.name`"), Advice("or delete that one")),
    )
    return OskError(problem, exit_code=ExitCode.REFUSED)


def _unfetched(asked: Asked, why: str, again: str) -> Problem:
    return Problem(
        "OSK0835",
        f"The results of {asked.test} could not be fetched",
        subject=str(asked.id),
        detail=why,
        advice=(Advice("They are still there; the same command fetches them", again),),
    )


def _stays(target: ObjectId) -> OskError:
    problem = Problem(
        "OSK0701",
        f"{target} does not go",
        subject=str(target),
        advice=(Advice("See that the test-operator runs, then run it again", "osk status operators"),),
    )
    return OskError(problem, exit_code=ExitCode.TEARDOWN_BLOCKED)
