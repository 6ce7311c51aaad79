"""Where a run stands: a value that only the reducer makes anew."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from openstack_k8s_cli.apply.options import Judge, Options
from openstack_k8s_cli.apply.settling import Touch, Written
from openstack_k8s_cli.apply.waiting import Wait
from openstack_k8s_cli.model.events import Outcome
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import ExitCode, Problem
from openstack_k8s_cli.model.steps import Step


@dataclass(frozen=True, slots=True)
class Moment:
    """One reading of the clock."""

    at: float
    """Seconds since the epoch, for people."""
    mono: float
    """Seconds that never go back, for deadlines."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the reducer judges and decides by."""

    judge: Judge
    options: Options


class Phase(StrEnum):
    """What a step is at."""

    PENDING = "pending"
    WORKING = "working"
    """Its requests are made one after another."""
    WAITING = "waiting"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class StepState:
    """How far one step is."""

    step: Step
    phase: Phase = Phase.PENDING
    started: Moment = Moment(0.0, 0.0)
    progressed: float = 0.0
    """Monotonic seconds of the last progress."""
    position: int = 0
    """How many of its requests have succeeded."""
    attempts: int = 0
    """Failures of the present request."""
    retry_at: float | None = None
    trouble: str = ""
    """Why the present request did not succeed last time."""
    failure: Problem | None = None
    """How the step's command ended last, while it is repeated."""
    waits: tuple[Wait, ...] = ()
    touched: Touch | None = None
    """When osk last changed one of its objects."""
    outcome: Outcome | None = None
    exit_code: ExitCode = ExitCode.DONE
    problems: tuple[Problem, ...] = ()

    @property
    def running(self) -> bool:
        """Whether it has begun and not ended."""
        return self.phase in {Phase.WORKING, Phase.WAITING}

    @property
    def succeeded(self) -> bool:
        """Whether those that come after it may begin."""
        return self.outcome is Outcome.READY

    @property
    def unmet(self) -> tuple[Wait, ...]:
        """What it still waits for."""
        return tuple(wait for wait in self.waits if not wait.met)


def _no_uids() -> Mapping[ObjectId, str]:
    return MappingProxyType({})


def _no_changes() -> Mapping[ObjectId, Written]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class State:
    """The whole run."""

    steps: Mapping[str, StepState]
    """In the plan's order."""
    uids: Mapping[ObjectId, str] = field(default_factory=_no_uids)
    """Of every object written so far."""
    changes: Mapping[ObjectId, Written] = field(default_factory=_no_changes)
    """Of every object that was there and was changed."""
    gone: frozenset[ObjectId] = frozenset()
    """Objects whose deletion is confirmed."""

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return all(each.phase is Phase.DONE for each in self.steps.values())

    def running(self) -> Iterator[StepState]:
        """Walk over the steps that have begun and not ended."""
        return (each for each in self.steps.values() if each.running)

    def awaited(self) -> frozenset[ObjectId]:
        """Name every object that some step still looks at."""
        return frozenset(wait.target for each in self.running() for wait in each.waits)


def initial(steps: Iterable[Step]) -> State:
    """Give the state before anything began."""
    return State({step.id: StepState(step) for step in steps})


def due(state: State, options: Options) -> float | None:
    """Tell the monotonic time at which something may happen by itself; None: nothing will."""
    times = [time for each in state.running() for time in _times(each, options)]
    return min(times, default=None)


def _times(each: StepState, options: Options) -> Iterator[float]:
    yield each.started.mono + each.step.timeout.total
    yield each.progressed + patience(each)
    if each.retry_at is not None:
        yield each.retry_at
    for wait in each.unmet:
        if wait.failing and wait.told != wait.verdict:
            yield wait.same_since + options.held
        if wait.pending is not None and wait.until is not None:
            yield wait.until


def patience(each: StepState) -> float:
    """Give the seconds without progress after which the step counts as stalled."""
    own = each.step.timeout.stall
    if each.phase is not Phase.WAITING or not each.unmet:
        return own
    return min(own if wait.stall is None else wait.stall for wait in each.unmet)
