"""What templates can call beside Jinja's own: addresses, YAML, overlays and secret marks."""

import json
import textwrap
from collections.abc import Callable, Mapping
from functools import wraps
from hashlib import sha256
from typing import Any

from jinja2 import Undefined

from openstack_k8s_cli.model import entries
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.profile import hosts, paths
from openstack_k8s_cli.render import foreign, secretmarks, yamltext
from openstack_k8s_cli.render.merging import merge
from openstack_k8s_cli.render.networking import Networking
from openstack_k8s_cli.render.nodes import Nodes


def filters() -> dict[str, Callable[..., Any]]:
    """Give the filters."""
    return {
        "json": _json,
        "moved": foreign.moved,
        "overlay": _overlay,
        "parsed": _parsed,
        "quoted": _quoted,
        "yaml": _yaml,
    }


class RefusedError(ValueError):
    """What a template says cannot be, with this profile on this cluster."""


def functions(values: Mapping[str, Any], facts: Facts) -> dict[str, Callable[..., Any]]:
    """Give the functions, which know the profile's networks and secrets."""
    networking = Networking(values, facts)
    secrets = values.get("secrets") or {}

    def secret(name: str, key: str, recipe: str) -> str:
        source = (secrets.get(name) or {}).get(key)
        if source is None or (isinstance(source, Mapping) and source.get("generate")):
            return secretmarks.generate(recipe)
        return secretmarks.given(paths.write(("secrets", name, key)))

    def fail(message: str) -> str:
        raise RefusedError(message)

    def of_nodeset(nodeset: Mapping[str, Any]) -> tuple[hosts.Host, ...]:
        return hosts.hosts(nodeset, values["networks"])

    nodes = Nodes(values, facts, networking)
    found: dict[str, Any] = {
        **_public(networking),
        **_public(nodes),
        "at": _at,
        "digest": _digest,
        "fail": fail,
        "hosts": of_nodeset,
        "generate": secretmarks.generate,
        "given": secretmarks.given,
        "merged": _merged,
        "own_entry": lambda: entries.own(str(values["name"])),
        "secret": secret,
        "template_networks": hosts.template_networks,
    }
    return {name: _of_known(function) for name, function in found.items()}


def _of_known(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let what is missing be named by the template that hands it on, not by what cannot be done with it."""

    @wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        for each in (*given, *named.values()):
            if isinstance(each, Undefined):
                bool(each)
        return function(*given, **named)

    return call


def _public(thing: object) -> dict[str, Callable[..., Any]]:
    return {name: getattr(thing, name) for name in vars(type(thing)) if not name.startswith("_")}


def _digest(value: Any) -> str:
    """Give eight hexadecimal digits for a value."""
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:8]


def _json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _at(value: Any, path: str) -> Any:
    """Give what a map has at a path with dots; nothing where it has nothing there."""
    return get(value, *path.split("."))


def _parsed(text: str) -> Any:
    """Read the YAML of a block."""
    return (yamltext.documents(textwrap.dedent(text)) or [None])[0]


def _merged(below: Mapping[str, Any], over: Mapping[str, Any]) -> Any:
    """Merge one map into another, as overlays do."""
    return merge(dict(below), over)


def _quoted(value: Any) -> str:
    return yamltext.quoted(str(value))


def _yaml(value: Any, indent: int = 0) -> str:
    """Write a value after its key: on the same line what fits there, below it and indented what does not."""
    text = yamltext.dump(value).rstrip("\n")
    if not isinstance(value, (Mapping, list, tuple)) or not value:
        return text.replace("\n", "\n" + " " * indent)
    return "\n" + textwrap.indent(text, " " * indent)


def _overlay(text: str, over: Mapping[str, Any] | list[Any] | None) -> str:
    """Merge a map, or a list of named things, into the YAML of a block, keeping the block's indentation."""
    if not over:
        return text
    lines = [line for line in text.split("\n") if line.strip()]
    indent = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
    below = yamltext.documents(textwrap.dedent(text)) or [{}]
    return textwrap.indent(yamltext.dump(merge(below[0] or {}, over)), " " * indent)
