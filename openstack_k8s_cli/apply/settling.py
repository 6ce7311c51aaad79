"""Status that names no generation, or of an object that others change in turn: after osk's own change it may be older."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from openstack_k8s_cli.apply.changes import MANAGER
from openstack_k8s_cli.model.objects import Body, conditions, get


@dataclass(frozen=True, slots=True)
class Written:
    """What osk changed in this run."""

    version: str
    """The resourceVersion that the write gave back."""
    until: float
    """Monotonic seconds after which a status counts although nothing moved."""


@dataclass(frozen=True, slots=True)
class Touch:
    """When osk last changed one of a component's objects."""

    since: float
    """Seconds since the epoch, by the cluster's clock."""
    mono: float
    """The same by this machine's, which never goes back."""


def touch_of(body: Body, *, changed: bool, at: float, mono: float) -> Touch:
    """Tell when osk last changed an object: now, or when the server noted it."""
    entries = get(body, "metadata", "managedFields") or []
    noted = [_seconds(each.get("time")) for each in entries if each.get("manager") == MANAGER]
    since = max(noted, default=at if changed else 0.0)
    return Touch(since, mono if changed else mono - max(at - since, 0.0))


def newest(touches: Iterable[Touch | None]) -> Touch | None:
    """Choose the last of them."""
    return max((each for each in touches if each), key=lambda each: each.since, default=None)


def answers(body: Body, touch: Touch) -> bool:
    """Tell whether a condition became True after a change."""
    return any(
        _seconds(each.get("lastTransitionTime")) >= touch.since
        for each in conditions(body)
        if each.get("status") == "True"
    )


def _seconds(text: object) -> float:
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        return 0.0


def is_stale(body: Body, written: Written, now: float) -> bool:
    """Tell whether the object still is as osk wrote it, with a status that may be older than that."""
    moved = get(body, "metadata", "resourceVersion") != written.version
    # Only labels have changed since it was made; kinds without a generation are Kubernetes' own, which osk only labels anew.
    first = get(body, "metadata", "generation") in {1, None}
    return not (moved or first or _names_generation(body)) and now < written.until


def without_status(body: Body) -> Body:
    """Give the object as if no controller had looked at it yet."""
    return {key: value for key, value in body.items() if key != "status"}


def _names_generation(body: Body) -> bool:
    """Tell whether the status says which generation it is about; for that the readiness rules have an eye."""
    if get(body, "status", "observedGeneration") is not None:
        return True
    generation = get(body, "metadata", "generation")
    return any(
        each.get("observedGeneration") is not None and each["observedGeneration"] == generation
        for each in conditions(body)
    )
