"""The files that hooks name: read with the profile, relative to the layer that names them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from openstack_k8s_cli.model.problems import Advice, OskError, Problem
from openstack_k8s_cli.profile import paths
from openstack_k8s_cli.profile.layers import Merged, Origin
from openstack_k8s_cli.profile.paths import Path
from openstack_k8s_cli.profile.sources import Reader, Source

_ADVICE = Advice(
    "Correct the path: it counts from the folder of the file that names it", page="docs/hooks.md"
)
_MANY = ("manifest", "files")


def read(
    hooks: Mapping[str, Mapping[str, Any]], merged: Merged, reader: Reader
) -> tuple[dict[str, Source], list[Problem]]:
    """Read them all, by profile path, with a source without text for the folder of each hook; and what is wrong."""
    found: dict[str, Source] = {}
    problems: list[Problem] = []
    for name, hook in hooks.items():
        beside = _origin(("hooks", name), merged)
        found[paths.write(("hooks", name))] = Source("", "", _folder(beside))
        problems += _vain(name, hook["provides"], merged)
        for path, written in _named(("hooks", name), hook):
            origin = _origin(path, merged)
            try:
                found[paths.write(path)] = reader.text(written, origin.label if origin else "")
            except OskError as error:
                place = str(origin) if origin else None
                problems += [replace(each, subject=place, advice=(_ADVICE,)) for each in error.problems]
    return found, problems


def _vain(name: str, provided: Iterable[str], merged: Merged) -> Iterator[Problem]:
    """Find what a hook provides and the profile does not say."""
    for number, text in enumerate(provided):
        try:
            paths.get(merged.values, paths.parse(text))
        except (KeyError, ValueError):
            origin = _origin(("hooks", name, "provides", number), merged)
            summary = f"The hook `{name}` provides `{text}`, which the profile does not say"
            advice = Advice("Name a path that the profile has, such as `storage.ceph`", page="docs/hooks.md")
            yield Problem("OSK0143", summary, str(origin) if origin else None, None, (advice,))


def _named(path: Path, hook: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    if hook["playbook"]:
        yield (*path, "playbook"), hook["playbook"]
    if hook["inventory"] and "," not in hook["inventory"]:
        yield (*path, "inventory"), hook["inventory"]
    for many in _MANY:
        for number, written in enumerate(hook[many] or ()):
            yield (*path, many, number), written


def _origin(path: Path, merged: Merged) -> Origin | None:
    """Find who says a value, or what it is in."""
    lengths = range(len(path), 0, -1)
    return next((found for length in lengths if (found := merged.origins.get(path[:length]))), None)


def _folder(origin: Origin | None) -> str:
    """Give the folder of a layer's file; empty: that of osk's own command line."""
    label = origin.label if origin else ""
    is_file = label.endswith((".yaml", ".yml"))
    return label.rpartition("/")[0] if is_file else ""
