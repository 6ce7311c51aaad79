"""Objects out of YAML or JSON texts, each with the line of every field; read as kubectl reads them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from openstack_k8s_cli.model.objects import ObjectId, get, group_of
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.validation import jsontexts, yamltexts
from openstack_k8s_cli.validation.documents import Document, UnfitError
from openstack_k8s_cli.validation.findings import Item, Path

_STAGE = re.compile(r"(?:.*/)?\d+[-_.][^/]*")
"""A file whose name begins with a number is one of several that are applied in that order."""
_LOCAL = "config.kubernetes.io/local-config"


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


def _documents(text: Text) -> list[Document]:
    if text.text.lstrip()[:1] in {"{", "["}:
        with suppress(UnfitError):  # YAML's flow style
            return list(jsontexts.documents(text.text))
    try:
        return list(yamltexts.documents(text.text))
    except (YAMLError, ValueError, RecursionError) as error:
        raise OskError(_unreadable(text.label, error), exit_code=ExitCode.USAGE) from error


def _items(document: Document, label: str, order: int) -> Iterator[Item]:
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
    parts = document.parts(len(bodies[0][0])) if bodies else {}
    for prefix, each in bodies:
        item = _item(each, label, order, parts[prefix])
        if item:
            yield item


def _item(body: Any, label: str, order: int, document: Document) -> Item | None:
    line = document.lines.get(())
    place = f"{label}:{line}" if line else label
    if not isinstance(body, dict):
        raise OskError(_no_object(place, "it is no mapping"), exit_code=ExitCode.USAGE)
    api_version, kind = body.get("apiVersion"), body.get("kind")
    if str(api_version).startswith("kustomize.config.k8s.io/") or kind in ("Kustomization", "Component"):
        return None
    meta = body["metadata"] if isinstance(body.get("metadata"), dict) else {}
    if get(meta, "annotations", _LOCAL) in ("true", True):
        return None
    if not isinstance(api_version, str) or not isinstance(kind, str):
        raise OskError(_no_object(place, "it has no `apiVersion` and `kind`"), exit_code=ExitCode.USAGE)
    target = ObjectId(
        group_of(api_version), kind, str(meta.get("namespace") or ""), str(meta.get("name") or "")
    )
    staged = _STAGE.fullmatch(label) is not None
    return Item(target, body, label, order, staged, document.lines, tuple(document.twice))


def _unreadable(label: str, error: Exception) -> Problem:
    where, reason = label, str(error).partition("\n")[0]
    if isinstance(error, UnfitError):
        where = f"{label}:{error.line}"
    elif isinstance(error, MarkedYAMLError):
        mark, reason = error.problem_mark, error.problem or reason
        where = f"{label}:{mark.line + 1}:{mark.column + 1}" if mark else label
    elif isinstance(error, RecursionError):
        reason = "it nests too deeply, or contains itself"
    summary = f"The file is not YAML: {reason or 'unreadable'}"
    return Problem("OSK0890", summary, where, advice=(Advice("Correct the file at the place shown"),))


def _no_object(place: str, why: str) -> Problem:
    advice = Advice("Give only files of Kubernetes objects, such as the output of `kustomize build`")
    return Problem("OSK0891", f"A document is no Kubernetes object: {why}", place, advice=(advice,))
