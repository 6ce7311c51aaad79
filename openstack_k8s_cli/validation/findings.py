"""What validation finds: a code, an object, a field and the places it came from."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from openstack_k8s_cli.model.objects import Body, ObjectId

Path = tuple[str | int, ...]
"""Keys and indices from an object's root."""

_PLAIN = re.compile(r"[A-Za-z_$][\w$-]*")


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One object of a set that is validated."""

    id: ObjectId
    body: Body = field(repr=False)
    source: str = ""
    """The file or template it stands in."""
    order: int = 0
    """Of its source; sources of a higher number are applied later."""
    staged: bool = False
    """Whether its source is one of several that are applied one after another."""
    lines: Mapping[Path, int] = field(default_factory=dict, repr=False)
    """Of keys and list items, from 1; empty where they are not known."""
    twice: tuple[Path, ...] = ()
    """Keys that a mapping has more than once."""

    def place(self, path: Path = ()) -> str:
        """Write where a field, or the nearest thing above it, stands."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return f"{self.source}:{self.lines[path[:end]]}"
        return self.source


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something wrong with a field, before it is known whose."""

    code: str
    path: Path
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or looks so."""

    code: str
    """Of the catalogue; docs/lint.md explains each."""
    severity: Severity
    subject: ObjectId | None
    """None where it is about a file."""
    path: Path
    message: str
    """One sentence without a period."""
    place: str
    """`file:line`, as far as known."""
    profile: str | None = None
    """The profile's path whose value it is, and its place; None where that is not known."""

    @property
    def field(self) -> str:
        """The field's path as text; empty for the whole object."""
        return written(self.path)


def written(path: Iterable[str | int]) -> str:
    """Write a path as `spec.networks[0]["a.b/c"]`."""
    text = ""
    for key in path:
        if isinstance(key, int):
            text += f"[{key}]"
        elif _PLAIN.fullmatch(key):
            text += f".{key}" if text else key
        else:
            text += f'["{key}"]'
    return text
