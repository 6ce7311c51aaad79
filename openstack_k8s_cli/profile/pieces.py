"""One mapping of a profile's text as a text of its own, and back: its comments go along, every other byte stays."""

from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.profile import documents, editing, paths
from openstack_k8s_cli.profile.flow import inline
from openstack_k8s_cli.profile.sources import Source

_STEP = 2
_HELD: dict[str, Any] = {"osk": 0}
"""What holds a place that the text does not have yet."""


@dataclass(frozen=True, slots=True)
class Put:
    """A text with a piece in it."""

    text: str
    first: int
    """The line of the piece's first one, from 1; 0 where the piece is not in the text line by line."""
    column: int = 0
    """How far it is indented there."""


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines of a block mapping, with the comments before and behind its keys."""

    start: int
    end: int
    column: int


def taken(text: str, parts: paths.Path) -> str:
    """Give a mapping's lines from their first column on; empty where the text says nothing there."""
    found = _found(text, parts)
    if found is None:
        return ""
    block = _block(text, *found)
    if block is not None:
        return _moved(text[block.start : block.end], -block.column)
    values = _values(text, parts)
    return "".join(f"{inline(key)}: {inline(value)}\n" for key, value in values.items())


def put(text: str, parts: paths.Path, piece: str) -> Put:
    """Put a piece in the place of a mapping, or where there is none yet; one without a value takes the mapping out.

    Raises OskError where the place is written in a way that cannot be edited, or the piece would reach out of it.
    Whether all can be read and is valid then is for who loads it to say.
    """
    if not _speaks(piece):
        found = _found(text, parts)
        return Put(editing.edited(text, parts, None) if found else text, 0)
    before = text
    if _found(text, parts) is None:
        text = editing.edited(text, parts, _HELD)
    found = _found(text, parts)
    if found is None or found[0] is None:
        raise _refused(parts, "its place is written in a way that osk cannot edit")
    made = _laid(text, found[0], found[1], piece) or _inline(text, parts, piece)
    others = _others(made.text, parts)
    if others is not None and others != _others(before, parts):
        raise _refused(parts, "what was written reaches out of its place")
    return made


def _inline(text: str, parts: paths.Path, piece: str) -> Put:
    """Put what a piece says between the brackets that its place is in."""
    return Put(editing.edited(text, parts, documents.parse(Source("the text", piece)).values), 0)


def _laid(text: str, key: Node, value: Node, piece: str) -> Put | None:
    """Put a piece below its key, line by line; None where the key stands in brackets."""
    block = _block(text, key, value)
    if block is None:
        opened = _opened(text, key, value)
        if opened is None:
            return None
        text, block = opened
    lines = _moved(piece if piece.endswith("\n") else f"{piece}\n", block.column)
    first = text.count("\n", 0, block.start) + 1
    return Put(text[: block.start] + lines + text[block.end :], first, block.column)


def _opened(text: str, key: Node, value: Node) -> tuple[str, _Block] | None:
    """Make room for lines below a key in the place of a value on its line; None where it stands in brackets."""
    begin = text.rfind("\n", 0, key.start_mark.index) + 1
    if text[begin : key.start_mark.index].strip(" -") or _anchor(value):
        return None
    end = editing.end_of(text, value)
    close = editing.line_end(text, end)
    if text[end:close].strip() and not text[end:close].lstrip().startswith("#"):
        return None
    colon = text.index(":", editing.end_of(text, key)) + 1
    head = text[:colon] + text[end:close].rstrip()
    made = f"{head}\n" + text[close + 1 :]
    start = len(head) + 1
    return made, _Block(start, start, key.start_mark.column + _STEP)


def _found(text: str, parts: paths.Path) -> tuple[Node | None, Node] | None:
    """Find the mapping of a path with its key; None where there is none, or it is empty."""
    root = YAML(typ="safe", pure=True).compose(text)
    if not isinstance(root, MappingNode):
        return None
    trail = editing.followed(root, parts)
    if len(trail) <= len(parts):
        return None
    return trail[-1]


def _block(text: str, key: Node | None, value: Node) -> _Block | None:
    """Give the lines of a block mapping; None for one that is written in another way."""
    if not isinstance(value, MappingNode) or value.flow_style or not value.value or key is None:
        return None
    if value.value[0][0].start_mark.line == key.start_mark.line:
        return None
    column = int(value.value[0][0].start_mark.column)
    start = editing.line_end(text, editing.end_of(text, key)) + 1
    end = min(editing.line_end(text, editing.end_of(text, value)) + 1, len(text))
    return _Block(start, _with_comments(text, end, column), column)


def _with_comments(text: str, end: int, column: int) -> int:
    """Go on behind comments that stand as far in as the keys before them."""
    at = end
    while at < len(text):
        close = min(editing.line_end(text, at) + 1, len(text))
        line = text[at:close]
        if line.strip() and not line.startswith(f"{' ' * column}#"):
            break
        at = close
        end = at if line.strip() else end
    return end


def _moved(text: str, columns: int) -> str:
    """Move lines to the right, or to the left as far as they are indented."""
    moved = []
    for line in text.splitlines(keepends=True):
        lead = len(line) - len(line.lstrip(" "))
        if not line.strip():
            moved.append(line.lstrip(" "))
        elif columns > 0:
            moved.append(f"{' ' * columns}{line}")
        else:
            moved.append(line[min(lead, -columns) :])
    return "".join(moved)


def _speaks(piece: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("#") for line in piece.splitlines())


def _anchor(value: Node) -> bool:
    return isinstance(value, CollectionNode) and bool(value.anchor)


def _values(text: str, parts: paths.Path) -> dict[str, Any]:
    found = paths.get(documents.parse(Source("profile", text)).values, parts)
    return found if isinstance(found, dict) else {}


def _others(text: str, parts: paths.Path) -> Any:
    """Give all that a text says elsewhere; None where it cannot be read, which is said when it is loaded."""
    try:
        return editing.with_value(documents.parse(Source("profile", text)).values, parts, _HELD)
    except OskError:
        return None


def _refused(parts: paths.Path, why: str) -> OskError:
    advice = Advice("Edit the file by hand", page="docs/profile.md")
    problem = Problem("OSK1439", f"`{paths.write(parts)}` cannot be edited: {why}", None, None, (advice,))
    return OskError(problem, exit_code=ExitCode.USAGE)
