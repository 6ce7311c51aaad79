"""Inventories as files: Ansible's YAML and INI, and CSV → hosts with their variables and groups, each with its place."""

import ast
import csv
import io
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.profile import documents
from openstack_k8s_cli.profile.sources import Source

_NAMES = ("name", "host", "inventory_hostname")
_GROUPS = ("nodeset", "group")
_RANGE = re.compile(r"\[(?P<first>[0-9a-z]+):(?P<last>[0-9a-z]+)\]")
_SECTION = re.compile(r"\[(?P<group>[^:\]]+)(?::(?P<what>[^\]]+))?\]")
_ADVICE = Advice(
    "Correct the file at the place shown; docs/dataplane.md has the forms", None, "docs/dataplane.md"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A host of an inventory."""

    name: str
    vars: Mapping[str, Any]
    """Those of its groups with it."""
    groups: frozenset[str]
    place: str


@dataclass(slots=True)
class _Tables:
    """What an inventory says, before groups are followed."""

    label: str
    members: dict[str, list[str]] = field(default_factory=dict)
    children: dict[str, list[str]] = field(default_factory=dict)
    shared: dict[str, dict[str, Any]] = field(default_factory=dict)
    own: dict[str, dict[str, Any]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def host(self, name: str, group: str, given: Mapping[str, Any], place: str) -> None:
        """Take a host in; the same one may stand in several groups."""
        self.members.setdefault(group, []).append(name)
        self.own.setdefault(name, {}).update(given)
        self.places.setdefault(name, place)

    def wrong(self, place: str, summary: str) -> None:
        """Note what is wrong."""
        self.problems.append(problem(place, summary))

    def entries(self) -> Iterator[Entry]:
        """Give each host, with the variables of its groups under its own: the nearer group counts."""
        parents: dict[str, set[str]] = {}
        for group, below in self.children.items():
            for child in below:
                parents.setdefault(child, set()).add(group)
        for name, given in self.own.items():
            direct = {group for group, hosts in self.members.items() if name in set(hosts)}
            found = _above(direct, parents) | {"all"}
            ordered = sorted(found, key=lambda each: (each != "all", _depth(each, parents), each))
            variables = {key: value for each in ordered for key, value in self.shared.get(each, {}).items()}
            yield Entry(name, {**variables, **given}, frozenset(found - {"all"}), self.places[name])


def read(source: Source) -> tuple[Entry, ...]:
    """Read an inventory; raises OskError with every problem and its line."""
    tables = _Tables(source.label)
    ending = source.label.rpartition(".")[2].lower()
    if ending == "csv":
        _csv(source.text, tables)
    elif ending in {"yaml", "yml", "json"}:
        _yaml(source, tables)
    else:
        _ini(source.text, tables)
    if not tables.own and not tables.problems:
        tables.wrong(source.label, "The inventory has no hosts")
    if tables.problems:
        raise OskError(*tables.problems, exit_code=ExitCode.USAGE)
    return tuple(tables.entries())


def problem(place: str, summary: str) -> Problem:
    """Say what is wrong at a place."""
    return Problem("OSK1127", summary, place, None, (_ADVICE,))


def _above(direct: set[str], parents: Mapping[str, set[str]]) -> set[str]:
    found, left = set(direct), list(direct)
    while left:
        for parent in parents.get(left.pop(), set()) - found:
            found.add(parent)
            left.append(parent)
    return found


def _depth(group: str, parents: Mapping[str, set[str]], seen: frozenset[str] = frozenset()) -> int:
    above = parents.get(group, set()) - seen
    return 1 + max((_depth(each, parents, seen | {group}) for each in above), default=0)


def _yaml(source: Source, tables: _Tables) -> None:
    document = documents.parse(source)

    def group(name: str, body: Any, path: tuple[str, ...]) -> None:
        place = documents.place(source.label, document.keys.get(path))
        if body is None:
            return
        if not isinstance(body, dict):
            tables.wrong(place, f"The group `{name}` is a mapping of `hosts`, `vars` and `children`")
            return
        for key in body.keys() - {"hosts", "vars", "children"}:
            where = documents.place(source.label, document.keys.get((*path, key)))
            tables.wrong(where, f"The group `{name}` has no `{key}`, but `hosts`, `vars` and `children`")
        tables.shared.setdefault(name, {}).update(body.get("vars") or {})
        for host, given in (body.get("hosts") or {}).items():
            where = documents.place(source.label, document.keys.get((*path, "hosts", host)))
            if given is not None and not isinstance(given, dict):
                tables.wrong(where, f"What `{host}` has is a mapping of variables")
                continue
            for each in _spread(str(host)):
                tables.host(each, name, given or {}, where)
        for child, below in (body.get("children") or {}).items():
            tables.children.setdefault(name, []).append(child)
            group(child, below, (*path, "children", child))

    for name, body in document.values.items():
        group(str(name), body, (name,))


def _ini(text: str, tables: _Tables) -> None:
    group, what = "ungrouped", ""
    for number, raw in enumerate(text.splitlines(), 1):
        line, place = raw.strip(), f"{tables.label}:{number}"
        if not line or line[0] in "#;":
            continue
        section = _SECTION.fullmatch(line.partition(" #")[0].strip())
        if section:
            group, what = section["group"], section["what"] or ""
            if what not in {"", "vars", "children"}:
                tables.wrong(place, f"A section is [GROUP], [GROUP:vars] or [GROUP:children], not {line}")
        elif what == "vars":
            name, equals, value = line.partition("=")
            if not equals:
                tables.wrong(place, f"`{line}` is no variable: write it as NAME=VALUE")
            tables.shared.setdefault(group, {})[name.strip()] = _literal(value.strip())
        elif what == "children":
            tables.children.setdefault(group, []).append(line)
        elif not what:
            _ini_host(line, group, place, tables)


def _ini_host(line: str, group: str, place: str, tables: _Tables) -> None:
    try:
        name, *words = shlex.split(line, comments=True)
    except ValueError as error:
        tables.wrong(place, f"The line cannot be read: {error}")
        return
    given = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            tables.wrong(place, f"`{word}` is no variable: write it as NAME=VALUE")
        given[key] = _literal(value)
    for each in _spread(name):
        tables.host(each, group, given, place)


def _csv(text: str, tables: _Tables) -> None:
    reader = csv.DictReader(io.StringIO(text), skipinitialspace=True)
    heads = [(each or "").strip() for each in reader.fieldnames or ()]
    reader.fieldnames = heads
    name = next((each for each in _NAMES if each in heads), None)
    if name is None:
        tables.wrong(f"{tables.label}:1", f"The first line has no column `{_NAMES[0]}`")
        return
    for row in reader:
        place = f"{tables.label}:{reader.line_num}"
        cells = {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)}
        host = cells.pop(name)
        if None in row or not host or host in tables.own:
            why = "has more cells than the first line" if None in row else f"names `{host}` a second time"
            tables.wrong(place, f"The line {why if host else 'names no host'}")
            continue
        group = next((cells.pop(each) for each in _GROUPS if each in cells), "") or "ungrouped"
        tables.host(
            host, group, {key: _literal(value) for key, value in cells.items() if value and key}, place
        )


def _literal(text: str) -> Any:
    """Read a value as Ansible does: a literal of Python, or text."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    return value if isinstance(value, (str, int, float, bool, list, dict)) else text


def _spread(name: str) -> Iterator[str]:
    """Give the hosts of a pattern such as `node[01:12]`."""
    found = _RANGE.search(name)
    if not found:
        yield name
        return
    first, last = found["first"], found["last"]
    if first.isdigit() and last.isdigit():
        texts = [str(each).zfill(len(first)) for each in range(int(first), int(last) + 1)]
    else:
        texts = [chr(each) for each in range(ord(first[0]), ord(last[0]) + 1)]
    for text in texts:
        yield from _spread(name[: found.start()] + text + name[found.end() :])
