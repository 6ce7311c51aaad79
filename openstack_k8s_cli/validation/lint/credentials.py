"""Passwords in clear, and passwords that everybody knows."""

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from openstack_k8s_cli.validation.findings import Item, Path
from openstack_k8s_cli.validation.lint import placeholders
from openstack_k8s_cli.validation.lint.objects import Found, Objects, leaves, mapping

_WEAK = frozenset(
    {
        "12345678",
        "123456789",
        "1234567842",
        "admin",
        "changeit",
        "openstack",
        "password",
        "redhat",
        "secret",
        "test",
        "f00barz",
    }
)
"""In lower case."""
_KEY = re.compile(r"(?i)(?:^|[_-])(?:password|passphrase|passwd)$|^password$|[a-z]Password$")
_LINE = re.compile(r"(?im)^\s*[a-z_]*(?:password|passphrase)\s*[=:]\s*(?![%{<\"'$]|\s*$)(\S+)")
"""In a service's configuration: a value, not a reference or a template."""
_MANY = 3
"""Keys of a Secret that may share one value."""


def check(objects: Objects) -> Iterator[Found]:
    """Find literal credentials outside of Secrets, and weak ones in them."""
    for item in {(each.id, each.source): each for each in objects.items}.values():
        if item.id.kind == "Secret" and not item.id.group:
            yield from _weak(item)
        elif item.id.kind != "CustomResourceDefinition":
            yield from _literal(item)


def _weak(item: Item) -> Iterator[Found]:
    values = dict(_values(item))
    known = [path for path, value in values.items() if value.lower() in _WEAK]
    if known:
        keys = ", ".join(str(path[-1]) for path in known)
        yield Found("OSK0871", item, known[0], f"passwords that everybody knows: {keys}")
    shared = Counter(
        value for path, value in values.items() if path not in known and _KEY.search(str(path[-1]))
    )
    for value, times in shared.items():
        if times > _MANY and not _is_mark(value):
            path = next(each for each, other in values.items() if other == value)
            yield Found("OSK0871", item, path, f"{times} keys of this Secret have the same value")


def _values(item: Item) -> Iterator[tuple[Path, str]]:
    for key, value in mapping(item, "stringData").items():
        if isinstance(value, str):
            yield ("stringData", key), value.strip()
    for key, value in mapping(item, "data").items():
        if isinstance(value, str) and not placeholders.has(value):
            decoded = _decoded(value)
            if decoded:
                yield ("data", key), decoded.strip()


def _decoded(value: str) -> str | None:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return None


def _literal(item: Item) -> Iterator[Found]:
    for path, value in leaves({key: each for key, each in item.body.items() if key != "metadata"}):
        if not isinstance(value, str) or not value or _is_mark(value):
            continue
        if _is_password(path, value):
            yield Found("OSK0871", item, path, "is a password in clear; keep it in a Secret")
        elif "\n" in value and _LINE.search(value):
            yield Found("OSK0871", item, path, "has a password in clear; keep it in a Secret")


def _is_password(path: Path, value: str) -> bool:
    last: Any = path[-1]
    return isinstance(last, str) and _KEY.search(last) is not None and not re.search(r"\s", value)


def _is_mark(value: str) -> bool:
    return value.startswith(("{{", "<", "$")) or placeholders.has(value)
