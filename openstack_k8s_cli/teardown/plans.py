"""The plan of a teardown: phases from the top layer down, and a line for everything it meets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.steps import Layer, Step
from openstack_k8s_cli.plan import Plan
from openstack_k8s_cli.teardown.keeping import Keep


class Fate(StrEnum):
    """What becomes of an object."""

    DELETED = "deleted"
    KEPT = "kept"
    TAKEN_DOWN = "taken down"
    """A network interface of a node."""
    PUT_BACK = "put back"
    """A shared object gets the values that it had before osk."""
    LEFT = "left"
    """Not osk's to touch."""


@dataclass(frozen=True, slots=True)
class Line:
    """One object or interface, and what becomes of it."""

    object: ObjectId
    fate: Fate
    note: str = ""
    """Why, or what more it is."""
    size: str = ""
    """Of a volume."""


def _no_uids() -> Mapping[ObjectId, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Touch:
    """A merge patch without which an object would not let itself be deleted."""

    object: ObjectId
    patch: Body


@dataclass(frozen=True, slots=True)
class Phase:
    """One layer's part."""

    layer: Layer
    steps: tuple[Step, ...]
    lines: tuple[Line, ...] = ()
    uids: Mapping[ObjectId, str] = field(default_factory=_no_uids)
    """Of what is deleted: another object of the name is left alone."""
    touches: tuple[Touch, ...] = ()
    forgotten: frozenset[ObjectId] = frozenset()
    """Objects that stay and are osk's no longer."""


@dataclass(frozen=True, slots=True)
class Teardown:
    """Everything that a teardown will do."""

    profile: str
    keep: Keep
    crds: bool
    phases: tuple[Phase, ...]
    plan: Plan
    """Every phase's steps; each phase comes after those before it."""

    @property
    def lines(self) -> tuple[Line, ...]:
        """List every line in the order in which things happen."""
        return tuple(line for phase in self.phases for line in phase.lines)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not any(phase.steps or phase.forgotten for phase in self.phases)
