"""Changing one value in a profile's text; every other byte stays, comments with it."""

from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.profile import documents, findings, outline, paths, redaction, settings
from openstack_k8s_cli.profile.flow import inline
from openstack_k8s_cli.profile.sources import Source


def set_value(text: str, path: str, value: str) -> str:
    """Set a path to a value, typed by the schema; `null` takes it out. Raises OskError for what cannot be set."""
    parts, typed = _assignment(path, value)
    if outline.find(parts) is None:
        raise OskError(findings.unknown(parts, settings.LABEL), exit_code=ExitCode.USAGE)
    return _set(text, parts, typed)


def set_entries(text: str, parts: paths.Path, entries: Mapping[str, Any]) -> str:
    """Set keys of one mapping, each on a line of its own; those that are there already stay in their places."""
    try:
        there = paths.get(documents.parse(Source("profile", text)).values, parts) or {}
    except KeyError:
        there = {}
    fresh = [key for key in entries if key not in there]
    for key in [*(each for each in entries if each in there), *fresh[:1]]:
        text = _set(text, (*parts, key), entries[key])
    return (
        _lined_up(text, (*parts, fresh[0]), {key: entries[key] for key in fresh[1:]}) if fresh[1:] else text
    )


def has(text: str, parts: paths.Path) -> bool:
    """Tell whether a text says a value itself."""
    try:
        paths.get(documents.parse(Source("profile", text)).values, parts)
    except KeyError:
        return False
    return True


def _set(text: str, parts: paths.Path, typed: Any) -> str:
    before = documents.parse(Source("profile", text)).values
    wanted = with_value(before, parts, typed)
    if wanted == before:
        return text
    return _proven(edited(text, parts, typed), wanted, parts)


def _proven(after: str, wanted: Any, parts: paths.Path) -> str:
    """Give a text that reads as it is to read."""
    if _read(after) != wanted:
        raise _refused(parts, "its place is written in a way that osk cannot edit, such as an alias")
    return after


def _lined_up(text: str, first: paths.Path, entries: Mapping[str, Any]) -> str:
    """Add keys behind one that has just been set, in one stroke where that is a block."""
    trail = followed(YAML(typ="safe", pure=True).compose(text), first)
    (key, value), home = trail[-1], trail[-2][1]
    if key is None or not isinstance(home, CollectionNode) or home.flow_style:
        for name, entry in entries.items():
            text = _set(text, (*first[:-1], name), entry)
        return text
    wanted = documents.parse(Source("profile", text)).values
    for name, entry in entries.items():
        wanted = with_value(wanted, (*first[:-1], name), entry)
    indent, position = " " * key.start_mark.column, line_end(text, end_of(text, value))
    lines = "".join(f"\n{indent}{inline(name)}: {inline(entry)}" for name, entry in entries.items())
    return _proven(text[:position] + lines + text[position:], wanted, first)


def _read(text: str) -> Any:
    try:
        return documents.parse(Source("profile", text)).values
    except OskError:
        return None


def _assignment(path: str, value: str) -> tuple[paths.Path, Any]:
    try:
        parts = paths.parse(path)
        return parts, settings.typed(parts, value)
    except ValueError as error:
        advice = Advice("Write it as `osk profile set PATH VALUE`", "osk profile schema", "docs/profile.md")
        shown, why = _without_secrets(path, value, str(error))
        raise OskError(Problem("OSK0112", why, shown, None, (advice,)), exit_code=ExitCode.USAGE) from error


def _without_secrets(path: str, value: str, why: str) -> tuple[str, str]:
    """Give a path and what is wrong with it or its value, without a secret that may stand in either."""
    given = f"{path}={value}"
    if redaction.assignment(given) == given:
        return path, why
    shown = path.partition("=")[0]
    return shown, f"`{shown}` cannot be set: path or value cannot be read"


def with_value(values: Any, parts: paths.Path, typed: Any) -> Any:
    """Give the values as they are to be; mappings that the edit empties are left out."""
    first, rest = parts[0], parts[1:]
    if isinstance(first, int):
        if not isinstance(values, list) or first >= len(values):
            raise _refused(parts, "there is no such item; set the list as a whole, such as `[a, b]`")
        below = with_value(values[first], rest, typed) if rest else typed
        return [*values[:first], *([] if below is None else [below]), *values[first + 1 :]]
    mapping = dict(values) if isinstance(values, dict) else {}
    below = with_value(mapping.get(first, {}), rest, typed) if rest else typed
    if below is None or (typed is None and below in ({}, [])):
        mapping.pop(first, None)
    else:
        mapping[first] = below
    return mapping


def edited(text: str, parts: paths.Path, typed: Any) -> str:
    """Put a value into a text at a path, None takes it out; whether it reads so then is the caller's to prove."""
    root = YAML(typ="safe", pure=True).compose(text)
    if not isinstance(root, MappingNode):
        return _appended(text, parts, typed)
    trail = followed(root, parts)
    if typed is None:
        return without(text, trail)
    key, value = trail[-1]
    rest = parts[len(trail) - 1 :]
    if rest and isinstance(value, CollectionNode):
        return _added(text, value, rest, typed, top=len(trail) == 1)
    return _replaced(text, key, value, _nested(rest, typed))


def followed(root: Node, parts: paths.Path) -> list[tuple[Node | None, Node]]:
    """Follow the path as far as the text has it: each value with its key."""
    trail: list[tuple[Node | None, Node]] = [(None, root)]
    for part in parts:
        here = trail[-1][1]
        if isinstance(here, MappingNode):
            pair = next(((key, value) for key, value in here.value if key.value == part), None)
        elif isinstance(here, SequenceNode) and isinstance(part, int) and part < len(here.value):
            pair = (None, here.value[part])
        else:
            pair = None
        if pair is None:
            break
        trail.append(pair)
    return trail


def _replaced(text: str, key: Node | None, value: Node, new: Any) -> str:
    if key is None:
        return text[: value.start_mark.index] + inline(new) + text[end_of(text, value) :]
    colon = text.index(":", end_of(text, key)) + 1
    if end_of(text, value) == value.start_mark.index:
        return text[:colon] + " " + inline(new) + text[colon:]
    if "\n" in text[colon : value.start_mark.index]:
        return text[:colon] + " " + inline(new) + text[end_of(text, value) :]
    return text[: value.start_mark.index] + inline(new) + text[end_of(text, value) :]


def _added(text: str, home: CollectionNode, rest: paths.Path, typed: Any, *, top: bool) -> str:
    if home.flow_style or not home.value:
        entry = f"{inline(rest[0])}: {inline(_nested(rest[1:], typed))}"
        if not home.value:
            return text[: home.start_mark.index] + "{" + entry + "}" + text[end_of(text, home) :]
        last = end_of(text, home.value[-1][1])
        return f"{text[:last]}, {entry}{text[last:]}"
    if top:
        return _appended(text, rest, typed)
    indent = " " * home.value[0][0].start_mark.column
    position = line_end(text, end_of(text, home))
    return text[:position] + "\n" + _block(rest, typed, indent).removesuffix("\n") + text[position:]


def _appended(text: str, parts: paths.Path, typed: Any) -> str:
    gap = "" if not text or text.endswith("\n") else "\n"
    return text + gap + _block(parts, typed, "")


def _block(parts: paths.Path, typed: Any, indent: str) -> str:
    lines = [f"{indent}{'  ' * depth}{inline(part)}:" for depth, part in enumerate(parts)]
    return "\n".join(lines) + f" {inline(typed)}\n"


def without(text: str, trail: list[tuple[Node | None, Node]]) -> str:
    """Take the last value of a trail out, with mappings that are empty then."""
    index = len(trail) - 1
    while index > 1 and len(trail[index - 1][1].value) == 1 and trail[index - 1][0] is not None:
        index -= 1
    home, (key, value) = trail[index - 1][1], trail[index]
    start = (key or value).start_mark.index
    if isinstance(home, CollectionNode) and home.flow_style:
        return _out_of_flow(text, start, end_of(text, value))
    begin = text.rfind("\n", 0, start) + 1
    end = line_end(text, end_of(text, value))
    return text[:begin] + text[end + 1 :]


def _out_of_flow(text: str, start: int, end: int) -> str:
    after = end
    while after < len(text) and text[after].isspace():
        after += 1
    if text[after] == ",":
        after += 1
        while text[after] == " ":
            after += 1
        return text[:start] + text[after:]
    before = text[:start].rstrip()
    return before.removesuffix(",") + text[end:]


def end_of(text: str, node: Node) -> int:
    """Find where a value's own text ends: a block collection's node ends only where the next one begins."""
    if isinstance(node, CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return end_of(text, last[1] if isinstance(last, tuple) else last)
    end = int(node.end_mark.index)
    is_block = isinstance(node, ScalarNode) and node.style in {"|", ">"}
    return len(text[:end].rstrip("\n")) if is_block else end


def line_end(text: str, position: int) -> int:
    """Find where a line ends."""
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _nested(parts: paths.Path, typed: Any) -> Any:
    for part in reversed(parts):
        typed = {part: typed}
    return typed


def _refused(parts: paths.Path, reason: str) -> OskError:
    advice = Advice("Edit the file by hand", page="docs/profile.md")
    summary = f"`{paths.write(parts)}` cannot be set: {reason}"
    return OskError(Problem("OSK0112", summary, settings.LABEL, None, (advice,)), exit_code=ExitCode.USAGE)
