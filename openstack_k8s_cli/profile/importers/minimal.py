"""Takes out of a draft what its base says anyway."""

from collections.abc import Callable, Mapping
from typing import Any

from openstack_k8s_cli.model.problems import OskError, Problem
from openstack_k8s_cli.model.secrets import SecretText
from openstack_k8s_cli.profile import loading, outline, paths
from openstack_k8s_cli.profile.importers.draft import Entry
from openstack_k8s_cli.profile.paths import Path
from openstack_k8s_cli.profile.sources import Over, Reader, Source

NAME = "(import)"
_ROUNDS = 3
_OF_HOSTS = {("interface",), ("bridge",), ("services",), ("networks",), ("name",)}

Entries = Mapping[Path, Entry]


def reduced(
    entries: Entries, write: Callable[[Entries], str], *, reader: Reader
) -> tuple[Entries, tuple[Problem, ...]]:
    """Give the entries without which the profile would say something else, and what is wrong with the profile."""
    try:
        whole = _values(write(entries), reader)
    except OskError as error:
        return entries, error.problems
    base = _values(write({}), reader)
    kept = {path: entry for path, entry in entries.items() if _at(whole, path) != _at(base, path)}
    for _ in range(_ROUNDS):
        tried = _tried(write(kept), reader)
        if tried == whole:
            return {path: entry for path, entry in entries.items() if path in kept}, ()
        if tried is None:
            break
        kept |= {path: entry for path, entry in entries.items() if _at(whole, path) != _at(tried, path)}
    for path, entry in entries.items():
        if path not in kept:
            without = {each: one for each, one in entries.items() if each != path}
            if _tried(write(without), reader) != whole:
                kept[path] = entry
    return {path: entry for path, entry in entries.items() if path in kept}, ()


def plain(entries: Entries, write: Callable[[Entries], str], *, reader: Reader) -> Entries:
    """Give the entries without those that hold unsaid: the schema's defaults, and what follows from other values."""
    whole = _tried(write(entries), reader)
    for usual in (_is_default, _follows):
        likely = {path for path, entry in entries.items() if usual(path, entry.value)}
        without = {path: entry for path, entry in entries.items() if path not in likely}
        tried = _tried(write(without), reader)
        if whole is None or tried is None:
            continue
        gone = {path for path in likely if _at(tried, path) == _at(whole, path)}
        found = {path: entry for path, entry in entries.items() if path not in gone}
        if _tried(write(found), reader) == whole:
            entries = found
    return entries


def _is_default(path: Path, value: Any) -> bool:
    spot = outline.find(path)
    return spot is not None and spot.own and not spot.free and value is not None and spot.default == value


def _follows(path: Path, _: Any) -> bool:
    """Tell whether a value may follow from others."""
    if path[0] == "networks":
        return path[2:3] in {("mtu",), ("slices",)}
    return path[:2] == ("dataplane", "nodesets") and path[3:4] in _OF_HOSTS


def _tried(text: str, reader: Reader) -> Mapping[str, Any] | None:
    try:
        return _values(text, reader)
    except OskError:
        return None


def _values(text: str, reader: Reader) -> Mapping[str, Any]:
    shown: Mapping[str, Any] = _revealed(loading.load(NAME, reader=With(reader, text)).values)
    return shown


def _revealed(value: Any) -> Any:
    """Give secrets as texts, so that values can be compared."""
    if isinstance(value, SecretText):
        return value.reveal()
    if isinstance(value, Mapping):
        return {key: _revealed(each) for key, each in value.items()}
    return [_revealed(each) for each in value] if isinstance(value, list) else value


def _at(values: Mapping[str, Any], path: Path) -> Any:
    try:
        return paths.get(values, path)
    except KeyError:
        return None


class With(Over):
    """A reader that has one more profile."""

    def __init__(self, reader: Reader, text: str) -> None:
        super().__init__(reader)
        self._text = text

    def read(self, name: str, relative_to: str | None) -> Source:
        return Source("import", self._text, NAME) if name == NAME else super().read(name, relative_to)
