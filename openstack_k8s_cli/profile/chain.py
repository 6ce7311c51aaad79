"""Which layers a profile has: base, release, what it extends depth first, the file, overlays."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.profile.documents import Document, parse, place
from openstack_k8s_cli.profile.sources import Reader, Source

BASE = "base"
API_VERSION = "osk/v1"
_ITS_OWN = ("apiVersion", "kind", "summary", "extends", "excludes")
"""Keys that a layer does not hand on."""


@dataclass(slots=True)
class _Climb:
    """The way down the chain so far."""

    reader: Reader
    documents: dict[str, Document] = field(default_factory=dict)
    """By a source's name, in the order of the layers."""
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Chain:
    """The layers of a profile."""

    documents: tuple[Document, ...]
    """The lowest first."""
    problems: tuple[Problem, ...]
    """What is wrong with the file itself, and keeps nothing from being read."""


def layers(name: str, *, reader: Reader, overlays: Sequence[Source], settings: Document) -> Chain:
    """Read every layer; raises OskError with all that is wrong with their texts."""
    climb = _Climb(reader)
    _climb(climb, reader.read(BASE, None), chain=())
    top = reader.read(name, None)
    _climb(climb, top, chain=())
    nameless = _nameless(climb.documents[top.name])
    above = [document for source in overlays if (document := _read(climb, source)) is not None]
    climb.problems.extend(_excluded(tuple(climb.documents.values())))
    base, *files = _without_what_is_their_own(climb.documents, top)
    below = _release(climb, [base, *files, *above, settings])
    if climb.problems:
        raise OskError(*climb.problems, *nameless, exit_code=ExitCode.USAGE)
    return Chain((base, *below, *files, *above, settings), nameless)


def _excluded(documents: Sequence[Document]) -> Iterator[Problem]:
    """Find profiles that another one in the chain cannot stand beside it."""
    there = {str(document.values.get("name")): document for document in documents}
    said: set[frozenset[str]] = set()
    for name, document in there.items():
        excluded = document.values.get("excludes")
        for index, other in enumerate(excluded if isinstance(excluded, list) else []):
            if isinstance(other, str) and other in there and frozenset({name, other}) not in said:
                said.add(frozenset({name, other}))
                where = place(document.label, document.marks.get(("excludes", index)))
                advice = Advice(f"Leave `{name}` or `{other}` out of `extends`", "osk profile list")
                summary = f"The profiles `{name}` and `{other}` contradict each other"
                yield Problem(
                    "OSK0119", summary, _extending(documents, name, other) or where, None, (advice,)
                )


def _extending(documents: Sequence[Document], *names: str) -> str | None:
    """Find the place where the later of two profiles is extended beside the other."""
    for document in documents:
        listed = _extended(document)
        if set(names) <= set(listed):
            return _entry_place(document, max(map(listed.index, names)))
    return None


def _climb(climb: _Climb, source: Source, *, chain: tuple[str, ...]) -> None:
    if source.name in climb.documents:
        return
    document = _read(climb, source)
    if document is None:
        climb.documents[source.name] = Document(source.label, {}, {}, {})
        return
    _check_head(climb, document, "Profile")
    for index, each in enumerate(_extended(document)):
        _extend(climb, each, _entry_place(document, index), source=source, chain=(*chain, source.name))
    climb.documents[source.name] = document


def _extend(climb: _Climb, name: str, where: str, *, source: Source, chain: tuple[str, ...]) -> None:
    try:
        below = climb.reader.read(name, source.name)
    except OskError as error:
        climb.problems.extend(_located(error, where))
        return
    if below.name in chain:
        circle = " → ".join((*chain[chain.index(below.name) :], below.name))
        advice = Advice("Take one of these `extends` out", page="docs/profile.md")
        climb.problems.append(
            Problem("OSK0105", f"Profiles extend each other in a circle: {circle}", where, None, (advice,))
        )
        return
    _climb(climb, below, chain=chain)


def _read(climb: _Climb, source: Source) -> Document | None:
    try:
        return parse(source)
    except OskError as error:
        climb.problems.extend(error.problems)
        return None


def _check_head(climb: _Climb, document: Document, kind: str) -> None:
    for key, expected in (("apiVersion", API_VERSION), ("kind", kind)):
        if document.values.get(key) != expected:
            given = document.values.get(key)
            what = f"`{key}` must be `{expected}`" + ("" if given is None else f", not `{given}`")
            where = place(document.label, document.marks.get((key,)) or document.marks.get(()))
            advice = Advice(
                f"Begin the file with `apiVersion: {API_VERSION}` and `kind: {kind}`",
                "osk init",
                "docs/profile.md",
            )
            climb.problems.append(Problem("OSK0102", what, where, None, (advice,)))


def _nameless(document: Document) -> tuple[Problem, ...]:
    if not document.values or document.values.get("name") is not None:
        return ()
    where = place(document.label, document.marks.get(()))
    advice = Advice("Add `name: NAME`; what is deployed is known by it", page="docs/profile.md")
    return (Problem("OSK0108", "`name` is missing", where, None, (advice,)),)


def _extended(document: Document) -> list[str]:
    given = document.values.get("extends")
    listed = [given] if isinstance(given, str) else given
    return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []


def _entry_place(document: Document, index: int) -> str:
    return place(document.label, document.marks.get(("extends", index)) or document.marks.get(("extends",)))


def _without_what_is_their_own(documents: dict[str, Document], top: Source) -> list[Document]:
    return [
        document if name == top.name else _stripped(document, _ITS_OWN)
        for name, document in documents.items()
    ]


def _stripped(document: Document, keys: Iterable[str]) -> Document:
    return replace(document, values={key: value for key, value in document.values.items() if key not in keys})


def _release(climb: _Climb, documents: Sequence[Document]) -> list[Document]:
    """Read the release's layer, and one more for a catalog given in its place."""
    chosen = next((each for each in reversed(documents) if each.values.get("release") is not None), None)
    release: Any = chosen.values["release"] if chosen else "main"
    where = place(chosen.label, chosen.marks.get(("release",))) if chosen else "default"
    try:
        source = climb.reader.release(release if isinstance(release, str) else "main")
    except OskError as error:
        climb.problems.extend(_located(error, where))
        return []
    document = _read(climb, source)
    if document is None:
        return []
    _check_head(climb, document, "Release")
    layer = _stripped(document, (*_ITS_OWN, "name"))
    if chosen and isinstance(release, dict) and isinstance(release.get("index"), str):
        return [layer, _of_index(chosen, release["index"])]
    return [layer]


def _of_index(chosen: Document, image: str) -> Document:
    mark = chosen.marks.get(("release", "index"))
    layer = Document(chosen.label, {"operators": {"openstack": {"index": image}}}, {}, {})
    if mark:
        layer.marks.update({("operators", "openstack", "index")[:length]: mark for length in range(4)})
    return layer


def _located(error: OskError, where: str) -> list[Problem]:
    return [replace(problem, subject=where) for problem in error.problems]
