"""Lists of processor cores as Linux writes them: `1,13` or `2-11,14-23`."""

import re
from collections.abc import Iterable

_MOST = 4096
"""Cores of a machine; a larger number is a slip of the hand."""
_PART = re.compile(r"(\d+)(?:-(\d+))?")


def read(text: str) -> frozenset[int]:
    """Give the cores of a text; raises ValueError."""
    found: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if not first <= last < _MOST:
            message = f"`{text}` is no list of cores; write it as `1,13` or `2-11,14-23`"
            raise ValueError(message)
        found.update(range(first, last + 1))
    return frozenset(found)


def write(cores: Iterable[int]) -> str:
    """Write cores, those in a row as a range."""
    ranges: list[list[int]] = []
    for each in sorted(set(cores)):
        if ranges and each == ranges[-1][1] + 1:
            ranges[-1][1] = each
        else:
            ranges.append([each, each])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)
