"""What a check came to, whatever it looked at: a workstation, a cluster, a profile or a host of the data plane."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What a check came to."""

    OK = "ok"
    WARNING = "warning"
    """It can be deployed, but someone should know."""
    FAILED = "failed"
    UNKNOWN = "unknown"
    """It could not be looked at."""
    SKIPPED = "skipped"
    """The profile says so, or it does not concern what is looked at."""


@dataclass(frozen=True, slots=True)
class Result:
    """One check of one thing."""

    state: State
    detail: str = ""
    remedy: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A check by its name."""

    name: str
    code: str
    """Stable; docs/errors.md has it. Empty where there is nothing to look up."""
    result: Result


@dataclass(frozen=True, slots=True)
class Group:
    """The checks of one subject."""

    name: str
    checks: tuple[Check, ...] = ()
    why: str = ""
    """Why there are none."""

    @property
    def state(self) -> State:
        """Give the worst of them."""
        return worst(each.result.state for each in self.checks)


def worst(states: Iterable[State]) -> State:
    """Give the worst of them; OK of none."""
    found = set(states)
    return next((each for each in (State.FAILED, State.WARNING, State.UNKNOWN) if each in found), State.OK)
