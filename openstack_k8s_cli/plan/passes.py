"""What hooks provide: steps that come before such a hook bring their objects without it, and once more with it after it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from openstack_k8s_cli.model.steps import Manifest, Step
from openstack_k8s_cli.plan.order import above

Without = Callable[[frozenset[str]], Sequence[Step]]
"""Renders the profile as if these hooks provided nothing."""


@dataclass(frozen=True, slots=True)
class Split:
    """Steps in one or several passes."""

    steps: tuple[Step, ...]
    recorded: Mapping[str, frozenset[str]]
    """Per step: hooks that come after it and whose outputs it has from their last run."""


def split(
    steps: Sequence[Step],
    hooks: Mapping[str, Step],
    before: Mapping[str, AbstractSet[str]],
    *,
    providers: Collection[str],
    ran: Collection[str],
    without: Without,
) -> Split:
    """Divide the steps round each hook that provides something; `before` has the steps before which each hook stands.

    Where a hook has run already, what is there stays with what it gave: only the later pass waits for it anew.
    """
    found, recorded = tuple(steps), dict[str, frozenset[str]]()
    order = sorted(providers, key=lambda name: len(above([hooks[name].id], _edges(steps, hooks, before))))
    for number, name in enumerate(order):
        pending = frozenset(order[number:]) - frozenset(ran)
        early = {each.id: each for each in without(pending | {name})}
        edges = _edges(found, hooks, before)
        earlier = above([hooks[name].id], edges)
        round_ = _Round(hooks[name].id, name, early, earlier, ran=name in ran)
        found = tuple(_linked(round_.divided(found), round_, edges))
        recorded |= {key: recorded.get(key, frozenset()) | {name} for key in round_.recorded}
    return Split(found, recorded)


class _Round:
    """One hook's passes."""

    def __init__(
        self, hook: str, name: str, early: Mapping[str, Step], earlier: AbstractSet[str], *, ran: bool
    ) -> None:
        self.hook = hook
        self.later: dict[str, str] = {}
        """Per step that is before the hook: the step that brings the rest of it after the hook."""
        self.recorded: set[str] = set()
        self._name, self._ran, self._early, self._earlier = name, ran, early, earlier

    def divided(self, steps: Iterable[Step]) -> list[Step]:
        """Give each step that is before the hook as it is without what that provides, and what is left for after it."""
        found: list[Step] = []
        for step in steps:
            if step.id not in self._earlier or step.again:
                found.append(step)
                continue
            first = self._early.get(step.id)
            rest = _differing(step, first)
            if first is None and not self._ran:
                self.later[step.id] = step.id
                found.append(replace(step, after=step.after | {self.hook}))
                continue
            found.append(step if self._ran or first is None else replace(first, after=step.after))
            if rest:
                self.recorded |= {step.id} if self._ran else set()
                self.later[step.id] = f"{step.id}-after-{self._name}"
                after = step.after | {step.id, self.hook}
                found.append(replace(step, id=self.later[step.id], manifests=rest, after=after, again=True))
        return found


def _differing(step: Step, first: Step | None) -> tuple[Manifest, ...]:
    known = {each.id: each.body for each in first.manifests} if first else {}
    keys = {each.id: each.secret_keys for each in first.manifests} if first else {}
    return tuple(
        each
        for each in step.manifests
        if known.get(each.id) != each.body or keys.get(each.id) != each.secret_keys
    )


def _linked(steps: Iterable[Step], round_: _Round, edges: Mapping[str, AbstractSet[str]]) -> Iterator[Step]:
    """Let what comes after the hook wait for the later passes, and nothing before it for what moved behind it."""
    moved = {key for key, later in round_.later.items() if key == later}
    laters = set(round_.later.values())
    for step in steps:
        if step.id in laters:
            after = {round_.later.get(each, each) for each in step.after} | (step.after - moved)
            yield replace(step, after=frozenset(after - {step.id}))
            continue
        earlier = above([step.id], edges)
        if round_.hook in earlier:
            extra = {later for key, later in round_.later.items() if key in earlier}
            yield replace(step, after=step.after | extra)
        else:
            yield replace(step, after=step.after - moved)


def _edges(
    steps: Iterable[Step], hooks: Mapping[str, Step], before: Mapping[str, AbstractSet[str]]
) -> dict[str, set[str]]:
    """Give what each step comes after by what is written, outputs aside."""
    found = {step.id: set(step.after) for step in (*steps, *hooks.values())}
    for hook, targets in before.items():
        for each in targets & found.keys():
            found[each].add(hook)
    return found
