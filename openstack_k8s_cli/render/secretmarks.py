"""Marks in a rendered Secret that stand for values nobody may see, and the keys they become."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from openstack_k8s_cli.model.secrets import RECIPE, RECIPES, Generated, Given, KeySource, SecretKey
from openstack_k8s_cli.model.steps import Manifest, Policy

_PLACES = {"Secret": "stringData", "ConfigMap": "data"}
_MARK = re.compile(r"⟪osk (generated|given)(?:\|([^ ⟫]+))? ([^⟫]+)⟫")


def generate(recipe: str) -> str:
    """Mark a value that osk makes once when the key is missing."""
    if not RECIPE.fullmatch(recipe):
        message = f"`{recipe}` is no recipe: write {RECIPES}"
        raise ValueError(message)
    return f"⟪osk generated {recipe}⟫"


def given(path: str, form: str = "") -> str:
    """Mark a value that the profile gives, by its path, and what it becomes (apply.forms)."""
    return f"⟪osk given{'|' if form else ''}{form} {path}⟫"


def extract(manifest: Manifest) -> Manifest:
    """Turn the marks of an ensured Secret, and of a ConfigMap what is `public`, into keys; ValueError where a mark stands anywhere else."""
    body = manifest.body
    keys: tuple[SecretKey, ...] = ()
    place = _PLACES.get(body["kind"], "")
    if manifest.policy is Policy.ENSURE and isinstance(body.get(place), dict):
        sources = {key: _source(value) for key, value in body[place].items()}
        if place == "data":
            sources = {key: source if _is_public(source) else None for key, source in sources.items()}
        keys = tuple(SecretKey(key, source) for key, source in sources.items() if source is not None)
        rest = {key: value for key, value in body[place].items() if sources[key] is None}
        body = {key: value for key, value in body.items() if key != place}
        if rest:
            body[place] = rest
    for path in _marked(body):
        raise ValueError(
            f"`{path}` holds a secret value: only stringData of a Secret in a step with policy `ensure` may"
        )
    return replace(manifest, body=body, secret_keys=keys)


def _source(value: Any) -> KeySource | None:
    match = _MARK.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    return Generated(match[3]) if match[1] == "generated" else Given(match[3], match[2] or "")


def _is_public(source: KeySource | None) -> bool:
    return isinstance(source, Given) and source.form == "public"


def _marked(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _marked(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _marked(inner, f"{path}[{index}]")
    elif isinstance(value, str) and _MARK.search(value):
        yield path
