"""One document of a text: its value, the line of every field, keys that are there twice; and how large it may get."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from openstack_k8s_cli.validation.findings import Path

DEEPEST = 100
"""Levels of lists and mappings, as many as any schema of a kind has twice over."""
_ROOM = 100_000


class UnfitError(ValueError):
    """A text that cannot be read, with its line."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True)
class Document:
    """What a document has in it."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    """Of keys and list items, from 1."""
    twice: list[Path] = field(default_factory=list)
    room: int = _ROOM
    """Values that may still come: aliases make a few lines as many as one likes."""

    def enter(self, path: Path, line: int) -> None:
        """Note where a value begins; UnfitError where it is one too many, or too deep."""
        self.lines.setdefault(path, line)
        self.room -= 1
        if self.room < 0:
            raise UnfitError("its aliases make more values than anyone can read", line)
        if len(path) > DEEPEST:
            raise UnfitError("it nests too deeply, or contains itself", line)

    def parts(self, size: int) -> dict[Path, "Document"]:
        """Give what is known of the values at a depth, by their paths, each as if it were a document."""
        found: defaultdict[Path, Document] = defaultdict(Document)
        for path, line in self.lines.items():
            found[path[:size]].lines[path[size:]] = line
        for path in self.twice:
            found[path[:size]].twice.append(path[size:])
        return found


def sized(text: str) -> Document:
    """Make an empty document for a text: without aliases no text has more values than characters."""
    return Document(room=max(_ROOM, len(text)))
