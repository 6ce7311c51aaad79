"""The kinds a fake cluster serves from the start, and what it knows of CRDs."""

from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, Resource
from openstack_k8s_cli.model.objects import Body, group_of

_VERBS = frozenset({"create", "delete", "get", "list", "patch", "update", "watch"})
_BUILT_IN = (
    ("", "v1", "Namespace", "namespaces", False),
    ("", "v1", "Node", "nodes", False),
    ("", "v1", "PersistentVolume", "persistentvolumes", False),
    ("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", True),
    ("", "v1", "ConfigMap", "configmaps", True),
    ("", "v1", "Secret", "secrets", True),
    ("", "v1", "Service", "services", True),
    ("", "v1", "ServiceAccount", "serviceaccounts", True),
    ("", "v1", "Endpoints", "endpoints", True),
    ("", "v1", "Event", "events", True),
    ("", "v1", "Pod", "pods", True),
    ("apps", "v1", "Deployment", "deployments", True),
    ("apps", "v1", "StatefulSet", "statefulsets", True),
    ("batch", "v1", "Job", "jobs", True),
    ("coordination.k8s.io", "v1", "Lease", "leases", True),
    ("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", True),
    ("storage.k8s.io", "v1", "StorageClass", "storageclasses", False),
    ("rbac.authorization.k8s.io", "v1", "Role", "roles", True),
    ("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings", True),
    ("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", False),
    ("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", "clusterrolebindings", False),
    ("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", False),
    (
        "admissionregistration.k8s.io",
        "v1",
        "ValidatingWebhookConfiguration",
        "validatingwebhookconfigurations",
        False,
    ),
)
_FIELDS = {
    "ConfigMap": frozenset({"data", "binaryData", "immutable"}),
    "Secret": frozenset({"data", "stringData", "type", "immutable"}),
    "Namespace": frozenset({"spec", "status"}),
}
"""Top-level fields of the kinds whose schema the fake knows."""


def served(group: str, version: str, kind: str, plural: str, *, namespaced: bool = True) -> Resource:
    """Make a resource with every verb."""
    return Resource(group, version, kind, plural, namespaced, _VERBS)


BUILT_IN = tuple(
    served(group, version, kind, plural, namespaced=namespaced)
    for group, version, kind, plural, namespaced in _BUILT_IN
)


def of_crd(body: Body) -> Resource | None:
    """Give the kind that a CRD serves; None when no version is served."""
    spec = body["spec"]
    versions = [each["name"] for each in spec["versions"] if each.get("served")]
    if not versions:
        return None
    names = spec["names"]
    return served(
        spec["group"], versions[0], names["kind"], names["plural"], namespaced=spec["scope"] == "Namespaced"
    )


def check_fields(body: Body) -> None:
    """Refuse top-level fields that a known schema does not declare."""
    known = _FIELDS.get(body["kind"]) if not group_of(body["apiVersion"]) else None
    if known is None:
        return
    unknown = sorted(body.keys() - known - {"apiVersion", "kind", "metadata"})
    if unknown:
        message = "unknown field " + ", ".join(f".{name}" for name in unknown)
        raise ClusterError(ErrorKind.UNKNOWN_FIELD, message, status=400)


def has_generation(resource: Resource) -> bool:
    """Say whether the kind counts changes of its spec."""
    return bool(resource.group) and resource.group not in {
        "rbac.authorization.k8s.io",
        "storage.k8s.io",
        "coordination.k8s.io",
        "discovery.k8s.io",
    }


def has_status(resource: Resource) -> bool:
    """Say whether the status is written through its own door only."""
    return resource.kind not in {
        "ConfigMap",
        "Secret",
        "ServiceAccount",
        "Endpoints",
        "Event",
        "StorageClass",
    }
