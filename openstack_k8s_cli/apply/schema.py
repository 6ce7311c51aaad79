"""Finds what a field that a schema does not know was probably meant to be."""

import difflib
import re
from collections.abc import Mapping
from typing import Any

from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind
from openstack_k8s_cli.model.objects import Body, ObjectId, get

_FIELDS = re.compile(r"unknown field (\.[^\n]+)")
_PART = re.compile(r"([A-Za-z_$][\w$-]*)|\[[^\]]*\]")


def explained(error: ClusterError, target: ObjectId, body: Body, cluster: Cluster) -> ClusterError:
    """Add the nearest known name to each field that an error calls unknown, as far as the kind's CRD tells."""
    paths = unknown_fields(error.message)
    if error.kind is not ErrorKind.UNKNOWN_FIELD or not paths:
        return error
    schema = _schema(target, body, cluster)
    hints = [f"{path}: did you mean `{near}`?" for path in paths if (near := nearest(schema, path))]
    return (
        ClusterError(error.kind, "\n".join([error.message, *hints]), status=error.status) if hints else error
    )


def unknown_fields(message: str) -> tuple[str, ...]:
    """Read the paths out of an error's words, `unknown field .spec.a, .spec.b`."""
    return tuple(path for found in _FIELDS.findall(message) for path in found.split(", "))


def nearest(schema: Mapping[str, Any], path: str) -> str | None:
    """Give the known field that is nearest to the path's last name; None when none is near, or the path is not known."""
    parts = [match[1] for match in _PART.finditer(path)]
    here: Any = schema
    for part in parts[:-1]:
        here = _inside(here) if part is None else _property(here, part)
    if not parts or parts[-1] is None:
        return None
    known = get(_inside(here) or {}, "properties") or get(here or {}, "properties") or {}
    near = difflib.get_close_matches(parts[-1], list(known), n=1)
    return near[0] if near else None


def _property(schema: Any, name: str) -> Any:
    found = get(schema or {}, "properties", name)
    return found if found is not None else get(schema or {}, "additionalProperties")


def _inside(schema: Any) -> Any:
    return get(schema or {}, "items") or schema


def _schema(target: ObjectId, body: Body, cluster: Cluster) -> Mapping[str, Any]:
    kind = cluster.resource("apiextensions.k8s.io", "CustomResourceDefinition")
    resource = cluster.resource(target.group, target.kind)
    if kind is None or resource is None:
        return {}
    try:
        crd = cluster.get(kind, "", f"{resource.plural}.{resource.group}") or {}
    except ClusterError:
        return {}
    version = str(body["apiVersion"]).rpartition("/")[2]
    for each in get(crd, "spec", "versions") or []:
        if each.get("name") == version:
            return get(each, "schema", "openAPIV3Schema") or {}
    return {}
