"""The part of a plan that a command names."""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Layer, Step
from openstack_k8s_cli.plan.building import digest
from openstack_k8s_cli.plan.order import closure
from openstack_k8s_cli.plan.plans import Plan

_ITEM = re.compile(r"\[[^]]*\]")
_ALSO = {"dataplane/passes": "dataplane/hci"}
"""What the items of a component are called as well: `dataplane/hci/pre-ceph` is `dataplane/passes[pre-ceph]`."""


def select(
    plan: Plan,
    words: Sequence[str],
    *,
    only: bool = False,
    start: str | None = None,
    until: str | None = None,
) -> Plan:
    """Keep what `words` name and, unless `only`, all that it comes after.

    A word is `all`, a layer, a component (`metallb`, `operators/metallb`, `networks/nncp[crc]`) or a step's id.
    `start` keeps what it names and what comes after that; `until` what it names and what comes before that.
    """
    names = names_of(plan.steps)
    check([*words, *(word for word in (start, until) if word)], names)
    before = {step.id: step.after for step in plan.steps}
    chosen = set().union(*(names[word] for word in words)) if words else set(before)
    if not only:
        chosen = closure(chosen, before)
    if start:
        chosen &= closure(names[start], _reversed(before))
    if until:
        chosen &= closure(names[until], before)
    if len(chosen) == len(plan.steps):
        return plan
    kept = tuple(replace(step, after=step.after & chosen) for step in plan.steps if step.id in chosen)
    notes = {key: plan.notes[key] for key in plan.notes.keys() & chosen}
    return replace(plan, steps=kept, digest=digest(kept), notes=notes)


def full_layers(plan: Plan, selected: Plan, words: Collection[str] = ()) -> frozenset[Layer]:
    """Name the layers of which the selection has every step; only these may be pruned.

    A whole plan has every layer, also one that the profile has nothing of any more; so has a selection by `words` that
    name such a layer.
    """
    kept = {step.id for step in selected.steps}
    cut = {step.layer for step in plan.steps if step.id not in kept}
    empty = {*Layer} - {step.layer for step in plan.steps}
    named = {layer for layer in empty if layer.value in words}
    return frozenset({step.layer for step in selected.steps} - cut | named) if cut else frozenset(Layer)


def names_of(steps: Iterable[Step]) -> dict[str, set[str]]:
    """Give what layers, components and steps are called, and the ids of the steps that each name means."""
    names: dict[str, set[str]] = {"all": set(), **{layer.value: set() for layer in Layer}}
    for step in steps:
        component = step.component if "/" in step.component else f"{step.layer.value}/{step.component}"
        plain = _ITEM.sub("", component)
        for name in {
            "all",
            step.layer.value,
            component,
            component.partition("/")[2],
            plain,
            plain.partition("/")[2],
            step.id,
            step.id.partition("/")[2],
            _ITEM.sub("", step.id),
            _ITEM.sub("", step.id.partition("/")[2]),
        }:
            names.setdefault(name, set()).add(step.id)
        if plain in _ALSO and component != plain:
            also = f"{_ALSO[plain]}/{component.removeprefix(plain).strip('[]')}"
            names.setdefault(also, set()).add(step.id)
    return names


def check(words: Iterable[str], names: Iterable[str], *, also: Iterable[str] = ()) -> None:
    """Refuse words that are no names; `also` has some that may become names, also of single items."""
    known, possible = set(names), set(also)
    unknown = [word for word in words if word not in known and _ITEM.sub("", word) not in possible]
    problems = tuple(_unknown(word, known | possible) for word in unknown)
    if problems:
        raise OskError(*problems, exit_code=ExitCode.USAGE)


def _unknown(word: str, names: Iterable[str]) -> Problem:
    near = difflib.get_close_matches(word, sorted(names), n=3, cutoff=0.5)
    if near:
        text = f"Did you mean {' or '.join(f'`{each}`' for each in near)}?"
    else:
        text = f"Name one of {', '.join(layer.value for layer in Layer)}, all, or a component of the profile"
    return Problem(
        "OSK0303",
        f"The plan has no layer, component or step `{word}`",
        subject=word,
        advice=(Advice(text, command="osk graph"),),
    )


def _reversed(edges: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    turned: dict[str, set[str]] = {key: set() for key in edges}
    for later, before in edges.items():
        for each in before:
            turned.setdefault(each, set()).add(later)
    return turned
