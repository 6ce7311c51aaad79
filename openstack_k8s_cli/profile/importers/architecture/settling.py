"""From all that an example says to a draft that loads: what is left open is marked, what cannot be is given up with its reason."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from openstack_k8s_cli.model.problems import OskError, Problem
from openstack_k8s_cli.profile import loading, paths
from openstack_k8s_cli.profile.documents import Document, parse, place
from openstack_k8s_cli.profile.flow import inline
from openstack_k8s_cli.profile.importers import minimal, writing
from openstack_k8s_cli.profile.importers.architecture.example import is_blank
from openstack_k8s_cli.profile.importers.draft import Blank, Draft, Entry
from openstack_k8s_cli.profile.importers.minimal import NAME, Entries
from openstack_k8s_cli.profile.importers.outcome import Open
from openstack_k8s_cli.profile.paths import Path
from openstack_k8s_cli.profile.sources import Reader, Source

_ROUNDS = 12
_NAMED = re.compile(r"^`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Settled:
    """What is left of a draft."""

    entries: Entries
    """Of a profile that loads, as far as can be."""
    missing: Entries
    """What is to be filled in, and can stand in the profile as a comment only."""

    @property
    def open(self) -> tuple[Open, ...]:
        """List what is to be filled in."""
        kept = [(path, _shown(entry.value)) for path, entry in self.entries.items() if is_blank(entry.value)]
        lost = [(path, entry.value.given) for path, entry in self.missing.items()]
        return tuple(Open(paths.write(path), given) for path, given in (*kept, *lost))


def settle(draft: Draft, write: Callable[[Entries], str], *, reader: Reader) -> Settled:
    """Take out of a draft, round after round, what keeps it from being loaded."""
    entries = {path: _marked(entry) for path, entry in draft.entries.items()}
    missing: dict[Path, Entry] = {}
    for _ in range(_ROUNDS):
        text = write(entries)
        try:
            loading.load(NAME, reader=minimal.With(reader, text))
        except OskError as error:
            given_up = dict(_given_up(error.problems, entries, text))
        else:
            break
        if not given_up:
            break
        for about, (problem, mine) in given_up.items():
            gone = [path for path in mine if path in entries]
            blanks = [path for path in gone if is_blank(entries[path].value)]
            missing |= {path: Entry(Blank(_shown(entries[path].value))) for path in blanks}
            if len(gone) > len(blanks):
                said = f": {_shown(entries[gone[0]].value)}" if len(gone) == 1 else ""
                draft.lose(f"{paths.write(about)}{said}", problem.summary, "the draft says nothing of it")
            for path in gone:
                del entries[path]
    return Settled(entries, missing)


def marked(kept: Entries, settled: Settled) -> Entries:
    """Put what is to be filled in back into what is written."""
    return {**kept, **settled.missing}


def _marked(entry: Entry) -> Entry:
    return replace(entry, names=(writing.OPEN,)) if is_blank(entry.value) else entry


def _given_up(
    problems: tuple[Problem, ...], entries: Entries, text: str
) -> Iterator[tuple[Path, tuple[Problem, list[Path]]]]:
    """Give the entries that problems are about, by the place of each problem; of several those whose value it names."""
    document = parse(Source("import", text))
    for problem in problems:
        for path in _paths(problem, document):
            mine = [each for each in entries if each[: len(path)] == path or path[: len(each)] == each]
            told = [
                each
                for each in mine
                if isinstance(entries[each].value, str) and f"{entries[each].value} " in problem.summary
            ]
            if mine:
                yield (mine[0] if len(mine) == 1 else path), (problem, told or mine)
                break


def _paths(problem: Problem, document: Document) -> Iterator[Path]:
    """Give the places that a problem may be about: the one its text begins with, and the one that it stands at."""
    if match := _NAMED.match(problem.summary):
        with suppress(ValueError):
            yield paths.parse(match[1])
    for marks in (document.marks, document.keys):
        for path, mark in marks.items():
            if place(document.label, mark) == problem.subject:
                yield path


def _shown(value: Any) -> str:
    """Write a value on one line: of a text the first that is to be filled in."""
    if not isinstance(value, str):
        return inline(value)
    lines = value.strip().splitlines() or [""]
    return next((line.strip() for line in lines if is_blank(line)), lines[0])
