"""YAML text: read, and written always in one way, in which every reader takes it alike."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from openstack_k8s_cli.model import yamlnodes

_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./@%+=-]*(?::[A-Za-z0-9_./@%+=-]+)*|\d+\.\d+\.\d+[A-Za-z0-9_./-]*")
_JSON = '{"apiVersion": '
"""How an object begins that is written as JSON, which `render.foreign` does."""
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""Plain words that some reader takes for a boolean or null."""


_BREAK = re.compile(r"^---\n", re.MULTILINE)


def documents(text: str) -> list[Any]:
    """Read every document, dates as texts: Kubernetes knows no dates; a YAMLError says what is wrong."""
    if _JSON in text:  # faster still to read
        parts = _BREAK.split(text)
        return [
            each
            for part in parts
            for each in ([json.loads(part)] if part.startswith(_JSON) else yamlnodes.values(part))
        ]
    return yamlnodes.values(text)


def quoted(text: str) -> str:
    """Write a text in quotes, every character that no reader takes as it is escaped."""
    written = json.dumps(text, ensure_ascii=False)
    return written if written.isprintable() else "".join(map(_escaped, written))


def dump(value: Any) -> str:
    """Write one document, block style, keys in their own order."""
    return "".join(f"{line}\n" for line in _block(value))


def _block(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _entry(f"{_scalar(str(key))}:", inner)
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        for inner in value:
            yield from _item(inner)
    else:
        yield from _entry("", value)


def _entry(head: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        yield head
        yield from _indented(_block(value))
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        yield head
        yield from _block(value)
    elif isinstance(value, str) and _is_literal(value):
        yield f"{head} {_header(value)}".lstrip()
        yield from _indented(value.rstrip("\n").split("\n"))
    else:
        yield f"{head} {_scalar(value)}".lstrip()


def _item(value: Any) -> Iterator[str]:
    lines = _block(value)
    yield f"- {next(lines)}"
    yield from _indented(lines)


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" if line else "" for line in lines)


def _is_literal(text: str) -> bool:
    body = text.rstrip("\n")
    if "\n" not in text or not body or body[0] in " \t\n" or not body.replace("\n", "").isprintable():
        return False
    return all(line == line.rstrip() for line in body.split("\n")) and not text.endswith("\n\n")


def _header(text: str) -> str:
    return "|" if text.endswith("\n") else "|-"


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 1 << 16 else f"\\U{code:08x}"


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) and value.lower() not in _WORDS else quoted(value)
    return json.dumps(value, ensure_ascii=False)
