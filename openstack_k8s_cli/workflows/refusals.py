"""Words for a cluster that does not answer, or says no, outside a run."""

from collections.abc import Callable
from typing import TypeVar

from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

T = TypeVar("T")

_ADVICE = {
    ErrorKind.UNREACHABLE: Advice(
        "See that the cluster runs and that its address is right", "kubectl cluster-info"
    ),
    ErrorKind.UNAUTHORIZED: Advice("Log in again", "oc login"),
    ErrorKind.FORBIDDEN: Advice(
        "Log in with more rights; osk installs operators and needs cluster-admin", "oc whoami"
    ),
    ErrorKind.UNKNOWN_FIELD: Advice(
        "Take the field out of the profile, or choose the release that knows it", "osk profile explain PATH"
    ),
    ErrorKind.OWNED_FIELDS: Advice(
        "Leave these fields to their manager, or list it under `apply.forceFrom` in the profile"
    ),
}
_TRIES = 3
_OTHER = Advice("See what the API server says, then run the command again", "osk plan -v")


def reading(question: Callable[[], T]) -> T:
    """Ask the cluster something before any write; raises OskError with exit code 4.

    Where a kind goes between two requests, the question is asked again: what is served is known anew then.
    """
    for _ in range(_TRIES - 1):
        try:
            return question()
        except ClusterError as error:
            if error.kind is not ErrorKind.NOT_SERVED:
                break
    try:
        return question()
    except ClusterError as error:
        raise OskError(problem(error, subject=None), exit_code=ExitCode.REFUSED) from error


def unless_gone(question: Callable[[], T]) -> T | None:
    """Ask for objects of a kind; None where the kind is not served any more."""
    try:
        return question()
    except ClusterError as error:
        if error.kind is ErrorKind.NOT_SERVED:
            return None
        raise


def problem(error: ClusterError, *, subject: str | None) -> Problem:
    """Put a refused request into words."""
    if error.kind is ErrorKind.NOT_SERVED:
        return Problem(
            "OSK1206",
            "The cluster's kinds come or go while osk looks at them",
            subject,
            error.message,
            (Advice("A deployment or a teardown is under way: wait until it has ended, then run it again"),),
        )
    return Problem(
        code="OSK0430",
        summary=f"The API server's answer: {error.kind.value}",
        subject=subject,
        detail=error.message,
        advice=(_ADVICE.get(error.kind, _OTHER),),
    )
