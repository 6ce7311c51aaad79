"""Texts that someone meant to replace."""

import re
from collections.abc import Iterator

from openstack_k8s_cli.validation.constraints import shown
from openstack_k8s_cli.validation.findings import Item
from openstack_k8s_cli.validation.lint.objects import Found, Objects, leaves

_MARK = re.compile(
    r"_replaced_|change_?me|replace_?me|<(?:your|replace|insert)[ _-][^>]*>|\bFIXME\b", re.IGNORECASE
)


def has(text: str) -> bool:
    """Tell whether a text has a placeholder in it."""
    return _MARK.search(text) is not None


def check(objects: Objects) -> Iterator[Found]:
    """Find placeholders in keys and values."""
    seen: set[tuple[object, ...]] = set()
    for item in objects.items:
        yield from _within(item, seen)


def _within(item: Item, seen: set[tuple[object, ...]]) -> Iterator[Found]:
    for path, value in leaves(item.body):
        key = next((each for each in path if isinstance(each, str) and has(each)), None)
        text = value if isinstance(value, str) else ""
        if (key is None and not has(text)) or (item.source, item.id, path) in seen:
            continue
        seen.add((item.source, item.id, path))
        match = _MARK.search(text) or _MARK.search(key or "")
        yield Found("OSK0870", item, path, f"{shown(match[0] if match else text)} was to be replaced")
