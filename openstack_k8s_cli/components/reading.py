"""One `component.yaml` from its text: strict YAML, positions, every problem at once."""

import difflib
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from openstack_k8s_cli.components.schema import ComponentSpec
from openstack_k8s_cli.model import yamlnodes
from openstack_k8s_cli.model.problems import Advice, Problem
from openstack_k8s_cli.model.yamlnodes import Node

PAGE = "docs/components.md"
_SCHEMA = Advice("Compare it with the schema of a component", page=PAGE)
_PLANNED = frozenset({"playbook", "host"})


def nearest(word: str, known: Iterable[str]) -> str:
    """Give `; did you mean …`, or nothing when no known word is near."""
    found = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return f"; did you mean `{found[0]}`?" if found else ""


def place(path: str, position: tuple[int, int] | None) -> str:
    """Give `path:line:col`, counted from one."""
    return path if position is None else f"{path}:{position[0] + 1}:{position[1] + 1}"


def read(path: str, text: str) -> tuple[ComponentSpec | None, Node | None, list[Problem]]:
    """Parse a component; also gives the document's node, which knows its positions."""
    try:
        root, raw = yamlnodes.load(text)
    except YAMLError as error:
        return None, None, [_unreadable(path, error)]
    if not isinstance(raw, dict):
        summary = f"A component is a mapping, this is {'empty' if raw is None else type(raw).__name__}"
        return None, root, [Problem("OSK0201", summary, place(path, (0, 0)), advice=(_SCHEMA,))]
    try:
        return ComponentSpec.model_validate(raw), root, []
    except ValidationError as error:
        problems = [_refused(path, root, each) for each in error.errors(include_url=False)]
        return None, root, problems


def position(root: Node | None, location: Sequence[Any]) -> tuple[int, int] | None:
    """Find where a path of keys and indices stands; the nearest place above it when it is not there."""
    if root is None:
        return None
    here, found = root, root
    for key in location:
        below = _below(here, key)
        if below is None:
            break
        found, here = below
    return found.start_mark.line, found.start_mark.column


def _below(node: Node, key: Any) -> tuple[Node, Node] | None:
    """Find what stands for a key, and its value."""
    if node.id == "mapping":
        return next(((name, value) for name, value in node.value if name.value == key), None)
    if node.id == "sequence" and isinstance(key, int) and key < len(node.value):
        return node.value[key], node.value[key]
    return None


def _unreadable(path: str, error: YAMLError) -> Problem:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    reason = (error.problem if isinstance(error, MarkedYAMLError) else None) or str(error).partition("\n")[0]
    spot = (mark.line, mark.column) if mark is not None else None
    advice = Advice("Correct the YAML; texts with `: `, `#` or `{` in them need quotes")
    return Problem("OSK0201", f"This is not YAML: {reason}", place(path, spot), advice=(advice,))


def _refused(path: str, root: Node, error: ErrorDetails) -> Problem:
    location = error["loc"]
    dotted = ".".join(map(str, location)) or "the component"
    spot = place(path, position(root, location))
    if error["type"] == "extra_forbidden":
        key = str(location[-1])
        if key in _PLANNED:
            summary = f"`{dotted}` is planned and not in this version of osk"
            return Problem("OSK0202", summary, spot, advice=(_SCHEMA,))
        summary = f"`{dotted}` is not a key of a component{nearest(key, _keys(location[:-1]))}"
        return Problem("OSK0202", summary, spot, advice=(_SCHEMA,))
    message = error["msg"].removeprefix("Value error, ")
    return Problem("OSK0202", f"`{dotted}`: {message[:1].lower()}{message[1:]}", spot, advice=(_SCHEMA,))


def _keys(location: Sequence[Any]) -> Collection[str]:
    model: type[BaseModel] = ComponentSpec
    for key in location:
        if isinstance(key, str):
            model = _model_of(model, key) or model
    return {field.alias or name for name, field in model.model_fields.items()}


def _model_of(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    for name, field in model.model_fields.items():
        if key in {name, field.alias}:
            inner = [field.annotation, *getattr(field.annotation, "__args__", ())]
            return next(
                (each for each in inner if isinstance(each, type) and issubclass(each, BaseModel)), None
            )
    return None
