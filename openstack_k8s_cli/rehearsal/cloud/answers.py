"""What a command answers, and the forms in which the client prints it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FORMATS = ("table", "json", "value")


class RefusedError(Exception):
    """The cloud says no; its words go to stderr, and the client ends with 1."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A table."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    @classmethod
    def of(cls, columns: Mapping[str, str], things: Iterable[Mapping[str, Any]]) -> "Listed":
        """Take columns out of things: heads and keys."""
        return cls(tuple(columns), tuple(tuple(each.get(key) for key in columns.values()) for each in things))

    def only(self, columns: Sequence[str]) -> "Listed":
        """Leave some columns."""
        if not columns:
            return self
        at = [self.heads.index(each) for each in columns if each in self.heads]
        return Listed(
            tuple(self.heads[each] for each in at),
            tuple(tuple(row[each] for each in at) for row in self.rows),
        )

    def drawn(self, form: str) -> str:
        """Print it."""
        if form == "json":
            return json.dumps([dict(zip(self.heads, row, strict=True)) for row in self.rows], indent=2) + "\n"
        texts = [tuple(map(_text, row)) for row in self.rows]
        if form == "value":
            return "".join(" ".join(row) + "\n" for row in texts)
        return _table(self.heads, texts)


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing, field by field."""

    fields: Mapping[str, Any]

    def only(self, columns: Sequence[str]) -> "Shown":
        """Leave some fields."""
        return Shown({key: value for key, value in self.fields.items() if not columns or key in columns})

    def drawn(self, form: str) -> str:
        """Print it."""
        if form == "json":
            return json.dumps(dict(self.fields), indent=2) + "\n"
        texts = [(key, _text(value)) for key, value in self.fields.items()]
        if form == "value":
            return "".join(f"{value}\n" for _, value in texts)
        return _table(("Field", "Value"), texts)


Answer = Listed | Shown | None
"""None: it prints nothing."""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+\n"
    lines = [
        "|" + "|".join(f" {cell:<{width}} " for cell, width in zip(row, widths, strict=True)) + "|\n"
        for row in (head, *rows)
    ]
    return rule + lines[0] + rule + "".join(lines[1:]) + (rule if rows else "")
