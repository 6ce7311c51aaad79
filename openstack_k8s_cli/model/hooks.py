"""Hooks: what a person puts before or after any step, and the marks that stand for what they give."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from openstack_k8s_cli.model.objects import ObjectId

HOME = "osk-system"
"""The namespace that keeps what hooks gave."""
DIGEST = "osk.openstack.org/hook-inputs"
"""The annotation that says what a hook last ran with; empty while it runs."""
_MARK = re.compile(r"\$\{hooks\.([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)\.outputs\.([A-Za-z_][A-Za-z0-9_-]*)\}")


class OutputKind(StrEnum):
    """What a hook's output is."""

    STR = "str"
    INT = "int"
    BOOL = "bool"
    SECRET = "secret"  # noqa: S105  # a word of the profile
    """A text that nobody may see."""


@dataclass(frozen=True, slots=True)
class Hook:
    """A command or playbook of a step."""

    name: str
    command: tuple[str, ...] = ()
    playbook: str = ""
    """Its path; empty for a command."""
    inventory: str = ""
    """A path, or hosts with a comma behind; empty: this machine."""
    folder: str = ""
    """Where a command runs."""
    vars: Mapping[str, Any] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    """By variable: the profile path of its value, which may be secret."""
    outputs: Mapping[str, OutputKind] = field(default_factory=dict)
    digest: str = ""
    """Of its definition and its files."""
    follows: tuple[ObjectId, ...] = ()
    """Objects of the steps it comes after: where one was made anew, the hook runs again."""
    timeout: float = 3600.0
    """Seconds that it may take."""


def record_id(profile: str, name: str) -> ObjectId:
    """Name the Secret that keeps what a hook gave."""
    return ObjectId("", "Secret", HOME, f"osk-hook.{profile.lower()}.{name}")


def mark(name: str, key: str) -> str:
    """Write what stands for an output until it is known."""
    return f"${{hooks.{name}.outputs.{key}}}"


def marks(value: Any) -> Iterator[tuple[str, str]]:
    """Walk over the outputs that a value has marks of: hook and key."""
    if isinstance(value, str):
        if "${hooks." in value:
            yield from ((match[1], match[2]) for match in _MARK.finditer(value))
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from marks(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from marks(each)


def filled(value: Any, known: Callable[[str, str], Any]) -> Any:
    """Put outputs in the place of their marks; a text that is nothing but a mark becomes the output's own type."""
    if isinstance(value, str):
        if "${hooks." not in value:
            return value
        whole = _MARK.fullmatch(value)
        if whole:
            return known(whole[1], whole[2])
        return _MARK.sub(lambda match: _text(known(match[1], match[2])), value)
    if isinstance(value, Mapping):
        return {key: filled(each, known) for key, each in value.items()}
    return [filled(each, known) for each in value] if isinstance(value, (list, tuple)) else value


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
