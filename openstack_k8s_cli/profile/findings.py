"""What validation finds, as problems: path, line and column, what is expected, the nearest known key."""

import re
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from openstack_k8s_cli.model.problems import Advice, Problem
from openstack_k8s_cli.profile import outline, redaction
from openstack_k8s_cli.profile.layers import Merged
from openstack_k8s_cli.profile.paths import Path, write

_PLAIN = frozenset(
    {
        "int_type",
        "string_type",
        "bool_type",
        "list_type",
        "dict_type",
        "float_type",
        "model_type",
        "literal_error",
        "model_attributes_type",
        "union_tag_invalid",
    }
)
"""Errors that say no more than the expected type does."""
_KEY = "[key]"
"""Ends a location of pydantic's where a key is meant and not its value."""
_LONG = re.compile(r"\S{300,}")


def of_validation(error: ValidationError, merged: Merged) -> tuple[Problem, ...]:
    """Turn pydantic's errors into problems, one a path, in the order of the file."""
    found: dict[Path, Problem] = {}
    for each in error.errors(include_url=False, include_context=False):
        path = _path(each["loc"], merged.values)
        if path not in found:
            found[path] = _problem(each, path, merged)
    return tuple(found.values())


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort problems as a reader of the files meets them."""
    return tuple(sorted(problems, key=_by_place))


def _by_place(problem: Problem) -> tuple[str, int, int]:
    label, _, rest = (problem.subject or "").rpartition(":")
    label, _, line = label.rpartition(":")
    return (
        (label, int(line), int(rest))
        if line.isdecimal() and rest.isdecimal()
        else (problem.subject or "", 0, 0)
    )


def of_vain_removals(merged: Merged) -> tuple[Problem, ...]:
    """Find nulls at paths that the schema does not know."""
    return tuple(unknown(path, merged.keys[path]) for path in merged.vain if outline.find(path) is None)


def unknown(path: Path, where: str | None) -> Problem:
    """Say that a key is not known; of a path, its first key that is not."""
    path = next(path[:length] for length in range(1, len(path) + 1) if outline.find(path[:length]) is None)
    near = outline.nearest(path)
    parent = outline.find(path[:-1])
    text = _written(path[:-1] if parent and parent.secret else path)
    keys = outline.known(parent.model) if parent and parent.model else ()
    detail = "Known here: " + ", ".join(keys) if keys else None
    advice = (
        Advice(f"Did you mean `{near}`?", f"osk profile explain {near}")
        if near
        else Advice("Remove it, or look for the right name", "osk profile schema", "docs/profile.md")
    )
    if parent and parent.secret:  # what is written there may be the secret itself
        return Problem("OSK0106", f"`{text}` has a key that is none of its own", where, detail, (advice,))
    return Problem("OSK0106", f"`{text}` is not a key of the profile", where, detail, (advice,))


def _path(loc: tuple[int | str, ...], values: Any) -> Path:
    """Leave out what pydantic adds to a location: the arms of unions."""
    path: list[str | int] = []
    here = values
    for index, part in enumerate(loc):
        if isinstance(here, dict) and (part in here or (index == len(loc) - 1 and _is_key(path, part))):
            here = here.get(str(part))
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
        else:
            continue
        path.append(part)
    return tuple(path)


def _is_key(path: list[str | int], part: str | int) -> bool:
    spot = outline.find(tuple(path))
    return bool(spot and spot.model and part in outline.known(spot.model))


def _problem(error: ErrorDetails, path: Path, merged: Merged) -> Problem:
    kind = error["type"]
    where = merged.keys.get(path) if kind == "extra_forbidden" else _where(path, merged)
    if kind == "extra_forbidden":
        return unknown(path, where)
    text = _written(path) or "the profile"
    page = (
        Advice(
            f"See what `{text}` takes",
            f"osk profile explain {text}" if path else "osk profile schema",
            "docs/profile.md",
        ),
    )
    if kind == "missing":
        return Problem("OSK0108", f"`{text}` is missing", where, None, page)
    if error["loc"][-1] == _KEY and kind != "value_error":
        name = f"`{text}` is no name that may stand there"
        return Problem("OSK0108", name, merged.keys.get(path), error["msg"], page)
    if kind == "value_error":
        return Problem("OSK0108", f"`{text}`: {_own_words(error)}", where, None, page)
    spot = outline.find(path)
    expected = spot.expected if spot else "something else"
    given = "" if _is_secret(path) else f", not {_shown(error['input'])}"
    detail = None if kind in _PLAIN else error["msg"]
    return Problem("OSK0108", f"`{text}` must be {expected}{given}", where, detail, page)


def _where(path: Path, merged: Merged) -> str | None:
    for length in range(len(path), 0, -1):
        origin = merged.origins.get(path[:length])
        if origin:
            return str(origin)
    return None


def _own_words(error: ErrorDetails) -> str:
    return _short(error["msg"].removeprefix("Value error, "))


def _written(path: Path) -> str:
    return _short(write(path))


def _short(text: str) -> str:
    return _LONG.sub(lambda long: f"{long[0][:60]}…", text)


def _is_secret(path: Path) -> bool:
    return any(redaction.is_secret(path[:length]) for length in range(1, len(path) + 1))


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value[:60]}"' if isinstance(value, str) else f"`{value}`"
