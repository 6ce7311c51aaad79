"""YAML text: read as kubectl reads it, and written always in one way."""

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./@%+=-]*(?::[A-Za-z0-9_./@%+=-]+)*|\d+\.\d+\.\d+[A-Za-z0-9_./-]*")
_JSON = '{"apiVersion": '
"""How an object begins that is written as JSON, which `render.foreign` does."""
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""Plain words that some reader takes for a boolean or null."""


class _Texts(SafeConstructor):
    """Leaves dates as texts: Kubernetes knows no dates."""


_Texts.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


_BREAK = re.compile(r"^---\n", re.MULTILINE)


def documents(text: str) -> list[Any]:
    """Read every document; a YAMLError says what is wrong."""
    if _JSON in text:  # a thousand times faster to read
        parts = _BREAK.split(text)
        return [
            each for part in parts for each in ([json.loads(part)] if part.startswith(_JSON) else _read(part))
        ]
    return _read(text)


def _read(text: str) -> list[Any]:
    reader = YAML(typ="safe", pure=True)
    reader.Constructor = _Texts
    return list(reader.load_all(io.StringIO(text)))


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


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
            return value
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)
