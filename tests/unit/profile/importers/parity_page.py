"""Writes the table of docs/parity.md from docs/parity-exceptions.tsv: `python -m tests.unit.profile.importers.parity_page`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests import pages

DOCS = Path(__file__).parents[4] / "docs"
TABLE = DOCS / "parity-exceptions.tsv"
PAGE = DOCS / "parity.md"
BEGIN = "<!-- exceptions: begin -->"
END = "<!-- exceptions: end -->"


@dataclass(frozen=True, slots=True)
class Row:
    """A difference on purpose."""

    group: str
    case: str
    thing: str
    field: str
    reason: str


def rows() -> list[Row]:
    """Read the table; a line `## WORDS` begins a group."""
    found: list[Row] = []
    group = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            group = line.removeprefix("## ")
        elif line and not line.startswith("#"):
            case, thing, field, reason = line.split("\t")
            found.append(Row(group, case, thing, field, reason))
    return found


def markdown() -> str:
    """Give the groups, each a table; what differs for one reason stands in one row."""
    lines: list[str] = []
    for group in dict.fromkeys(row.group for row in rows()):
        lines += [f"### {group}", "", "| object | field | with | why |", "| --- | --- | --- | --- |"]
        lines += [*_lines([row for row in rows() if row.group == group]), ""]
    return "\n".join(lines).rstrip()


def _lines(listed: list[Row]) -> Iterator[str]:
    for reason in dict.fromkeys(row.reason for row in listed):
        same = [row for row in listed if row.reason == reason]
        cells = (
            ", ".join(dict.fromkeys(named(row.thing) for row in same)),
            ", ".join(dict.fromkeys(f"`{plain(row.field)}`" for row in same)),
            ", ".join(dict.fromkeys("anything" if row.case == "*" else f"`{row.case}`" for row in same)),
            reason,
        )
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def named(pattern: str) -> str:
    """Write a pattern of objects as their kind and name."""
    head, _, tail = pattern.strip("^$").partition(" ")
    kind, _, _ = head.partition("\\.")
    name = plain(tail.replace("[^/]*/", "")) if tail else ""
    return f"{plain(kind.removesuffix('.*'))} {name}".strip()


def plain(pattern: str) -> str:
    """Write a regular expression as a person reads it: `…` for what may be anything."""
    text = re.sub(r"\[\^\]?[^]]*\][*+]/?", "…", pattern.strip("^$"))
    text = re.sub(r"\.[*+]\??|\\d\+?|\[\d-\d\]\+?", "…", text)
    text = re.sub(r"\\([.\[\]()/-])", r"\1", text).replace("(?:", "(")
    text = re.sub(r"…([ /]…)+|……+", "…", text).strip().removesuffix(".")
    return text or "every field"


if __name__ == "__main__":
    pages.put(PAGE, markdown(), begin=BEGIN, end=END)
