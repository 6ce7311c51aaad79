"""A run as it stands: every event folded into one frozen value. Progress in it never goes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never

from openstack_k8s_cli.model.events import (
    Change,
    Event,
    ObjectChanged,
    ObjectJudged,
    Outcome,
    PlanMade,
    PlannedStep,
    RunFinished,
    StepBlocked,
    StepFinished,
    StepStarted,
    TaskRan,
    Warned,
)
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import Problem
from openstack_k8s_cli.model.verdicts import State, Verdict
from openstack_k8s_cli.report import hosts
from openstack_k8s_cli.report.hosts import NodeSets

StepEvent = StepStarted | StepBlocked | StepFinished | ObjectChanged | ObjectJudged | TaskRan
"""The events about one step."""


class Stage(StrEnum):
    """Where a step is on its way."""

    PENDING = "pending"
    RUNNING = "running"
    BLOCKED = "blocked"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class ObjectView:
    """One object of a step."""

    id: ObjectId
    change: Change | None = None
    verdict: Verdict | None = None
    best: int = 0
    """The most that was ever done of it."""


def _no_objects() -> Mapping[ObjectId, ObjectView]:
    return MappingProxyType({})


def _no_nodesets() -> NodeSets:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class StepView:
    """One step."""

    planned: PlannedStep
    stage: Stage = Stage.PENDING
    started: float | None = None
    progressed: float | None = None
    """When it last came nearer to its end."""
    seconds: float | None = None
    outcome: Outcome | None = None
    problem: Problem | None = None
    blocked_by: tuple[str, ...] = ()
    objects: Mapping[ObjectId, ObjectView] = field(default_factory=_no_objects)
    tasks: tuple[TaskRan, ...] = ()
    """Commands, and tasks of hooks."""
    nodesets: NodeSets = field(default_factory=_no_nodesets)
    """Where Ansible runs on hosts."""

    @property
    def failed(self) -> bool:
        """Whether it ended otherwise than it should."""
        return self.outcome not in (None, Outcome.READY, Outcome.SKIPPED)

    @property
    def changes(self) -> Mapping[Change, int]:
        """Count what became of its objects."""
        words = [each.change for each in self.objects.values()]
        return {change: words.count(change) for change in Change if change in words}

    @property
    def waiting(self) -> tuple[ObjectView, ...]:
        """List its objects that are judged and not Ready, those with an error first."""
        left = [
            each for each in self.objects.values() if each.verdict and each.verdict.state is not State.READY
        ]
        return tuple(sorted(left, key=lambda each: (not is_error(each.verdict), str(each.id))))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a layer, or all, is."""

    done: int
    total: int


def _no_steps() -> Mapping[str, StepView]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class View:
    """The whole run."""

    plan: PlanMade | None = None
    steps: Mapping[str, StepView] = field(default_factory=_no_steps)
    warnings: tuple[Warned, ...] = ()
    finished: RunFinished | None = None
    now: float = 0.0
    """The time of the last event."""

    @property
    def changes(self) -> Mapping[Change, int]:
        """Count what became of the objects."""
        words = [each.change for step in self.steps.values() for each in step.objects.values()]
        return {change: words.count(change) for change in Change if change in words}

    @property
    def layers(self) -> Mapping[str, Progress]:
        """Give each layer's progress, in the plan's order."""
        found: dict[str, Progress] = {}
        for step in self.steps.values():
            so_far = found.get(step.planned.layer, Progress(0, 0))
            ended = step.stage is Stage.ENDED and not step.failed
            found[step.planned.layer] = Progress(so_far.done + ended, so_far.total + 1)
        return found

    @property
    def started(self) -> float:
        """Give the moment the plan was made."""
        return self.plan.at if self.plan else self.now

    def staged(self, *stages: Stage) -> tuple[StepView, ...]:
        """List the steps at these stages."""
        return tuple(step for step in self.steps.values() if step.stage in stages)


def is_error(verdict: Verdict | None) -> bool:
    """Whether a verdict says that something is wrong."""
    return verdict is not None and verdict.state in (State.FAILING, State.FAILED)


def fold(view: View, event: Event) -> View:
    """Give the view after one more event."""
    view = replace(view, now=max(view.now, event.at))
    match event:
        case PlanMade():
            steps = {planned.id: StepView(planned) for planned in event.steps}
            return replace(view, plan=event, steps=MappingProxyType(steps))
        case Warned():
            return replace(view, warnings=(*view.warnings, event))
        case RunFinished():
            return replace(view, finished=event)
        case StepStarted() | StepBlocked() | StepFinished() | ObjectChanged() | ObjectJudged() | TaskRan():
            known = view.steps.get(event.step) or StepView(_unplanned(event.step))
            return replace(view, steps=MappingProxyType({**view.steps, event.step: _step(known, event)}))
        case _:
            assert_never(event)


def _unplanned(step: str) -> PlannedStep:
    layer, _, rest = step.partition("/")
    return PlannedStep(step, layer, rest.rpartition("/")[0] or rest, "", 0, ())


def _step(step: StepView, event: StepEvent) -> StepView:
    match event:
        case StepStarted():
            return replace(step, stage=Stage.RUNNING, started=event.at, progressed=event.at)
        case StepBlocked():
            return replace(step, stage=Stage.BLOCKED, blocked_by=event.by)
        case StepFinished():
            return replace(
                step, stage=Stage.ENDED, outcome=event.outcome, seconds=event.seconds, problem=event.problem
            )
        case ObjectChanged():
            seen = replace(_object(step, event.object), change=event.change)
            return _with_object(replace(step, progressed=event.at), seen)
        case ObjectJudged():
            return _judged(step, event)
        case TaskRan():
            return _ran(replace(step, progressed=event.at), event)
        case _:
            assert_never(event)


def _ran(step: StepView, event: TaskRan) -> StepView:
    if event.service:
        return replace(step, nodesets=hosts.fold(step.nodesets, event))
    return replace(step, tasks=(*step.tasks, event))


def _judged(step: StepView, event: ObjectJudged) -> StepView:
    seen = _object(step, event.object)
    verdict = event.verdict
    done = verdict.total + 1 if verdict.state is State.READY else verdict.done
    newer = done > seen.best or (seen.verdict is None) or bool(_new_children(seen.verdict, verdict))
    step = _with_object(step, replace(seen, verdict=verdict, best=max(done, seen.best)))
    return replace(step, progressed=event.at) if newer else step


def _new_children(before: Verdict, after: Verdict) -> set[ObjectId]:
    return set(after.children) - set(before.children)


def _object(step: StepView, name: ObjectId) -> ObjectView:
    return step.objects.get(name) or ObjectView(name)


def _with_object(step: StepView, seen: ObjectView) -> StepView:
    return replace(step, objects=MappingProxyType({**step.objects, seen.id: seen}))
