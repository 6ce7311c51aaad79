"""Where a profile's text comes from: the port that the room loads through."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

LARGEST = 1_000_000
"""Characters in one file."""


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

    def text(self, name: str, beside: str) -> Source:
        """Read a file that a layer names, by its path from the folder of that layer (its label)."""
        ...

    def services(self) -> Mapping[str, str]:
        """Give every `service.yaml` of the catalogue, by its path in it."""
        ...


class Over:
    """A reader over another one, for those that put one text in the place of what it reads."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def read(self, name: str, relative_to: str | None) -> Source:
        return self._reader.read(name, relative_to)

    def release(self, name: str) -> Source:
        return self._reader.release(name)

    def built_in(self) -> tuple[str, ...]:
        return self._reader.built_in()

    def text(self, name: str, beside: str) -> Source:
        return self._reader.text(name, beside)

    def services(self) -> Mapping[str, str]:
        return self._reader.services()


def not_found(kind: str, name: str, known: Sequence[str]) -> OskError:
    """Say that there is no profile or release of a name, with the nearest one."""
    near = difflib.get_close_matches(name, known, n=1)
    advice = (
        Advice(f"Did you mean `{near[0]}`?")
        if near
        else Advice(f"Built in are: {', '.join(known)}", "osk profile list")
    )
    summary = f"There is no {kind} `{name}`"
    return OskError(Problem("OSK0103", summary, name, None, (advice,)), exit_code=ExitCode.USAGE)
