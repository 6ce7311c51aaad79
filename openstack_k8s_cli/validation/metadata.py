"""What the API server wants of any object's metadata: names, namespaces, labels, annotations."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from openstack_k8s_cli.model.objects import group_of
from openstack_k8s_cli.validation.constraints import shown
from openstack_k8s_cli.validation.findings import Path, Wrong

CODE = "OSK0806"
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_QUALIFIED = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")
_SEGMENT = re.compile(r"(?!\.{1,2}$)[^/%]+")
_LONGEST = 253
"""Characters of a DNS subdomain."""
_ANNOTATIONS = 256 * 1024
"""Bytes of all keys and values together."""
_LABELS = frozenset({"Namespace", "Service"})
"""Kinds whose names are DNS labels."""
_SEGMENTS = re.compile(r"(Cluster)?Role(Binding)?")
"""Kinds whose names may have anything that fits into a path."""
_OPENSHIFT = frozenset(f"{name}.openshift.io" for name in ("authorization", "image", "oauth", "user"))
"""Groups that OpenShift's own server has, with names such as `sha256:…` and `system:…`."""
_FIELDS = frozenset(
    {"annotations", "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "finalizers"}
    | {"generateName", "generation", "labels", "managedFields", "name", "namespace", "ownerReferences"}
    | {"resourceVersion", "selfLink", "uid"}
)


def check(body: Mapping[str, Any], *, namespaced: bool | None) -> Iterator[Wrong]:
    """Give all that is wrong with an object's metadata; `namespaced` is None where the kind is not known."""
    meta = body.get("metadata")
    if not isinstance(meta, dict):
        yield Wrong("OSK0803", ("metadata",), "`metadata` must be there")
        return
    yield from _name(body, meta)
    yield from _namespace(meta, namespaced=namespaced)
    for word in ("labels", "annotations"):
        yield from _texts(meta.get(word), ("metadata", word), values=word == "labels")
    size = sum(len(f"{key}{value}".encode()) for key, value in _mapping(meta.get("annotations")).items())
    if size > _ANNOTATIONS:
        yield Wrong(
            CODE, ("metadata", "annotations"), f"has {size} bytes, at most {_ANNOTATIONS} may be there"
        )
    for key in meta:
        if key not in _FIELDS:
            yield Wrong("OSK0801", ("metadata", key), f"`{key}` is no field of metadata")


def _name(body: Mapping[str, Any], meta: Mapping[str, Any]) -> Iterator[Wrong]:
    name = meta.get("name")
    if name is None and isinstance(meta.get("generateName"), str):
        return
    if not isinstance(name, str) or not name:
        yield Wrong("OSK0803", ("metadata", "name"), "`name` must be there")
        return
    kind = str(body.get("kind"))
    if _SEGMENTS.fullmatch(kind) or group_of(str(body.get("apiVersion"))) in _OPENSHIFT:
        fits, words = _SEGMENT.fullmatch(name), "a name without `/` and `%`"
    elif kind in _LABELS:
        fits, words = _LABEL.fullmatch(name), "a DNS label: up to 63 lower-case letters, digits and dashes"
    else:
        fits, words = _SUBDOMAIN.fullmatch(name), "a DNS name: lower-case letters, digits, dashes and dots"
    if not fits or len(name) > _LONGEST:
        yield Wrong(CODE, ("metadata", "name"), f"{shown(name)} is not {words}")


def _namespace(meta: Mapping[str, Any], *, namespaced: bool | None) -> Iterator[Wrong]:
    space = meta.get("namespace")
    if space is None:
        return
    path = ("metadata", "namespace")
    if not isinstance(space, str) or (space and not _LABEL.fullmatch(space)):
        yield Wrong(CODE, path, f"{shown(space)} is not a DNS label")
    elif namespaced is False and space:
        yield Wrong("OSK0865", path, f"the kind is cluster-scoped, so `{space}` is dropped")


def _texts(given: Any, path: Path, *, values: bool) -> Iterator[Wrong]:
    if given is not None and not isinstance(given, dict):
        yield Wrong("OSK0802", path, "is not a mapping")
    for key, value in _mapping(given).items():
        if not _is_qualified(str(key)):
            yield Wrong(
                CODE, (*path, key), f"{shown(key)} is not `name` or `domain/name` of at most 63 characters"
            )
        if value is not None and not isinstance(value, str):
            yield Wrong("OSK0802", (*path, key), f"is {shown(value)}, a string is wanted: quote it")
        elif values and value and not _QUALIFIED.fullmatch(value):
            yield Wrong(CODE, (*path, key), f"{shown(value)} is no label value of at most 63 characters")


def _is_qualified(key: str) -> bool:
    prefix, slash, name = key.rpartition("/")
    if slash and not (_SUBDOMAIN.fullmatch(prefix.lower()) and len(prefix) <= _LONGEST):
        return False
    return _QUALIFIED.fullmatch(name) is not None


def _mapping(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, dict) else {}
