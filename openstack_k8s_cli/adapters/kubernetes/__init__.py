"""The Kubernetes door: the client's kubeconfig, authentication and transport; plain dicts everywhere else.

The client's typed models reject fields that they do not know and cost ten times the CPU, so none is used.
Importing this package costs nothing; `connect` imports the client (about 0.3 s, 540 modules, no models).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openstack_k8s_cli.adapters.kubernetes.requests import KubernetesCluster

__all__ = ["connect"]


def connect(kubeconfig: str | None = None, context: str | None = None) -> "KubernetesCluster":
    """Open a connection and ask one question over it; an OskError says why it cannot be had."""
    from openstack_k8s_cli.adapters.kubernetes import connecting  # noqa: PLC0415  # the client is heavy

    return connecting.connect(kubeconfig, context)
