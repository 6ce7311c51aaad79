"""Status that names no generation: right after osk's own change it may still be about what was before."""

from dataclasses import dataclass

from openstack_k8s_cli.model.objects import Body, conditions, get


@dataclass(frozen=True, slots=True)
class Written:
    """What osk changed in this run."""

    version: str
    """The resourceVersion that the write gave back."""
    until: float
    """Monotonic seconds after which a status counts although nothing moved."""


def is_stale(body: Body, written: Written, now: float) -> bool:
    """Tell whether the object still is as osk wrote it, with a status that may be older than that."""
    moved = get(body, "metadata", "resourceVersion") != written.version
    first = get(body, "metadata", "generation") == 1  # only labels have changed since it was made
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
