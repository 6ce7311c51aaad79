"""Certificates of nodes that ran out while a cluster slept: requests for new ones are approved, and only those of its own nodes.

Signers and users are those of Kubernetes' kubelet and of openshift/cluster-machine-approver.
"""

from collections.abc import Iterator
from datetime import datetime

from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.model.objects import Body, get

_GROUP, _KIND = "certificates.k8s.io", "CertificateSigningRequest"
_CLIENT, _SERVING = "kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/kubelet-serving"
_BOOTSTRAPPER = "system:serviceaccount:openshift-machine-config-operator:node-bootstrapper"
_NOT_AFTER = "auth.openshift.io/certificate-not-after"
"""On Secrets of openshift/library-go's certificate rotation; their signers bound what nodes have, too."""
_OPERATORS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
_APPROVAL = {
    "type": "Approved",
    "status": "True",
    "reason": "OskWoken",
    "message": "osk: the cluster slept while the node's certificate ran out",
}


def approve(cluster: Cluster) -> tuple[str, ...]:
    """Approve what the cluster's nodes ask for and nobody has answered; names the requests. Raises ClusterError."""
    kind, nodes = cluster.resource(_GROUP, _KIND), cluster.resource("", "Node")
    if kind is None or nodes is None:
        return ()
    users = {f"system:node:{each['metadata']['name']}" for each in cluster.list(nodes).items}
    names = tuple(_due(cluster.list(kind).items, users))
    for name in names:
        patch = {"status": {"conditions": [dict(_APPROVAL)]}}
        cluster.merge(kind, "", name, patch, subresource="approval")
    return names


def _due(requests: tuple[Body, ...], users: set[str]) -> Iterator[str]:
    for each in requests:
        user, signer = get(each, "spec", "username"), get(each, "spec", "signerName")
        own = user in users and signer in {_CLIENT, _SERVING}
        if not get(each, "status", "conditions") and (own or (user, signer) == (_BOOTSTRAPPER, _CLIENT)):
            yield str(each["metadata"]["name"])


def expiry(cluster: Cluster, now: float) -> float | None:
    """Tell when the first of the cluster's own certificates runs out; None: it does not say. Raises ClusterError."""
    kind = cluster.resource("", "Secret")
    namespaces = [f"openshift-{name}{more}" for name in _OPERATORS for more in ("", "-operator")]
    found = [each for name in namespaces if kind for each in cluster.list(kind, name).items]
    notes = (get(each, "metadata", "annotations", _NOT_AFTER) for each in found)
    times = [datetime.fromisoformat(str(each)).timestamp() for each in notes if each]
    return min((each for each in times if each > now), default=None)
