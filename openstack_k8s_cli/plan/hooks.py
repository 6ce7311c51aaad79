"""Hooks among the steps: where they stand, what they come after, and who uses what they give."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

from openstack_k8s_cli.components.reading import nearest
from openstack_k8s_cli.components.schema import seconds
from openstack_k8s_cli.model import hooks as model
from openstack_k8s_cli.model.hooks import Hook, OutputKind
from openstack_k8s_cli.model.objects import ObjectId, group_of, id_of
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.secrets import Given, SecretText
from openstack_k8s_cli.model.steps import Action, Gate, Layer, Manifest, Origin, Step, Timeout
from openstack_k8s_cli.plan.choosing import names_of
from openstack_k8s_cli.plan.passes import Split, Without, split
from openstack_k8s_cli.profile import paths
from openstack_k8s_cli.profile.sources import Source
from openstack_k8s_cli.render import documents

Files = Mapping[str, Source]
"""What the profile's hooks name, by profile path such as `hooks.ceph.playbook`."""
_ORDER = {layer: number for number, layer in enumerate(Layer)}
_LAYERS = frozenset(map(str, Layer))
_MARGIN = 60.0
"""Seconds beyond a hook's own time after which the engine ends it, should its runner not have done so."""


def insert(
    steps: Sequence[Step],
    values: Mapping[str, Any],
    *,
    files: Files,
    known: Collection[str],
    ran: Collection[str] = (),
    without: Without | None = None,
) -> tuple[Step, ...]:
    """Add a step for each hook of the profile, and the edges of all; OskError has what is wrong with them.

    `known` has the names of the catalogue: what is in it and not in the plan is no error.
    `ran` names the hooks that have run before; `without` renders the profile without what hooks provide.
    """
    written = values.get("hooks") or {}
    if not written:
        return tuple(steps)
    places = _Places(steps, written, known)
    made = {name: _step(name, entry, places, values, files) for name, entry in written.items()}
    if places.problems:
        raise OskError(*dict.fromkeys(places.problems), exit_code=ExitCode.USAGE)
    before = {made[name].id: places.found(name, "before") for name in written}
    providers = [name for name, entry in written.items() if entry["provides"]]
    divided = Split(tuple(steps), {})
    if providers and without is not None and not places.problems:
        divided = split(steps, made, before, providers=providers, ran=ran, without=without)
    whole = (*divided.steps, *made.values())
    linked = [
        _linked(each, before, made, set(_used(each, written, values, places)), divided) for each in whole
    ]
    if places.problems:
        raise OskError(*dict.fromkeys(places.problems), exit_code=ExitCode.USAGE)
    by_id = {each.id: each for each in linked}
    return tuple(_following(each, by_id) for each in linked)


class _Places:
    """What names in `after` and `before` stand for."""

    def __init__(self, steps: Sequence[Step], written: Mapping[str, Any], known: Collection[str]) -> None:
        self.names = names_of(steps)
        self.steps = {step.id: step for step in steps}
        self.problems: list[Problem] = []
        self._written = written
        self._known = known
        self.ids = {name: f"{self.layer(name)}/hooks/{name}" for name in written}

    def found(self, name: str, key: str) -> set[str]:
        """Give the steps that a hook's `after` or `before` means; other hooks too, once their ids are known."""
        found: set[str] = set()
        for word in self._written[name][key]:
            other = word.removeprefix("hooks/")
            if word != other and other in self._written:
                found.add(self.ids[other])
            elif word in self.names:
                found |= self.names[word]
            elif not self._is_known(word):
                self._complain(name, key, word)
        return found

    def _is_known(self, word: str) -> bool:
        plain = word.partition("[")[0]
        layer, _, rest = plain.partition("/")
        return plain in self._known or (layer in _LAYERS and rest in self._known)

    def layer(self, name: str, seen: frozenset[str] = frozenset()) -> Layer:
        """Give a hook's layer: the last that it comes after, or else the first that it is before."""
        for key, choose in (("after", max), ("before", min)):
            layers = [
                layer for word in self._written[name][key] for layer in self._layers(word, seen | {name})
            ]
            if layers:
                return choose(layers, key=_ORDER.__getitem__)
        return Layer.OPERATORS

    def _layers(self, word: str, seen: frozenset[str]) -> Iterator[Layer]:
        other = word.removeprefix("hooks/")
        if word != other and other in self._written:
            if other not in seen:
                yield self.layer(other, seen)
        else:
            yield from (self.steps[each].layer for each in self.names.get(word, ()))

    def _complain(self, name: str, key: str, word: str) -> None:
        known = [*self.names, *(f"hooks/{each}" for each in self._written)]
        summary = (
            f"The hook `{name}` is {key} `{word}`, which is no layer, component or step{nearest(word, known)}"
        )
        advice = Advice("Name a node of the graph", "osk graph", "docs/hooks.md")
        self.problems.append(Problem("OSK0304", summary, f"hooks.{name}.{key}", advice=(advice,)))


def _step(
    name: str, entry: Mapping[str, Any], places: _Places, values: Mapping[str, Any], files: Files
) -> Step:
    step_id = places.ids[name]
    layer = Layer(step_id.partition("/")[0])
    total = seconds(entry["timeout"]) * float((values.get("timeouts") or {}).get("scale") or 1)
    step = Step(
        step_id,
        layer,
        f"{layer.value}/hooks",
        Action.AWAIT,
        after=frozenset(places.found(name, "after")),
        timeout=Timeout(total, total),
    )
    if entry["manifest"]:
        return replace(step, action=Action.APPLY, manifests=tuple(_manifests(name, entry, step, files)))
    if entry["wait"]:
        return replace(step, gates=tuple(_gates(entry["wait"], places)))
    playbook = entry["playbook"] is not None
    return replace(
        step,
        action=Action.PLAYBOOK if playbook else Action.HOST,
        manifests=(_record(str(values["name"]), name, step),),
        hook=_hook(name, entry, files, total),
        timeout=Timeout(total + _MARGIN, total + _MARGIN),
    )


def _manifests(name: str, entry: Mapping[str, Any], step: Step, files: Files) -> Iterator[Manifest]:
    for number, written in enumerate(entry["manifest"]):
        source = files[f"hooks.{name}.manifest[{number}]"]
        for index, body in documents.objects(source.text, template=written):
            yield Manifest(id_of(body), body["apiVersion"], body, step.component, Origin(written, index))


def _gates(waits: Iterable[Mapping[str, Any]], places: _Places) -> Iterator[Gate]:
    groups = {each.id.kind: each.id.group for step in places.steps.values() for each in step.manifests}
    for wait in waits:
        group = (
            group_of(wait["apiVersion"]) if wait["apiVersion"] is not None else groups.get(wait["kind"], "")
        )
        yield Gate(ObjectId(group, wait["kind"], wait["namespace"], wait["name"]), wait["condition"])


def _record(profile: str, name: str, step: Step) -> Manifest:
    target = model.record_id(profile, name)
    meta = {"name": target.name, "namespace": target.namespace}
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": meta}
    return Manifest(target, "v1", body, step.component, Origin(f"hooks.{name}", 0))


def _hook(name: str, entry: Mapping[str, Any], files: Files, total: float) -> Hook:
    command = entry["command"]
    inventory = files.get(f"hooks.{name}.inventory")
    playbook = files.get(f"hooks.{name}.playbook")
    return Hook(
        name,
        command=("sh", "-c", command) if isinstance(command, str) else tuple(command or ()),
        playbook=playbook.name if playbook else "",
        inventory=inventory.name if inventory else entry["inventory"] or "",
        folder=files[f"hooks.{name}"].name if f"hooks.{name}" in files else "",
        vars=entry["vars"],
        env={key: paths.write(("hooks", name, "env", key)) for key in entry["env"]},
        outputs={key: OutputKind(kind) for key, kind in entry["outputs"].items()},
        digest=_digest(name, entry, files),
        timeout=total,
    )


def _digest(name: str, entry: Mapping[str, Any], files: Files) -> str:
    inputs = ("playbook", "inventory", "command", "vars", "env", "outputs")
    mine = {path: each.text for path, each in files.items() if path.startswith(f"hooks.{name}.")}
    text = json.dumps([{key: entry[key] for key in inputs}, mine], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _linked(
    step: Step,
    before: Mapping[str, set[str]],
    made: Mapping[str, Step],
    used: AbstractSet[str],
    divided: Split,
) -> Step:
    """Let a step come after the hooks that are before it, and those that it uses something of."""
    earlier = {hook for hook, targets in before.items() if step.id in targets and hook != step.id}
    earlier |= {made[name].id for name in used - divided.recorded.get(step.id, frozenset())}
    return replace(step, after=step.after | earlier, uses=frozenset(used))


def _used(
    step: Step, written: Mapping[str, Any], values: Mapping[str, Any], places: _Places
) -> Iterator[str]:
    secret_marks = [mark for manifest in step.manifests for mark in _given(manifest, values)]
    open_marks: list[tuple[str, str]] = []
    for manifest in step.manifests:
        (secret_marks if manifest.id.kind == "Secret" else open_marks).extend(model.marks(manifest.body))
    if step.hook:
        entry = written[step.hook.name]
        secret_marks += model.marks(step.hook.vars)
        open_marks += model.marks(step.hook.command)
        secret_marks += [mark for value in entry["env"].values() for mark in model.marks(_plain(value))]
    for name, key in (*secret_marks, *open_marks):
        outputs = (written.get(name) or {}).get("outputs") or {}
        if key not in outputs:
            places.problems.append(_unknown_output(step, name, key, written))
        elif outputs[key] == OutputKind.SECRET and (name, key) in open_marks:
            places.problems.append(_exposed(step, name, key))
        else:
            yield name


def _given(manifest: Manifest, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Walk over the marks in values that the profile gives for a Secret's keys."""
    for key in manifest.secret_keys:
        if isinstance(key.source, Given):
            try:
                found = paths.get(values, paths.parse(key.source.path))
            except (KeyError, ValueError):
                continue
            yield from model.marks(_plain(found))


def _plain(value: Any) -> Any:
    return value.reveal() if isinstance(value, SecretText) else value


def _unknown_output(step: Step, name: str, key: str, written: Mapping[str, Any]) -> Problem:
    known = [f"{hook}.outputs.{each}" for hook, entry in written.items() for each in entry["outputs"]]
    summary = f"{step.id} uses `hooks.{name}.outputs.{key}`, which no hook gives{nearest(f'{name}.outputs.{key}', known)}"
    advice = Advice(f"Name it under `hooks.{name}.outputs`", page="docs/hooks.md")
    return Problem("OSK0305", summary, step.id, advice=(advice,))


def _exposed(step: Step, name: str, key: str) -> Problem:
    summary = f"The secret output `hooks.{name}.outputs.{key}` would be shown in an object of {step.id} that is no Secret"
    advice = Advice("Put it into a Secret, and name that in the object", page="docs/hooks.md")
    return Problem("OSK0306", summary, step.id, advice=(advice,))


def _following(step: Step, by_id: Mapping[str, Step]) -> Step:
    """Note the objects of the steps that a hook comes after."""
    if step.hook is None:
        return step
    before = [by_id[each] for each in sorted(step.after) if each in by_id and not by_id[each].hook]
    targets = tuple(manifest.id for each in before for manifest in each.manifests)
    return replace(step, hook=replace(step.hook, follows=targets))
