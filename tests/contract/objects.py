"""Bodies and small steps that the contract tests share."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind, Resource, WatchEvent
from openstack_k8s_cli.model.objects import Body, get

THING = "Thing"
GROUP = "contract.example.org"


def namespace_body(name: str) -> Body:
    """Make a Namespace."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def config_map(namespace: str, name: str = "settings", **data: str) -> Body:
    """Make a ConfigMap."""
    meta = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data}


def thing(namespace: str, **spec: Any) -> Body:
    """Make an object of the contract's own kind."""
    meta = {"name": "one", "namespace": namespace}
    return {"apiVersion": f"{GROUP}/v1", "kind": THING, "metadata": meta, "spec": spec}


def thing_crd() -> Body:
    """Make the CRD of the contract's own kind: maps, lists and a status of its own."""
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    spec = {
        "type": "object",
        "properties": {
            "size": {"type": "integer"},
            "sizes": {"type": "array", "items": {"type": "integer"}},
            "settings": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    }
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "subresources": {"status": {}},
        "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec, "status": anything}}},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"things.{GROUP}"},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced",
            "names": {"kind": THING, "plural": "things", "singular": "thing", "listKind": "ThingList"},
            "versions": [version],
        },
    }


def serve_things(cluster: Cluster, namespace: str) -> None:
    """Install the contract's own kind and wait until it takes writes."""
    cluster.apply(thing_crd())
    while cluster.resource(GROUP, THING) is None:
        cluster.refresh()
    while not _taken(cluster, thing(namespace)):
        cluster.refresh()


def _taken(cluster: Cluster, body: Body) -> bool:
    try:
        cluster.apply(body, dry_run=True)
    except ClusterError as error:
        if error.kind in {ErrorKind.NOT_SERVED, ErrorKind.SERVER}:
            return False
        raise
    return True


def resource_of(cluster: Cluster, kind: str, group: str = "") -> Resource:
    """Find a kind that must be served."""
    found = cluster.resource(group, kind)
    assert found is not None
    return found


def read(cluster: Cluster, body: Body) -> Body | None:
    """Read an object again."""
    group = body["apiVersion"].rpartition("/")[0]
    meta = body["metadata"]
    return cluster.get(resource_of(cluster, body["kind"], group), meta.get("namespace", ""), meta["name"])


def version_of(body: Mapping[str, Any] | None) -> Any:
    """Give an object's resourceVersion."""
    return get(body or {}, "metadata", "resourceVersion")


@contextmanager
def refused(kind: ErrorKind) -> Iterator[list[ClusterError]]:
    """Expect a ClusterError of one kind; it is in the list afterwards."""
    caught: list[ClusterError] = []
    with pytest.raises(ClusterError) as raised:
        yield caught
    assert kind is raised.value.kind, raised.value.message
    caught.append(raised.value)


def wait_for(
    cluster: Cluster, resource: Resource, namespace: str, holds: Callable[[WatchEvent], bool], since: str
) -> list[WatchEvent]:
    """Watch until an event of which something holds; gives all events up to it."""
    seen: list[WatchEvent] = []
    while True:
        watch = cluster.watch(resource, namespace, since)
        for event in watch:
            seen.append(event)
            if holds(event):
                watch.close()
                return seen
            since = version_of(event.body)
