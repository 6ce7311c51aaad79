"""Words for what went wrong: refused requests, stalls, failures."""

from collections.abc import Mapping
from types import MappingProxyType

from openstack_k8s_cli.apply.messages import NotYet
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, Ran
from openstack_k8s_cli.apply.state import StepState
from openstack_k8s_cli.apply.waiting import Goal, Wait
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import AGAIN, Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Step
from openstack_k8s_cli.model.verdicts import State

_REFUSALS: Mapping[ErrorKind, tuple[str, str, str]] = MappingProxyType(
    {
        ErrorKind.OWNED_FIELDS: (
            "OSK0501",
            "belongs in part to another manager",
            "leave these fields out of the profile, or list the manager under `apply.forceFrom` there",
        ),
        ErrorKind.UNKNOWN_FIELD: (
            "OSK0502",
            "has a field that this cluster's schema does not know",
            "take the field out of the profile, or choose the release whose operators know it",
        ),
        ErrorKind.INVALID: ("OSK0503", "is not valid", "change the named field in the profile"),
        ErrorKind.DENIED: (
            "OSK0504",
            "was denied by an admission webhook or policy",
            "change what the message names",
        ),
        ErrorKind.IMMUTABLE: (
            "OSK0505",
            "changes a field that cannot be changed",
            "put the earlier value back into the profile",
        ),
        ErrorKind.FORBIDDEN: (
            "OSK0506",
            "may not be written with your rights",
            "log in as a cluster administrator",
        ),
        ErrorKind.UNAUTHORIZED: (
            "OSK0507",
            "was refused because the login is not valid any more",
            "log in again",
        ),
    }
)
_OPTIONS: Mapping[ErrorKind, tuple[str, str]] = MappingProxyType(
    {
        ErrorKind.OWNED_FIELDS: ("or let osk take the object over", "--adopt"),
        ErrorKind.IMMUTABLE: ("or have the object deleted and made anew", "--recreate"),
    }
)
"""Options of `osk deploy` that name the object and overcome the refusal."""
_OTHER = ("OSK0508", "was refused", "read the message; a repetition goes on from here")


def refused(
    step: Step, target: ObjectId | None, error: ClusterError | OskError | NotYet
) -> tuple[Problem, ...]:
    """Say why a request failed for good."""
    if isinstance(error, OskError):
        return error.problems
    subject = str(target) if target else step.id
    if isinstance(error, NotYet):
        return (Problem("OSK0509", str(error), subject=subject, advice=_again()),)
    code, what, advice = _REFUSALS.get(error.kind, _OTHER)
    conflicts = "\n".join(f"{each.field} belongs to {each.manager}" for each in error.conflicts)
    detail = "\n".join(part for part in (error.message, conflicts) if part)
    return (
        Problem(
            code, f"{subject} {what}", subject=subject, detail=detail, advice=_advice(advice, error, target)
        ),
    )


def _advice(text: str, error: ClusterError, target: ObjectId | None) -> tuple[Advice, ...]:
    option = _OPTIONS.get(error.kind)
    if option is None or target is None:
        return (Advice(text),)
    words, name = option
    return (Advice(text), Advice(words, command=f"{AGAIN} {name} {target.kind}/{target.name}"))


def stalled(each: StepState, *, total: bool) -> Problem:
    """Say what a step waited for in vain."""
    seconds = each.step.timeout.total if total else each.step.timeout.stall
    what = f"did not end within {duration(seconds)}" if total else f"made no progress for {duration(seconds)}"
    worst = deepest(each.unmet)
    if worst is None:
        detail = each.trouble or "nothing answered"
        return Problem(
            "OSK0601", f"{each.step.id} {what}", subject=each.step.id, detail=detail, advice=_again()
        )
    summary = f"{worst.target} {what}" if not total else f"{each.step.id} {what}"
    detail = "\n".join(
        describe(wait) for wait in (worst, *(wait for wait in each.unmet if wait is not worst))
    )
    if each.trouble:
        detail = f"{each.trouble}\n{detail}"
    return Problem(
        "OSK0602" if total else "OSK0601", summary, subject=str(worst.target), detail=detail, advice=_again()
    )


def failed(wait: Wait) -> Problem:
    """Say which object failed, in its own words."""
    return Problem(
        "OSK0603",
        f"{wait.target} failed",
        subject=str(wait.target),
        detail=_words(wait),
        advice=(Advice("correct the cause, then run the same command again: it goes on from here"),),
    )


def command_failed(step: Step, pod: str, ran: Ran) -> Problem:
    """Say how a command in a pod ended."""
    command = " ".join(step.exec.command) if step.exec else ""
    return Problem(
        "OSK0510",
        f"`{command}` ended with status {ran.exit_code} in pod {pod}",
        subject=f"Pod {step.exec.namespace if step.exec else ''}/{pod}",
        detail=last_lines(ran.stderr or ran.stdout),
        advice=(Advice("correct the cause, then run the same command again"),),
    )


def not_runnable(step: Step) -> Problem:
    """Say that this kind of step has no one to run it."""
    return Problem(
        "OSK0511",
        f"{step.id} is a {step.action.value} step, and a deployment on a cluster cannot run it",
        subject=step.id,
        advice=(
            Advice(
                "take the step out of the component or hook, or run it by hand and leave it out with `--only`"
            ),
        ),
    )


def exit_code(error: ClusterError | OskError | NotYet) -> ExitCode:
    """Choose the exit code for a request that failed for good."""
    return error.exit_code if isinstance(error, OskError) else ExitCode.APPLY_REFUSED


def deepest(waits: tuple[Wait, ...]) -> Wait | None:
    """Choose the wait that says most about why a step does not end: failed, failing, then the others."""
    order = (
        State.FAILED,
        State.FAILING,
        State.TERMINATING,
        State.PROGRESSING,
        State.WAITING,
        State.ABSENT,
        State.READY,
    )
    return min(waits, key=lambda wait: order.index(wait.verdict.state), default=None)


def describe(wait: Wait) -> str:
    """Give one line on an awaited object."""
    what = {Goal.READY: "", Goal.CONDITION: f" ({wait.condition})", Goal.GONE: " (deletion)"}[wait.goal]
    return f"{wait.target}{what}: {_words(wait)}"


def duration(seconds: float) -> str:
    """Spell seconds for people: `90s`, `10m`, `2h`."""
    whole = round(seconds)
    for size, unit in ((3600, "h"), (60, "m")):
        if whole >= size and whole % size == 0:
            return f"{whole // size}{unit}"
    return f"{whole}s" if seconds >= 1 else f"{seconds:g}s"


def last_lines(text: str, count: int = 5) -> str:
    """Keep the last lines of an output."""
    return "\n".join(text.strip().splitlines()[-count:])


def _words(wait: Wait) -> str:
    verdict = wait.verdict
    return ": ".join(part for part in (verdict.reason, verdict.message) if part) or verdict.state.value


def _again() -> tuple[Advice, ...]:
    return (Advice("look at what is named here; the same command goes on from here"),)
