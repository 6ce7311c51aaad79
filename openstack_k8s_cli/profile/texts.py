"""Texts in files beside a profile, `{file: PATH}` and `controlplane.from`: read once, and part of the profile from then on."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ruamel.yaml.error import YAMLError

from openstack_k8s_cli.model import kubeyaml
from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.profile import outline, paths
from openstack_k8s_cli.profile.documents import parse
from openstack_k8s_cli.profile.layers import Merged
from openstack_k8s_cli.profile.paths import Path
from openstack_k8s_cli.profile.shape import TextFile
from openstack_k8s_cli.profile.sources import Reader, Source

_OWN = ("controlplane", "from")
_KIND = "OpenStackControlPlane"


def resolve(merged: Merged, reader: Reader) -> Iterator[Problem]:
    """Put what the files say in their place; gives a problem for each that cannot be read."""
    written = get(merged.values, *_OWN)
    if isinstance(written, dict) and not _is_own(written):
        where = str(merged.origins.get(_OWN) or _OWN)
        yield replace(_not_one("`controlplane.from`", several=False), subject=where)
    for path, named in tuple(_named(merged.values)):
        try:
            _put(merged.values, path, _read(path, named, merged=merged, reader=reader))
        except OskError as error:
            yield from (replace(each, subject=_where(each, path, merged)) for each in error.problems)


def _named(values: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    own = (
        (values.get("controlplane") or {}).get("from")
        if isinstance(values.get("controlplane"), dict)
        else None
    )
    if isinstance(own, str):
        yield _OWN, own
    for path, value in paths.walk(values):
        if isinstance(value, dict) and value.keys() == {"file"} and isinstance(value["file"], str):
            spot = outline.find(path)
            if spot is not None and spot.model is TextFile:
                yield path, value["file"]


def _read(path: Path, named: str, *, merged: Merged, reader: Reader) -> Any:
    key = path if path == _OWN else (*path, "file")
    origin = merged.origins.get(key)
    source = reader.text(named, origin.label if origin else "")
    return _document(source) if path == _OWN else source.text


def _document(source: Source) -> dict[str, Any]:
    """Read a file as kubectl reads it, and give its one control plane."""
    try:
        read = kubeyaml.documents(source.text)
    except (YAMLError, ValueError, RecursionError):
        read = [parse(source).values]  # says what is wrong, and where
    found = [each for each in _objects(read) if _is_own(each)]
    if len(found) != 1:
        raise OskError(_not_one(f"`{source.label}`", several=bool(found)), exit_code=ExitCode.USAGE)
    return found[0]


def _is_own(body: Mapping[str, Any]) -> bool:
    return body.get("kind") == _KIND and isinstance(body.get("spec"), dict)


def _not_one(what: str, *, several: bool) -> Problem:
    advice = Advice(f"Name a file with one {_KIND}, with its `spec`", page="docs/profile.md")
    summary = f"{what} holds {f'several {_KIND}s' if several else f'no {_KIND}'}"
    return Problem("OSK0141", summary, None, None, (advice,))


def _objects(read: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for each in read:
        if isinstance(each, dict):
            items = each.get("items")
            yield from _objects(items) if isinstance(items, list) and each.get("kind") == "List" else [each]


def _where(problem: Problem, path: Path, merged: Merged) -> str | None:
    """Give the place in the file itself where it has one, else where the profile names it."""
    if problem.code == "OSK0101":
        return problem.subject
    origin = merged.origins.get((*path, "file")) or merged.origins.get(path)
    return str(origin) if origin else None


def _put(values: dict[str, Any], path: Path, value: Any) -> None:
    paths.get(values, path[:-1])[path[-1]] = value
