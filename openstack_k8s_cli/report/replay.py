"""Reads a run's events back from JSON lines."""

import json
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from openstack_k8s_cli.model import events as model
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.report.view import View, fold

_TYPES: dict[str, type] = {each.__name__: each for each in get_args(Event)}


def events(text: str) -> Iterator[Event]:
    """Read events, skipping a last line that was cut off and types of a later osk."""
    for line in text.splitlines():
        try:
            form = json.loads(line)
        except ValueError:
            continue
        kind = _TYPES.get(form.get("type", ""))
        if kind is not None and form.get("version") == model.VERSION:
            yield _made(kind, form | {"at": datetime.fromisoformat(form["at"]).timestamp()})


def view(text: str) -> View:
    """Fold events into the view at their end."""
    seen = View()
    for event in events(text):
        seen = fold(seen, event)
    return seen


def _made(kind: type, form: dict[str, Any]) -> Any:
    hints = get_type_hints(kind)
    make: Callable[..., Any] = kind
    return make(
        **{each.name: _value(hints[each.name], form[each.name]) for each in fields(kind) if each.name in form}
    )


def _value(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(hint, UnionType):
        return _value(next(each for each in get_args(hint) if each is not type(None)), value)
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], each) for each in value)
    if is_dataclass(hint) and isinstance(hint, type):
        return _made(hint, value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return value
