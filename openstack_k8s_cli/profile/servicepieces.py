"""One service's part of a profile as it is edited: what the file says of it, and as comments what it has from elsewhere."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from openstack_k8s_cli.model.problems import Problem
from openstack_k8s_cli.profile import explain, paths, pieces, redaction, services
from openstack_k8s_cli.profile.loading import Loaded
from openstack_k8s_cli.profile.sources import Source

_MARK = "#|"
"""Begins a line of osk's own, which is no part of what is saved."""
_LONG = 100


def home(name: str) -> paths.Path:
    """Give the place of a service in a profile."""
    return ("controlplane", name) if name == services.GALERA else ("controlplane", "services", name)


def text(
    name: str, source: Source, loaded: Loaded | None, *, own: str | None = None, wrong: Sequence[str] = ()
) -> str:
    """Write what is given to the editor; `loaded` None: the profile is not valid as it is.

    `own` is what was edited before, in place of what the file says, and `wrong` what is wrong with it.
    """
    place = paths.write(home(name))
    head = [
        f"{place} of {source.label}: the lines below that do not begin with `{_MARK}`.",
        "Saved, they are checked; osk then shows what they change, asks, and deploys it.",
        "Without a change nothing happens; without any line the file says nothing of it any more.",
        *_titled("This has to be mended first:", wrong),
        *_titled("What it has from elsewhere:", tuple(_inherited(name, source, loaded)) if loaded else ()),
    ]
    said = pieces.taken(source.text, home(name)) if own is None else own
    return "".join(f"{_MARK} {each}".rstrip() + "\n" for each in head) + said


def _titled(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield from ("", title, *(f"  {each}" for each in lines))


@dataclass(frozen=True, slots=True)
class Edited:
    """What came back."""

    piece: str
    lines: tuple[int, ...]
    """Where each line of the piece stands in the editor, from 1."""

    def at(self, problem: Problem, source: Source, put: pieces.Put) -> Problem:
        """Give a problem the place that it has in the editor, where it is in the piece."""
        found = re.fullmatch(rf"{re.escape(source.label)}:(\d+)(?::(\d+))?", problem.subject or "")
        index = int(found[1]) - put.first if found else -1
        if not put.first or not 0 <= index < len(self.lines):
            return problem
        column = max(int(found[2] or 1) - put.column, 1) if found else 1
        return replace(problem, subject=f"line {self.lines[index]}, column {column}, in the editor")


def read(text: str) -> Edited:
    """Take osk's own lines out."""
    kept = [
        (number, line)
        for number, line in enumerate(text.splitlines(keepends=True), start=1)
        if not line.startswith(_MARK)
    ]
    return Edited("".join(line for _, line in kept), tuple(number for number, _ in kept))


def _inherited(name: str, source: Source, loaded: Loaded) -> Iterator[str]:
    """Write every value that another layer gives, or nobody, with its place."""
    absent: list[str] = []
    for path, value in _leaves(home(name), paths.get(loaded.values, home(name))):
        origin = loaded.provenance.get(paths.write(path))
        if origin is not None and origin.label == source.label:
            continue
        below = paths.write(path[len(home(name)) :])
        if value is None or value in ({}, []):
            absent += [below] if len(path) == len(home(name)) + 1 else []
            continue
        shown = json.dumps(redaction.redacted(value, path), ensure_ascii=False, default=str)
        shown = shown if len(shown) <= _LONG else f"{shown[:_LONG]}…"
        yield f"{below}: {shown}   ({explain.explain(loaded, paths.write(path)).place})"
    if absent:
        yield f"not set: {', '.join(absent)}"


def _leaves(path: paths.Path, value: Any) -> Iterator[tuple[paths.Path, Any]]:
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from _leaves((*path, key), each)
    else:
        yield path, value
