"""What is there: a look at everything that a teardown may meet, without the values of Secrets."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from openstack_k8s_cli.apply.parallel import each_in_parallel
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind, Resource
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of

OPENSTACK = ".openstack.org"
_THREADS = 8
_AROUND = (
    ("", "PersistentVolumeClaim"),
    ("", "Secret"),
    ("apps", "StatefulSet"),
    ("rabbitmq.com", "RabbitmqCluster"),
)
"""Looked at in the cloud's namespaces."""
_EVERYWHERE = (
    ("", "Namespace"),
    ("", "PersistentVolume"),
    ("nmstate.io", "NodeNetworkState"),
    ("operators.coreos.com", "ClusterServiceVersion"),
    ("operators.coreos.com", "Operator"),
    ("operator.openshift.io", "CertManager"),
    ("rbac.authorization.k8s.io", "ClusterRole"),
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
)
_CRD = ("apiextensions.k8s.io", "CustomResourceDefinition")
_UNTOLD = frozenset({"data", "stringData"})


@dataclass(frozen=True, slots=True)
class Found:
    """Bodies by id; immutable, asked by the pure parts."""

    bodies: Mapping[ObjectId, Body]

    def get(self, target: ObjectId) -> Body | None:
        """Give an object as it was when it was looked at."""
        return self.bodies.get(target)

    def uid(self, target: ObjectId) -> str:
        """Give its UID; empty when it is not there."""
        return str(get(self.bodies.get(target) or {}, "metadata", "uid") or "")

    def of(self, group: str, kind: str, namespaces: Iterable[str] | None = None) -> Iterator[ObjectId]:
        """Walk over the objects of a kind, in some namespaces or all."""
        wanted = None if namespaces is None else set(namespaces)
        for target in self.bodies:
            if (target.group, target.kind) == (group, kind) and (
                wanted is None or target.namespace in wanted
            ):
                yield target

    def openstack(self, namespaces: Iterable[str]) -> Iterator[ObjectId]:
        """Walk over the objects of OpenStack's own kinds."""
        wanted = set(namespaces)
        for target in self.bodies:
            if target.group.endswith(OPENSTACK) and target.namespace in wanted:
                yield target


def gather(cluster: Cluster, targets: Iterable[ObjectId], clouds: Iterable[str], *, crds: bool) -> Found:
    """List the kinds of `targets`, what stands around them in the clouds' namespaces, and what they share."""
    wanted = sorted(set(_wanted(cluster, targets, tuple(clouds), crds=crds)))
    served = [
        (resource, namespace)
        for (group, kind), namespace in wanted
        if (resource := cluster.resource(group, kind)) is not None and "list" in resource.verbs
    ]
    listed = each_in_parallel(lambda each: _list(cluster, *each), served, threads=_THREADS)
    return Found({id_of(body): _bare(body) for bodies in listed for body in bodies})


def leftovers(cluster: Cluster, clouds: Iterable[str]) -> Found:
    """Look again at OpenStack's own kinds only."""
    resources = [each for each in cluster.resources() if _is_openstack(each)]
    asked = [(resource, namespace) for resource in resources for namespace in clouds]
    listed = each_in_parallel(lambda each: _list(cluster, *each), asked, threads=_THREADS)
    return Found({id_of(body): _bare(body) for bodies in listed for body in bodies})


def _wanted(
    cluster: Cluster, targets: Iterable[ObjectId], clouds: tuple[str, ...], *, crds: bool
) -> Iterator[tuple[tuple[str, str], str]]:
    for target in targets:
        if (target.group, target.kind) != _CRD:
            yield (target.group, target.kind), target.namespace
    yield from ((kind, "") for kind in (*_EVERYWHERE, *((_CRD,) if crds else ())))
    for namespace in clouds:
        yield from ((kind, namespace) for kind in _AROUND)
        yield from (
            ((each.group, each.kind), namespace) for each in cluster.resources() if _is_openstack(each)
        )


def _is_openstack(resource: Resource) -> bool:
    return resource.namespaced and resource.group.endswith(OPENSTACK) and "list" in resource.verbs


def _list(cluster: Cluster, resource: Resource, namespace: str) -> tuple[Body, ...]:
    try:
        return cluster.list(resource, namespace).items
    except ClusterError as error:
        if error.kind in {ErrorKind.NOT_SERVED, ErrorKind.NOT_FOUND, ErrorKind.NAMESPACE_MISSING}:
            return ()
        raise


def _bare(body: Body) -> Body:
    """Leave out what may be secret or is large and of no use here."""
    if body["kind"] == "Secret":
        return {key: value for key, value in body.items() if key not in _UNTOLD}
    if body["kind"] == "CustomResourceDefinition":
        spec = body["spec"]
        return {**body, "spec": {key: spec[key] for key in ("group", "names", "scope")}}
    return body
