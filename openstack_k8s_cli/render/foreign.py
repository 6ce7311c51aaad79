"""Manifests that others wrote: their objects, moved into the namespace that the profile says."""

import json
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from openstack_k8s_cli.model import kubeyaml
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.render import documents
from openstack_k8s_cli.render.merging import merge

_OF_THE_CLUSTER = frozenset(
    {
        "APIService",
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "MutatingWebhookConfiguration",
        "Namespace",
        "PriorityClass",
        "SecurityContextConstraints",
        "StorageClass",
        "ValidatingWebhookConfiguration",
    }
)


def moved(
    texts: Iterable[Mapping[str, str]],
    namespace: str,
    over: Mapping[str, Any] | None = None,
    images: Mapping[str, str] | None = None,
) -> str:
    """Write the objects of manifests as YAML, in one namespace; the Namespace itself is left out.

    A text has its `place` and the `text` itself; `over` has what is merged into single objects, by `Kind/name`,
    where `*` stands for any part of a name, and `images` by containers; what is not there is not added.
    """
    items = [body for each in texts for body in _objects(each["text"], each["place"])]
    before = {str(each["metadata"]["namespace"]) for each in items if each["metadata"].get("namespace")}
    before |= {each["metadata"]["name"] for each in items if each["kind"] == "Namespace"}
    found = [_moved(each, before, namespace) for each in items if each["kind"] != "Namespace"]
    changes = over or {}
    bodies = [_imaged(_changed(each, changes), images or {}) for each in found]
    ordered = [{"apiVersion": each["apiVersion"], **each} for each in bodies]
    return "---\n".join(json.dumps(each, ensure_ascii=False) + "\n" for each in ordered)


def _objects(text: str, place: str) -> Iterator[Body]:
    """Give a file's objects, those in Lists one by one; OskError names the file."""
    for index, body in documents.read(text, template=place, reader=kubeyaml.documents):
        listed: Any = [body]
        if isinstance(body, dict) and body.get("kind") == "List":
            listed = body.get("items") or []
        for each in listed if isinstance(listed, list) else [listed]:
            documents.refuse(each, f"{place}[{index}]")
            yield each


def _imaged(value: Any, images: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_imaged(each, images) for each in value]
    if not isinstance(value, dict):
        return value
    found = {key: _imaged(each, images) for key, each in value.items()}
    if "image" in found and found.get("name") in images:
        found["image"] = images[found["name"]]
    return found


def _changed(body: Body, over: Mapping[str, Any]) -> Body:
    name = f"{body['kind']}/{body['metadata']['name']}"
    for pattern, change in over.items():
        if fnmatchcase(name, pattern):
            body = merge(body, change)
    return body


def _moved(body: Body, before: set[str], namespace: str) -> Body:
    """Put the namespace into the places that have one, and take out what is not a person's to say."""
    renamed: Body = _renamed(body, before, namespace)
    outside = {"creationTimestamp", *(("namespace",) if body["kind"] in _OF_THE_CLUSTER else ())}
    metadata = {key: value for key, value in renamed["metadata"].items() if key not in outside}
    return {**{key: value for key, value in renamed.items() if key != "status"}, "metadata": metadata}


def _renamed(value: Any, before: set[str], namespace: str) -> Any:
    if isinstance(value, list):
        return [_renamed(each, before, namespace) for each in value]
    if not isinstance(value, dict):
        return value
    is_variable = set(value) == {"name", "value"}
    return {
        key: namespace
        if isinstance(each, str)
        and each in before
        and (key == "namespace" or (is_variable and key == "value"))
        else _renamed(each, before, namespace)
        for key, each in value.items()
    }
