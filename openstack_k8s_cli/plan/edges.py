"""Edges between steps: what `after` says, and what follows from the objects themselves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.model.objects import ObjectId, get
from openstack_k8s_cli.model.steps import Manifest, Step

Edges = dict[str, set[str]]
"""Per step id: the ids of the steps it comes after."""

_REFERENCED = {
    ("", "Secret"): "secret",
    ("", "ConfigMap"): "configmap",
    ("", "ServiceAccount"): "serviceaccount",
    ("storage.k8s.io", "StorageClass"): "storageclass",
}
"""Kinds that others name, and the word that the name's key or a key above it contains."""


@dataclass(frozen=True, slots=True)
class _Mention:
    """A string in a body, with every key above it in lower case."""

    keys: str
    text: str


def of(steps: Sequence[Step]) -> Edges:
    """Give every edge: explicit ones, then natural ones as far as they close no cycle."""
    known = {step.id for step in steps}
    edges: Edges = {step.id: {each for each in step.after if each in known} for step in steps}
    for before, later in _natural(steps):
        if before != later and not _reaches(edges, start=before, goal=later):
            edges[later].add(before)
    return edges


def _natural(steps: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """Walk over (earlier step, later step) in a stable order."""
    namespaces, kinds, named = _makers(steps)
    for step in steps:
        for manifest in step.manifests:
            if manifest.id.namespace in namespaces:
                yield namespaces[manifest.id.namespace], step.id
            if (maker := kinds.get((manifest.id.group, manifest.id.kind))) is not None:
                yield maker, step.id
            for target in _references(manifest, named):
                yield named[target], step.id
        for namespace in _other_namespaces(step):
            if namespace in namespaces:
                yield namespaces[namespace], step.id


def _makers(steps: Iterable[Step]) -> tuple[dict[str, str], dict[tuple[str, str], str], dict[ObjectId, str]]:
    namespaces: dict[str, str] = {}
    kinds: dict[tuple[str, str], str] = {}
    named: dict[ObjectId, str] = {}
    for step in (each for each in steps if not each.again):
        for manifest in step.manifests:
            if (manifest.id.group, manifest.id.kind) == ("", "Namespace"):
                namespaces[manifest.id.name] = step.id
            if manifest.id.kind == "CustomResourceDefinition":
                spec = manifest.body.get("spec")
                kinds[get(spec or {}, "group") or "", get(spec or {}, "names", "kind") or ""] = step.id
            if (manifest.id.group, manifest.id.kind) in _REFERENCED:
                named[manifest.id] = step.id
    return namespaces, kinds, named


def _other_namespaces(step: Step) -> list[str]:
    return [step.exec.namespace] if step.exec else []


def _references(manifest: Manifest, named: Mapping[ObjectId, str]) -> list[ObjectId]:
    if not named:
        return []
    body = {key: value for key, value in manifest.body.items() if key not in {"metadata", "status"}}
    mentions: dict[str, set[str]] = {}
    for mention in _mentions(body, ""):
        mentions.setdefault(mention.text, set()).add(mention.keys)
    return sorted(
        target
        for target in named
        if target != manifest.id
        and target.namespace in {"", manifest.id.namespace}
        and any(_REFERENCED[target.group, target.kind] in keys for keys in mentions.get(target.name, ()))
    )


def _mentions(value: Any, keys: str) -> Iterator[_Mention]:
    if isinstance(value, str):
        yield _Mention(keys, value)
    elif isinstance(value, Mapping):
        kind = str(value.get("kind") or "").lower() if "name" in value else ""
        for key, inner in value.items():
            yield from _mentions(inner, f"{keys}.{kind}.{str(key).lower()}")
    elif isinstance(value, list):
        for inner in value:
            yield from _mentions(inner, keys)


def _reaches(edges: Edges, *, start: str, goal: str) -> bool:
    """Tell whether `start` comes after `goal`, directly or through others."""
    seen: set[str] = set()
    stack = [start]
    while stack:
        here = stack.pop()
        if here == goal:
            return True
        if here not in seen:
            seen.add(here)
            stack.extend(edges.get(here, ()))
    return False
