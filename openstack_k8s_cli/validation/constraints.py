"""Value constraints of a schema: enumerations, ranges, lengths, patterns, formats and the sizes of lists and maps."""

import base64
import binascii
import functools
import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

_SHOWN = 60
"""Characters of a value that are shown."""


def broken(value: Any, schema: Mapping[str, Any]) -> Iterator[str]:
    """Say which constraints a value of the right type does not keep."""
    if "enum" in schema and value not in schema["enum"]:
        yield f"{shown(value)} is not one of {', '.join(map(shown, schema['enum']))}"
    if isinstance(value, str):
        yield from _of_text(value, schema)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from _of_number(value, schema)
    elif isinstance(value, list):
        yield from _of_size(len(value), schema, "Items", "item")
        yield from _of_list(value, schema)
    elif isinstance(value, dict):
        yield from _of_size(len(value), schema, "Properties", "key")


def shown(value: Any) -> str:
    """Write a value shortly."""
    text = (
        f"`{value}`"
        if isinstance(value, str)
        else f"`{str(value).lower()}`"
        if value is True
        else f"`{value}`"
    )
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…`"


def is_base64(text: str) -> bool:
    """Tell whether Go's decoder takes a text: line breaks are skipped, nothing else is forgiven."""
    try:
        base64.b64decode("".join(text.split("\n")).replace("\r", ""), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _of_text(value: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield from _of_size(len(value), schema, "Length", "character")
    pattern = schema.get("pattern")
    if pattern and not _matches(pattern, value):
        yield f"{shown(value)} does not match `{pattern}`"
    test = _FORMATS.get(schema.get("format", ""))
    if test and not test(value):
        yield "is not base64" if schema["format"] == "byte" else f"{shown(value)} is no {schema['format']}"


def _of_number(value: float, schema: Mapping[str, Any]) -> Iterator[str]:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and (value < low or (schema.get("exclusiveMinimum") is True and value == low)):
        yield f"{value} is below {low}"
    if high is not None and (value > high or (schema.get("exclusiveMaximum") is True and value == high)):
        yield f"{value} is above {high}"
    bits = _BITS.get(schema.get("format", ""))
    if bits and not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        yield f"{value} does not fit into {bits} bits"
    step = schema.get("multipleOf")
    if step and value % step:
        yield f"{value} is no multiple of {step}"


def _of_size(size: int, schema: Mapping[str, Any], word: str, name: str) -> Iterator[str]:
    low, high = schema.get(f"min{word}"), schema.get(f"max{word}")
    if low is not None and size < low:
        yield f"has {size} {name}s, at least {low} must be there"
    if high is not None and size > high:
        yield f"has {size} {name}s, at most {high} may be there"


def _of_list(value: list[Any], schema: Mapping[str, Any]) -> Iterator[str]:
    kind = schema.get("x-kubernetes-list-type")
    if kind == "map":
        keys: list[Any] = [
            tuple(each.get(key) for key in schema.get("x-kubernetes-list-map-keys", ()))
            for each in value
            if isinstance(each, dict)
        ]
    elif kind == "set" or schema.get("uniqueItems"):
        keys = value
    else:
        return
    again = next((key for at, key in enumerate(keys) if key in keys[:at]), None)
    if again is not None:
        name = again if not isinstance(again, tuple) else "/".join(map(str, again))
        yield f"has {shown(name)} twice"


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:  # Go's dialect has classes that Python's lacks
        return None


def _matches(pattern: str, value: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is None or compiled.search(value) is not None


def _parses(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def test(text: str) -> bool:
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return test


_BITS = MappingProxyType({"int32": 32, "int64": 64})


def _fully(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text) is not None


def _is_moment(text: str) -> bool:
    return "t" in text.lower() and _parses(datetime.fromisoformat)(text)


_LABEL = r"(?!-)[^\W_](?:[^\W_]|-){0,62}(?<!-)"
_FORMATS: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        "byte": is_base64,
        "cidr": lambda text: (
            "/" in text and _parses(lambda each: ipaddress.ip_network(each, strict=False))(text)
        ),
        "date": lambda text: len(text) == len("2026-08-01") and _parses(date.fromisoformat)(text),
        "date-time": _is_moment,
        "duration": _fully(r"(?:[-+]?(?:\d+\.?\d*|\.\d+)\s*[A-Za-zµμ]+[\s,]*)+|[-+]?0"),
        "hostname": _fully(rf"(?=.{{1,255}}$){_LABEL}(?:\.{_LABEL})*\.?"),
        "ipv4": _parses(ipaddress.IPv4Address),
        "ipv6": _parses(ipaddress.IPv6Address),
        "mac": _fully(r"([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}"),
        "uri": _fully(r"(?:[A-Za-z][A-Za-z0-9+.-]*:|/)[^\x00-\x1f\x7f]*"),
        "uuid": _parses(UUID),
    }
)
"""Those that the API server checks, and objects use; others are only words in a schema."""
