"""Manifests that others wrote: their objects, moved into the namespace that the profile says."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.render import yamltext
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


def moved(texts: Iterable[str], namespace: str, over: Mapping[str, Any] | None = None) -> str:
    """Write the objects of manifests as YAML, in one namespace; the Namespace itself is left out.

    `over` has what is merged into single objects, by `Kind/name`.
    """
    read = [body for text in texts for body in yamltext.documents(text) if body]
    items = [each for body in read for each in (body["items"] if body.get("kind") == "List" else [body])]
    before = {str(each["metadata"]["namespace"]) for each in items if each["metadata"].get("namespace")}
    before |= {each["metadata"]["name"] for each in items if each["kind"] == "Namespace"}
    found = [_moved(each, before, namespace) for each in items if each["kind"] != "Namespace"]
    changes = over or {}
    bodies = [merge(each, changes.get(f"{each['kind']}/{each['metadata']['name']}", {})) for each in found]
    ordered = [{"apiVersion": each["apiVersion"], **each} for each in bodies]
    return "---\n".join(json.dumps(each, ensure_ascii=False) + "\n" for each in ordered)


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
