"""What a profile says of services, against the catalogue: names that are not there, and keys that a service has no use for."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openstack_k8s_cli.model.problems import Advice, Problem
from openstack_k8s_cli.profile.layers import Merged, Origin
from openstack_k8s_cli.profile.paths import Path, write
from openstack_k8s_cli.profile.sections.services import KEYS
from openstack_k8s_cli.profile.services import Kind, Kinds, alone

HOME: Path = ("controlplane", "services")
_MANY = ("backends", "backups", "instances", "cells")
_ELSEWHERE = {"galera": "controlplane.galera", "mariadb": "controlplane.galera", "tls": "controlplane.tls"}
"""Where what is no service has its place."""
_BROUGHT: Mapping[str, tuple[str, ...]] = {
    "replicas": (),
    "nodeSelector": (),
    "topology": (),
    "galera": ("enabled", "replicas", "instances", "spec"),
    "tls": ("ingress", "public", "issuers", "spec"),
}
"""What a control plane of one's own says itself."""
_SHARED = frozenset(KEYS) - {"spec"}


def of_names(merged: Merged, kinds: Kinds) -> Iterator[Problem]:
    """Find services that the catalogue does not have, and keys of others that nothing has a use for."""
    given: Mapping[str, Any] = (merged.values.get("controlplane") or {}).get("services") or {}
    removed = [path[2] for path in merged.vain if path[:2] == HOME and len(path) > len(HOME)]
    for name in dict.fromkeys([*given, *map(str, removed)]):
        if name not in kinds:
            yield _unknown((*HOME, name), tuple(kinds), "is no service of the catalogue", merged)
            continue
        kind, settings = kinds[name], given.get(name) or {}
        for key in settings:
            if key in KEYS and key not in kind.keys:
                yield _unknown(
                    (*HOME, name, key), kind.keys, f"has no effect: {name} has no use for it", merged
                )
        for many in (each for each in _MANY if each in kind.keys):
            yield from _of_many((*HOME, name, many), settings.get(many) or {}, kind, merged)


def of_fields(values: Mapping[str, Any], kinds: Kinds, merged: Merged) -> Iterator[Problem]:
    """Find services that are on and that the release does not have."""
    for name, kind in kinds.items():
        lacking = [each for each in kind.fields if not values["fields"].get(each, False)]
        if lacking and values["controlplane"]["services"][name].get("enabled", True):
            path = (*HOME, name, "enabled")
            summary = f"`{write(path)}`: this release has no {name.capitalize()}"
            advice = Advice("Take a release that has it, or leave it off", "osk profile explain release")
            yield Problem("OSK0142", summary, _place(path, merged.origins), None, (advice,))


def of_own(merged: Merged) -> Iterator[Problem]:
    """Find what is set beside a control plane of one's own, which brings it itself."""
    given = merged.values.get("controlplane") or {}
    if given.get("from") is None:
        return
    paths = [(*HOME, name) for name in given.get("services") or {}]
    for key in _BROUGHT.keys() & given.keys():
        paths += [("controlplane", key, each) for each in _BROUGHT[key]] or [("controlplane", key)]
    for path in paths:
        origin = merged.origins.get(path)
        if origin is not None and not origin.label.startswith("profile base"):
            summary = f"`{write(path)}` has no effect: `controlplane.from` brings it itself"
            advice = Advice("Change that file, or say it under `controlplane.spec`", page="docs/profile.md")
            yield Problem("OSK0142", summary, str(origin), None, (advice,))


def of_standalone(merged: Merged, kinds: Kinds) -> Iterator[Problem]:
    """Find names under `standalone` that are no service with resources of its own."""
    known = alone(kinds)
    for index, name in enumerate((merged.values.get("controlplane") or {}).get("standalone") or ()):
        if name not in known:
            path: Path = ("controlplane", "standalone", index)
            summary = f"`{write(path)}`: `{name}` is no service that can be deployed by itself"
            close = difflib.get_close_matches(name, known, n=1)
            near = {"mariadb": "galera"}.get(name) or (close[0] if close else None)
            text = f"Did you mean `{near}`?" if near else f"Known are: {', '.join(known)}"
            place = _place(path, merged.origins)
            yield Problem("OSK0106", summary, place, None, (Advice(text, page="docs/profile.md"),))


def _of_many(home: Path, given: Mapping[str, Any], kind: Kind, merged: Merged) -> Iterator[Problem]:
    for name, settings in given.items():
        for key in settings or {}:
            if key in _SHARED and key not in kind.keys and home[-1] != "cells":
                yield _unknown(
                    (*home, name, key), kind.keys, f"has no effect: {home[2]} has no use for it", merged
                )


def _unknown(path: Path, known: Sequence[str], why: str, merged: Merged) -> Problem:
    name = str(path[-1])
    close = difflib.get_close_matches(name, known, n=1)
    near = write((*path[:-1], close[0])) if close else _ELSEWHERE.get(name)
    advice = (
        Advice(f"Did you mean `{near}`?", f"osk profile explain {near}")
        if near
        else Advice("Remove it, or look for the right name", page="docs/profile.md")
    )
    detail = "Known here: " + ", ".join(known)
    return Problem("OSK0106", f"`{write(path)}` {why}", merged.keys.get(path), detail, (advice,))


def _place(path: Path, origins: Mapping[Path, Origin]) -> str | None:
    lengths = range(len(path), 1, -1)
    return next((str(origins[path[:length]]) for length in lengths if path[:length] in origins), None)
