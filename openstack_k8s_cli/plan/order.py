"""One stable topological order; a cycle is named step by step."""

import heapq
import itertools
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Layer, Step

_RANK = {layer: rank for rank, layer in enumerate(Layer)}


def arrange(steps: Sequence[Step], edges: Mapping[str, AbstractSet[str]]) -> tuple[Step, ...]:
    """Order steps so that each comes after its edges; among the free ones by layer, then as they were given."""
    place = {step.id: (_RANK[step.layer], index) for index, step in enumerate(steps)}
    by_id = {step.id: step for step in steps}
    open_edges = {step.id: set(edges[step.id]) for step in steps}
    later: dict[str, list[str]] = {step.id: [] for step in steps}
    for step_id, before in open_edges.items():
        for each in before:
            later[each].append(step_id)
    free = [(place[step_id], step_id) for step_id, before in open_edges.items() if not before]
    heapq.heapify(free)
    ordered: list[Step] = []
    while free:
        _, step_id = heapq.heappop(free)
        ordered.append(by_id[step_id])
        for each in later[step_id]:
            open_edges[each].discard(step_id)
            if not open_edges[each]:
                heapq.heappush(free, (place[each], each))
    if len(ordered) < len(steps):
        done = {step.id for step in ordered}
        raise _cycle({key: before for key, before in open_edges.items() if key not in done})
    return tuple(ordered)


def above(start: Iterable[str], edges: Mapping[str, Iterable[str]]) -> set[str]:
    """Name all that some steps come after, directly or through others; themselves only in a cycle."""
    return closure((each for key in start for each in edges.get(key, ())), edges)


def closure(start: Iterable[str], edges: Mapping[str, Iterable[str]]) -> set[str]:
    """Name some steps with all that they come after, directly or through others."""
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting.extend(edges.get(here, ()))
    return found


def _cycle(left: Mapping[str, AbstractSet[str]]) -> OskError:
    path = _path(left)
    summary = f"Steps wait for each other in a cycle: {' → '.join(path)}"
    return OskError(
        Problem(
            "OSK0301",
            summary,
            subject=path[0],
            detail="\n".join(f"{later} comes after {earlier}" for earlier, later in itertools.pairwise(path)),
            advice=(
                Advice(
                    "take one of these components out of the other's `after` in its component.yaml, or out of a hook"
                ),
            ),
        ),
        exit_code=ExitCode.USAGE,
    )


def _path(left: Mapping[str, AbstractSet[str]]) -> list[str]:
    """Walk back through the steps that are left until one repeats; give the cycle in running order."""
    walk = [min(left)]
    while True:
        before = min(each for each in left[walk[-1]] if each in left)
        if before in walk:
            return [before, *reversed(walk[walk.index(before) :])]
        walk.append(before)
