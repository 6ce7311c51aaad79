"""Objects that a set has more than once."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from openstack_k8s_cli.model.numbers import several
from openstack_k8s_cli.validation.findings import Item, Path, Severity, written
from openstack_k8s_cli.validation.lint.objects import Found, Objects

if TYPE_CHECKING:
    from openstack_k8s_cli.model.objects import ObjectId

_NOTHING: tuple[Any, ...] = (None, {}, [], "")


def check(objects: Objects) -> Iterator[Found]:
    """Compare each object with the one it takes the place of."""
    seen: defaultdict[ObjectId, list[Item]] = defaultdict(list)
    for item in objects.items:
        if not item.id.name:
            continue  # the server makes up a name each time
        if seen[item.id]:
            yield from _again(seen[item.id][-1], item)
        seen[item.id].append(item)


def _again(first: Item, item: Item) -> Iterator[Found]:
    if first.body == item.body:
        yield Found("OSK0861", item, (), f"is the same as in {first.place()}")
        return
    changed = list(_changed(first.body, item.body, ()))
    listed = several([written(path) for path in changed])
    later = first.staged and item.staged and first.order != item.order
    severity = Severity.WARNING if later else None
    yield Found("OSK0860", item, (), f"is not as in {first.place()}: {listed}", severity)
    if item.id.kind != "Secret":
        for path, message in _lost(first.body, item.body, ()):
            yield Found("OSK0862", item, path, f"{message}, which {first.place()} set")


def _changed(one: Any, other: Any, path: Path) -> Iterator[Path]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in (*one, *(each for each in other if each not in one)):
            if key in one and key in other:
                yield from _changed(one[key], other[key], (*path, key))
            else:
                yield (*path, key)
    elif one != other:
        yield path


def _lost(one: Any, other: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key, value in one.items():
            here = (*path, key)
            if value not in _NOTHING and other.get(key) in _NOTHING:
                yield here, f"`{written(here)}` is gone"
            elif key in other:
                yield from _lost(value, other[key], here)
    elif isinstance(one, list) and isinstance(other, list):
        gone = [each for each in one if each not in other]
        if gone and all(isinstance(each, str) for each in (*one, *other)):
            yield path, f"`{written(path)}` has lost {', '.join(gone)}"
    elif (one is True and other is False) or (path[-1:] == ("preProvisioned",) and one != other):
        yield path, f"`{written(path)}` is no longer {str(one).lower()}"
