"""The Deployments of the controllers: without its one, nothing moves an object, not even its deletion."""

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.rehearsal.simulators.world import View

NAMES = (
    "openstack",
    "barbican",
    "cinder",
    "designate",
    "glance",
    "heat",
    "horizon",
    "infra",
    "ironic",
    "keystone",
    "manila",
    "mariadb",
    "neutron",
    "nova",
    "octavia",
    "openstack-baremetal",
    "ovn",
    "placement",
    "swift",
    "telemetry",
    "test",
)
"""Operators that the OpenStack resource starts; placement has one of its own in older releases, in newer ones nova's does its work."""
OPENSTACK_INIT = "openstack-operator-controller-init"
CERT_MANAGER_OPERATOR = "cert-manager-operator-controller-manager"
CERT_MANAGER = "cert-manager"
METALLB_OPERATOR = "metallb-operator-controller-manager"
METALLB = "controller"
NMSTATE_OPERATOR = "nmstate-operator"
NMSTATE = "nmstate-webhook"
ALWAYS = ""
"""A part of the cluster that is always there."""


def manager(name: str) -> str:
    """Give the Deployment of one of the operators that the OpenStack resource starts."""
    return f"{name}-operator-controller-manager"


def is_up(deployment: str, view: View) -> bool:
    """Tell whether a controller runs."""
    if not deployment:
        return True
    body = view.named("apps", "Deployment", deployment)
    return bool(body and get(body, "status", "readyReplicas"))
