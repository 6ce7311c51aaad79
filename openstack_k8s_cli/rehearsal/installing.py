"""Puts into a fresh control plane what a bare CRC has, and the operators' kinds out of discovery."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ruamel.yaml import YAML

from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind
from openstack_k8s_cli.model.objects import Body, condition, get, group_of
from openstack_k8s_cli.rehearsal import crds, packages
from openstack_k8s_cli.rehearsal.crds import Definitions

_BARE = Path(__file__).resolve().parent / "bare.yaml"
_MANAGER = "rehearsal"
_PARALLEL = 6
_POLL = 0.2
_PATIENCE = 180.0


def everything(cluster: Cluster, definitions: Definitions) -> None:
    """Install every CRD, those of operators unserved, and the bare cluster's objects; may be repeated."""
    _install(cluster, definitions)
    _await(lambda: _established(cluster), "the CRDs are not established")
    kinds = {
        (body["spec"]["group"], body["spec"]["names"]["kind"])
        for name, body in definitions.bodies.items()
        if packages.is_bare(name)
    }
    _await(lambda: _all_served(cluster, kinds), "the bare cluster's kinds are not served")
    for body in bare_objects():
        _write(cluster, body)


def is_done(cluster: Cluster) -> bool:
    """Say whether the bare cluster's objects are there, as in one that started from a snapshot."""
    cluster.refresh()
    last = tuple(bare_objects())[-1]
    resource = cluster.resource(group_of(last["apiVersion"]), last["kind"])
    name = last["metadata"]
    return resource is not None and cluster.get(resource, name["namespace"], name["name"]) is not None


def bare_objects() -> Iterator[Body]:
    """Give the objects of a bare CRC."""
    yield from YAML(typ="safe", pure=True).load_all(_BARE.read_text())


def bare_text() -> str:
    """Give what a snapshot depends on beside CRDs and programs."""
    return _BARE.read_text()


def _install(cluster: Cluster, definitions: Definitions) -> None:
    bodies = [
        body if packages.is_bare(name) else crds.unserved(body) for name, body in definitions.bodies.items()
    ]
    with ThreadPoolExecutor(_PARALLEL) as pool:
        list(pool.map(lambda body: _create(cluster, body), bodies))


def _create(cluster: Cluster, body: Body) -> None:
    try:
        cluster.create(body)
    except ClusterError as error:
        if error.kind is not ErrorKind.EXISTS:
            raise


def _established(cluster: Cluster) -> bool:
    return all(
        (condition(body, "Established") or {}).get("status") == "True" for body in definitions_of(cluster)
    )


def definitions_of(cluster: Cluster) -> tuple[Body, ...]:
    """List the CRDs that are in the cluster."""
    resource = cluster.resource("apiextensions.k8s.io", "CustomResourceDefinition")
    return cluster.list(resource).items if resource else ()


def _all_served(cluster: Cluster, kinds: Iterable[tuple[str, str]]) -> bool:
    cluster.refresh()
    return all(_lists(cluster, group, kind) for group, kind in kinds)


def _lists(cluster: Cluster, group: str, kind: str) -> bool:
    resource = cluster.resource(group, kind)
    if resource is None:
        return False
    try:
        cluster.list(resource)
    except ClusterError:
        return False
    return True


def _write(cluster: Cluster, body: Body) -> None:
    cluster.apply(body, manager=_MANAGER, force=True)
    resource = cluster.resource(group_of(body["apiVersion"]), body["kind"])
    if "status" not in body or resource is None:
        return
    namespace = get(body, "metadata", "namespace") or ""
    try:
        cluster.merge(resource, namespace, f"{body['metadata']['name']}/status", {"status": body["status"]})
    except ClusterError as error:
        if (
            error.kind is not ErrorKind.NOT_FOUND
        ):  # a kind without the subresource took its status with the rest
            raise


def _await(holds: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(otherwise)
        time.sleep(_POLL)
