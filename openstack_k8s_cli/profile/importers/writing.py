"""A draft as the text of a profile: sections in the schema's order, old names as comments."""

from collections.abc import Iterator, Mapping
from typing import Any

from openstack_k8s_cli.profile.flow import inline
from openstack_k8s_cli.profile.importers.draft import Blank, Entry, nested
from openstack_k8s_cli.profile.paths import Path

_WIDEST = 100
OPEN = "to be filled in"
"""What stands beside what the reader has to say."""


def text(entries: Mapping[Path, Entry], *, head: Mapping[str, Any], remark: str) -> str:
    """Write a profile."""
    lines = [*(f"# {line}" for line in remark.splitlines())]
    lines += [f"{key}: {inline(value)}" for key, value in head.items()]
    body = _Body({path: entry.names for path, entry in entries.items()})
    for key, value in nested(dict(entries)).items():
        lines += body.lines(value, (key,), "")
    return "\n".join(lines) + "\n"


class _Body:
    """Writes a tree, each line with the names that its values came from."""

    def __init__(self, names: Mapping[Path, tuple[str, ...]]) -> None:
        self._names = names

    def lines(self, value: Any, path: Path, indent: str) -> list[str]:
        if _is_blank(value):
            return [f"{indent}# {line}" for line in _blank(value, path[-1], "")]
        key = f"{indent}{inline(path[-1])}:"
        names = self._below(path)
        remark = f"  # {', '.join(names)}" if names else ""
        if isinstance(value, str) and _is_block(value):
            below = [f"{indent}  {line}" if line else "" for line in value.rstrip("\n").split("\n")]
            return [f"{key} |{'' if value.endswith(chr(10)) else '-'}{remark}", *below]
        flat = "" if _has_blank(value) else f"{key} {inline(value)}"
        if _is_long(value, flat):
            return [f"{key}{remark}", *(line for each in value for line in self._item(each, f"{indent}  "))]
        if (
            not isinstance(value, dict)
            or not value
            or (self._is_one(path, value) and 0 < len(flat) <= _WIDEST)
        ):
            return [f"{flat}{remark}"]
        return [
            key,
            *(line for each in value for line in self.lines(value[each], (*path, each), f"{indent}  ")),
        ]

    def _item(self, value: dict[str, Any], indent: str) -> list[str]:
        flat = f"{indent}- {inline(value)}"
        if len(flat) <= _WIDEST:
            return [flat]
        below = [line for key, each in value.items() for line in self.lines(each, ("", key), f"{indent}  ")]
        return [f"{indent}- {below[0].lstrip()}", *below[1:]]

    def _is_one(self, path: Path, value: dict[str, Any]) -> bool:
        """Say whether a mapping reads well on one line: small, flat, and of one origin."""
        is_flat = not any(
            (isinstance(each, dict) and each) or (isinstance(each, str) and _is_block(each))
            for each in value.values()
        )
        origins = {self._below((*path, key)) for key in value}
        return is_flat and len(path) > 1 and len(origins) == 1

    def _below(self, path: Path) -> tuple[str, ...]:
        depth = len(path)
        found = (name for each, names in self._names.items() if each[:depth] == path for name in names)
        return tuple(dict.fromkeys(found))


def _is_blank(value: Any) -> bool:
    """Say whether there is only what is to be filled in."""
    if isinstance(value, dict):
        return bool(value) and all(_is_blank(each) for each in value.values())
    return isinstance(value, Blank)


def _has_blank(value: Any) -> bool:
    return (
        any(_has_blank(each) for each in value.values())
        if isinstance(value, dict)
        else isinstance(value, Blank)
    )


def _blank(value: Any, key: Any, indent: str) -> Iterator[str]:
    """Write what is to be filled in, as the comment it has to be until then."""
    if isinstance(value, Blank):
        yield f"{indent}{inline(key)}: {value.given}  # {OPEN}"
    else:
        yield f"{indent}{inline(key)}:"
        for below, each in value.items():
            yield from _blank(each, below, f"{indent}  ")


def _is_long(value: Any, flat: str) -> bool:
    """Say whether a list of mappings reads better with a line for each."""
    return (
        isinstance(value, list)
        and len(flat) > _WIDEST
        and all(isinstance(each, dict) and each for each in value)
    )


def _is_block(value: str) -> bool:
    lines = value.split("\n")
    is_readable = all(character.isprintable() for line in lines for character in line)
    return (
        len(lines) > 1
        and is_readable
        and not lines[0].startswith(" ")
        and value == value.rstrip("\n") + "\n" * value.endswith("\n")
    )
