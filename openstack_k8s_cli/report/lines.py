"""Plain lines, one per change of state: for pipes, CI and simple terminals."""

from collections.abc import Iterator
from typing import assert_never

from openstack_k8s_cli.model.events import (
    Change,
    Event,
    ObjectChanged,
    ObjectJudged,
    PlanMade,
    RunFinished,
    StepBlocked,
    StepFinished,
    StepStarted,
    TaskRan,
    Warned,
)
from openstack_k8s_cli.model.numbers import some
from openstack_k8s_cli.model.verdicts import State
from openstack_k8s_cli.report import problems, wording
from openstack_k8s_cli.report.hosts import BAD
from openstack_k8s_cli.report.view import StepEvent, StepView, View

_QUIET = frozenset({Change.UNCHANGED, Change.SKIPPED})
"""Changes that are counted at the step's end instead of having a line each."""


def lines(before: View, event: Event, after: View) -> Iterator[str]:
    """Give the lines that say what an event changed; none when nothing that a person sees did."""
    stamp = wording.clock(event.at - after.started)
    for line in _said(before, event, after):
        yield f"{stamp}  {line}" if line and not line.startswith(" ") else line


def _said(before: View, event: Event, after: View) -> Iterator[str]:
    match event:
        case PlanMade():
            yield f"{event.command}: profile {event.profile} on {event.cluster}, {some(len(event.steps), 'step')}"
            yield from (f"  ansible: {note}" for note in event.notes)
        case Warned():
            place = f"{event.step}  " if event.step else ""
            yield f"{place}warning: {event.message}"
        case RunFinished():
            return  # the result is data and goes to stdout
        case _:
            yield from _of_step(before, event, after)


def _of_step(before: View, event: StepEvent, after: View) -> Iterator[str]:
    match event:
        case StepStarted():
            yield f"{event.step}  started"
        case ObjectChanged():
            if event.change not in _QUIET:
                yield f"{event.step}  {event.change.value} {event.object}"
        case ObjectJudged():
            yield from _judged(before, event)
        case TaskRan():
            yield from _ran(event)
        case StepBlocked():
            yield f"{event.step}  blocked by {', '.join(event.by)}"
        case StepFinished():
            yield from _finished(event, after.steps[event.step])
        case _:
            assert_never(event)


def _ran(event: TaskRan) -> Iterator[str]:
    """Say what ended; of services when they begin and end, and which hosts fail, not each task that begins or host that is well."""
    message = f": {' '.join(event.message.split())}" if event.message else ""
    if not event.service:
        yield f"{event.step}  {event.outcome} on {event.host}: {event.task}{message}"
    elif event.host and event.outcome in BAD and event.task:
        place = f"{event.nodeset}, {event.service}"
        yield f"{event.step}  {event.outcome} on {event.host} ({place}): {event.task}{message}"
    elif not event.host and not event.task:
        yield f"{event.step}  {event.nodeset}: {event.service} {event.outcome}{message}"


def _judged(before: View, event: ObjectJudged) -> Iterator[str]:
    """Say how an object is; not what goes without saying: Ready at once, gone when deleted, the same again."""
    step = before.steps.get(event.step)
    known = step.objects.get(event.object) if step else None
    earlier = known.verdict if known else None
    said = wording.state(event.verdict)
    at_once = earlier is None and event.verdict.state is State.READY
    gone = known is not None and known.change is Change.DELETED and event.verdict.state is State.ABSENT
    if not (at_once or gone) and (earlier is None or wording.state(earlier) != said):
        yield f"{event.step}  {event.object} {said}"


def _finished(event: StepFinished, step: StepView) -> Iterator[str]:
    counted = f" ({wording.counted(step.changes)})" if step.changes else ""
    yield f"{event.step}  {wording.ended(step)} in {wording.lasting(event.seconds)}{counted}"
    if event.problem:
        yield from (f"       {line}" for line in problems.text([event.problem]).splitlines())
