"""Entries → words: lines of a status, documents, what a deployment and a plan say of them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from openstack_k8s_cli.developing.entries import Entry, Kind, State

_MARKED: Mapping[Kind, frozenset[str]] = {
    Kind.IMAGE: frozenset({"Subscription"}),
    Kind.RUN: frozenset({"OpenStack"}),
    Kind.INDEX: frozenset({"CatalogSource", "Subscription"}),
    Kind.BUNDLE: frozenset({"CatalogSource", "Subscription"}),
    Kind.SERVICE_IMAGE: frozenset({"OpenStackVersion"}),
    Kind.MOUNT: frozenset({"OpenStackControlPlane"}),
    Kind.ANSIBLE: frozenset({"OpenStackDataPlaneNodeSet"}),
}
"""The kinds of objects of the plan that an entry shows in."""
_UNDONE = {
    State.PENDING: "not finished: the same command goes on",
    State.LEAVING: "half taken back: `osk dev reset` goes on",
    State.ENDED: "its process is gone: `osk dev reset` restores, the same command takes it over",
}
_NAMED = 2
"""Words of a holder: who, and which process."""


def line(entry: Entry) -> str:
    """Say what differs, by whom and since when."""
    what = f"{entry.title}{f' = {entry.note}' if entry.note else ''}"
    how = f"; {_UNDONE[entry.state]}" if entry.state in _UNDONE else _process(entry)
    return f"{what} ({entry.by}, since {since(entry)}{how})"


def _process(entry: Entry) -> str:
    words = entry.holder.split()
    if entry.state is not State.RUNNING or len(words) < _NAMED:
        return ""
    return f"; runs with process {words[1]} of {words[0].rpartition('@')[2]}"


def lines(entries: Iterable[Entry]) -> list[str]:
    """Say it of several."""
    return [f"dev: {line(each)}" for each in entries]


def others(entries: Iterable[Entry]) -> list[str]:
    """Say it of what another cloud has changed of the operators that both have."""
    return [f"dev of cloud {each.profile}: {line(each)}" for each in entries]


def since(entry: Entry) -> str:
    """Write since when it is there."""
    return datetime.fromtimestamp(entry.since, UTC).strftime("%Y-%m-%d %H:%MZ")


def undo(entry: Entry) -> str:
    """Give the command that takes it back."""
    return f"osk dev reset {entry.name}"


def kept(entries: Iterable[Entry]) -> str:
    """Say in one line what a deployment leaves as it is; empty: nothing."""
    said = "; ".join(line(each) for each in entries)
    return f"development state stays: {said}. `osk dev reset` goes back to the release" if said else ""


def mark(entries: Iterable[Entry], kind: str) -> str:
    """Say which of the entries that touch an object's step show in it; empty: none."""
    told = (each for each in entries if each.counts and kind in _MARKED[each.kind])
    return "; ".join(f"dev: {each.name} by {each.by} since {since(each)}" for each in told)


def document(entry: Entry) -> dict[str, Any]:
    """Give its JSON form."""
    return {
        "kind": entry.kind.value,
        "name": entry.name,
        "profile": entry.profile,
        "state": entry.state.value,
        "value": entry.note,
        "by": entry.by,
        "since": datetime.fromtimestamp(entry.since, UTC)
        .isoformat(timespec="seconds")
        .replace("+00:00", "Z"),
        "process": " ".join(entry.holder.split()[:_NAMED]),
        "values": entry.values,
        "effects": [str(each.object) for each in entry.effects],
        "undo": undo(entry),
    }
