"""Puts into a fresh control plane what a bare CRC has, and the operators' kinds out of discovery."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ruamel.yaml import YAML

from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind
from openstack_k8s_cli.model.numbers import some
from openstack_k8s_cli.model.objects import Body, condition, get, group_of
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.rehearsal import crds, packages
from openstack_k8s_cli.rehearsal.crds import Definitions

_BARE = Path(__file__).resolve().parent / "bare.yaml"
_MANAGER = "rehearsal"
_PARALLEL = 6
_POLL = 0.2
"""Seconds between looks at what is served."""
_PATIENCE = 180.0
"""Seconds in which all kinds have to be served."""
_SHOWN = 5


def everything(cluster: Cluster, definitions: Definitions, *, patience: float = _PATIENCE) -> None:
    """Install every CRD, those of operators unserved, and the bare cluster's objects; may be repeated."""
    _install(cluster, definitions)
    _await(lambda: _unestablished(cluster), "not established", patience)
    kinds = [
        (name, body["spec"]["group"], body["spec"]["names"]["kind"])
        for name, body in definitions.bodies.items()
        if packages.is_bare(name) and crds.is_served(body)
    ]
    _await(lambda: _unserved(cluster, kinds), "not served", patience)
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
        if error.kind in {ErrorKind.INVALID, ErrorKind.UNKNOWN_FIELD, ErrorKind.OTHER}:
            problem = _refused(body["metadata"]["name"], error.message)
            raise OskError(problem, exit_code=ExitCode.FAILED) from error
        if error.kind is not ErrorKind.EXISTS:
            raise


def _unestablished(cluster: Cluster) -> list[str]:
    return [
        body["metadata"]["name"]
        for body in definitions_of(cluster)
        if (condition(body, "Established") or {}).get("status") != "True"
    ]


def definitions_of(cluster: Cluster) -> tuple[Body, ...]:
    """List the CRDs that are in the cluster."""
    resource = cluster.resource("apiextensions.k8s.io", "CustomResourceDefinition")
    return cluster.list(resource).items if resource else ()


def _unserved(cluster: Cluster, kinds: Iterable[tuple[str, str, str]]) -> list[str]:
    cluster.refresh()
    return [name for name, group, kind in kinds if not _lists(cluster, group, kind)]


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


def _await(missing: Callable[[], list[str]], what: str, patience: float) -> None:
    deadline = time.monotonic() + patience
    while names := missing():
        if time.monotonic() > deadline:
            raise OskError(_unfinished(names, what), exit_code=ExitCode.FAILED)
        time.sleep(_POLL)


def _refused(name: str, message: str) -> Problem:
    return Problem(
        code="OSK0923",
        summary="The API server does not take a CRD",
        subject=f"CustomResourceDefinition {name}",
        detail=message,
        advice=(Advice("Correct it where it is from `--crds`", command="osk rehearse up --crds DIR"),),
    )


def _unfinished(names: list[str], what: str) -> Problem:
    return Problem(
        code="OSK0924",
        summary=f"{some(len(names), 'kind')} of the rehearsal cluster {'is' if len(names) == 1 else 'are'} {what}",
        detail=", ".join(sorted(names)[:_SHOWN]),
        advice=(
            Advice("Read the control plane's log", command="osk rehearse logs controlplane"),
            Advice("Look for two CRDs with the same names where they are from `--crds`"),
        ),
    )
