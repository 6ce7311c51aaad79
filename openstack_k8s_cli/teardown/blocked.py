"""Why a teardown does not end, and what to do; a finalizer is never removed by force. Pure."""

from collections.abc import Iterable, Mapping

from openstack_k8s_cli.model.numbers import some
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import Advice, ExitCode, Problem
from openstack_k8s_cli.model.verdicts import State, Verdict

_MAPPED = frozenset({ExitCode.STALLED, ExitCode.FAILED, ExitCode.APPLY_REFUSED})
_AGAIN = Advice("Then the same command goes on from here")
_SHOWN = 5
_REMADE = "storage is (re)initializing"


def code_of(code: ExitCode) -> ExitCode:
    """Give a teardown's exit code for an engine's."""
    return ExitCode.TEARDOWN_BLOCKED if code in _MAPPED else code


def explain(problems: Iterable[Problem], verdicts: Mapping[ObjectId, Verdict]) -> tuple[Problem, ...]:
    """Name every object that does not go, and what holds it; otherwise say what the engine says."""
    held = [
        (target, verdict)
        for target, verdict in sorted(verdicts.items())
        if verdict.state is State.TERMINATING
    ]
    if not held:
        return tuple(problems)
    shown = tuple(_stuck(target, verdict) for target, verdict in held[:_SHOWN])
    more = len(held) - _SHOWN
    return shown if more <= 0 else (*shown, _others(more))


def left_over(targets: Iterable[ObjectId]) -> Problem:
    """Say what comes again and again."""
    names = [str(target) for target in targets]
    are = "is" if len(names) == 1 else "are"
    return Problem(
        "OSK0702",
        f"{some(len(names), 'object')} of OpenStack's kinds {are} made again while being taken down",
        subject=names[0],
        detail="\n".join(names),
        advice=(Advice("Find what makes them: another control plane, or a program of your own"), _AGAIN),
    )


def _stuck(target: ObjectId, verdict: Verdict) -> Problem:
    place = f"-n {target.namespace} " if target.namespace else ""
    kind = f"{target.kind.lower()}.{target.group}" if target.group else target.kind.lower()
    return Problem(
        "OSK0701",
        f"{target} does not go: {verdict.message or 'something holds it'}",
        subject=str(target),
        detail=verdict.reason or None,
        advice=(
            Advice(_remedy(target, verdict.message)),
            Advice("Look at the object", command=f"kubectl {place}get {kind} {target.name} -o yaml"),
            _AGAIN,
        ),
    )


def _remedy(target: ObjectId, message: str) -> str:
    if target.kind == "CustomResourceDefinition":
        if _REMADE in message:
            return (
                "The API server makes this kind's storage anew and does not come to its objects: something changed the"
                " kind while it was being deleted. A new start of the API server ends that (`crc stop`, `crc start`)"
            )
        return (
            "The API server deletes the kind's objects first: see which of them are left, and what holds them"
        )
    return (
        "osk removes no finalizer by force: see that the operator which put it there runs, and what it says"
    )


def _others(count: int) -> Problem:
    return Problem(
        "OSK0701",
        f"{count} more {'object does' if count == 1 else 'objects do'} not go",
        advice=(Advice("See them all", command="osk status"), _AGAIN),
    )
