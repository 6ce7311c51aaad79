"""Numbers in sentences."""

from collections.abc import Sequence


def some(count: int, noun: str) -> str:
    """Count things: `no warnings` is not said here, `1 warning` and `2 warnings` are."""
    ending = "" if count == 1 else "es" if noun.endswith(("s", "sh", "ch", "x")) else "s"
    return f"{count} {noun}{ending}"


def several(things: Sequence[object], most: int = 5, *, between: str = ", ") -> str:
    """Name the first of many things and count the others: `a, b and 3 more`."""
    more = f" and {len(things) - most} more" if len(things) > most else ""
    return between.join(map(str, things[:most])) + more
