"""YAML 1.2 as nodes, fast: libyaml parses what is usual, and ruamel judges everything else.

PyYAML, which brings libyaml, comes with the Kubernetes client; without it ruamel does all of the work.
ruamel alone says what a plain word means, and what is wrong with a text: whatever libyaml refuses, it reads again.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache, lru_cache
from io import StringIO
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver

try:
    from yaml import YAMLError as _Refused
    from yaml.cyaml import CParser
except ImportError:  # PyYAML was built without libyaml
    CParser, _Refused = None, ValueError

Node: TypeAlias = Any
"""Of ruamel or of PyYAML: both have `id`, `tag`, `value`, `style` and `start_mark`."""

_UNUSUAL = re.compile(
    r"[^\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]"  # tabs, other line breaks, emoji
    r"|(?<![^\s\[{,:])(?:!|[&*](?=\S))"  # anchors, aliases, tags
    r"|^%|<<|(?<![^\s\[{,])\?(?!\w)"  # directives, merge keys, keys that are no words
    r"""|["'\]}|>+\-]#| {200}|(?:- +){20}""",
    re.MULTILINE,
)
"""What libyaml, which knows YAML 1.1, might read in another way than ruamel, or nest without end."""
_MOST_BRACKETS = 1000
"""Of a text that libyaml reads: more may nest without end."""
_NULL = "tag:yaml.org,2002:null"
_TEXT = "tag:yaml.org,2002:str"


class _OddError(Exception):
    """A node whose value ruamel must give."""


_ODD = (_OddError, ValueError, RecursionError)


class _Texts(SafeConstructor):
    """Leaves dates as texts: Kubernetes knows no dates."""


_Texts.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def _reader() -> YAML:
    reader = YAML(typ="safe", pure=True)
    reader.Constructor = _Texts
    return reader


def compose(text: str) -> Node | None:
    """Give the one document of a text; ruamel's YAMLError says what is wrong."""
    found = _composed(text, exact=True)
    if found is not None and len(found) == 1:
        return found[0]
    return YAML(typ="safe", pure=True).compose(text)


def load(text: str) -> tuple[Node | None, Any]:
    """Give the one document of a text and its plain value; ruamel's YAMLError says what is wrong."""
    node = compose(text)
    try:
        return node, None if node is None else plain(node)
    except _ODD:
        return node, _reader().load(StringIO(text))


def values(text: str) -> list[Any]:
    """Give the plain value of every document; ruamel's YAMLError says what is wrong."""
    found = _composed(text, exact=False)
    if found is not None:
        with suppress(*_ODD):
            return [plain(node) for node in found]
    return list(_reader().load_all(StringIO(text)))


def usual(text: str) -> list[Node] | None:
    """Give the documents of a text as nodes; None: only ruamel can read it, or say what is wrong with it."""
    return _composed(text, exact=False)


def plain(node: Node) -> Any:
    """Give a node's plain value, dates as texts."""
    if node.id == "scalar":
        kind = str(node.tag)
        return node.value if kind == _TEXT else _meaning(kind, node.value)
    if node.id == "sequence":
        return [plain(each) for each in node.value]
    found = {plain(key) if key.id == "scalar" else _odd(): plain(below) for key, below in node.value}
    return found if len(found) == len(node.value) else _odd()


def _odd() -> Any:
    raise _OddError


@lru_cache(maxsize=1024)
def _meaning(kind: str, text: str) -> Any:
    constructor = _reader().constructor
    match kind.rpartition(":")[2]:
        case "null":
            return None
        case "bool":
            return constructor.construct_yaml_bool(ScalarNode(kind, text))
        case "int":
            return constructor.construct_yaml_int(ScalarNode(kind, text))
        case "float":
            return constructor.construct_yaml_float(ScalarNode(kind, text))
        case "timestamp":
            return text
        case _:
            return _odd()


def _composed(text: str, *, exact: bool) -> list[Node] | None:
    """Give a text's documents; exact: only where every node is at the place that ruamel names."""
    brackets = text.count("[") + text.count("{")
    if CParser is None or brackets > _MOST_BRACKETS or _UNUSUAL.search(text):
        return None
    composer = _Composer(text)
    try:
        found = list(_documents(composer))
    except _Refused:
        return None
    whole = all(node.id != "scalar" or node.tag == _NULL for node in found)
    return found if whole and not (exact and composer.has_gaps) else None


def _documents(composer: "_Composer") -> Iterator[Node]:
    while composer.check_node():
        yield composer.get_node()


class _Composer(CParser or object):  # type: ignore[misc]  # a base without stubs
    """libyaml's nodes, with the tags that ruamel gives to plain words."""

    has_gaps = False
    """Values are left out; libyaml and ruamel put them at different places."""

    def resolve(self, kind: Any, value: str, implicit: Any) -> str:
        if kind.id != "scalar":
            return f"tag:yaml.org,2002:{'seq' if kind.id == 'sequence' else 'map'}"
        if not implicit[0]:
            return _TEXT
        self.has_gaps = self.has_gaps or not value
        rules = _rules().get(value[:1], ())
        return next((tag for tag, pattern in rules if pattern.match(value)), _TEXT)

    def descend_resolver(self, parent: Any, index: Any) -> None:
        """Paths have no part in it."""

    def ascend_resolver(self) -> None:
        """Paths have no part in it."""


@cache
def _rules() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """Give what plain words mean in YAML 1.2, by their first letter."""
    return {
        first: [(str(tag), each) for tag, each in rules]
        for first, rules in VersionedResolver().versioned_resolver.items()
    }
