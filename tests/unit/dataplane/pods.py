"""Jobs and pods of a deployment as the operator makes them, and how they go."""

from collections.abc import Mapping
from typing import Any

from openstack_k8s_cli.dataplane import jobs
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.rehearsal.simulators.playing import Play

NAMESPACE, DEPLOYMENT = "openstack", "edpm-deployment"


def labels(service: str, nodeset: str) -> dict[str, str]:
    """Give the labels of a job and its pods."""
    return {jobs.SERVICE: service, jobs.DEPLOYMENT: DEPLOYMENT, jobs.NODESET: nodeset}


def job(service: str, nodeset: str = "compute", *, ended: str = "") -> Body:
    """Make a job; `ended` is the condition that says so."""
    name = jobs.name_of(service, DEPLOYMENT, nodeset)
    meta = {"name": name, "namespace": NAMESPACE, "labels": labels(service, nodeset)}
    status: dict[str, Any] = {"conditions": [{"type": ended, "status": "True"}]} if ended else {}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "status": status}


def pod(
    service: str,
    nodeset: str = "compute",
    *,
    phase: str = "Running",
    number: int = 1,
    message: str = "",
    waiting: dict[str, str] | None = None,
) -> Body:
    """Make a pod, the job's `number`th."""
    name = f"{jobs.name_of(service, DEPLOYMENT, nodeset)}-{number}"
    meta = {
        "name": name,
        "namespace": NAMESPACE,
        "uid": f"uid-{name}",
        "labels": labels(service, nodeset),
        "creationTimestamp": f"2026-01-01T10:0{number}:00Z",
    }
    state: dict[str, Any] = {"waiting": waiting} if waiting else {"running": {}}
    if phase in {"Failed", "Succeeded"}:
        state = {"terminated": {"exitCode": 0 if phase == "Succeeded" else 2, "message": message}}
    status = {"phase": phase, "containerStatuses": [{"name": "main", "state": state}]}
    spec = {"containers": [{"name": "main", "image": "x"}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec, "status": status}


def said(service: str, *hosts: str, failing: Mapping[str, str] | None = None) -> list[str]:
    """Give the lines that a pod prints of a service."""
    return "".join(Play(service, hosts, failing or {}).parts()).splitlines()
