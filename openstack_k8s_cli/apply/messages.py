"""What the reducer is told, and what it asks for."""

from dataclasses import dataclass

from openstack_k8s_cli.apply.hooks import Told
from openstack_k8s_cli.apply.ports import ClusterError, Ran
from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.hooks import Hook
from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.problems import OskError, Problem
from openstack_k8s_cli.model.steps import Exec, Manifest, Patch


class NotYet(Exception):  # noqa: N818  # it is no error: it says to ask again
    """Something a request needs is not there yet; it is repeated."""


@dataclass(frozen=True, slots=True)
class Began:
    """The run begins."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """A manifest is in the cluster."""

    step: str
    id: ObjectId
    change: Change
    body: Body
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Patched:
    """Fields of an object that others own are set."""

    step: str
    id: ObjectId
    change: Change
    body: Body
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Executed:
    """A command in a pod ended."""

    step: str
    pod: str
    ran: Ran
    jitter: float = 1.0
    """From 0 to 1, for the pause before a repetition."""


@dataclass(frozen=True, slots=True)
class TaskTold:
    """Something of a hook, or of what a companion follows, ended while it runs."""

    step: str
    told: Told


@dataclass(frozen=True, slots=True)
class Faulted:
    """A companion saw a failure that the step's objects do not show yet, and may overcome."""

    step: str
    text: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class HookEnded:
    """A hook ended, or need not run."""

    step: str
    change: Change
    """Unchanged: it ran with the same inputs before."""
    body: Body | None
    """The Secret that keeps what it gave; None: it failed."""
    problem: Problem | None = None
    words: str = ""
    """What it said last, with no secret in it."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A deletion was accepted, or there was nothing to delete."""

    step: str
    id: ObjectId
    uid: str
    """Empty when nothing is to go: it was not there, or is not osk's."""
    change: Change = Change.SKIPPED
    """What was done instead."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A request of a step did not succeed."""

    step: str
    error: ClusterError | OskError | NotYet
    jitter: float
    """From 0 to 1, drawn outside so that the reducer stays pure."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How an object is now; `body` is None when it is not there."""

    id: ObjectId
    body: Body | None
    note: str = ""
    """Why it cannot be there, such as its kind not being served."""
    unknown: bool = False
    """Whether it is there cannot be told now."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time went by."""


Input = (
    Began | Wrote | Patched | Executed | TaskTold | Faulted | HookEnded | Removed | Refused | Seen | Ticked
)


@dataclass(frozen=True, slots=True)
class Write:
    """Bring a manifest into the cluster."""

    step: str
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Adjust:
    """Set fields of an object that others own."""

    step: str
    patch: Patch


@dataclass(frozen=True, slots=True)
class Execute:
    """Run a command in a pod."""

    step: str
    exec: Exec


@dataclass(frozen=True, slots=True)
class RunHook:
    """Run a hook, unless it ran with the same inputs before."""

    step: str
    hook: Hook


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete an object."""

    step: str
    id: ObjectId


@dataclass(frozen=True, slots=True)
class Follow:
    """Report an object now and whenever it changes."""

    id: ObjectId


Request = Write | Adjust | Execute | RunHook | Remove | Follow
