"""Deployments of the data plane as a test writes them: rendered, and as the operator leaves them."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openstack_k8s_cli.dataplane import jobs
from openstack_k8s_cli.model.objects import Body, id_of
from openstack_k8s_cli.model.steps import Manifest, Origin

API = "dataplane.openstack.org/v1beta1"
SERVICES = ("bootstrap", "install-os", "ssh-known-hosts", "install-certs", "ovn", "nova")


def nodeset(
    name: str,
    hosts: Sequence[str],
    *,
    services: Sequence[str] = SERVICES,
    variables: Mapping[str, Any] | None = None,
) -> Body:
    """Give a node set of hosts that are there."""
    nodes = {host: {"hostName": host, "networks": [{"name": "ctlplane"}]} for host in hosts}
    template = {"ansible": {"ansibleVars": dict(variables or {})}}
    spec = {
        "services": list(services),
        "nodes": nodes,
        "nodeTemplate": template,
        "tlsEnabled": True,
        "preProvisioned": True,
    }
    return {"apiVersion": API, "kind": "OpenStackDataPlaneNodeSet", "metadata": _meta(name), "spec": spec}


def deployment(name: str, *nodesets: str, **spec: Any) -> Body:
    """Give a rendered deployment."""
    whole = {"nodeSets": list(nodesets), **spec}
    return {"apiVersion": API, "kind": "OpenStackDataPlaneDeployment", "metadata": _meta(name), "spec": whole}


def config_map(name: str, **data: str) -> Body:
    """Give a ConfigMap of the plan."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": _meta(name), "data": data}


def _meta(name: str) -> dict[str, Any]:
    return {"name": name, "namespace": "openstack"}


def manifests(*bodies: Body) -> list[Manifest]:
    """Give objects as a plan has them."""
    return [
        Manifest(id_of(body), body["apiVersion"], body, "dataplane/x", Origin("x.yaml.j2", 0))
        for body in bodies
    ]


def ran(
    body: Body,
    *,
    at: int = 1,
    fails: tuple[str, str] | None = None,
    lost: Mapping[tuple[str, str], Iterable[str]] | None = None,
    through: bool | None = None,
    services: Sequence[str] = SERVICES,
) -> Body:
    """Give a deployment as the operator leaves it: through, or with one service of one node set failed for good.

    `lost` has hosts that a service went on without, by node set and service.
    """
    made = copy.deepcopy(body)
    made["metadata"]["creationTimestamp"] = f"2026-01-01T00:00:{at:02}Z"
    name, spec = made["metadata"]["name"], made["spec"]
    shown: dict[str, list[dict[str, str]]] = {}
    summaries = {}
    for place in spec["nodeSets"]:
        shown[place] = []
        for service in spec.get("servicesOverride") or services:
            if service == "ssh-known-hosts" and place != spec["nodeSets"][0]:
                continue
            kind = jobs.condition_of(service)
            if (place, service) == fails:
                shown[place].append({"type": kind, "status": "False", "reason": "BackoffLimitExceeded"})
                break
            shown[place].append({"type": kind, "status": "True"})
            failed = list((lost or {}).get((place, service), ()))
            summaries[jobs.name_of(service, name, place)] = {
                "failedHostList": failed,
                "unreachableHostList": [],
            }
    done = fails is None if through is None else through
    reason = "BackoffLimitExceeded" if fails else "Requested"
    ready = (
        {"type": "Ready", "status": "True"}
        if done
        else {"type": "Ready", "status": "False", "reason": reason}
    )
    made["status"] = {
        "conditions": [ready],
        "nodeSetConditions": shown,
        "ansibleExecutionSummaries": summaries,
        "deployed": done,
    }
    return made
