"""How much a template may make: what grows without end would take all memory before anybody could say why."""

import re
from collections.abc import Callable, Iterable, Mapping, Sized
from functools import wraps
from itertools import islice
from string import Formatter
from typing import Any

from jinja2.exceptions import SecurityError

MOST = 20_000_000
"""Characters of a text or items of a list: a hundred times the largest that osk's own templates make."""
_BITS = 65_536
"""Of the largest number that comes of a product or a power."""
_BATCH = 256
_PERCENT = re.compile(r"%(?:\([^)]*\))?[-#0 +]*(\*|\d*)(?:\.(\*|\d*))?")
"""A place in a format such as `%9.2f`; `*` takes the width from the values."""
_DIGITS = re.compile(r"\d{6,}")
PADDING = ("center", "indent")
"""Filters that make a text as wide as they are told."""
_PADDING = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs"})
_FORMATTING = frozenset({"format", "format_map"})


def joined(parts: Iterable[Any]) -> str:
    """Join what a template writes; SecurityError where it does not come to an end."""
    texts, size, left = [], 0, iter(parts)
    while batch := list(islice(left, _BATCH)):
        size += sum(map(len, batch))
        _check(size)
        texts.append("".join(batch))
    return "".join(texts)


def check_operation(operator: str, left: Any, right: Any) -> None:
    """Raise SecurityError where `left OPERATOR right` would be too large."""
    if operator == "%" and isinstance(left, str):
        _check_percent(left, right if isinstance(right, tuple) else (right,))
    elif operator == "+" and isinstance(left, Sized) and isinstance(right, Sized):
        _check(len(left) + len(right))
    elif operator in {"*", "**"}:
        _check_product(operator, left, right)


def check_call(function: Any, arguments: tuple[Any, ...], named: Mapping[str, Any]) -> None:
    """Raise SecurityError where a method of a text would make too large a one."""
    method = getattr(function, "__wrapped__", function)  # Jinja wraps `format`
    name, text = getattr(method, "__name__", ""), getattr(method, "__self__", None)
    if not isinstance(text, str):
        return
    if name in _FORMATTING:
        _check_braces(text, (*arguments, *named.values()))
    elif name in _PADDING:
        _check_widths((*arguments, *named.values()))


def padding(function: Callable[..., Any]) -> Callable[..., Any]:
    """Have a filter refuse widths that are too large."""

    @wraps(function)
    def limited(*arguments: Any, **named: Any) -> Any:
        _check_widths((*arguments[1:], *named.values()))
        return function(*arguments, **named)

    return limited


def formatting(function: Callable[..., Any]) -> Callable[..., Any]:
    """Have the filter `format` refuse widths that are too large."""

    @wraps(function)
    def limited(text: Any, *arguments: Any, **named: Any) -> Any:
        _check_percent(str(text), arguments)
        return function(text, *arguments, **named)

    return limited


def _check_product(operator: str, left: Any, right: Any) -> None:
    if isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()
        if bits > _BITS:
            raise SecurityError(f"a number of more than {_BITS} bits comes of `{operator}`")
        return
    for several, times in ((left, right), (right, left)):
        if isinstance(several, Sized) and isinstance(times, int):
            _check(len(several) * times)


def _check_percent(text: str, values: tuple[Any, ...]) -> None:
    for found in _PERCENT.finditer(text.replace("%%", "")):
        _check_place("".join(filter(None, found.groups())), values, given="*")


def _check_braces(text: str, values: tuple[Any, ...]) -> None:
    for _, _, place, _ in Formatter().parse(text):
        _check_place(place or "", values, given="{")


def _check_place(place: str, values: tuple[Any, ...], *, given: str) -> None:
    if wide := _DIGITS.search(place):
        raise SecurityError(f"a format may not be as wide as `{wide[0][:20]}`")
    if given in place:
        _check_widths(values)


def _check_widths(arguments: Iterable[Any]) -> None:
    for each in arguments:
        if isinstance(each, int):
            _check(abs(each))


def _check(size: int) -> None:
    if size > MOST:
        raise SecurityError(f"more than {MOST:,} characters or items come of it")
