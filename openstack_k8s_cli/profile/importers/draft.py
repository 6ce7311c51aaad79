"""A profile in the making: values by path, each with the variables that it came from."""

from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.profile import outline, paths
from openstack_k8s_cli.profile.importers.outcome import Lost

CRC = "crc"


@dataclass(frozen=True, slots=True)
class Entry:
    """A value and its origin."""

    value: Any
    names: tuple[str, ...] = ()
    """Of variables or targets."""


@dataclass(frozen=True, slots=True)
class Blank:
    """What whoever wrote it left to be filled in."""

    given: str
    """What stands there."""


class Draft:
    """What the rules put together."""

    def __init__(self) -> None:
        self.name = "imported"
        self.base = CRC
        """The base that the profile extends; a rule may choose another."""
        self.traits: list[str] = []
        """Traits that it extends besides."""
        self.entries: dict[paths.Path, Entry] = {}
        self.lost: list[Lost] = []
        self._names: tuple[str, ...] = ()

    @property
    def extends(self) -> list[str]:
        """Name what the profile extends."""
        return [self.base, *self.traits]

    def on_behalf(self, names: tuple[str, ...]) -> None:
        """Say which variables or targets the next values come from."""
        self._names = names

    def set(self, path: str, value: Any) -> None:
        """Put a value at a path; of a mapping each leaf, null takes out what the base has."""
        start = paths.parse(path)
        if isinstance(value, dict) and value:
            for key, each in value.items():
                self.set(paths.write((*start, key)), each)
            return
        self.entries.pop(start, None)
        self.entries[start] = Entry(value, self._names)

    def get(self, path: str) -> Any:
        """Give what was put at a path; None: nothing."""
        entry = self.entries.get(paths.parse(path))
        return entry.value if entry else None

    def has(self, path: str, value: Any) -> bool:
        """Tell whether a value was put at a path."""
        return self.entries.get(paths.parse(path)) == Entry(value, self._names)

    def lose(self, what: str, reason: str, instead: str) -> None:
        """Say that something could not be carried over, why, and what is nearest; once, however many rules ask."""
        found = Lost(what, reason, instead)
        self.lost += [found] if found not in self.lost else []


def nested(entries: dict[paths.Path, Entry]) -> dict[str, Any]:
    """Give entries as a tree, keys in the schema's order."""
    tree: dict[str, Any] = {}
    for path, entry in entries.items():
        here = tree
        for part in path[:-1]:
            below = here.setdefault(str(part), {})
            if not isinstance(below, dict):
                below = here[str(part)] = {}
            here = below
        here[str(path[-1])] = entry.value
    ordered: dict[str, Any] = _ordered(tree, ())
    return ordered


def _ordered(tree: Any, path: paths.Path) -> Any:
    if not isinstance(tree, dict):
        return tree
    spot = outline.find(path)
    known = outline.known(spot.model) if spot and spot.model else ()
    keys = sorted(tree, key=lambda key: known.index(key) if key in known else len(known))
    return {key: _ordered(tree[key], (*path, key)) for key in keys}
