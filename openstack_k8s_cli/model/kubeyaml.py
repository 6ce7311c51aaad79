"""YAML as kubectl reads it: words such as `yes` are booleans, and a number that begins with 0 is octal."""

import io
import re
from contextlib import suppress
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

from openstack_k8s_cli.model import yamlnodes

TRUE = frozenset({"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"})
FALSE = frozenset({"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"})
_OCTAL = re.compile(r"[-+]?0[0-7]{1,20}")
_BASED = re.compile(r"[-+]?0(x[0-9a-fA-F]{1,16}|o[0-7]{1,22}|b[01]{1,64})")
_LONGEST = 20
"""Digits of a whole number; one with more is read as a float."""
_MOST = 308
"""Digits of the largest float."""


class _Constructor(SafeConstructor):
    """Gives plain words the meaning that kubectl gives them, and leaves dates as texts."""


def word(text: str, *, plain: bool) -> bool | str:
    """Read a text; `plain`: it has no quotes, so that `yes` is a boolean."""
    return text in TRUE if plain and text in TRUE | FALSE else text


def whole(written: str) -> float | str:
    """Read a whole number; one that fits into no float stays a text."""
    text = written.replace("_", "")
    if _OCTAL.fullmatch(text):
        return int(text, 8)
    if text.lstrip("+-").isdecimal():
        return int(text) if len(text) <= _LONGEST else float(text) if len(text) <= _MOST else written
    return int(text, 0) if _BASED.fullmatch(text) else written


_TAG = "tag:yaml.org,2002:"
_Constructor.add_constructor(f"{_TAG}str", lambda _, node: word(str(node.value), plain=node.style is None))
_Constructor.add_constructor(f"{_TAG}int", lambda _, node: whole(str(node.value)))
_Constructor.add_constructor(f"{_TAG}timestamp", SafeConstructor.construct_yaml_str)


def documents(text: str) -> list[Any]:
    """Read every document; a YAMLError says what is wrong."""
    nodes = yamlnodes.usual(text)
    if nodes is not None:
        with suppress(_OddError, RecursionError):
            return [_value(node) for node in nodes]
    reader = YAML(typ="safe", pure=True)
    reader.Constructor = _Constructor
    return list(reader.load_all(io.StringIO(text)))


class _OddError(Exception):
    """A node whose value ruamel must give."""


def _value(node: yamlnodes.Node) -> Any:
    if node.id == "sequence":
        return [_value(each) for each in node.value]
    if node.id == "mapping":
        found = {_key(key): _value(below) for key, below in node.value}
        return found if len(found) == len(node.value) else _odd()
    match node.tag.removeprefix(_TAG):
        case "str" | "timestamp":
            return word(node.value, plain=not node.style)
        case "int":
            return whole(node.value)
        case _:
            return yamlnodes.plain(node)


def _key(node: yamlnodes.Node) -> Any:
    return _value(node) if node.id == "scalar" else _odd()


def _odd() -> Any:
    raise _OddError
