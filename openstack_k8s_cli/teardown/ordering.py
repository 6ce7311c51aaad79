"""The deployment's graph, turned round, over the steps of one layer. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from openstack_k8s_cli.model.steps import Step
from openstack_k8s_cli.plan import order


def reversed_edges(
    steps: Sequence[str], deployed: Mapping[str, AbstractSet[str]]
) -> dict[str, frozenset[str]]:
    """Give for each step the steps that must be gone before it; `steps` are in the order they were applied.

    A step that the deployment's graph does not know goes between its neighbours in that order.
    """
    needs = {step: order.above([step], deployed) for step in steps if step in deployed}
    edges: dict[str, frozenset[str]] = {}
    for index, step in enumerate(steps):
        later = steps[index + 1 :]
        unknown = {each for each in later if step not in needs or each not in needs}
        edges[step] = frozenset(unknown | {each for each in steps if step in needs.get(each, ())})
    try:
        TopologicalSorter(edges).prepare()
    except CycleError:  # the ledger's order is of another graph than the profile's
        return {step: frozenset(steps[index + 1 :]) for index, step in enumerate(steps)}
    return edges


def before(chosen: Iterable[str], steps: Iterable[Step]) -> set[str]:
    """Name all that some steps wait for."""
    edges = {each.id: each.after for each in steps}
    return order.above(chosen, edges)


def last(step: Step, others: Iterable[Step]) -> Step:
    """Put a step after all the others, but those that wait for it."""
    edges = {each.id: each.after for each in others}
    free = {each for each in edges if each != step.id and step.id not in order.above([each], edges)}
    return replace(step, after=step.after | free)


def sort(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Order steps so that each comes after its edges; edges to steps that are not there are dropped."""
    by_id = {step.id: step for step in steps}
    kept = {key: replace(step, after=step.after & by_id.keys()) for key, step in by_id.items()}
    sorter = TopologicalSorter({key: sorted(step.after) for key, step in kept.items()})
    return tuple(kept[key] for key in sorter.static_order())
