"""The results of a test: on volumes that its pods left, read through a pod of osk's own."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from openstack_k8s_cli.apply import labels
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, Resource
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.objects import Body, ObjectId, condition, get
from openstack_k8s_cli.teardown.patience import Patience
from openstack_k8s_cli.workflows.testing.pods import LABEL

PODS = Resource("", "v1", "Pod", "pods", namespaced=True)
_CLAIMS = Resource("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", namespaced=True)
_VOLUMES = Resource("", "v1", "PersistentVolume", "persistentvolumes", namespaced=False)
_MOUNT = "/results"
_PATIENCE = 300.0
"""Seconds for the reading pod to run."""
_PAUSE = 1.0
"""Seconds between looks at the reader."""
_SMALL = {"requests": {"cpu": "10m", "memory": "32Mi"}, "limits": {"cpu": "500m", "memory": "256Mi"}}


class Shelf(Protocol):
    """Where results are put (adapters.results.Results)."""

    def text(self, name: str, text: str) -> None:
        """Put a file there."""
        ...

    def unpack(self, read: Callable[[Callable[[bytes], object]], object]) -> int:
        """Put an archive there that `read` hands over piece by piece; give how many files it has."""
        ...


class UnfetchedError(Exception):
    """Results that could not be had, and why."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was had."""

    files: int = 0
    emptied: tuple[str, ...] = ()
    """Volumes that have nothing of it any more."""


def fetch(cluster: Cluster, clock: Clock, owner: Body, *, pod: Body, shelf: Shelf, empty: bool) -> Fetched:
    """Copy all that the pods left on their volumes, and with `empty` take it off them. Raises UnfetchedError."""
    patiently = Patience(clock)
    namespace, name = owner["metadata"]["namespace"], owner["metadata"]["name"]
    found = patiently(lambda: claims(cluster, namespace, name))
    if not found:
        return Fetched()
    mounts = {each: _MOUNT if len(found) == 1 else f"{_MOUNT}/{each}" for each in found}
    target = ObjectId("", "Pod", namespace, f"{name}-reader")
    try:
        patiently(lambda: _begin(cluster, target, _reader(target, owner, mounts, pod)))
        _await(cluster, clock, target)
        count = shelf.unpack(lambda into: _read(cluster, target, into))
        emptied = [
            found[claim] for claim, mount in mounts.items() if empty and _is_emptied(cluster, target, mount)
        ]
        return Fetched(count, tuple(each for each in emptied if each))
    except ClusterError as error:
        raise UnfetchedError(error.message) from error
    except OSError as error:
        raise UnfetchedError(str(error)) from error
    finally:
        _end(cluster, target)


def free(cluster: Cluster, volumes: Iterable[str]) -> None:
    """Let osk's own local volumes be taken again: nobody else does, once their claim is gone."""
    for name in volumes:
        body = cluster.get(_VOLUMES, "", name)
        if body is not None and labels.is_ours(body) and get(body, "status", "phase") != "Bound":
            cluster.merge(_VOLUMES, "", name, {"spec": {"claimRef": None}})


def claims(cluster: Cluster, namespace: str, name: str) -> dict[str, str]:
    """Give the claims of a test, and the volume of each."""
    listed = cluster.list(_CLAIMS, namespace, labels=f"{LABEL}={name}").items
    found = {str(each["metadata"]["name"]): str(get(each, "spec", "volumeName") or "") for each in listed}
    return dict(sorted(found.items()))


def _reader(target: ObjectId, owner: Body, mounted: Mapping[str, str], pod: Body) -> Body:
    """Give a pod of the tests' own image and user: the node has the image, it has tar, and the files are that user's."""
    meta: dict[str, Any] = {
        "name": target.name,
        "namespace": target.namespace,
        "labels": {"app.kubernetes.io/managed-by": "osk"},
        "ownerReferences": [
            {
                "apiVersion": owner["apiVersion"],
                "kind": owner["kind"],
                "name": owner["metadata"]["name"],
                "uid": owner["metadata"]["uid"],
            }
        ],
    }
    mounts = [
        {"name": f"results-{number}", "mountPath": mount} for number, mount in enumerate(mounted.values())
    ]
    container = {
        "name": "reader",
        "image": get(pod, "spec", "containers", 0, "image"),
        "command": ["sleep", "3600"],
        "resources": _SMALL,
        "volumeMounts": mounts,
        "securityContext": {
            **(_user(pod)),
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    volumes = [
        {"name": f"results-{number}", "persistentVolumeClaim": {"claimName": claim}}
        for number, claim in enumerate(mounted)
    ]
    spec = {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "terminationGracePeriodSeconds": 0,
        "containers": [container],
        "volumes": volumes,
        "securityContext": get(pod, "spec", "securityContext") or {},
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}


def _user(pod: Body) -> dict[str, Any]:
    there = get(pod, "spec", "containers", 0, "securityContext") or {}
    return {key: there[key] for key in ("runAsUser", "runAsGroup") if key in there}


def _begin(cluster: Cluster, target: ObjectId, body: Body) -> None:
    """Make the pod; one that an earlier run left is taken as it is while it runs."""
    there = _get(cluster, target)
    if there is not None and get(there, "status", "phase") in {"Succeeded", "Failed"}:
        _end(cluster, target)
        there = None
    if there is None:
        cluster.apply(body)


def _await(cluster: Cluster, clock: Clock, target: ObjectId) -> None:
    until = clock.monotonic() + _PATIENCE
    while True:
        body = Patience(clock)(lambda: _get(cluster, target)) or {}
        ready = condition(body, "Ready")
        if ready is not None and ready.get("status") == "True":
            return
        if clock.monotonic() > until:
            why = get(body, "status", "containerStatuses", 0, "state", "waiting", "message")
            why = why or (condition(body, "PodScheduled") or {}).get("message") or "it does not run"
            raise UnfetchedError(f"{target} reads them, and does not get ready: {why}")
        clock.sleep(_PAUSE)


def _read(cluster: Cluster, target: ObjectId, into: Callable[[bytes], object]) -> None:
    ran = cluster.exec(target.namespace, target.name, ("tar", "-C", _MOUNT, "-cf", "-", "."), into=into)
    if ran.exit_code > 1:  # 1: a file changed while it was read
        raise UnfetchedError(ran.stderr.strip() or f"tar ended with {ran.exit_code}")


def _is_emptied(cluster: Cluster, target: ObjectId, mount: str) -> bool:
    command = ("find", mount, "-mindepth", "1", "-delete")
    return cluster.exec(target.namespace, target.name, command).exit_code == 0


def _end(cluster: Cluster, target: ObjectId) -> None:
    """Take the pod down; where that fails, its owner takes it along."""
    try:
        cluster.delete(PODS, target.namespace, target.name)
    except ClusterError:
        return


def _get(cluster: Cluster, target: ObjectId) -> Body | None:
    return cluster.get(PODS, target.namespace, target.name)
