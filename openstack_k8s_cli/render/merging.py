"""A map laid over another: maps merge, lists of named things merge by name, other lists replace, null removes."""

from collections.abc import Mapping, Sequence
from typing import Any


def merge(base: Any, over: Any) -> Any:
    """Give what results; neither side is changed."""
    if isinstance(base, Mapping) and isinstance(over, Mapping):
        return _maps(base, over)
    if _named(base) and _named(over):
        return _lists(base, over)
    return _without_nulls(over)


def _maps(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, value in over.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result[key], value) if key in result else _without_nulls(value)
    return result


def _lists(base: Sequence[Mapping[str, Any]], over: Sequence[Mapping[str, Any]]) -> list[Any]:
    added = {each["name"]: each for each in over}
    kept = [merge(each, added.pop(each["name"])) if each["name"] in added else each for each in base]
    return [*kept, *map(_without_nulls, added.values())]


def _named(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, Mapping) and "name" in each for each in value)
    )


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    return value
