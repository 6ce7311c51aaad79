"""The form of the table: what a simulated controller does with one kind, as data."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.rehearsal.simulators.conditions import Shown
from openstack_k8s_cli.rehearsal.simulators.world import View


@dataclass(frozen=True, slots=True)
class Lack:
    """Why a condition is not True."""

    message: str = ""
    """Empty: the condition's own word for waiting."""
    reason: str = "Requested"
    severity: str = "Info"
    status: str = "False"


def trouble(message: str) -> Lack:
    """Give an error that its operator would try again."""
    return Lack(message, reason="Error", severity="Warning")


Needs = Callable[[Body, View], Lack | None]
"""Look at the world for what a condition waits for; None when it is there."""

Makes = Callable[[Body, View], Iterable[Body]]
"""Give the objects that a controller makes for one of its own; owner references are added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition, and what happens between its Unknown and its True."""

    type: str
    init: str = ""
    """The message while it is Unknown."""
    waiting: str = ""
    done: str = ""
    needs: tuple[Needs, ...] = ()
    makes: tuple[Makes, ...] = ()
    """Made once every condition before this one has been looked at."""
    takes: float = 0.0
    """Seconds at the pace `fast` after the needs are met."""
    stops: bool = True
    """While it is not True the controller does not get to the conditions after it."""
    silent: bool = False
    """Stays Unknown while it waits, as Galera's and RabbitMQ's do."""


Shows = Callable[[Body, Sequence[Shown]], Sequence[Shown]]
Conditions = Callable[[Body], Sequence[Condition]]
Fields = Callable[[Body, View], dict[str, Any]]
Held = Callable[[Body, View], Iterable[tuple[ObjectId, str]]]


def no_fields(_body: Body, _view: View) -> dict[str, Any]:
    """Give no status beside the conditions."""
    return {}


def holds_nothing(_body: Body, _view: View) -> tuple[tuple[ObjectId, str], ...]:
    """Hold no other object."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One simulated kind."""

    group: str
    kind: str
    operator: str
    """The Deployment of its controller; without it nothing happens, as in life."""
    source: str
    """Where its behaviour is written down: an operator's repository and folder."""
    conditions: tuple[Condition, ...] | Conditions = ()
    version: str = "v1beta1"
    finalizer: str | None = None
    generation: bool = True
    """Its status has observedGeneration."""
    worst_as_ready: bool = True
    """It has a Ready that mirrors the worst of its conditions (lib-common)."""
    done: str = "Setup complete"
    """Ready's message when it is True."""
    shows: Shows | None = None
    """Gives the conditions the form of operators that do not use lib-common."""
    speaks: bool = True
    """It writes a status."""
    only: frozenset[str] = frozenset()
    """Names of the objects that are meant; empty: all of the kind."""
    status: Fields = no_fields
    holds: Held = holds_nothing
    """Other objects and the finalizers that this one keeps on them."""
    stays: bool = False
    """Its finalizer is taken off by its owner only."""
    prunes: bool = False
    """Objects that it owns and no longer makes are deleted."""
    leaves: tuple[tuple[str, str], ...] = ()
    """Group and kind of owned objects whose own finalizers it takes off when it goes."""

    def ordered(self, body: Body) -> Sequence[Condition]:
        """Give the conditions of an object in the order of its controller."""
        return self.conditions(body) if callable(self.conditions) else self.conditions
