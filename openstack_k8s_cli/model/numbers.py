"""Numbers in sentences."""


def some(count: int, noun: str) -> str:
    """Count things: `no warnings` is not said here, `1 warning` and `2 warnings` are."""
    ending = "" if count == 1 else "es" if noun.endswith(("s", "sh", "ch", "x")) else "s"
    return f"{count} {noun}{ending}"
