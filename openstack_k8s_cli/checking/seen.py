"""What was seen of a cluster, for all rules; and what several troubles of one rule come to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from openstack_k8s_cli.apply.labels import PREFIX, safe
from openstack_k8s_cli.checking.rights import Right
from openstack_k8s_cli.model.checks import Result, State, worst
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.numbers import several
from openstack_k8s_cli.model.objects import Body, condition, get
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.plan.sizing import Demand, demand

_TOLD = 3
"""Troubles that are told of one check; the others are counted."""


@dataclass(frozen=True)
class Seen:
    """A cluster, and what is to be done with it."""

    facts: Facts
    plan: Plan
    values: Mapping[str, Any]
    kinds: Mapping[str, tuple[Body, ...]]
    """By kind, as many as were looked at; a kind that is not served is not there."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """By kind that could not be read: why."""
    here: float = 0.0
    """Seconds since the epoch by this machine's clock, when `there` was asked."""
    there: float | None = None
    """By the API server's clock."""
    resolved: Mapping[str, bool] = field(default_factory=dict)
    """Names that should be resolved on this machine."""
    denied: tuple[Right, ...] | None = None
    """Rights that the user has not; None: it could not be asked."""

    def of(self, kind: str) -> tuple[Body, ...]:
        """Give the objects of a kind."""
        return self.kinds.get(kind, ())

    def one(self, kind: str, name: str) -> Body | None:
        """Give an object by its name."""
        return next((each for each in self.of(kind) if name_of(each) == name), None)

    def planned(self, kind: str) -> tuple[Body, ...]:
        """Give the objects of a kind that the plan brings."""
        return tuple(each.body for each in self.plan.manifests if each.id.kind == kind)

    def is_ours(self, body: Body) -> bool:
        """Tell what this cloud made."""
        return (get(body, "metadata", "labels") or {}).get(f"{PREFIX}profile") == safe(self.plan.profile)

    @property
    def demand(self) -> Demand:
        """Give what the plan needs."""
        return demand(self.plan.manifests)


def name_of(body: Body) -> str:
    """Name an object."""
    return str(body["metadata"]["name"])


def is_true(body: Body, kind: str) -> bool | None:
    """Read a condition: None where it is unknown or not there."""
    found = condition(body, kind) or {}
    return {"True": True, "False": False}.get(str(found.get("status")))


def ok(detail: str = "") -> Result:
    """Say that it is well."""
    return Result(State.OK, detail)


def bad(detail: str, remedy: str, command: str = "") -> Result:
    """Say that a deployment would fail."""
    return Result(State.FAILED, detail, remedy, command)


def doubt(detail: str, remedy: str, command: str = "") -> Result:
    """Say that someone should know."""
    return Result(State.WARNING, detail, remedy, command)


def unsure(detail: str, remedy: str, command: str = "") -> Result:
    """Say that it could not be looked at."""
    return Result(State.UNKNOWN, detail, remedy, command)


def skipped(why: str) -> Result:
    """Say that it does not concern this plan or cluster."""
    return Result(State.SKIPPED, why)


def summed(troubles: Iterable[Result], otherwise: Result) -> Result:
    """Make one result of several: those of the worst state, with the first remedy."""
    found = list(troubles)
    if not found:
        return otherwise
    state = worst(each.state for each in found)
    kept = list(dict.fromkeys(each for each in found if each.state is state))
    details = list(dict.fromkeys(each.detail for each in kept))
    return Result(state, several(details, _TOLD, between="; "), kept[0].remedy, kept[0].command)
