"""The reading of `status.conditions` that most kinds share.

lib-common (openstack-k8s-operators/lib-common, modules/common/condition) writes reasons and severities;
an error is judged by its reason, since short-lived errors carry the severity Warning.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from openstack_k8s_cli.model.objects import Body, condition, conditions, get
from openstack_k8s_cli.model.verdicts import State, Verdict

ERRORS = frozenset({"Error", "BackoffLimitExceeded", "CreationFailed", "DeletionFailed"})
"""Reasons that mean trouble once they last."""


def current(body: Body) -> bool:
    """Tell whether the status is about the current generation; kinds without one always are."""
    observed = get(body, "status", "observedGeneration")
    if observed is None:
        return True
    return str(observed) == str(get(body, "metadata", "generation"))


def by(kind: str) -> Callable[[Body], Verdict]:
    """Give the rule that goes by one condition."""
    return lambda body: by_condition(body, kind)


def by_condition(
    body: Body, kind: str, *, needs_generation: bool = False, order: Sequence[str] = ()
) -> Verdict:
    """Judge by one condition that must be True at the current generation.

    With needs_generation a status without observedGeneration is not about any generation yet.
    """
    done, total = progress(body)
    observed = current(body) and not (needs_generation and get(body, "status", "observedGeneration") is None)
    decisive = condition(body, kind)
    if decisive is None:
        return Verdict(
            State.WAITING, message="its operator has not answered yet", observed=observed, total=total
        )
    if not observed:
        return Verdict(
            State.WAITING,
            message="its operator has not seen the change yet",
            observed=False,
            done=done,
            total=total,
        )
    if decisive.get("status") == "True":
        return Verdict(State.READY, _text(decisive, "reason"), _text(decisive, "message"), True, done, total)
    worst = obstacle(body, order=order) or decisive
    state = (
        State.FAILING
        if worst.get("reason") in ERRORS and worst.get("status") == "False"
        else State.PROGRESSING
    )
    return Verdict(state, _text(worst, "reason"), _text(worst, "message"), True, done, total)


def obstacle(body: Body, *, order: Sequence[str] = ()) -> Mapping[str, Any] | None:
    """Choose the condition that holds the others up.

    The first error in the operator's own order, else the first False, else the first Unknown; without an order the
    object's. `Ready` only mirrors and is passed over.
    """
    rank = {kind: index for index, kind in enumerate(order)}
    pending = [
        each
        for each in conditions(body)
        if each.get("type") != "Ready" and each.get("status") in ("False", "Unknown")
    ]
    pending.sort(key=lambda each: rank.get(str(each.get("type")), len(rank)))
    for wanted in (_is_error, _is_false, _is_unknown):
        found = next((each for each in pending if wanted(each)), None)
        if found is not None:
            return found
    return None


def progress(body: Body) -> tuple[int, int]:
    """Count the conditions that are True, and all of them."""
    listed = list(conditions(body))
    return sum(1 for each in listed if each.get("status") == "True"), len(listed)


def _is_error(each: Mapping[str, Any]) -> bool:
    return each.get("status") == "False" and each.get("reason") in ERRORS


def _is_false(each: Mapping[str, Any]) -> bool:
    return each.get("status") == "False"


def _is_unknown(each: Mapping[str, Any]) -> bool:
    return each.get("status") == "Unknown"


def _text(each: Mapping[str, Any], key: str) -> str:
    return str(each.get(key) or "")
