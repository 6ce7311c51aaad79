"""Which steps of a plan bring what entries say to the cluster, and back."""

from collections.abc import Iterable

from openstack_k8s_cli.developing.entries import Entry
from openstack_k8s_cli.plan import choosing
from openstack_k8s_cli.plan.plans import Plan


def steps(plan: Plan, entries: Iterable[Entry]) -> tuple[str, ...]:
    """Name the steps in the plan's order; what the plan does not have any more needs none."""
    words = {word for entry in entries for word in entry.touches}
    if not words:
        return ()
    names = choosing.names_of(plan.steps)
    found = {step for word in words for step in names.get(word, ())}
    return tuple(step.id for step in plan.steps if step.id in found)
