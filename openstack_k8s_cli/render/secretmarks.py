"""Marks in a rendered Secret that stand for values nobody may see, and the keys they become."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from openstack_k8s_cli.model.secrets import Generated, Given, KeySource, SecretKey
from openstack_k8s_cli.model.steps import Manifest, Policy

_RECIPE = re.compile(
    r"password\((?:[89]|[1-9]\d+)\)|hex\([1-9]\d*\)|fernet|(?:ssh-ed25519|ecdsa-p521|rsa-4096)\.(?:private|public)"
)
_MARK = re.compile(r"⟪osk (generated|given) ([^⟫]+)⟫")


def generate(recipe: str) -> str:
    """Mark a value that osk makes once when the key is missing."""
    if not _RECIPE.fullmatch(recipe):
        raise ValueError(
            f"`{recipe}` is no recipe: write password(LENGTH), hex(DIGITS), fernet, or the .private or .public half"
            " of ssh-ed25519, ecdsa-p521 or rsa-4096"
        )
    return f"⟪osk generated {recipe}⟫"


def given(path: str) -> str:
    """Mark a value that the profile gives, by its path."""
    return f"⟪osk given {path}⟫"


def extract(manifest: Manifest) -> Manifest:
    """Turn an ensured Secret's marks into keys; ValueError where a mark stands anywhere else."""
    body = manifest.body
    keys: tuple[SecretKey, ...] = ()
    if (
        body["kind"] == "Secret"
        and manifest.policy is Policy.ENSURE
        and isinstance(body.get("stringData"), dict)
    ):
        sources = {key: _source(value) for key, value in body["stringData"].items()}
        keys = tuple(SecretKey(key, source) for key, source in sources.items() if source is not None)
        rest = {key: value for key, value in body["stringData"].items() if sources[key] is None}
        body = {key: value for key, value in body.items() if key != "stringData"}
        if rest:
            body["stringData"] = rest
    for path in _marked(body):
        raise ValueError(
            f"`{path}` holds a secret value: only stringData of a Secret in a step with policy `ensure` may"
        )
    return replace(manifest, body=body, secret_keys=keys)


def _source(value: Any) -> KeySource | None:
    match = _MARK.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    return Generated(match[2]) if match[1] == "generated" else Given(match[2])


def _marked(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _marked(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _marked(inner, f"{path}[{index}]")
    elif isinstance(value, str) and _MARK.search(value):
        yield path
