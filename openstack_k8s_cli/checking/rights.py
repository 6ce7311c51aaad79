"""The rights that a plan needs, and the roles that give them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.apply.changes import MANAGER
from openstack_k8s_cli.apply.labels import MANAGED_BY
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.steps import Action, Manifest
from openstack_k8s_cli.plan.plans import Plan

WRITE = ("create", "delete", "get", "list", "patch", "update", "watch")
READ = ("get", "list", "watch")
_SYSTEM = "osk-system"
"""Where ledger and lease are."""
_MARKED = ("kube-public", "kube-system")
"""Where a ConfigMap says what the cluster is."""
_LOOKED_AT = (
    ("", "nodes", READ),
    ("", "namespaces", READ),
    ("", "pods", READ),
    ("", "pods/log", ("get",)),
    ("", "events", READ),
    ("", "services", READ),
    ("", "endpoints", READ),
    ("", "persistentvolumes", READ),
    ("", "persistentvolumeclaims", (*READ, "delete")),
    ("apps", "deployments", READ),
    ("apps", "statefulsets", READ),
    ("apps", "daemonsets", READ),
    ("batch", "jobs", READ),
    ("apiextensions.k8s.io", "customresourcedefinitions", READ),
    ("admissionregistration.k8s.io", "validatingwebhookconfigurations", (*READ, "delete")),
    ("admissionregistration.k8s.io", "mutatingwebhookconfigurations", (*READ, "delete")),
    ("storage.k8s.io", "storageclasses", READ),
    ("apiregistration.k8s.io", "apiservices", READ),
    ("config.openshift.io", "clusteroperators", READ),
    ("config.openshift.io", "clusterversions", READ),
    ("config.openshift.io", "infrastructures", READ),
    ("config.openshift.io", "ingresses", READ),
    ("config.openshift.io", "networks", READ),
    ("operator.openshift.io", "dnses", READ),
    ("nmstate.io", "nodenetworkstates", READ),
    ("nmstate.io", "nodenetworkconfigurationenactments", READ),
    ("operators.coreos.com", "catalogsources", READ),
    ("operators.coreos.com", "subscriptions", READ),
    ("operators.coreos.com", "operators", (*READ, "delete")),
    ("operators.coreos.com", "clusterserviceversions", (*READ, "delete")),
    ("operator.openshift.io", "certmanagers", (*READ, "delete")),
    ("rabbitmq.com", "rabbitmqclusters", READ),
    ("rbac.authorization.k8s.io", "clusterroles", (*READ, "delete")),
)
"""What is looked at to see whether something is Ready, and why not."""
_LOOKED_AT_OLM = (
    *("catalogsources", "clusterserviceversions", "installplans", "operatorgroups", "subscriptions"),
)
_RBAC = "rbac.authorization.k8s.io"
_SERVICES = (
    *("backup", "barbican", "baremetal", "cinder", "client", "core", "cyborg", "dataplane", "designate"),
    *("glance", "heat", "horizon", "instanceha", "ironic", "keystone", "manila", "mariadb", "memcached"),
    *("network", "neutron", "nova", "octavia", "operator", "ovn", "placement", "rabbitmq", "redis", "swift"),
    *("telemetry", "test", "topology", "watcher"),
)
"""Groups of openstack.org whose objects operators make of a control plane: looked at, and gone before it is."""
_BRINGING = frozenset({"OpenStack", "OpenStackControlPlane"})
_PLANE, _NODESET = "dataplane.openstack.org", "OpenStackDataPlaneNodeSet"
_ON_HOSTS = ("OpenStackDataPlaneDeployment", "OpenStackDataPlaneService")
"""Kinds that are made for node sets whenever something is to be done there: a plan has only what is left to do now."""
_BOUND = frozenset({"roles", "clusterroles"})
"""Who makes these must have what they give, or may escalate and bind."""

Plural = Callable[[str, str], str | None]
"""Group and kind → the resource's name; None: not known here."""


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """To do something with a resource, in one namespace or in all."""

    namespace: str
    """Empty: in all, or the resource is in none."""
    group: str
    resource: str
    verb: str

    def __str__(self) -> str:
        name = f"{self.resource}.{self.group}" if self.group else self.resource
        return f"{self.verb} {name}" + (f" in {self.namespace}" if self.namespace else "")


def needed(plan: Plan, plural: Plural) -> tuple[Right, ...]:
    """List what a plan, its waits and its teardown do with the API."""
    found: set[Right] = set()
    for group, resource, verbs in _LOOKED_AT:
        found |= {Right("", group, resource, verb) for verb in verbs}
    for verb in WRITE:
        found.add(Right(_SYSTEM, "", "configmaps", verb))
        found.add(Right(_SYSTEM, "coordination.k8s.io", "leases", verb))
        found.add(Right("", "", "namespaces", verb))
    found |= {Right(each, "", "configmaps", "get") for each in _MARKED}
    for manifest in plan.manifests:
        found |= _brought(manifest, plural)
    for step in plan.steps:
        for patch in step.patches:
            resource = _resource(patch.id.group, patch.id.kind, plural)
            found |= {Right(patch.id.namespace, patch.id.group, resource, verb) for verb in ("get", "patch")}
        for gate in step.gates:
            resource = _resource(gate.target.group, gate.target.kind, plural)
            found |= {Right(gate.target.namespace, gate.target.group, resource, verb) for verb in READ}
        if step.action is Action.EXEC and step.exec is not None:
            found |= {Right(step.exec.namespace, "", "pods/exec", verb) for verb in ("create", "get")}
    return tuple(sorted(_without_covered(found)))


def _brought(manifest: Manifest, plural: Plural) -> set[Right]:
    """List what an object takes, and what comes of it."""
    group, kind, namespace = manifest.id.group, manifest.id.kind, manifest.id.namespace
    found = _written(group, _resource(group, kind, plural), namespace) | _given(manifest.body)
    if kind in _BRINGING:
        found |= _made(namespace)
    if kind == _NODESET:
        resources = [_resource(_PLANE, each, plural) for each in _ON_HOSTS]
        found |= {right for each in resources for right in _written(_PLANE, each, namespace)}
    if group == "operators.coreos.com":
        found |= {
            Right("", group, each, verb)
            for each in _LOOKED_AT_OLM
            for verb in (*READ, *(("delete", "patch") if each != "catalogsources" else ()))
        }
    return found


def looked(plural: Plural) -> tuple[Right, ...]:
    """List what `osk doctor` looks at beside that; without it some checks come to nothing, and a deployment does not."""
    pools = _resource("metallb.io", "IPAddressPool", plural)
    found = {Right("", "metallb.io", pools, verb) for verb in READ}
    if plural("config.openshift.io", "ClusterVersion"):
        found.add(Right("openshift-config", "", "secrets", "get"))
    return tuple(sorted(found))


def rotating() -> tuple[Right, ...]:
    """List what `osk dataplane rotate-keys` does beside a deployment: the new keys are kept until they are in use."""
    verbs = ("create", "delete", "get", "list", "patch")
    return tuple(Right(_SYSTEM, "", "secrets", verb) for verb in verbs)


def _written(group: str, resource: str, namespace: str) -> set[Right]:
    more = ("bind", "escalate") if resource in _BOUND else ()
    return {Right(namespace, group, resource, verb) for verb in (*WRITE, *more)}


def _made(namespace: str) -> set[Right]:
    """Let what comes of a control plane be looked at, and taken down with what it leaves."""
    verbs = (*READ, "delete", "patch")
    own = {Right(namespace, f"{each}.openstack.org", "*", verb) for each in _SERVICES for verb in verbs}
    left = {
        Right(namespace, "", each, verb) for each in ("secrets", "configmaps") for verb in (*READ, "delete")
    }
    return own | left


def _given(body: Body) -> set[Right]:
    """Who binds a role may do so, whatever that role gives."""
    role = body.get("roleRef")
    if not role:
        return set()
    namespace = str(body["metadata"].get("namespace") or "") if role["kind"] == "Role" else ""
    return {Right(namespace, _RBAC, f"{role['kind'].lower()}s", "bind")}


def _without_covered(found: set[Right]) -> set[Right]:
    return {
        each
        for each in found
        if not each.namespace or Right("", each.group, each.resource, each.verb) not in found
    }


def _resource(group: str, kind: str, plural: Plural) -> str:
    return plural(group, kind) or guessed(group, kind)


def guessed(group: str, kind: str) -> str:
    """Name a kind's resource as nearly all are named."""
    if (group, kind) == ("k8s.cni.cncf.io", "NetworkAttachmentDefinition"):
        return "network-attachment-definitions"
    name = kind.lower()
    if name.endswith("y") and name[-2] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith(("s", "x", "ch", "sh")) else f"{name}s"


def review(right: Right) -> Body:
    """Make the question whether the user has a right."""
    resource, _, part = right.resource.partition("/")
    attributes = {"group": right.group, "resource": resource, "verb": right.verb}
    attributes |= {"namespace": right.namespace} if right.namespace else {}
    attributes |= {"subresource": part} if part else {}
    return {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "metadata": {"name": ""},
        "spec": {"resourceAttributes": attributes},
    }


EVERYTHING = Right("", "*", "*", "*")
"""What cluster-admin has."""


def roles(rights: Iterable[Right], name: str, user: str = "") -> list[Body]:
    """Give a ClusterRole, the namespaces with a Role in each, and their bindings where a user is named."""
    by_namespace: dict[str, list[Right]] = defaultdict(list)
    for right in rights:
        by_namespace[right.namespace].append(right)
    bodies: list[Body] = [_namespace(each) for each in sorted(by_namespace) if each and each not in _MARKED]
    for namespace, own in sorted(by_namespace.items()):
        bodies += _role(namespace, own, name, user)
    return bodies


def _namespace(name: str) -> Body:
    """Make a namespace; osk's own with its label, by which a teardown of everything knows that it may go."""
    meta: Body = {"name": name, **({"labels": {MANAGED_BY: MANAGER}} if name == _SYSTEM else {})}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": meta}


def _role(namespace: str, rights: Iterable[Right], name: str, user: str) -> Iterable[Body]:
    kind = "Role" if namespace else "ClusterRole"
    meta = {"name": name, **({"namespace": namespace} if namespace else {})}
    yield {"apiVersion": f"{_RBAC}/v1", "kind": kind, "metadata": meta, "rules": _rules(rights)}
    if user:
        yield {
            "apiVersion": f"{_RBAC}/v1",
            "kind": f"{kind}Binding",
            "metadata": meta,
            "roleRef": {"apiGroup": _RBAC, "kind": kind, "name": name},
            "subjects": [{"apiGroup": _RBAC, "kind": "User", "name": user}],
        }


def _rules(rights: Iterable[Right]) -> list[Mapping[str, Any]]:
    verbs: dict[tuple[str, str], list[str]] = defaultdict(list)
    for right in rights:
        verbs[right.group, right.resource].append(right.verb)
    together: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for (group, resource), own in verbs.items():
        together[group, tuple(sorted(own))].append(resource)
    return [
        {"apiGroups": [group], "resources": sorted(resources), "verbs": list(own)}
        for (group, own), resources in sorted(together.items())
    ]
