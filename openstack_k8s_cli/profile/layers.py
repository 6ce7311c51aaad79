"""Layers laid over each other: maps merge, other values replace, null removes; every value keeps its origin."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from openstack_k8s_cli.profile.documents import Document, Mark, place
from openstack_k8s_cli.profile.paths import Path, walk


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value was set, and what it took the place of."""

    label: str
    """A path, `profile crc`, `release main`, `rehearsal` or `--set`; `default` for the schema's own."""
    mark: Mark | None
    value: Any = field(repr=False)
    """As that layer has it; None where it removes."""
    overridden: tuple["Origin", ...] = ()
    """Earlier origins, the latest first."""

    @property
    def line(self) -> int | None:
        """The line, from 1; None outside of a file."""
        return self.mark.line if self.mark else None

    @property
    def col(self) -> int | None:
        """The column, from 1; None outside of a file."""
        return self.mark.column if self.mark else None

    def __str__(self) -> str:
        return place(self.label, self.mark)


@dataclass(slots=True)
class Merged:
    """What the layers come to."""

    values: dict[str, Any]
    origins: dict[Path, Origin]
    keys: dict[Path, str]
    """Per path the place of its key as `path:line:col`, for what should not be there."""
    vain: dict[Path, Origin]
    """Nulls that removed nothing; harmless where the schema knows the path."""


def merge(documents: Iterable[Document]) -> Merged:
    """Lay documents over each other, later ones over earlier ones."""
    merged = Merged({}, {}, {}, {})
    for document in documents:
        _Layer(merged, document).lay(merged.values, document.values, ())
    return merged


class _Layer:
    """One document on its way into the whole."""

    def __init__(self, merged: Merged, document: Document) -> None:
        self._merged = merged
        self._document = document

    def lay(self, below: dict[str, Any], above: dict[str, Any], path: Path) -> None:
        for key, value in above.items():
            here = (*path, key)
            if value is None and not is_passed_on(path):
                self._remove(below, key, here)
            elif isinstance(value, dict):
                self._lay_mapping(below, key, value, here)
            else:
                self._replace(below, key, value, here)

    def _lay_mapping(self, below: dict[str, Any], key: str, value: dict[str, Any], here: Path) -> None:
        if not isinstance(below.get(key), dict):
            self._forget_below(here)
            below[key] = {}
        self._record(here, value)
        self.lay(below[key], value, here)

    def _remove(self, below: dict[str, Any], key: str, here: Path) -> None:
        found = key in below
        below.pop(key, None)
        self._forget_below(here)
        origin = self._record(here, None)
        if not found:
            self._merged.vain[here] = origin

    def _replace(self, below: dict[str, Any], key: str, value: Any, here: Path) -> None:
        self._forget_below(here)
        below[key] = value
        for path, each in walk(value, here):
            self._record(path, each)

    def _record(self, path: Path, value: Any) -> Origin:
        earlier = self._merged.origins.get(path)
        overridden = (replace(earlier, overridden=()), *earlier.overridden) if earlier else ()
        document = self._document
        origin = Origin(document.label, document.marks.get(path), value, overridden)
        self._merged.origins[path] = origin
        self._merged.keys[path] = place(document.label, document.keys.get(path) or document.marks.get(path))
        self._merged.vain.pop(path, None)
        return origin

    def _forget_below(self, path: Path) -> None:
        depth = len(path)
        origins = self._merged.origins
        for each in [each for each in origins if len(each) > depth and each[:depth] == path]:
            del origins[each]


def is_passed_on(path: Path) -> bool:
    """Say whether this lies under a `spec:` or `vars:`, whose nulls remove from the custom resource instead."""
    if path[:1] == ("dataplane",) and "vars" in path:
        return True
    return path[:1] in {("controlplane",), ("dataplane",), ("networks",)} and "spec" in path[1:]
