"""The words and figures that every form of the report shares."""

import re
from collections.abc import Mapping

from openstack_k8s_cli.model.events import Change, Outcome
from openstack_k8s_cli.model.verdicts import State, Verdict
from openstack_k8s_cli.report.view import StepView, View

_MINUTE = 60
_HOUR = 3600
_SHORT = 10
"""Seconds below which tenths are told."""

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.READY: "Ready",
    Outcome.REFUSED: "Refused",
    Outcome.STALLED: "Stalled",
    Outcome.FAILED: "Failed",
    Outcome.SKIPPED: "Skipped",
    Outcome.STOPPED: "Stopped",
}


_UNSEEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What moves the cursor, colours or turns a terminal's text around; not tabs and line breaks."""


def visible(text: str) -> str:
    """Write characters that a terminal acts on as escapes: what is quoted may be anyone's."""
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def lasting(seconds: float) -> str:
    """Say how long: `0.4s`, `42s`, `3m05s`, `1h02m`."""
    if seconds < _SHORT:
        return f"{seconds:.1f}s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole}s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}m{whole % _MINUTE:02}s"
    return f"{whole // _HOUR}h{whole % _HOUR // _MINUTE:02}m"


def clock(seconds: float) -> str:
    """Say how far into the run: `00:42`, `1:02:03`."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, _HOUR)
    minutes, left = divmod(rest, _MINUTE)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes:02}:{left:02}"


def state(verdict: Verdict) -> str:
    """Say how an object is, with its reason, message and count."""
    count = f"{verdict.done}/{verdict.total}" if verdict.total else ""
    word = "" if verdict.state is State.ABSENT and verdict.message else verdict.state.value
    reason = f"{verdict.reason}:" if verdict.reason and verdict.message else verdict.reason
    message = " ".join(verdict.message.split())
    return " ".join(part for part in (word, count, reason, message) if part)


def counted(changes: Mapping[Change, int]) -> str:
    """Say how many objects changed how: `3 created, 1 unchanged`."""
    return ", ".join(f"{count} {change.value}" for change, count in changes.items())


def result(view: View) -> str:
    """Say in one line how the run ended."""
    finished = view.finished
    if finished is None:
        return "not finished"
    if view.plan is None:
        return f"{OUTCOMES[finished.outcome]}: nothing was done"
    ready = sum(1 for step in view.steps.values() if step.outcome is Outcome.READY)
    parts = [
        f"{ready} of {len(view.steps)} steps done" if view.steps else "nothing to do",
        counted(view.changes),
    ]
    said = "; ".join(part for part in parts if part)
    return f"{_ending(view, finished.outcome)} in {lasting(finished.seconds)}: {said}"


def ended(step: StepView) -> str:
    """Say how a step ended: what was to be deleted is done, not ready."""
    if step.outcome is None:
        return step.stage.value
    return "done" if step.outcome is Outcome.READY and step.planned.action == "delete" else step.outcome.value


def _ending(view: View, outcome: Outcome) -> str:
    downwards = view.plan is not None and view.plan.command.startswith("teardown")
    return "Done" if downwards and outcome is Outcome.READY else OUTCOMES[outcome]
