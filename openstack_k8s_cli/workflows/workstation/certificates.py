"""Certificates of nodes that ran out while a cluster slept: requests for new ones are approved, and only those of its own nodes.

Signers and users are those of Kubernetes' kubelet and of openshift/cluster-machine-approver, and so is that a request
has to be for the node that it comes from, or, of one that has lost its certificate, for a node that there is.
"""

import base64
from collections.abc import Iterator
from datetime import datetime

from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.model.objects import Body, get

_GROUP, _KIND = "certificates.k8s.io", "CertificateSigningRequest"
_CLIENT, _SERVING = "kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/kubelet-serving"
_BOOTSTRAPPER = "system:serviceaccount:openshift-machine-config-operator:node-bootstrapper"
_NODES = "system:nodes"
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
        if get(each, "status", "conditions"):
            continue
        user, signer = get(each, "spec", "username"), get(each, "spec", "signerName")
        of_node = user in users and signer in {_CLIENT, _SERVING}
        lost = (user, signer) == (_BOOTSTRAPPER, _CLIENT)
        if (of_node or lost) and _subject(each) in ({user} if of_node else users):
            yield str(each["metadata"]["name"])


def _subject(request: Body) -> str:
    """Name whom the certificate would be for; empty where that is no node."""
    from cryptography import x509  # noqa: PLC0415  # loads its library, for clusters that slept long
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    try:
        text = base64.b64decode(str(get(request, "spec", "request")), validate=True)
        subject = x509.load_pem_x509_csr(text).subject
    except ValueError:
        return ""
    groups, names = (
        [str(each.value) for each in subject.get_attributes_for_oid(kind)]
        for kind in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
    )
    return names[0] if groups == [_NODES] and len(names) == 1 else ""


def expiry(cluster: Cluster, now: float) -> float | None:
    """Tell when the first of the cluster's own certificates runs out; None: it does not say. Raises ClusterError."""
    kind = cluster.resource("", "Secret")
    namespaces = [f"openshift-{name}{more}" for name in _OPERATORS for more in ("", "-operator")]
    found = [each for name in namespaces if kind for each in cluster.list(kind, name).items]
    notes = (get(each, "metadata", "annotations", _NOT_AFTER) for each in found)
    times = [datetime.fromisoformat(str(each)).timestamp() for each in notes if each]
    return min((each for each in times if each > now), default=None)
