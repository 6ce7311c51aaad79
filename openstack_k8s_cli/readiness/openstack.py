"""Kinds of openstack-operator and the operators it installs: the openstack.org groups, and RabbitMQ's."""

from collections.abc import Callable, Mapping

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.verdicts import State, Verdict
from openstack_k8s_cli.readiness.conditions import by, by_condition

CONTROL_PLANE_ORDER = tuple(
    f"OpenStackControlPlane{name}"
    for name in (
        "OpenStackVersionInitializationReadyCondition",
        "CAReadyCondition",
        "DNSReadyCondition",
        "RabbitMQReady",
        "MariaDBReady",
        "MemcachedReady",
        "OVNReady",
        "InfrastructureReady",
        "KeystoneAPIReady",
        "PlacementAPIReady",
        "GlanceReady",
        "CinderReady",
        "NeutronReady",
        "NovaReady",
        "HeatReady",
        "IronicReady",
        "ClientReady",
    )
)
"""The order in which openstack-operator's OpenStackControlPlane reconciler goes; later ones mostly follow from earlier."""

_WITHOUT_GENERATION = frozenset(
    {
        "BarbicanAPI",
        "BarbicanKeystoneListener",
        "BarbicanWorker",
        "KeystoneEndpoint",
        "KeystoneService",
        "MariaDBAccount",
        "MariaDBDatabase",
        "OpenStackBackupConfig",
        "OpenStackProvisionServer",
    }
)
"""Kinds whose CRDs have no status.observedGeneration."""


def by_ready(body: Body) -> Verdict:
    """Judge by Ready at the current generation."""
    return by_condition(body, "Ready", needs_generation=body["kind"] not in _WITHOUT_GENERATION)


def _control_plane(body: Body) -> Verdict:
    return by_condition(body, "Ready", needs_generation=True, order=CONTROL_PLANE_ORDER)


def _exists(_: Body) -> Verdict:
    return Verdict(State.READY)


def _version(body: Body) -> Verdict:
    """Judge an OpenStackVersion: initialized, with an available version; Ready says nothing of the cloud."""
    verdict = by_condition(body, "Initialized")
    if verdict.state is State.READY and not get(body, "status", "availableVersion"):
        return Verdict(State.PROGRESSING, message="no available version yet")
    return verdict


def _node_set(body: Body) -> Verdict:
    """Judge an OpenStackDataPlaneNodeSet: set up; Ready comes only with a deployment of it."""
    return by_condition(body, "SetupReady", needs_generation=True)


def _deployment(body: Body) -> Verdict:
    """Judge an OpenStackDataPlaneDeployment; a spent job needs a new deployment.

    openstack-operator sets BackoffLimitExceeded when a service's Ansible job is spent.
    """
    verdict = by_condition(body, "Ready", needs_generation=True)
    if verdict.state is State.FAILING and verdict.reason == "BackoffLimitExceeded":
        return Verdict(State.FAILED, verdict.reason, verdict.message, True, verdict.done, verdict.total)
    return verdict


RULES: Mapping[tuple[str, str], Callable[[Body], Verdict]] = {
    ("core.openstack.org", "OpenStackControlPlane"): _control_plane,
    ("core.openstack.org", "OpenStackVersion"): _version,
    ("client.openstack.org", "OpenStackClient"): by("OpenStackClientReady"),
    ("rabbitmq.openstack.org", "TransportURL"): by("TransportURLReady"),
    ("mariadb.openstack.org", "Galera"): by("DeploymentReady"),
    ("rabbitmq.com", "RabbitmqCluster"): by("AllReplicasReady"),
    ("network.openstack.org", "NetConfig"): _exists,
    ("network.openstack.org", "Reservation"): _exists,
    ("network.openstack.org", "BGPConfiguration"): by("Ready"),
    ("topology.openstack.org", "Topology"): _exists,
    ("dataplane.openstack.org", "OpenStackDataPlaneService"): _exists,
    ("dataplane.openstack.org", "OpenStackDataPlaneDeployment"): _deployment,
    ("dataplane.openstack.org", "OpenStackDataPlaneNodeSet"): _node_set,
}
