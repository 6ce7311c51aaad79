"""Objects out of YAML or JSON texts, each with the line of every field; read as kubectl reads them."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from openstack_k8s_cli.model.objects import ObjectId, group_of
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.validation.findings import Item, Path

_STAGE = re.compile(r"(?:.*/)?\d+[-_.][^/]*")
"""A file whose name begins with a number is one of several that are applied in that order."""
_TRUE = frozenset({"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"})
_FALSE = frozenset({"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"})
_OCTAL = re.compile(r"[-+]?0[0-7]*")
_LOCAL = "config.kubernetes.io/local-config"
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Text:
    """A file, or what came on stdin."""

    label: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Read:
    """What texts have in them."""

    items: tuple[Item, ...]
    stages: tuple[tuple[str, Mapping[str, Any]], ...]
    """Descriptions of stages, with their waits, as (file, document)."""


def read(texts: Iterable[Text]) -> Read:
    """Read every object of every text; raises OskError with all texts that cannot be read."""
    items: list[Item] = []
    stages: list[tuple[str, Mapping[str, Any]]] = []
    problems: list[Problem] = []
    for order, text in enumerate(texts):
        try:
            for document in _documents(text):
                if isinstance(document.value, dict) and "vas" in document.value:
                    stages.append((text.label, document.value))
                else:
                    items.extend(_items(document, text.label, order))
        except OskError as error:
            problems += error.problems
    if problems:
        raise OskError(*problems, exit_code=ExitCode.USAGE)
    return Read(tuple(items), tuple(stages))


@dataclass(slots=True)
class _Document:
    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    twice: list[Path] = field(default_factory=list)


def _documents(text: Text) -> Iterator[_Document]:
    if text.text.lstrip()[:1] == "{":
        try:
            yield _Document(json.loads(text.text))
        except ValueError:
            pass  # YAML's flow style, or several documents
        else:
            return
    try:
        for node in YAML(typ="safe", pure=True).compose_all(text.text):
            document = _Document()
            document.value = _value(node, (), document) if node is not None else None
            if document.value is not None:
                yield document
    except (YAMLError, ValueError, RecursionError) as error:
        raise OskError(_unreadable(text.label, error), exit_code=ExitCode.USAGE) from error


def _value(node: Node, path: Path, document: _Document) -> Any:
    document.lines.setdefault(path, node.start_mark.line + 1)
    if len(path) > _DEEPEST:
        raise ValueError("it nests too deeply, or contains itself")
    if isinstance(node, ScalarNode):
        return _scalar(node)
    if isinstance(node, SequenceNode):
        return [_value(each, (*path, index), document) for index, each in enumerate(node.value)]
    found: dict[str, Any] = {}
    merged: dict[str, Any] = {}
    for key, below in node.value:
        name = str(key.value)
        if name == "<<" and key.style is None:
            merged |= _merged(below, document)
            continue
        here = (*path, name)
        if name in found:
            document.twice.append(here)
        document.lines[here] = key.start_mark.line + 1
        found[name] = _value(below, here, document)
    return {**merged, **found}


def _merged(node: Node, document: _Document) -> dict[str, Any]:
    nodes = node.value if isinstance(node, SequenceNode) else [node]
    found: dict[str, Any] = {}
    for each in reversed(nodes):
        if isinstance(each, MappingNode):
            found |= _value(each, ("<<",), document)
    return found


def _scalar(node: ScalarNode) -> Any:
    text, kind = str(node.value), str(node.tag).rpartition(":")[2]
    match kind:
        case "str" if node.style is None and text in _TRUE | _FALSE:
            return text in _TRUE
        case "bool":
            return text in _TRUE
        case "null":
            return None
        case "int":
            return int(text, 8) if _OCTAL.fullmatch(text) else int(text.replace("_", ""), 0)
        case "float":
            return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
        case _:
            return text


def _items(document: _Document, label: str, order: int) -> Iterator[Item]:
    body = document.value
    bodies: list[tuple[Path, Any]] = [((), body)]
    if isinstance(body, list):
        bodies = [((index,), each) for index, each in enumerate(body)]
    elif (
        isinstance(body, dict)
        and str(body.get("kind")).endswith("List")
        and isinstance(body.get("items"), list)
    ):
        bodies = [(("items", index), each) for index, each in enumerate(body["items"])]
    for prefix, each in bodies:
        item = _item(each, label, order, _below(prefix, document))
        if item:
            yield item


def _below(prefix: Path, document: _Document) -> _Document:
    if not prefix:
        return document
    size = len(prefix)
    lines = {path[size:]: line for path, line in document.lines.items() if path[:size] == prefix}
    return _Document(None, lines, [path[size:] for path in document.twice if path[:size] == prefix])


def _item(body: Any, label: str, order: int, document: _Document) -> Item | None:
    line = document.lines.get(())
    place = f"{label}:{line}" if line else label
    if not isinstance(body, dict):
        raise OskError(_no_object(place, "it is no mapping"), exit_code=ExitCode.USAGE)
    api_version, kind = body.get("apiVersion"), body.get("kind")
    if str(api_version).startswith("kustomize.config.k8s.io/") or kind in {"Kustomization", "Component"}:
        return None
    meta = body["metadata"] if isinstance(body.get("metadata"), dict) else {}
    if (meta.get("annotations") or {}).get(_LOCAL) in {"true", True}:
        return None
    if not isinstance(api_version, str) or not isinstance(kind, str):
        raise OskError(_no_object(place, "it has no `apiVersion` and `kind`"), exit_code=ExitCode.USAGE)
    target = ObjectId(
        group_of(api_version), kind, str(meta.get("namespace") or ""), str(meta.get("name") or "")
    )
    staged = _STAGE.fullmatch(label) is not None
    return Item(target, body, label, order, staged, document.lines, tuple(document.twice))


def _unreadable(label: str, error: Exception) -> Problem:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    reason = error.problem if isinstance(error, MarkedYAMLError) else str(error).partition("\n")[0]
    where = f"{label}:{mark.line + 1}:{mark.column + 1}" if mark else label
    summary = f"The file is not YAML: {reason or 'unreadable'}"
    return Problem("OSK0890", summary, where, advice=(Advice("Correct the file at the place shown"),))


def _no_object(place: str, why: str) -> Problem:
    advice = Advice("Give only files of Kubernetes objects, such as the output of `kustomize build`")
    return Problem("OSK0891", f"A document is no Kubernetes object: {why}", place, advice=(advice,))
