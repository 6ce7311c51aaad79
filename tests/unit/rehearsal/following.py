"""What the follower of operators looks at, done to a fake cluster by hand."""

from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.rehearsal import crds
from tests.fakes.cluster import FakeCluster

OLM = "operators.coreos.com"


def subscribe(cluster: FakeCluster, package: str, namespace: str = "openstack-operators") -> None:
    """Make a Subscription."""
    metadata = {"name": package, "namespace": namespace}
    body = {"apiVersion": f"{OLM}/v1alpha1", "kind": "Subscription", "metadata": metadata}
    cluster.put({**body, "spec": {"name": package}})


def install(cluster: FakeCluster, version: str, phase: str = "Succeeded") -> None:
    """Make a ClusterServiceVersion, and the copy that OLM makes of it."""
    for namespace, labels in (("openstack-operators", {}), ("default", {"olm.copiedFrom": "x"})):
        metadata = {"name": version, "namespace": namespace, "labels": labels}
        body = {"apiVersion": f"{OLM}/v1alpha1", "kind": "ClusterServiceVersion", "metadata": metadata}
        cluster.put({**body, "status": {"phase": phase}})


def remove(cluster: FakeCluster, id_: ObjectId) -> None:
    """Delete an object."""
    cluster.refresh()
    resource = cluster.resource(id_.group, id_.kind)
    assert resource is not None
    assert cluster.delete(resource, id_.namespace, id_.name)


def uninstall(cluster: FakeCluster) -> None:
    """Take MetalLB away."""
    for namespace in ("openstack-operators", "default"):
        remove(cluster, ObjectId(OLM, "ClusterServiceVersion", namespace, "metallb-operator.v4.18.1"))


def is_served(cluster: FakeCluster, name: str) -> bool:
    """Read the switch of a CRD."""
    resource = cluster.resource("apiextensions.k8s.io", "CustomResourceDefinition")
    assert resource is not None
    body = cluster.get(resource, "", name)
    return body is not None and crds.is_served(body)


def read(cluster: FakeCluster, group: str, kind: str, namespace: str, name: str) -> Body:
    """Read an object that is there."""
    resource = cluster.resource(group, kind)
    assert resource is not None
    body = cluster.get(resource, namespace, name)
    assert body is not None
    return body
