"""What of an object that was applied is not in the object as the server has it."""

from collections.abc import Iterator, Mapping
from typing import Any


def missing(applied: Any, live: Any, path: str = "") -> Iterator[str]:
    """Walk over the leaves that are not there, or are there with another value."""
    if isinstance(applied, Mapping) and applied:
        for key, value in applied.items():
            there = live.get(key) if isinstance(live, Mapping) else None
            yield from missing(value, there, f"{path}.{key}")
    elif isinstance(applied, list) and isinstance(live, list) and len(applied) == len(live):
        for index, (value, there) in enumerate(zip(applied, live, strict=True)):
            yield from missing(value, there, f"{path}[{index}]")
    elif applied != live and not (applied == {} and live is not None):
        yield f"{path}: {applied!r} is {live!r}"
