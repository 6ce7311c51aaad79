"""Work that is no objects, told as a run: each task a step, one after another."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import ClusterError
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.events import (
    Event,
    Outcome,
    PlanMade,
    PlannedStep,
    RunFinished,
    StepBlocked,
    StepFinished,
    StepStarted,
    TaskRan,
)
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows import refusals
from openstack_k8s_cli.workflows.world import Loaded


class Setting(Protocol):
    """Where a story is told; a World is one, and so is less where there is no cluster."""

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    @property
    def loaded(self) -> Loaded:
        """The profile."""
        ...


@dataclass(frozen=True, slots=True)
class Told:
    """Something that a task did."""

    host: str
    """Where, or what with."""
    task: str
    outcome: str = "changed"
    message: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One step."""

    name: str
    work: Callable[[], Iterable[Told | Event]]
    """Raises OskError where it cannot be done; an event is passed on as it is."""
    always: bool = False
    """Whether it is done also after a failure, such as cleaning up."""


@dataclass(slots=True)
class Story:
    """Tasks of one component."""

    world: Setting
    options: Options
    component: str
    tasks: Sequence[Task]

    def events(self, *, after: tuple[str, ...] = ()) -> Iterator[Event]:
        """Do them; `after` is what to do once all is done."""
        clock = self.world.clock
        began = clock.monotonic()
        yield self._announced()
        broken: list[OskError] = []
        cause = ""
        for task in self.tasks:
            if broken and not task.always:
                yield StepBlocked(clock.now(), self._id(task), (cause,))
                continue
            error = yield from self._done(task)
            if error:
                broken.append(error)
                cause = cause or self._id(task)
        yield self._finished(broken, began, after)

    def _finished(self, broken: Sequence[OskError], began: float, after: tuple[str, ...]) -> RunFinished:
        now, seconds = self.world.clock.now(), self.world.clock.monotonic() - began
        if not broken:
            return RunFinished(now, Outcome.READY, ExitCode.DONE, seconds, next=after)
        problems = tuple(problem for error in broken for problem in error.problems)
        return RunFinished(now, Outcome.FAILED, broken[0].exit_code, seconds, problems)

    def _announced(self) -> PlanMade:
        layer = self.component.partition("/")[0]
        steps = tuple(
            PlannedStep(self._id(each), layer, self.component, "run", 0, self._before(at))
            for at, each in enumerate(self.tasks)
        )
        world, options = self.world, self.options
        return PlanMade(world.clock.now(), options.command, world.loaded.name, options.cluster, "", steps)

    def _before(self, at: int) -> tuple[str, ...]:
        return (self._id(self.tasks[at - 1]),) if at else ()

    def _id(self, task: Task) -> str:
        return f"{self.component}/{task.name}"

    def _done(self, task: Task) -> Generator[Event, None, OskError | None]:
        clock, step = self.world.clock, self._id(task)
        began = clock.monotonic()
        yield StepStarted(clock.now(), step)
        error: OskError | None = None
        try:
            for told in task.work():
                yield _event(told, clock.now(), step)
        except OskError as caught:
            error = caught
        except ClusterError as caught:
            error = OskError(refusals.problem(caught, subject=step), exit_code=ExitCode.FAILED)
        outcome = Outcome.FAILED if error else Outcome.READY
        problem = error.problems[0] if error else None
        yield StepFinished(clock.now(), step, outcome, clock.monotonic() - began, problem)
        return error


def _event(told: Told | Event, now: float, step: str) -> Event:
    if isinstance(told, Told):
        return TaskRan(now, step, told.host, told.task, told.outcome, told.message)
    return told


def chained(clock: Clock, stories: Iterable[Callable[[], Iterable[Event]]]) -> Iterator[Event]:
    """Tell stories one after another as one run: it ends with the last, or the first that does not end well."""
    began = clock.monotonic()
    end: RunFinished | None = None
    for story in stories:
        for event in story():
            if isinstance(event, RunFinished):
                end = event
            else:
                yield event
        if end and end.exit_code is not ExitCode.DONE:
            break
    if end:
        yield replace(end, seconds=clock.monotonic() - began)
