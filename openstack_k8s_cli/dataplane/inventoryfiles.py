"""Inventories as files: Ansible's YAML and INI, and CSV, with group_vars and host_vars beside them → hosts with their variables and groups."""

import ast
import csv
import io
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from openstack_k8s_cli.dataplane.inventorytables import Entry, Tables, encrypted
from openstack_k8s_cli.dataplane.secretlike import SAYS
from openstack_k8s_cli.model.problems import ExitCode, OskError, Problem
from openstack_k8s_cli.profile import documents
from openstack_k8s_cli.profile.paths import Path
from openstack_k8s_cli.profile.sources import Source

_NAMES = ("name", "host", "inventory_hostname")
_GROUPS = ("nodeset", "group")
_SECTION = re.compile(r"\[(?P<group>[^:\]]+)(?::(?P<what>[^\]]+))?\]")
_VAULT = "$ANSIBLE_VAULT"
_TAGGED = re.compile(r"!vault(?:-encrypted)?\b")
_PARTS = ("hosts", "vars", "children")


def read(source: Source, beside: Iterable[tuple[str, Source]] = ()) -> tuple[Entry, ...]:
    """Read an inventory; `beside` has files of group_vars (`group_vars/NAME`) and host_vars. Raises OskError with every problem and its line."""
    more = tuple(beside)
    secret = [problem for each in (source, *(one for _, one in more)) for problem in _encrypted(each)]
    if secret:
        raise OskError(*secret, exit_code=ExitCode.USAGE)
    tables = Tables(source.label)
    _FORMS[_form(source)](source, tables)
    if not tables.own and not tables.problems:
        tables.wrong(source.label, "The inventory has no hosts")
    for place, text in more:
        _beside(place, text, tables)
    if tables.problems:
        raise OskError(*tables.problems, exit_code=ExitCode.USAGE)
    return tuple(tables.entries())


def _form(source: Source) -> str:
    """Tell the form by the file's ending, or else by how its text begins."""
    ending = source.label.rpartition(".")[2].lower()
    if ending in {"csv", "yaml", "yml", "json", "ini"}:
        return {"yml": "yaml", "json": "yaml"}.get(ending, ending)
    lines = (line.strip() for line in source.text.splitlines())
    first = next((line for line in lines if line and line[0] not in "#;"), "")
    if first == "---" or first.startswith("{") or re.fullmatch(r"[\w.-]+:", first):
        return "yaml"
    return "csv" if "," in first and {each.strip() for each in first.split(",")} & {*_NAMES} else "ini"


def _encrypted(source: Source) -> Iterator[Problem]:
    """Find what ansible-vault made: the whole file, or single values."""
    if source.text.lstrip().startswith(_VAULT):
        yield encrypted(source.label, "The file")
        return
    told = False
    for number, line in enumerate(source.text.splitlines(), 1):
        tagged = bool(_TAGGED.search(line.partition(" #")[0])) and not line.lstrip().startswith("#")
        if tagged or (_VAULT in line and not told):
            yield encrypted(f"{source.label}:{number}", "The value")
        told = tagged  # the line below it says it again


def _beside(place: str, source: Source, tables: Tables) -> None:
    """Lay the variables of a file of group_vars or host_vars over those of the inventory."""
    kind, _, name = place.partition("/")
    home = tables.shared if kind == "group_vars" else tables.own
    if kind == "group_vars" or name in tables.own:
        home.setdefault(name, {}).update(documents.parse(source).values)


class _Groups:
    """One pass over the groups of Ansible's YAML."""

    def __init__(self, source: Source, tables: Tables) -> None:
        self._label = source.label
        self._document = documents.parse(source)
        self._tables = tables

    def read(self) -> None:
        """Read every group."""
        for name, body in self._document.values.items():
            self._group(str(name), body, (name,))

    def _group(self, name: str, body: Any, path: Path) -> None:
        if not isinstance(body, dict):
            if body is not None:
                self._wrong(path, f"The group `{name}` is a mapping of `hosts`, `vars` and `children`")
            return
        for key in body.keys() - {*_PARTS}:
            self._wrong(
                (*path, key), f"The group `{name}` has no `{key}`, but `hosts`, `vars` and `children`"
            )
        self._tables.shared.setdefault(name, {}).update(self._part(body, "vars", path))
        for host, given in self._part(body, "hosts", path).items():
            here = (*path, "hosts", host)
            if given is None or isinstance(given, dict):
                self._tables.hosts(str(host), name, given or {}, self._place(here))
            else:
                self._wrong(here, f"What `{host}` has is a mapping of variables")
        for child, below in self._part(body, "children", path).items():
            self._tables.children.setdefault(name, []).append(str(child))
            self._group(str(child), below, (*path, "children", child))

    def _part(self, body: Mapping[str, Any], key: str, path: Path) -> Mapping[Any, Any]:
        found = body.get(key)
        if found is not None and not isinstance(found, dict):
            self._wrong((*path, key), f"`{key}` is a mapping; write each name with a colon behind it")
        return found if isinstance(found, dict) else {}

    def _place(self, path: Path) -> str:
        return documents.place(self._label, self._document.keys.get(path))

    def _wrong(self, path: Path, summary: str) -> None:
        self._tables.wrong(self._place(path), summary)


def _yaml(source: Source, tables: Tables) -> None:
    _Groups(source, tables).read()


def _ini(source: Source, tables: Tables) -> None:
    group, what = "ungrouped", ""
    for number, raw in enumerate(source.text.splitlines(), 1):
        line, place = raw.strip(), f"{tables.label}:{number}"
        if not line or line[0] in "#;":
            continue
        bare = line.partition(" #")[0].strip()
        section = _SECTION.fullmatch(bare)
        if section:
            group, what = section["group"], section["what"] or ""
            if what not in {"", "vars", "children"}:
                tables.wrong(place, f"A section is [GROUP], [GROUP:vars] or [GROUP:children], not {line}")
        elif what == "vars":
            name, equals, value = line.partition("=")
            if not equals:
                tables.wrong(place, f"{_quoted(line, line)} is no variable: write it as NAME=VALUE")
            tables.shared.setdefault(group, {})[name.strip()] = _literal(value.strip())
        elif what == "children":
            tables.children.setdefault(group, []).append(bare)
        elif not what:
            _ini_host(line, group, place, tables)


def _ini_host(line: str, group: str, place: str, tables: Tables) -> None:
    try:
        name, *words = shlex.split(line, comments=True)
    except ValueError as error:
        tables.wrong(place, f"The line cannot be read: {error}")
        return
    given = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            tables.wrong(place, f"{_quoted(word, line)} is no variable: write it as NAME=VALUE")
        given[key] = _literal(value)
    tables.hosts(name, group, given, place)


def _quoted(word: str, line: str) -> str:
    """Quote a word that is out of place, unless it may be the password that a blank has torn off."""
    return "A word" if SAYS.search(line.lower()) else f"`{word}`"


def _csv(source: Source, tables: Tables) -> None:
    try:
        _lines(source, tables)
    except csv.Error as error:
        tables.wrong(tables.label, f"The file cannot be read as CSV: {error}")


def _lines(source: Source, tables: Tables) -> None:
    reader = csv.DictReader(io.StringIO(source.text), skipinitialspace=True)
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
        given = {key: _literal(value) for key, value in cells.items() if value and key}
        tables.hosts(host, group, given, place)


def _literal(text: str) -> Any:
    """Read a value as Ansible does: a literal of Python, or text."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return text
    return value if isinstance(value, (str, int, float, bool, list, dict)) else text


_FORMS = {"yaml": _yaml, "ini": _ini, "csv": _csv}
