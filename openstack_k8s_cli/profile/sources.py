"""Where a profile's text comes from: the port that the room loads through."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one layer."""

    label: str
    """How places in it are named: a path, `profile crc`, `release main`, `rehearsal`, `--set`."""
    text: str
    name: str = ""
    """How others extend it: a built-in name or a path; what cycles are recognised by."""


class Reader(Protocol):
    """Finds the texts of profiles and releases; raises OskError where there is none."""

    def read(self, name: str, relative_to: str | None) -> Source:
        """Read a built-in profile by name, or a file by its path from the folder of `relative_to` (a Source's name)."""
        ...

    def release(self, name: str) -> Source:
        """Read the layer of a release by name."""
        ...

    def built_in(self) -> tuple[str, ...]:
        """Name the built-in profiles."""
        ...
