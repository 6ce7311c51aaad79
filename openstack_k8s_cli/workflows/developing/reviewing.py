"""Who the cluster takes this session for."""

from openstack_k8s_cli.apply.ports import Cluster, ClusterError
from openstack_k8s_cli.model.objects import Body, get

_REVIEW: Body = {
    "apiVersion": "authentication.k8s.io/v1",
    "kind": "SelfSubjectReview",
    "metadata": {"name": "self"},
}


def user(cluster: Cluster) -> str:
    """Name the user; empty: the cluster does not tell."""
    try:
        answer = cluster.create(_REVIEW).body
    except ClusterError:
        return ""
    return str(get(answer, "status", "userInfo", "username") or "")
