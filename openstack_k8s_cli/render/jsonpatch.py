"""JSON patch (RFC 6902) on plain values."""

import copy
import re
from collections.abc import Iterable, Mapping
from typing import Any

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


def apply(document: Any, operations: Iterable[Mapping[str, Any]]) -> Any:
    """Give the changed document; ValueError says which operation does not fit. The document itself is changed."""
    whole = {"": document}
    for operation in operations:
        try:
            _one(whole, operation)
        except (LookupError, TypeError) as error:
            message = f"`{operation.get('op')} {operation.get('path')}`: there is no such place"
            raise ValueError(message) from error
    return whole[""]


def _one(whole: dict[str, Any], operation: Mapping[str, Any]) -> None:
    kind, path = operation.get("op"), _tokens(operation.get("path"))
    match kind:
        case "add":
            _add(whole, path, operation["value"])
        case "remove":
            _remove(whole, path)
        case "replace":
            _get(whole, path)
            _remove(whole, path)
            _add(whole, path, operation["value"])
        case "move":
            _add(whole, path, _remove(whole, _tokens(operation.get("from"))))
        case "copy":
            _add(whole, path, copy.deepcopy(_get(whole, _tokens(operation.get("from")))))
        case "test":
            if _get(whole, path) != operation["value"]:
                raise ValueError(f"`test {operation['path']}`: the value is another")
        case _:
            raise ValueError(f"`{kind}` is no operation of JSON patch")


def _tokens(pointer: Any) -> list[str]:
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        raise ValueError(f"`{pointer}` is no JSON pointer")
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")]


def _get(whole: Any, path: list[str]) -> Any:
    here = whole
    for token in path:
        here = here[_index(token)] if isinstance(here, list) else here[token]
    return here


def _index(token: str) -> int:
    """Read an index: digits without a zero before them, nothing from the end."""
    if not _INDEX.fullmatch(token):
        raise IndexError(token)
    return int(token)


def _add(whole: Any, path: list[str], value: Any) -> None:
    parent = _get(whole, path[:-1])
    if not isinstance(parent, list):
        parent[path[-1]] = value
    elif path[-1] == "-":
        parent.append(value)
    elif _index(path[-1]) <= len(parent):
        parent.insert(_index(path[-1]), value)
    else:
        raise IndexError(path[-1])


def _remove(whole: Any, path: list[str]) -> Any:
    parent = _get(whole, path[:-1])
    return parent.pop(_index(path[-1])) if isinstance(parent, list) else parent.pop(path[-1])
