"""Hides secrets in what Ansible prints: values that are known, and what looks like one."""

import base64
import html
import json
import re
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain
from typing import Any

from openstack_k8s_cli.apply import hooks
from openstack_k8s_cli.apply.hooks import MASK
from openstack_k8s_cli.dataplane import secretlike
from openstack_k8s_cli.dataplane.secretlike import NAME, SAYS

_SHORTEST = 8
"""Characters below which a part of a file may be a word of any log."""
_LINE = re.compile(
    rf"^\s*[\"']?(?:{NAME}|[\w.-]{{0,80}}key)[\"']?\s*[=:]\s*[\"']?(?!/\w+/)(?P<text>[^\s\"',;]+)",
    re.IGNORECASE | re.MULTILINE,
)
_LOGIN = re.compile(r"\w://[^\s/\"':]*:(?P<text>[^\s/\"'@]+)@|(?<=,)[^\s/\"':,]*:(?P<further>[^\s/\"'@]+)@")
_KEY = re.compile(r"^-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----$(.*?)^-----END ", re.DOTALL | re.MULTILINE)


def parts(text: str) -> Iterator[str]:
    """Give what is secret in a value: all of a line, the texts of JSON; of a file what a name says, passwords in addresses and lines of keys."""
    text = text.strip()
    whole = () if "\n" in text else (text,)
    given = _read(text)
    if given is not None:
        yield from (*whole, *leaves(given))
        return
    named = (each["text"] for each in _LINE.finditer(text))
    logins = (each["text"] or each["further"] for each in _LOGIN.finditer(text))
    keys = (line for each in _KEY.finditer(text) for line in each[1].split("\n"))
    yield from whole
    yield from (each for each in (*(named if not whole else ()), *logins, *keys) if len(each) >= _SHORTEST)


def _read(text: str) -> Any:
    """Read JSON; None: it is no list and no mapping."""
    if text[:1] in {"{", "["}:
        with suppress(ValueError):
            return json.loads(text)
    return None


def leaves(value: Any) -> Iterator[str]:
    """Give the texts of a value that are neither words of any log nor paths."""
    if isinstance(value, Mapping):
        yield from chain.from_iterable(map(leaves, value.values()))
    elif isinstance(value, (list, tuple)):
        yield from chain.from_iterable(map(leaves, value))
    elif isinstance(value, (str, int)) and len(str(value)) >= _SHORTEST and not str(value).startswith("/"):
        yield str(value)


def named(value: Any) -> Iterator[str]:
    """Give those of its texts that are under a name which says that they are secret."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from (leaves if SAYS.fullmatch(str(key)) else named)(each)
    elif isinstance(value, (list, tuple)):
        yield from chain.from_iterable(map(named, value))


class Mask:
    """Hides secrets in texts."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        values = frozenset(known)
        deeper = {part for each in values for part in parts(each)}
        forms = {form for each in values | deeper for form in _forms(each)}
        self._known = hooks.hiding(values | deeper | forms)

    def __call__(self, text: str) -> str:
        """Give a text that may be shown."""
        for known in self._known:
            text = text.replace(known, MASK)
        return secretlike.hide(text)


def _forms(value: str) -> Iterator[str]:
    """Give a value as JSON, Python, XML, shells, addresses and base64 have it."""
    if len(value) < _SHORTEST:
        return
    written = json.dumps(value, ensure_ascii=False)[1:-1]
    yield from (written, json.dumps(value)[1:-1], json.dumps(written)[1:-1], repr(value)[1:-1])
    yield _with_codes(written)
    yield from (html.escape(value), html.escape(value, quote=False))
    yield value.replace("'", r"'\''")
    yield urllib.parse.quote(value, safe="")
    yield from (base64.b64encode(each.encode()).decode() for each in (value, f"{value}\n"))
    yield from _within_base64(value.encode())


def _with_codes(text: str) -> str:
    """Write it as Go's JSON does."""
    for each in "<>&":
        text = text.replace(each, f"\\u{ord(each):04x}")
    return text


def _within_base64(value: bytes) -> Iterator[str]:
    """Give what base64 of a longer text that has a value somewhere has of it, by where in three bytes it begins."""
    for before, skipped in ((0, 0), (1, 2), (2, 3)):
        encoded = base64.b64encode(bytes(before) + value).decode()
        yield encoded[skipped : (before + len(value)) * 8 // 6]
