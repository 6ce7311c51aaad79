"""Writes docs/migrating.md's tables from the mapping: `python -m tests.unit.profile.importers.migrating_page`."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import assert_never

from openstack_k8s_cli.profile.importers import mapping
from openstack_k8s_cli.profile.importers.rules import Fate, Rule, Target
from tests import pages

PAGE = Path(__file__).parents[4] / "docs" / "migrating.md"
BEGIN = "<!-- mapping: begin -->"
END = "<!-- mapping: end -->"


def markdown() -> str:
    """Give both tables, a subject after the other."""
    lines = ["## Make targets", ""]
    for subject, targets in mapping.TARGETS.items():
        rows = [_row(each.names, each) for each in targets]
        lines += _table(subject, ("target", "with osk", ""), rows)
    lines += ["## Variables", ""]
    for subject, rules in mapping.RULES.items():
        rows = [_row(each.variables, each) for each in rules]
        lines += _table(subject, ("variable", "with osk", ""), rows)
    return "\n".join(lines).rstrip()


def _table(subject: str, heads: Iterable[str], rows: list[str]) -> Iterator[str]:
    if rows:
        yield f"### {subject}"
        yield ""
        yield "| " + " | ".join(heads) + " |"
        yield "| --- | --- | --- |"
        yield from rows
        yield ""


def _row(names: Iterable[str], each: Rule | Target) -> str:
    cells = (", ".join(f"`{name}`" for name in names), _place(each), each.note)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _place(each: Rule | Target) -> str:
    code = each.place if "`" in each.place or not each.place else f"`{each.place}`"
    match each.fate:
        case Fate.CARRIED:
            return code
        case Fate.NEEDLESS:
            return "not needed"
        case Fate.LOST:
            return f"no place; nearest: {each.place}"
        case _:
            assert_never(each.fate)


if __name__ == "__main__":
    pages.put(PAGE, markdown(), begin=BEGIN, end=END)
