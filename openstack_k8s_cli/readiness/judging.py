"""Finds the rule of a kind and asks it."""

from collections.abc import Callable, Mapping

from openstack_k8s_cli.model.objects import Body, ObjectId, condition, get
from openstack_k8s_cli.model.verdicts import State, Verdict
from openstack_k8s_cli.readiness import openstack, operators, platform, workloads
from openstack_k8s_cli.readiness.conditions import current

Rule = Callable[[Body], Verdict]

_RULES: Mapping[tuple[str, str], Rule] = {
    **workloads.RULES,
    **operators.RULES,
    **platform.RULES,
    **openstack.RULES,
}


def judge(target: ObjectId, body: Body | None) -> Verdict:
    """Judge one object by its kind's rule; kinds without one are ready once they exist."""
    if body is None:
        return Verdict(State.ABSENT, message="not there yet")
    if get(body, "metadata", "deletionTimestamp"):
        return Verdict(State.TERMINATING, message=_held(body))
    rule = _RULES.get((target.group, target.kind))
    if rule is not None:
        return rule(body)
    if target.group.endswith(".openstack.org") or target.group == "openstack.org":
        return openstack.by_ready(body)
    return Verdict(State.READY, observed=current(body))


_OF_DELETION = (
    "Terminating",
    "NamespaceDeletionDiscoveryFailure",
    "NamespaceDeletionGroupVersionParsingFailure",
    "NamespaceDeletionContentFailure",
    "NamespaceFinalizersRemaining",
    "NamespaceContentRemaining",
)
"""Conditions in which CRDs and namespaces say how far their deletion is; True where something is left to do."""


def _held(body: Body) -> str:
    finalizers = get(body, "metadata", "finalizers") or []
    held = f"held by finalizer {', '.join(finalizers)}" if finalizers else ""
    for kind in _OF_DELETION:
        found = condition(body, kind)
        if found is not None and found.get("status") == "True" and found.get("message"):
            return "; ".join(part for part in (held, str(found["message"])) if part)
    return held
