"""What a profile says and nothing that was rendered has a use for: a misspelt name would go unnoticed."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from openstack_k8s_cli.model.problems import Advice, Problem
from openstack_k8s_cli.profile.addresses import networks_of
from openstack_k8s_cli.profile.paths import Path, write

Places = Mapping[str, object]
"""Where values come from, by profile path; as text `path:line:col`."""


def secrets(
    values: Mapping[str, Any], places: Places, *, rendered: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
    """Find Secrets and keys under `secrets` that no rendered Secret has; `rendered` has keys by Secret."""
    for name, keys in (values.get("secrets") or {}).items():
        if name not in rendered:
            yield _unused(
                ("secrets", name), "no component of this profile makes such a Secret", rendered, places
            )
            continue
        for key in keys:
            if key not in rendered[name]:
                path = ("secrets", name, key)
                yield _unused(path, f"the Secret `{name}` has no such key", rendered[name], places)


def nodes(values: Mapping[str, Any], places: Places, *, workers: Collection[str]) -> Iterator[Problem]:
    """Find nodes that are named and are no workers; where no worker is known, none is found."""
    for path, name in _named(values):
        if workers and name not in workers:
            yield _unused(path, "there is no such worker", workers, places)


def _named(values: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for name, entry in values["platform"]["nics"].items():
        if isinstance(entry, Mapping):
            yield ("platform", "nics", name), name
    networks = values.get("networks") or {}
    for index, name in enumerate((networks.get("policies") or {}).get("only") or []):
        yield ("networks", "policies", "only", index), name
    for network, entry in networks_of(networks).items():
        for name in entry["perNode"]:
            yield ("networks", network, "perNode", name), name
    for peer, entry in ((values.get("bgp") or {}).get("peers") or {}).items():
        for index, name in enumerate(entry["nodes"]):
            yield ("bgp", "peers", peer, "nodes", index), name


def _unused(path: Path, why: str, known: Collection[str], places: Places) -> Problem:
    close = difflib.get_close_matches(str(path[-1]), sorted(known), n=1)
    advice = (
        Advice(f"Did you mean `{write((*path[:-1], close[0]))}`?")
        if close
        else Advice(
            f"Take it out, or name one of: {', '.join(sorted(known)) or 'none'}", page="docs/profile.md"
        )
    )
    return Problem("OSK0113", f"`{write(path)}` has no effect: {why}", _place(path, places), None, (advice,))


def _place(path: Path, places: Places) -> str | None:
    lengths = range(len(path), 0, -1)
    return next((str(places[text]) for length in lengths if (text := write(path[:length])) in places), None)
