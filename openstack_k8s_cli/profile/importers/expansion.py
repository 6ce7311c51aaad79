"""Make's `$`: variables in values."""

import re
from collections.abc import Callable

_REFERENCE = re.compile(
    r"\$(?:(?P<dollar>\$)|\((?P<round>[^()]*)\)|\{(?P<curly>[^{}]*)\}|(?P<single>[^({$]))"
)
_OR = re.compile(r"\$\(or \$\((?P<name>[A-Za-z0-9_]+)\),(?P<otherwise>[^)]*)\)")
_COMMAND = re.compile(r"\$[({]\s*shell\b")
_FUNCTION = re.compile(r"\$[({]\s*(?P<name>[a-z][a-z-]*)[ \t]")
_DEEPEST = 20


def expanded(text: str, look_up: Callable[[str], str], *, depth: int = 0) -> str:
    """Put the values of variables into a text; one that refers to itself ends empty."""
    if depth > _DEEPEST:
        return ""

    def value(name: str) -> str:
        return expanded(look_up(name), look_up, depth=depth + 1)

    def put(match: re.Match[str]) -> str:
        if match["dollar"]:
            return "$"
        return value(match["round"] or match["curly"] or match["single"] or "")

    chosen = _OR.sub(lambda match: literal(value(match["name"])) or match["otherwise"], text)
    return _REFERENCE.sub(put, chosen)


def literal(text: str) -> str:
    """Write a text so that expansion gives it back."""
    return text.replace("$", "$$")


def is_cut(text: str) -> bool:
    """Tell whether Make takes something out of a value: a `$` that no one doubled."""
    return any(match["single"] for match in _REFERENCE.finditer(text))


def runs_a_command(text: str) -> bool:
    """Tell whether the value is the output of a command."""
    return bool(_COMMAND.search(text))


def function(text: str) -> str | None:
    """Name the function of Make that a value is made by; None: none."""
    found = _FUNCTION.search(text.replace("$$", ""))
    return found["name"] if found else None


def references(text: str) -> set[str]:
    """Name the variables that a value refers to."""
    return {match["round"] or match["curly"] or match["single"] or "" for match in _REFERENCE.finditer(text)}
