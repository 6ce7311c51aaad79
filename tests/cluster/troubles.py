"""Everything that doctor finds, put into one cluster at a time."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from openstack_k8s_cli.apply.ports import Cluster

_KUBECTL = Path(sys.executable).parent / "kubectl"
Body = dict[str, Any]
WORKER = "worker-1"


def _body(kind: str, name: str, namespace: str = "", *, api: str = "v1", **rest: Any) -> Body:
    meta: Body = {"name": name, **({"namespace": namespace} if namespace else {}), **rest.pop("metadata", {})}
    return {"apiVersion": api, "kind": kind, "metadata": meta, **rest}


def _state(node: str, **interface: Any) -> Body:
    interfaces = [{"name": "lo", "type": "loopback"}, {"type": "ethernet", "state": "up", **interface}]
    told = {"currentState": {"interfaces": interfaces}}
    return _body("NodeNetworkState", node, api="nmstate.io/v1beta1", status=told)


def _policy() -> Body:
    wanted = {"interfaces": [{"name": "enp6s0", "type": "ethernet", "state": "up"}]}
    return _body(
        "NodeNetworkConfigurationPolicy", "theirs", api="nmstate.io/v1", spec={"desiredState": wanted}
    )


def _subscription(namespace: str) -> Body:
    spec = {
        "name": "unheard-of",
        "channel": "x",
        "source": "nowhere",
        "sourceNamespace": "openshift-marketplace",
    }
    return _body("Subscription", "twice", namespace, api="operators.coreos.com/v1alpha1", spec=spec)


def _webhook(name: str, group: str, resource: str) -> Body:
    service = {"namespace": "nowhere", "name": "nobody", "path": "/"}
    rule = {"apiGroups": [group], "apiVersions": ["*"], "operations": ["CREATE"], "resources": [resource]}
    hook = {
        "name": f"v.{name}.example.org",
        "clientConfig": {"service": service},
        "rules": [rule],
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
    }
    api = "admissionregistration.k8s.io/v1"
    return _body("ValidatingWebhookConfiguration", name, api=api, webhooks=[hook])


def _operators_kind() -> Body:
    names = {"kind": "ClusterOperator", "plural": "clusteroperators"}
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema}
    spec = {"group": "config.openshift.io", "scope": "Cluster", "names": names, "versions": [version]}
    api = "apiextensions.k8s.io/v1"
    return _body("CustomResourceDefinition", "clusteroperators.config.openshift.io", api=api, spec=spec)


def _condition(kind: str, status: str) -> Body:
    return {
        "type": kind,
        "status": status,
        "reason": "Injected",
        "message": "",
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    }


BROUGHT = (
    _operators_kind(),
    _body("Namespace", "metallb-system"),
    _body("Namespace", "elsewhere"),
    _body(
        "Node",
        WORKER,
        metadata={"labels": {"node-role.kubernetes.io/worker": ""}},
        spec={"unschedulable": True},
    ),
    _subscription("openshift-operators"),
    _subscription("elsewhere"),
    _body(
        "CatalogSource",
        "theirs",
        "openshift-marketplace",
        api="operators.coreos.com/v1alpha1",
        spec={"sourceType": "grpc", "address": "127.0.0.1:1"},
    ),
    _webhook("left", "core.openstack.org", "openstackcontrolplanes"),
    _webhook("blocking", "metallb.io", "l2advertisements"),
    _body(
        "APIService",
        "v1.dead.example.org",
        api="apiregistration.k8s.io/v1",
        spec={
            "group": "dead.example.org",
            "version": "v1",
            "groupPriorityMinimum": 1000,
            "versionPriority": 10,
            "insecureSkipTLSVerify": True,
            "service": {"namespace": "nowhere", "name": "nobody"},
        },
    ),
    _body("Secret", "pull-secret", "openshift-config", data={".dockerconfigjson": "eyJhdXRocyI6e319"}),
)
"""Objects of kinds that a fresh cluster has, and one kind that it has not."""
LATER = (
    _state("crc", name="enp6s0", mtu=1280),
    _state(WORKER, name="eth0", mtu=1500),
    _policy(),
    _body(
        "IPAddressPool",
        "theirs",
        "metallb-system",
        api="metallb.io/v1beta1",
        spec={"addresses": ["192.168.122.84-192.168.122.85"]},
    ),
    _body(
        "ClusterOperator",
        "dns",
        api="config.openshift.io/v1",
        status={"conditions": [_condition("Available", "False")]},
    ),
)
"""Objects of kinds that are served once `SERVED` are."""
SERVED = (
    "nodenetworkstates.nmstate.io",
    "nodenetworkconfigurationpolicies.nmstate.io",
    "ipaddresspools.metallb.io",
)
STATUSES = (
    (
        "node",
        WORKER,
        {
            "allocatable": {"cpu": "100m", "memory": "1Mi"},
            "conditions": [
                _condition("Ready", "True"),
                _condition("DiskPressure", "True"),
            ],
        },
    ),
    ("node", "crc", {"allocatable": {"cpu": "1", "memory": "2Gi"}}),
    (
        "-n=openshift-marketplace",
        "catalogsource/theirs",
        {"connectionState": {"lastObservedState": "TRANSIENT_FAILURE"}},
    ),
    ("clusterversion", "version", {"desired": {"version": "4.12.1"}}),
    ("dns.operator.openshift.io", "default", {"conditions": [_condition("Degraded", "True")]}),
)
PROFILE = (
    "storage.local.volumes=1",
    "operators.sources.metallb.catalog=theirs",
    "controlplane.services.glance.spec={template: {glanceAPIs: {default: {storage: {storageClass: fast}}}}}",
)
"""What the profile asks for that is not there: volumes, a class, and a catalog that answers."""


def inject(cluster: Cluster, kubeconfig: Path) -> None:
    """Put all of it into the cluster."""
    definitions = cluster.resource("apiextensions.k8s.io", "CustomResourceDefinition")
    assert definitions is not None
    for name in SERVED:
        found = cluster.get(definitions, "", name)
        assert found is not None
        served = [
            {**each, "served": each["storage"] or each.get("served")} for each in found["spec"]["versions"]
        ]
        cluster.merge(definitions, "", name, {"spec": {"versions": served}})
    for body in sorted(BROUGHT, key=lambda each: each["kind"] == "ValidatingWebhookConfiguration"):
        cluster.apply(body, force=True)
    cluster.merge(definitions, "", "nmstates.nmstate.io", {"metadata": {"finalizers": ["example.org/held"]}})
    cluster.delete(definitions, "", "nmstates.nmstate.io")
    _kubectl(kubeconfig, "wait", "--for=condition=Ready", f"node/{WORKER}")  # KWOK makes any node Ready
    for kind, name, status in STATUSES:
        _give_status(kubeconfig, kind, name, status)
    networks = cluster.resource("config.openshift.io", "Network")
    assert networks is not None
    cluster.merge(networks, "", "cluster", {"status": {"networkType": "OpenShiftSDN"}})
    _kubectl(kubeconfig, "wait", "--for=condition=Established", "crd/clusteroperators.config.openshift.io")
    cluster.refresh()
    for body in LATER:
        cluster.apply(body, force=True)
        if body["kind"] == "NodeNetworkState":
            _give_status(kubeconfig, "nodenetworkstate", body["metadata"]["name"], body["status"])


def _give_status(kubeconfig: Path, kind: str, name: str, status: Body) -> None:
    text = json.dumps({"status": status})
    _kubectl(kubeconfig, "patch", kind, name, "--subresource=status", "--type=merge", "-p", text)


def _kubectl(kubeconfig: Path, *words: str) -> None:
    command = [str(_KUBECTL), "--kubeconfig", str(kubeconfig), *words]
    subprocess.run(command, check=True, capture_output=True)
