"""Profile paths as a person writes them: `networks.ctlplane.cidr[0]`, keys with dots in double quotes."""

import re
from collections.abc import Iterator
from typing import Any

Path = tuple[str | int, ...]
"""Keys and indices from the top of a profile."""

_PART = re.compile(r'(?:(?P<dot>\.)?(?:"(?P<quoted>[^"]*)"|(?P<plain>[^.\[\]"=\s]+)))|\[(?P<index>\d{1,9})\]')


def parse(text: str) -> Path:
    """Take a path apart; ValueError where it is none."""
    parts: list[str | int] = []
    position = 0
    while position < len(text):
        match = _PART.match(text, position)
        if not match or (match["index"] is None and bool(match["dot"]) == (not parts)):
            message = f'`{text}` is no profile path: write it as `networks.ctlplane.mtu`, keys with dots as `a."b.c"`'
            raise ValueError(message)
        if match["index"] is not None:
            parts.append(int(match["index"]))
        else:
            parts.append(match["plain"] if match["quoted"] is None else match["quoted"])
        position = match.end()
    if not parts:
        raise ValueError("a profile path is empty")
    return tuple(parts)


def write(path: Path) -> str:
    """Write a path so that parse reads it back."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            plain = part and not re.search(r'[.\[\]"=\s]', part)
            text += ("." if text else "") + (part if plain else f'"{part}"')
    return text


def get(values: Any, path: Path) -> Any:
    """Follow a path; KeyError where it ends early."""
    here = values
    for part in path:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            raise KeyError(write(path)) from None
    return here


def walk(values: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Walk over every value of a tree, containers before what is in them."""
    yield path, values
    items = (
        values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    )
    for key, value in items:
        yield from walk(value, (*path, key))


def leaves(values: Any) -> dict[Path, Any]:
    """Give every leaf; an empty container is a leaf."""
    return {path: value for path, value in walk(values) if not (isinstance(value, (dict, list)) and value)}
