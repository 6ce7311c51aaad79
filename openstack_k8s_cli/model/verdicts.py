"""What a look at an object says of it."""

from dataclasses import dataclass
from enum import StrEnum

from openstack_k8s_cli.model.objects import ObjectId


class State(StrEnum):
    """An object's state as osk judges it."""

    ABSENT = "absent"
    WAITING = "waiting"
    """There, and its controller has said nothing about this generation yet."""
    PROGRESSING = "progressing"
    READY = "ready"
    FAILING = "failing"
    """An error that may clear by itself."""
    FAILED = "failed"
    """An error that cannot clear without a change."""
    TERMINATING = "terminating"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state of one object at one moment."""

    state: State
    reason: str = ""
    message: str = ""
    observed: bool = True
    """The status is about the current generation."""
    done: int = 0
    """Conditions that are True, or replicas that are up; progress counts its maximum only."""
    total: int = 0
    children: tuple[ObjectId, ...] = ()
    """Objects to look at for a deeper cause."""
