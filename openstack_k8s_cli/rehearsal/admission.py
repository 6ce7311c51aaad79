"""The webhooks of the OpenStack operators in the API server: configurations, and the Services they would be behind."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind, Resource
from openstack_k8s_cli.model.objects import Body, get

NAMESPACE = "openstack-operators"
_OPERATORS = ("openstack", "infra", "openstack-baremetal")
_GROUP = "admissionregistration.k8s.io"
_MUTATING = Resource(
    _GROUP, "v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", namespaced=False
)
_VALIDATING = Resource(
    _GROUP, "v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", namespaced=False
)
_SERVICES = Resource("", "v1", "Service", "services", namespaced=True)
_SLICES = Resource("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", namespaced=True)
_NAMES = {
    _MUTATING.kind: "openstack-operator-mutating-webhook-configuration",
    _VALIDATING.kind: "openstack-operator-validating-webhook-configuration",
}
"""Those of the real operator, which has one for each of the three operators with webhooks."""
_LABELS = {
    "app.kubernetes.io/created-by": "openstack-operator",
    "openstack.openstack.org/managed": "true",
}
_ALONE = {
    _MUTATING.kind: "single-operators-mutating-webhook-configuration",
    _VALIDATING.kind: "single-operators-validating-webhook-configuration",
}
"""OLM makes one for every webhook of an operator of a single service; here they are in two."""
_WHOLE = frozenset({"core.openstack.org", "client.openstack.org", "dataplane.openstack.org"})
"""API groups whose webhooks are the OpenStack operator's; it does the services' defaults within its own."""
_MANAGER = "openstack-operator"
_NOBODY = 1
"""A port where nobody listens: calls are refused, as by an operator that is not up yet."""


def is_registered(cluster: Cluster) -> bool:
    """Say whether an earlier start has registered the webhooks."""
    return cluster.get(_VALIDATING, "", _NAMES[_VALIDATING.kind]) is not None


def register(cluster: Cluster, written: Path, *, answering: bool) -> None:
    """Register what the webhook program wrote, and its Services; not answering, calls are refused."""
    for body in configurations(written, answering=answering):
        cluster.apply(body, manager=_MANAGER, force=True)
    for body in services(answering=answering):
        cluster.apply(body, manager=_MANAGER, force=True)


def remove(cluster: Cluster) -> None:
    """Take back what `register` made."""
    for resource in (_MUTATING, _VALIDATING):
        cluster.delete(resource, "", _NAMES[resource.kind])
    for operator in _OPERATORS:
        for resource in (_SLICES, _SERVICES):
            _delete(cluster, resource, _service(operator))


def register_alone(cluster: Cluster, written: Path, groups: frozenset[str]) -> None:
    """Register the webhooks of operators of single services, by their API groups; none: take back what there is."""
    for body in _configurations(written, groups, _ALONE, {}) if groups else ():
        cluster.apply(body, manager=_MANAGER, force=True)
    for resource in (_MUTATING, _VALIDATING) if not groups else ():
        cluster.delete(resource, "", _ALONE[resource.kind])


def configurations(written: Path, *, answering: bool) -> Iterator[Body]:
    """Give the two configurations under the names of the real operator's."""
    for body in _configurations(written, _WHOLE, _NAMES, dict(_LABELS)):
        hooks = [hook if answering else _refusing(hook) for hook in body["webhooks"]]
        yield {**body, "webhooks": hooks}


def _configurations(
    written: Path, groups: frozenset[str], names: Mapping[str, str], labels: Mapping[str, str]
) -> Iterator[Body]:
    for body in json.loads(written.read_text())["items"]:
        yield {
            "apiVersion": body["apiVersion"],
            "kind": body["kind"],
            "metadata": {"name": names[body["kind"]], "labels": dict(labels)},
            "webhooks": [hook for hook in body["webhooks"] if _groups(hook) & groups],
        }


def _groups(hook: Body) -> set[str]:
    return {group for rule in hook["rules"] for group in rule["apiGroups"]}


def services(*, answering: bool) -> Iterator[Body]:
    """Give the Services of the operators' webhooks; their endpoints are ready once the webhooks answer."""
    for index, operator in enumerate(_OPERATORS):
        name = _service(operator)
        metadata = {"name": name, "namespace": NAMESPACE, "labels": {"openstack.org/operator-name": operator}}
        yield {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": metadata,
            "spec": {"ports": [{"port": 443, "protocol": "TCP", "targetPort": 9443}]},
        }
        yield {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {
                "name": name,
                "namespace": NAMESPACE,
                "labels": {"kubernetes.io/service-name": name},
            },
            "addressType": "IPv4",
            "ports": [{"port": 9443, "protocol": "TCP"}],
            "endpoints": [{"addresses": [f"10.217.0.{11 + index}"], "conditions": {"ready": answering}}],
        }


def _refusing(hook: Body) -> Body:
    path = str(get(hook, "clientConfig", "url")).rpartition("/")[2]
    url = f"https://127.0.0.1:{_NOBODY}/{path}"
    return {**hook, "clientConfig": {**hook["clientConfig"], "url": url}}


def _service(operator: str) -> str:
    return f"{operator}-operator-webhook-service"


def _delete(cluster: Cluster, resource: Resource, name: str) -> None:
    try:
        cluster.delete(resource, NAMESPACE, name)
    except ClusterError as error:
        if error.kind is not ErrorKind.NOT_FOUND:
            raise
