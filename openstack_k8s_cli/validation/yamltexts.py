"""YAML texts as kubectl reads them (YAML 1.1, as Go's reader takes it), each document with the line of every field."""

from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from openstack_k8s_cli.model import kubeyaml
from openstack_k8s_cli.validation.documents import Document, UnfitError, sized
from openstack_k8s_cli.validation.findings import Path

_NO_NUMBERS = frozenset({"inf", "-inf", "nan"})


def documents(text: str) -> Iterator[Document]:
    """Give every document of a text that is not empty; UnfitError or YAMLError where it cannot be read."""
    for node in YAML(typ="safe", pure=True).compose_all(text):
        document = sized(text)
        document.value = _value(node, (), document) if node is not None else None
        if document.value is not None:
            yield document


def _value(node: Node, path: Path, document: Document) -> Any:
    document.enter(path, node.start_mark.line + 1)
    if isinstance(node, ScalarNode):
        return _scalar(node)
    if isinstance(node, SequenceNode):
        return [_value(each, (*path, index), document) for index, each in enumerate(node.value)]
    found: dict[str, Any] = {}
    merged: dict[str, Any] = {}
    for key, below in node.value:
        if key.value == "<<" and key.style is None:
            merged |= _merged(below, path, document)
            continue
        name = _key(key)
        here = (*path, name)
        if name in found:
            document.twice.append(here)
        document.lines[here] = key.start_mark.line + 1
        found[name] = _value(below, here, document)
    return {**merged, **found}


def _key(node: Node) -> str:
    """Read a key: all of JSON's are texts, so `yes` is `true`."""
    value = _scalar(node) if isinstance(node, ScalarNode) else None
    if value is None:
        raise UnfitError("a key is a list, a mapping or null, a text is wanted", node.start_mark.line + 1)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _merged(node: Node, path: Path, document: Document) -> dict[str, Any]:
    nodes = node.value if isinstance(node, SequenceNode) else [node]
    found: dict[str, Any] = {}
    for each in reversed(nodes):
        if isinstance(each, MappingNode):
            found |= _value(each, (*path, "<<"), document)
    return found


def _scalar(node: ScalarNode) -> Any:
    text, kind = str(node.value), str(node.tag).rpartition(":")[2]
    match kind:
        case "str":
            return kubeyaml.word(text, plain=node.style is None)
        case "bool":
            return text in kubeyaml.TRUE
        case "null":
            return None
        case "int":
            return kubeyaml.whole(text)
        case "float":
            return _float(text, node.start_mark.line + 1)
        case _:
            return text


def _float(text: str, line: int) -> float | str:
    plain = text.lower().replace("_", "").replace(".inf", "inf").replace(".nan", "nan")
    if plain.removeprefix("+") in _NO_NUMBERS:
        raise UnfitError(f"`{text}` is no number of JSON", line)
    try:
        number = float(plain)
    except ValueError:
        return text
    return text if str(number) in _NO_NUMBERS else number
