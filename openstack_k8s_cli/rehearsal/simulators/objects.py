"""Bodies of the objects that controllers make: workloads whose pods KWOK plays, services, secrets, custom resources."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.rehearsal.images import REGISTRY


def namespace_of(body: Body) -> str:
    """Give the namespace of an object; empty for a cluster-scoped one."""
    return str(body["metadata"].get("namespace") or "")


def name_of(body: Body) -> str:
    """Give the name of an object."""
    return str(body["metadata"]["name"])


def image(name: str) -> str:
    """Give an image that is of no release."""
    return f"{REGISTRY}/openstack-{name}:current-podified"


def made(
    api_version: str,
    kind: str,
    name: str,
    *,
    namespace: str,
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
    **parts: Any,
) -> Body:
    """Give a body; every other keyword is a top-level field."""
    meta: dict[str, Any] = {"name": name}
    if namespace:
        meta["namespace"] = namespace
    if labels:
        meta["labels"] = dict(labels)
    if annotations:
        meta["annotations"] = dict(annotations)
    return {"apiVersion": api_version, "kind": kind, "metadata": meta, **parts}


def unowned(body: Body) -> Body:
    """Give what stays when that which made it goes."""
    return body | {"metadata": body["metadata"] | {"ownerReferences": []}}


def secret(
    name: str, namespace: str, values: Mapping[str, str], *, labels: Mapping[str, str] | None = None
) -> Body:
    """Give a Secret."""
    data = {key: b64encode(value.encode()).decode() for key, value in values.items()}
    return made("v1", "Secret", name, namespace=namespace, labels=labels, type="Opaque", data=data)


def config_map(
    name: str, namespace: str, values: Mapping[str, str], *, labels: Mapping[str, str] | None = None
) -> Body:
    """Give a ConfigMap."""
    return made("v1", "ConfigMap", name, namespace=namespace, labels=labels, data=dict(values))


def service(
    name: str,
    namespace: str,
    selector: Mapping[str, str],
    port: int,
    *,
    override: Mapping[str, Any] | None = None,
) -> Body:
    """Give a Service, with the metadata and type that the user's override asks for."""
    override = override or {}
    spec = {"selector": dict(selector), "ports": [{"name": name[:63], "port": port, "protocol": "TCP"}]}
    spec |= {key: value for key, value in (get(override, "spec") or {}).items() if key == "type"}
    meta = get(override, "metadata") or {}
    return made(
        "v1",
        "Service",
        name,
        namespace=namespace,
        labels={**selector, **(meta.get("labels") or {})},
        annotations=meta.get("annotations"),
        spec=spec,
    )


def deployment(
    name: str,
    namespace: str,
    labels: Mapping[str, str],
    *,
    replicas: int = 1,
    containers: Sequence[str] = (),
    image: str = image("base"),
) -> Body:
    """Give a Deployment."""
    return made(
        "apps/v1",
        "Deployment",
        name,
        namespace=namespace,
        labels=labels,
        spec={
            "replicas": replicas,
            "selector": {"matchLabels": dict(labels)},
            "template": _pods(labels, containers or (name,), image),
        },
    )


def stateful_set(
    name: str,
    namespace: str,
    labels: Mapping[str, str],
    *,
    replicas: int = 1,
    containers: Sequence[str] = (),
    image: str = image("base"),
    claim: tuple[str, str, str | None] | None = None,
) -> Body:
    """Give a StatefulSet; `claim` is a volume's name, size and class."""
    spec: dict[str, Any] = {
        "replicas": replicas,
        "serviceName": name,
        "podManagementPolicy": "Parallel",
        "selector": {"matchLabels": dict(labels)},
        "template": _pods(labels, containers or (name,), image, claim[0] if claim else None),
    }
    if claim:
        spec["volumeClaimTemplates"] = [_claim(*claim, labels)]
    return made("apps/v1", "StatefulSet", name, namespace=namespace, labels=labels, spec=spec)


def daemon_set(name: str, namespace: str, labels: Mapping[str, str], *, image: str = image("base")) -> Body:
    """Give a DaemonSet."""
    return made(
        "apps/v1",
        "DaemonSet",
        name,
        namespace=namespace,
        labels=labels,
        spec={"selector": {"matchLabels": dict(labels)}, "template": _pods(labels, (name,), image)},
    )


def pod(name: str, namespace: str, labels: Mapping[str, str], *, container: str, image: str) -> Body:
    """Give a Pod of its own."""
    template = _pods(labels, (container,), image)
    return made("v1", "Pod", name, namespace=namespace, labels=labels, spec=template["spec"])


def job(
    name: str, namespace: str, labels: Mapping[str, str], *, fails: bool = False, backoff: int = 6
) -> Body:
    """Give a Job that a KWOK stage ends, in place of the job controller with its second's pause per change."""
    template = _pods(labels, (name[:63],), image("base"))
    template["spec"]["restartPolicy"] = "Never"
    return made(
        "batch/v1",
        "Job",
        name,
        namespace=namespace,
        labels={**labels, OUTCOME: "fail" if fails else "complete"},
        spec={"backoffLimit": backoff, "managedBy": JOB_CONTROLLER, "template": template},
    )


JOB_CONTROLLER = "rehearsal.openstack.org/jobs"
OUTCOME = "rehearsal.openstack.org/outcome"


def custom(
    group: str,
    kind: str,
    name: str,
    *,
    namespace: str,
    spec: Mapping[str, Any],
    version: str = "v1beta1",
    labels: Mapping[str, str] | None = None,
) -> Body:
    """Give a custom resource."""
    return made(f"{group}/{version}", kind, name, namespace=namespace, labels=labels, spec=dict(spec))


def certificate(
    name: str, namespace: str, issuer: str, *hosts: str, labels: Mapping[str, str] | None = None
) -> Body:
    """Give a Certificate whose Secret is `cert-NAME`."""
    spec = {
        "secretName": f"cert-{name}",
        "dnsNames": list(hosts),
        "issuerRef": {"group": "cert-manager.io", "kind": "Issuer", "name": issuer},
        "duration": "43800h0m0s",
    }
    return custom(
        "cert-manager.io", "Certificate", name, namespace=namespace, version="v1", spec=spec, labels=labels
    )


def reference(owner: Body) -> dict[str, Any]:
    """Give the owner reference to an object."""
    meta = owner["metadata"]
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": meta["name"],
        "uid": meta["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def in_namespace(body: Body, group: str, kind: str, name: str) -> ObjectId:
    """Name an object beside another one."""
    return ObjectId(group, kind, namespace_of(body), name)


def _pods(
    labels: Mapping[str, str], containers: Sequence[str], image: str, volume: str | None = None
) -> dict[str, Any]:
    listed: list[dict[str, Any]] = [{"name": each, "image": image} for each in containers]
    if volume:
        listed[0]["volumeMounts"] = [{"name": volume, "mountPath": "/var/lib/data"}]
    return {
        "metadata": {"labels": dict(labels)},
        "spec": {"terminationGracePeriodSeconds": 0, "containers": listed},
    }


def _claim(name: str, size: str, storage_class: str | None, labels: Mapping[str, str]) -> dict[str, Any]:
    spec: dict[str, Any] = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    if storage_class:
        spec["storageClassName"] = storage_class
    return {"metadata": {"name": name, "labels": dict(labels)}, "spec": spec}
