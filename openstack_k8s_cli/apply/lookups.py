"""Objects of kinds that the cluster may not serve: where it does not, there are none."""

from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.model.objects import Body, ObjectId


def find(cluster: Cluster, target: ObjectId) -> Body | None:
    """Read an object; None where it is not there. Raises ClusterError."""
    resource = cluster.resource(target.group, target.kind)
    return cluster.get(resource, target.namespace, target.name) if resource else None


def listed(
    cluster: Cluster, group: str, kind: str, namespace: str = "", *, labels: str = ""
) -> tuple[Body, ...]:
    """List the objects of a kind. Raises ClusterError."""
    resource = cluster.resource(group, kind)
    return cluster.list(resource, namespace, labels=labels).items if resource else ()
