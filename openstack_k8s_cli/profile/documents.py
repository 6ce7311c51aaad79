"""Strict YAML 1.2: one mapping a file, with the line and column of every key and value."""

import math
import re
import sys
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from openstack_k8s_cli.model import yamlnodes
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.yamlnodes import Node
from openstack_k8s_cli.profile.paths import Path
from openstack_k8s_cli.profile.sources import LARGEST, Source

DEEPEST = 40
"""Levels of nesting."""
MOST_NODES = 50_000
"""Values once aliases are followed; a bomb of aliases ends here."""

_NO_TEXT = re.compile("[\0\ud800-\udfff]")
"""Written as escapes, YAML takes them; nothing else does."""
_ADVICE = Advice("Correct the file at the place shown", "osk profile validate", "docs/profile.md")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a text; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Document:
    """A layer's values and where they stand."""

    label: str
    values: dict[str, Any]
    keys: dict[Path, Mark] = field(repr=False)
    """Of every key and list item."""
    marks: dict[Path, Mark] = field(repr=False)
    """Of every value."""


def place(label: str, mark: Mark | None) -> str:
    """Write a place as `path:line:col`."""
    return f"{label}:{mark.line}:{mark.column}" if mark else label


def parse(source: Source) -> Document:
    """Read a layer's text; raises OskError with every problem of the text."""
    if len(source.text) > LARGEST:
        raise _refused(_problem(source.label, None, f"The file is larger than {LARGEST} characters"))
    try:
        root = yamlnodes.compose(source.text)
    except MarkedYAMLError as error:
        raise _refused(_syntax(source.label, error)) from error
    except ReaderError as error:
        before = source.text[: error.position]
        mark = Mark(before.count("\n") + 1, error.position - before.rfind("\n"))
        raise _refused(
            _problem(source.label, mark, "A character stands here that no text may have")
        ) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise _refused(_problem(source.label, None, f"The file is not YAML: {_first_line(error)}")) from error
    if root is None or _is_null(root):
        return Document(source.label, {}, {}, {})
    if root.id != "mapping":
        raise _refused(_problem(source.label, _mark(root), "A profile is a mapping of keys to values"))
    walk = _Walk(source.label)
    values = walk.value(root, ())
    if walk.problems:
        raise _refused(*walk.problems)
    return Document(source.label, values, walk.keys, walk.marks)


class _Walk:
    """One pass over the nodes of a document, collecting values, places and problems."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.keys: dict[Path, Mark] = {}
        self.marks: dict[Path, Mark] = {}
        self.problems: list[Problem] = []
        self._nodes = 0
        self._open: set[int] = set()

    def value(self, node: Node, path: Path) -> Any:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise _refused(
                _problem(
                    self.label,
                    _mark(node),
                    f"The file has more than {MOST_NODES} values once aliases are followed",
                )
            )
        if len(path) > DEEPEST or id(node) in self._open:
            what = (
                "An alias contains itself"
                if id(node) in self._open
                else f"Nesting is deeper than {DEEPEST} levels"
            )
            raise _refused(_problem(self.label, _mark(node), what))
        self.marks[path] = _mark(node)
        if node.id == "scalar":
            return self._scalar(node)
        self._open.add(id(node))
        try:
            if node.id == "sequence":
                return self._sequence(node, path)
            return self._mapping(node, path)
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: Node, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node)
            if key is None:
                continue
            if key in values:
                first = self.keys[(*path, key)]
                self._add(key_node, f"The key `{key}` is there twice; the first is in line {first.line}")
                continue
            self.keys[(*path, key)] = _mark(key_node)
            values[key] = self.value(value_node, (*path, key))
        return values

    def _key(self, node: Node) -> str | None:
        if node.id != "scalar":
            self._add(node, "A key must be a word, not a list or mapping")
            return None
        if node.value == "<<" and not node.style:
            self._add(node, "Merge keys (`<<`) are not YAML 1.2; use `extends` or write the values out")
            return None
        return self._text(node)

    def _sequence(self, node: Node, path: Path) -> list[Any]:
        values = []
        for index, item in enumerate(node.value):
            self.keys[(*path, index)] = _mark(item)
            values.append(self.value(item, (*path, index)))
        return values

    def _scalar(self, node: Node) -> Any:
        kind = str(node.tag).rpartition(":")[2]
        text = self._text(node)
        match kind:
            case "null":
                return None
            case "bool" if text.lower() in {"true", "false"}:
                return text.lower() == "true"
            case "float" if text.startswith(".") and text[1:].isdecimal():
                return text  # `.10`: an address relative to its network, whose last zero counts
            case "int" | "float":
                return self._number(node, kind, text)
            case "str" | "timestamp":
                return text
            case _:
                self._add(node, f"The tag `{node.tag}` is not known; plain values are enough")
                return text

    def _text(self, node: Node) -> str:
        text = str(node.value)
        if _NO_TEXT.search(text):
            self._add(node, "A character stands here that no text may have")
        return text

    def _number(self, node: Node, kind: str, text: str) -> Any:
        plain = text.replace("_", "") if kind == "int" else text
        is_other = plain.lstrip("+-")[:2].lower() in {"0x", "0o"}
        try:
            number = float(text) if kind == "float" else int(plain, 0 if is_other else 10)
        except ValueError:  # also `.nan` and `.inf`
            number = math.inf
        if not _is_held(number):
            self._add(node, f"`{text[:40]}` is no number that can be read")
            return 0
        return number

    def _add(self, node: Node, summary: str) -> None:
        self.problems.append(_problem(self.label, _mark(node), summary))


def _mark(node: Node) -> Mark:
    return Mark(node.start_mark.line + 1, node.start_mark.column + 1)


def _is_held(number: float) -> bool:
    """Tell whether Kubernetes can hold a number."""
    if isinstance(number, int):
        return -(2**63) <= number < 2**63
    return abs(number) <= sys.float_info.max


def _is_null(node: Node) -> bool:
    return node.id == "scalar" and str(node.tag).endswith(":null")


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


def _problem(label: str, mark: Mark | None, summary: str, *, detail: str | None = None) -> Problem:
    return Problem("OSK0101", summary, place(label, mark), detail, (_ADVICE,))


def _syntax(label: str, error: MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    where = Mark(mark.line + 1, mark.column + 1) if mark else None
    reason = " ".join(str(error.problem or error.context or "unreadable").split())
    if "'\\t'" in reason:
        reason = "a tab stands where YAML allows only spaces"
    context = " ".join(str(error.context).split()) if error.context and error.problem else None
    return _problem(label, where, f"The file is not YAML: {reason}", detail=context)


def _refused(*problems: Problem) -> OskError:
    return OskError(*problems, exit_code=ExitCode.USAGE)
