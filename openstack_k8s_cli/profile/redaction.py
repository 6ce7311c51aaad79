"""Values as they may be shown: secrets as dots."""

import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import SecretStr

from openstack_k8s_cli.model.secrets import SecretText
from openstack_k8s_cli.profile import outline, paths
from openstack_k8s_cli.profile.paths import Path

DOTS = "•••"

_POINTER = re.compile(r"\{\s*(file|env|secret|generate)\s*:[^,{}]*\}")
"""Says where a value is, and not what it is."""


def redacted(value: Any, path: Path = ()) -> Any:
    """Give a value of a profile path with every literal secret as dots; where it comes from stays."""
    if isinstance(value, (SecretText, SecretStr)) or (path[:1] == ("secrets",) and _is_literal(value, path)):
        return DOTS
    if isinstance(value, dict):
        return {key: redacted(each, (*path, key)) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [redacted(each, (*path, index)) for index, each in enumerate(value)]
    return value


def _is_literal(value: Any, path: Path) -> bool:
    depth = 3  # secrets, the Secret, its key
    return len(path) == depth and value is not None and not isinstance(value, dict)


def command_line(words: Iterable[str]) -> str:
    """Write a command line for a shell, with dots for the value of every `--set` of a secret and of every variable of Ansible."""
    shown: list[str] = []
    quoted: Callable[[str], str] | None = None
    for word in words:
        option, equals, text = word.partition("=")
        joined = _VARIABLE.fullmatch(word)
        if quoted is not None:
            shown.append(quoted(word))
        elif option in _VALUED and equals:
            shown.append(f"{option}={_VALUED[option](text)}")
        elif joined and joined["text"]:
            shown.append(f"{joined['option']}{_variable(joined['text'])}")
        else:
            shown.append(shlex.quote(word))
        quoted = None if quoted is not None else _taking(word)
    return " ".join(shown)


def assignment(text: str) -> str:
    """Give `PATH=VALUE` with a secret value as dots; all of it where it is not clear which part that is."""
    head, equals, value = text.partition("=")
    try:
        hidden = is_secret(paths.parse(head.strip())) and not _POINTER.fullmatch(value.strip())
    except ValueError:
        hidden = "secrets" in text
    return text if not hidden else f"{head}={DOTS}" if equals else DOTS


def is_secret(path: Path) -> bool:
    """Say whether a value at a path is, or has in it, a secret."""
    spot = outline.find(path)
    return path[:1] == ("secrets",) or (spot is not None and spot.secret)


def _quoted(text: str) -> str:
    shown = assignment(text)
    if shown in {text, DOTS}:
        return DOTS if shown == DOTS else shlex.quote(text)
    return shlex.quote(shown.removesuffix(DOTS)) + DOTS


def _variable(text: str) -> str:
    """Write what `-e` gives: a file's name and a plain yes or no stay, for any other value may be a secret."""
    name, equals, value = text.partition("=")
    if text.startswith("@") or value.lower() in _PLAIN:
        return shlex.quote(text)
    return f"{shlex.quote(name)}={DOTS}" if name and equals and not text.startswith("{") else DOTS


def _taking(word: str) -> Callable[[str], str] | None:
    """Tell how the next word is written, where this one is an option that takes it and hides it."""
    joined = _VARIABLE.fullmatch(word)
    return _variable if joined and not joined["text"] else _VALUED.get(word)


_PLAIN = ("true", "false", "yes", "no")
_VARIABLE = re.compile(r"(?P<option>-[hqvy]*e)(?P<text>.*)", re.DOTALL)
_VALUED: Mapping[str, Callable[[str], str]] = {"--set": _quoted, "--extra-vars": _variable}
"""Options of which a value may be a secret, and how that is written."""
