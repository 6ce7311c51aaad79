"""Lines that assign variables, as Make, a shell or an env file writes them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from openstack_k8s_cli.profile.importers import expansion, quoting
from openstack_k8s_cli.profile.importers.conditionals import Branches
from openstack_k8s_cli.profile.importers.defaults import DEFAULTS
from openstack_k8s_cli.profile.sources import Source

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_MAKE = re.compile(
    rf"\s*(?:(?:override|export)\s+)*(?P<name>{_NAME})\s*(?P<sign>\+=|\?=|!=|:{{0,3}}=)\s*(?P<value>.*)"
)
_EXPORT = re.compile(
    rf"\s*(?:(?:export|readonly)\s+(?P<first>{_NAME})=|(?:declare|typeset)\s+-[a-z]*x|set\s+-[A-Za-z]*x[a-z]*\s+{_NAME}\s)"
)
_ALL = re.compile(r"\s*set\s+(-a|-o\s+allexport)\b")
_BARE = re.compile(rf"\s*{_NAME}=")
_INLINE = re.compile(
    rf"\s*{_NAME}=(?:[^\s;&]*\s*(?:;|&&)\s*(?:export\s+)?{_NAME}=|(?:\S*\s+{_NAME}=)*\S*\s+(?:make|oc|kubectl)\b)"
    rf"|\s*{_NAME}=.*(?:\$\{{{_NAME}:?-|`[^`]*`)"
)
"""What Make would take for one value, and people write for a shell."""
_SILENT = re.compile(
    r"\s*(#.*|export(\s+[A-Za-z0-9_ ]+)?|unexport\b.*|set\s.*|\.PHONY\b.*|(make|oc|kubectl|cd|pushd|popd|mkdir|echo)\b.*)?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A variable's value and where it stands."""

    name: str
    value: str
    """As Make would have it: `$(NAME)` is still to be looked up, `$$` is a dollar."""
    place: str
    """`path:line`."""
    file: str
    """What a relative path in the value counts from."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that assigns nothing that can be read."""

    place: str
    reason: str


def read(sources: Iterable[Source]) -> tuple[dict[str, Assignment], list[Unread]]:
    """Collect the assignments of files, the later over the earlier as Make and shells do it."""
    found: dict[str, Assignment] = {}
    unread: list[Unread] = []
    for source in sources:
        is_shell = source.text.startswith("#!") or any(
            _EXPORT.match(line) or _ALL.match(line) for line in source.text.splitlines()
        )
        branches = Branches(lambda name: found[name].value if name in found else DEFAULTS.get(name, ""))
        for number, line in _joined(source.text):
            if branches.take(line) or not branches.counts:
                continue
            place = f"{source.label}:{number}"
            shell = _is_shell(line, by_default=is_shell)
            assigned = _shell(line) if shell else _make(line)
            if not assigned:
                if not _SILENT.fullmatch(line):
                    unread.append(Unread(place, "the line is no assignment"))
                continue
            for name, sign, value in assigned:
                reason = _reason(name, sign, value, shell=shell)
                if reason:
                    unread.append(Unread(place, reason))
                elif (new := _value(found, name, sign, value)) is not None:
                    found[name] = Assignment(name, new, place, source.name)
    return found, unread


def _reason(name: str, sign: str, value: str, *, shell: bool) -> str | None:
    """Say why a value cannot be known."""
    if expansion.runs_a_command(value) or sign == "!=":
        return f"`{name}` is the output of a command, which the import does not run"
    function = None if shell else expansion.function(value)
    return (
        f"`{name}` is made by Make's `{function}`, which the import does not work out" if function else None
    )


def _is_shell(line: str, *, by_default: bool) -> bool:
    return bool(_EXPORT.match(line) or _ALL.match(line) or _INLINE.match(line)) or (
        by_default and bool(_BARE.match(line))
    )


def _shell(line: str) -> list[tuple[str, str, str]]:
    return [(name, ":=", value) for words in quoting.commands(line) for name, value in _assigned(words)]


def _assigned(words: list[str]) -> Iterator[tuple[str, str]]:
    """Give what one command of a shell assigns."""
    first, *rest = words
    if first == "set" and len(rest) > 1 and rest[0].startswith("-") and "x" in rest[0]:
        yield rest[1], " ".join(rest[2:])
        return
    listed = rest if first in {"export", "readonly", "declare", "typeset"} else words
    for word in listed:
        name, equals, value = word.partition("=")
        if equals and re.fullmatch(_NAME, name):
            yield name, value
        elif listed is words:
            return


def _make(line: str) -> list[tuple[str, str, str]]:
    match = _MAKE.fullmatch(line)
    return [(match["name"], match["sign"], quoting.plain(match["value"]))] if match else []


def _value(found: dict[str, Assignment], name: str, sign: str, value: str) -> str | None:
    if sign == "?=":
        return None if name in found else value
    if sign == "+=":
        return f"{found[name].value} {value}" if name in found else value
    if sign == "=":
        return value
    known = {each.name: each.value for each in found.values()}
    return expansion.literal(expansion.expanded(value, lambda other: known.get(other, "")))


def _joined(text: str) -> Iterator[tuple[int, str]]:
    """Give logical lines: a backslash at the end goes on, and so does a quote that an `export` leaves open."""
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        number, line = at + 1, lines[at]
        while at + 1 < len(lines) and (_goes_on(line) or (_EXPORT.match(line) and quoting.is_open(line))):
            at += 1
            line = line[:-1].rstrip() + " " + lines[at].lstrip() if _goes_on(line) else f"{line}\n{lines[at]}"
        at += 1
        yield number, line


def _goes_on(line: str) -> bool:
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1 and not line.lstrip().startswith("#")
