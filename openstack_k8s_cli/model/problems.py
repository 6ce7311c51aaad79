"""Problems a user can act on, and the exit codes they lead to."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """Every status osk exits with; docs/exit-codes.md documents each."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    DIFFERENCES = 3
    REFUSED = 4
    """Before the first write: unreachable, not logged in, forbidden, preflight, wrong platform."""
    APPLY_REFUSED = 5
    STALLED = 6
    FAILED = 7
    DATAPLANE_FAILED = 8
    TEARDOWN_BLOCKED = 9
    LEASE_HELD = 10
    HANGUP = 129
    INTERRUPTED = 130
    TERMINATED = 143


_GRAVITY = (
    ExitCode.UNEXPECTED,
    ExitCode.FAILED,
    ExitCode.DATAPLANE_FAILED,
    ExitCode.STALLED,
    ExitCode.APPLY_REFUSED,
)


def gravest(codes: Iterable[ExitCode]) -> ExitCode:
    """Choose one exit code for several causes: 7 before 8 before 6 before 5; DONE for none."""
    present = set(codes) - {ExitCode.DONE}
    for code in _GRAVITY:
        if code in present:
            return code
    return min(present, default=ExitCode.DONE)


AGAIN = "…"
"""Begins the command of an advice that is the command line which was given, with more options behind it."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about a problem."""

    text: str
    command: str | None = None
    """Without the options that name profile and cluster: the cli writes those that were given."""
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: what, where, why, and what to do."""

    code: str
    """Stable, `OSK` and four digits; docs/errors.md lists them."""
    summary: str
    """One sentence without a period."""
    subject: str | None = None
    """The place: `Kind namespace/name` or `path:line:col`."""
    detail: str | None = None
    advice: tuple[Advice, ...] = ()


class OskError(Exception):
    """Problems that end a command; the cli prints them and exits with the code."""

    def __init__(self, *problems: Problem, exit_code: ExitCode) -> None:
        super().__init__("; ".join(problem.summary for problem in problems))
        self.problems = problems
        self.exit_code = exit_code
