"""What the steps of an entry brought and the plan has no more: a whole run of the layer would delete it, or put it back.

A change of development state runs single steps, which never prune; without this, a component that the profile has
only because of an entry, or has no more because of one, would stay as it was until the next `osk deploy`.
"""

from collections.abc import Iterable, Iterator, Sequence

from openstack_k8s_cli.apply import ledger, records
from openstack_k8s_cli.apply.ledger import Record
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.developing.entries import Entry
from openstack_k8s_cli.model.steps import Action, Step
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows import refusals


def steps(
    cluster: Cluster, plan: Plan, entries: Sequence[Entry], *, after: Iterable[str] = ()
) -> tuple[Step, ...]:
    """Give the steps that take it away; raises OskError."""
    found = refusals.reading(lambda: records.read(cluster))
    mine = [each for each in found if each.profile == plan.profile]
    words = {word for entry in entries for word in entry.touches}
    return tuple(_steps(plan, mine, words, frozenset(after)))


def _steps(
    plan: Plan, found: Sequence[Record], words: Iterable[str], after: frozenset[str]
) -> Iterator[Step]:
    layers = {record.layer for record in found}
    for layer, left in ledger.pruned(plan, found, layers).items():
        gone = tuple(each.id for each in left if _is_of(each.step, words))
        if gone:
            component = f"{layer.value}/dev"
            yield Step(f"{component}/prune", layer, component, Action.DELETE, after=after, deletes=gone)


def _is_of(step: str, words: Iterable[str]) -> bool:
    """Tell whether a step is meant: by its id, or by its component's."""
    return any(step == word or step.startswith(f"{word}/") for word in words)
