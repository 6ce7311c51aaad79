"""The stream that a run yields; everything a person or machine sees is a fold over it.

docs/events.md is the schema of the JSON form.
"""

from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum, StrEnum
from typing import Any

from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import ExitCode, Problem
from openstack_k8s_cli.model.verdicts import Verdict

VERSION = 1
"""Of the JSON form; raised when a field changes its meaning or goes."""


class Change(StrEnum):
    """What became of an object."""

    CREATED = "created"
    CONFIGURED = "configured"
    UNCHANGED = "unchanged"
    DELETED = "deleted"
    SKIPPED = "skipped"


class Outcome(StrEnum):
    """How a step or a run ended."""

    READY = "ready"
    REFUSED = "refused"
    """The API server refused an object."""
    STALLED = "stalled"
    FAILED = "failed"
    SKIPPED = "skipped"
    STOPPED = "stopped"
    """Ended by a signal or another step's failure with --fail-fast."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step as PlanMade announces it."""

    id: str
    layer: str
    component: str
    action: str
    objects: int
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanMade:
    """The run's plan, before its first step."""

    at: float
    command: str
    profile: str
    cluster: str
    digest: str
    steps: tuple[PlannedStep, ...]
    notes: tuple[str, ...] = ()
    """What is worth a sentence of its own, such as where Ansible will run what."""


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step's own needs are met and it begins."""

    at: float
    step: str


@dataclass(frozen=True, slots=True)
class ObjectChanged:
    """An object was written, or found as it should be."""

    at: float
    step: str
    object: ObjectId
    change: Change


@dataclass(frozen=True, slots=True)
class ObjectJudged:
    """An object's verdict changed."""

    at: float
    step: str
    object: ObjectId
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class TaskRan:
    """A command in a pod or a task of a playbook ended; or a service of the data plane began or ended.

    Without a task it is about a whole service: on a host, or without one on its node set.
    """

    at: float
    step: str
    host: str
    task: str
    outcome: str
    """ok, changed, failed, unreachable or skipped; running of what has begun."""
    message: str = ""
    nodeset: str = ""
    service: str = ""
    play: str = ""


@dataclass(frozen=True, slots=True)
class StepBlocked:
    """A step will not start because of others."""

    at: float
    step: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A step ended."""

    at: float
    step: str
    outcome: Outcome
    seconds: float
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Warned:
    """Something worth a line that does not stop the run."""

    at: float
    message: str
    step: str | None = None


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The run's end."""

    at: float
    outcome: Outcome
    exit_code: ExitCode
    seconds: float
    problems: tuple[Problem, ...] = ()
    next: tuple[str, ...] = ()
    """What to do now: how to go on, or how to use the cloud."""


Event = (
    PlanMade
    | StepStarted
    | ObjectChanged
    | ObjectJudged
    | TaskRan
    | StepBlocked
    | StepFinished
    | Warned
    | RunFinished
)


def to_json(event: Event) -> dict[str, Any]:
    """Give an event's JSON form; `at` becomes RFC 3339 in UTC."""
    form = {"version": VERSION, "type": type(event).__name__, **_plain(event)}
    form["at"] = (
        datetime.fromtimestamp(event.at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )
    return form


def _plain(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (tuple, list, frozenset)):
        return [_plain(each) for each in value]
    return value
