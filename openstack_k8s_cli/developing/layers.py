"""Entries → the one layer of the profile that they are together, and whether they contradict each other."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from openstack_k8s_cli.developing import telling
from openstack_k8s_cli.developing.entries import Entry
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.profile.sources import Source

LABEL = "dev (in the cluster)"
Path = tuple[str, ...]


def layer(entries: Iterable[Entry]) -> Source | None:
    """Give the layer of a cloud's entries; None: nothing is other than the profile says."""
    merged: dict[str, Any] = {}
    for entry in entries:
        if entry.counts:
            merged = _over(merged, entry.values)
    return Source(LABEL, json.dumps(merged), LABEL) if merged else None


def check(entries: Iterable[Entry], new: Entry) -> None:
    """Refuse an entry that says a value differently than another one does; raises OskError."""
    mine = dict(leaves(new.values))
    for other in entries:
        if other.key == new.key or not other.counts:
            continue
        for path, value in leaves(other.values):
            if path in mine and mine[path] != value:
                raise OskError(_contradiction(path, new, other), exit_code=ExitCode.REFUSED)


def leaves(values: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Walk over the values of a fragment; a list is one value."""
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from leaves(value, (*path, str(key)))
        else:
            yield (*path, str(key)), value


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        there = merged.get(key)
        merged[key] = (
            _over(there, value) if isinstance(there, Mapping) and isinstance(value, Mapping) else value
        )
    return merged


def _contradiction(path: Path, new: Entry, other: Entry) -> Problem:
    return Problem(
        "OSK1402",
        f"`{'.'.join(path)}` is set by {other.title} already, in another way",
        subject=new.title,
        detail=telling.line(other),
        advice=(Advice("Agree with whom it is of, or take that one back first", telling.undo(other)),),
    )
