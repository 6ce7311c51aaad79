"""Every image that a profile needs: those its objects name, and those that the operators in the cluster bring."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.plan.plans import Plan

_OLM, _COPIED = "operators.coreos.com", "olm.copiedFrom"
_REFERENCE = re.compile(r"[\w.-]+(:\d+)?(/[\w.-]+)+(:[\w.-]+)?(@sha256:[0-9a-f]{64})?")
_VARIABLE = re.compile(r"RELATED_IMAGE_|_IMAGE(_URL_DEFAULT)?$")
_DIGEST = re.compile(r"@(sha256:[0-9a-f]{64})$")


@dataclass(frozen=True, slots=True)
class Image:
    """One image."""

    reference: str
    named_by: tuple[str, ...]
    """Objects that name it, as `Kind name`, or the profile's path."""
    digest: str = ""
    """From the reference, or of a pod that runs it; empty: not known."""


def needed(
    plan: Plan, values: Mapping[str, Any], cluster: Cluster | None = None, *, operators: str, namespace: str
) -> tuple[Image, ...]:
    """List the images by reference; a cluster adds what its operators know. Raises ClusterError."""
    found: dict[str, set[str]] = {}
    for name, body in _objects(plan, cluster, operators=operators, namespace=namespace):
        for reference in references(body):
            found.setdefault(reference, set()).add(name)
    for reference in get(values, "mirror", "images") or ():
        found.setdefault(str(reference), set()).add("mirror.images")
    running = _running(cluster, (*_spaces(plan, operators), namespace)) if cluster else {}
    return tuple(
        Image(reference, tuple(sorted(found[reference])), _digest(reference) or running.get(reference, ""))
        for reference in sorted(found)
    )


def references(value: Any, key: str = "") -> Iterator[str]:
    """Walk over the image references in an object: what stands under a key or variable of an image."""
    if isinstance(value, Mapping):
        if _VARIABLE.search(str(value.get("name") or "")) and "value" in value:
            yield from references(value["value"], "image")
        for inner, each in value.items():
            below = f"{key}.{inner}" if "images" in key.lower() else str(inner)
            yield from references(each, below)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from references(each, key)
    elif isinstance(value, str) and "image" in key.lower() and _REFERENCE.fullmatch(value):
        yield value


def _objects(
    plan: Plan, cluster: Cluster | None, *, operators: str, namespace: str
) -> Iterator[tuple[str, Body]]:
    for manifest in plan.manifests:
        yield f"{manifest.id.kind} {manifest.id.name}", manifest.body
    if cluster is None:
        return
    for space in _spaces(plan, operators):
        for body in lookups.listed(cluster, _OLM, "ClusterServiceVersion", space):
            if not get(body, "metadata", "labels", _COPIED):
                yield f"ClusterServiceVersion {body['metadata']['name']}", body["spec"]
    for body in lookups.listed(cluster, "core.openstack.org", "OpenStackVersion", namespace):
        images = {"images": get(body, "status", "containerImages") or {}}
        yield f"OpenStackVersion {body['metadata']['name']}", images


def _spaces(plan: Plan, operators: str) -> tuple[str, ...]:
    """Name the namespaces of the operators that the profile installs, the cloud's own first."""
    subscribed = (
        each.id.namespace
        for each in plan.manifests
        if (each.id.group, each.id.kind) == (_OLM, "Subscription")
    )
    return tuple(dict.fromkeys((operators, *sorted(subscribed))))


def _running(cluster: Cluster, namespaces: Iterable[str]) -> dict[str, str]:
    """Give the digest of each image that pods run, by its reference."""
    containers = (
        each
        for namespace in namespaces
        for pod in lookups.listed(cluster, "", "Pod", namespace)
        for kind in ("initContainerStatuses", "containerStatuses")
        for each in get(pod, "status", kind) or ()
    )
    digests = ((str(each.get("image")), _digest(str(each.get("imageID") or ""))) for each in containers)
    return {reference: digest for reference, digest in digests if digest}


def _digest(reference: str) -> str:
    found = _DIGEST.search(reference)
    return found[1] if found else ""
