"""The simulators' table is well-formed and names what the operators name."""

import re
from typing import TYPE_CHECKING

import pytest

from openstack_k8s_cli import readiness
from openstack_k8s_cli.model.objects import Body, id_of
from openstack_k8s_cli.model.verdicts import State
from openstack_k8s_cli.rehearsal.options import Pace
from openstack_k8s_cli.rehearsal.simulators import faults, paces, stages, table
from openstack_k8s_cli.rehearsal.simulators.rows import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

REFERENCE = {
    "BarbicanAPI": "CreateServiceReady InputReady ServiceConfigReady DeploymentReady KeystoneEndpointReady"
    " NetworkAttachmentsReady TLSInputReady KeystoneServiceReady",
    "BGPConfiguration": "ServiceConfigReady",
    "Cinder": "DBReady DBSyncReady RabbitMqTransportURLReady MemcachedReady InputReady ServiceConfigReady CinderAPIReady"
    " CinderSchedulerReady CinderBackupReady CinderVolumeReady CronJobReady NetworkAttachmentsReady"
    " ServiceAccountReady RoleReady RoleBindingReady",
    "DNSMasq": "InputReady ServiceConfigReady DeploymentReady ServiceAccountReady RoleReady RoleBindingReady",
    "Galera": "InputReady TLSInputReady CreateServiceReady ServiceConfigReady DeploymentReady ServiceAccountReady"
    " RoleReady RoleBindingReady",
    "GlanceAPI": "CinderReady MemcachedReady CreateServiceReady InputReady ServiceConfigReady DeploymentReady"
    " TLSInputReady KeystoneEndpointReady NetworkAttachmentsReady CronJobReady",
    "IPSet": "InputReady ReservationReady",
    "KeystoneAPI": "InputReady TLSInputReady DBReady DBSyncReady RabbitMqTransportURLReady MemcachedReady"
    " CreateServiceReady BootstrapReady ServiceConfigReady DeploymentReady NetworkAttachmentsReady CronJobReady"
    " ServiceAccountReady RoleReady RoleBindingReady",
    "KeystoneEndpoint": "KeystoneAPIReady AdminServiceClientReady KeystoneServiceOSEndpointsReady KeystoneServiceReady",
    "KeystoneService": "KeystoneAPIReady AdminServiceClientReady KeystoneServiceOSServiceReady"
    " KeystoneServiceOSUserReady",
    "MariaDBAccount": "MariaDBServerReady MariaDBDatabaseReady MariaDBAccountReady",
    "MariaDBDatabase": "MariaDBServerReady MariaDBDatabaseReady",
    "NeutronAPI": "DBReady DBSyncReady CreateServiceReady RabbitMqTransportURLReady MemcachedReady InputReady"
    " ServiceConfigReady DeploymentReady KeystoneServiceReady KeystoneEndpointReady NetworkAttachmentsReady"
    " TLSInputReady ServiceAccountReady RoleReady RoleBindingReady",
    "Nova": "InputReady NovaAPIDBReady NovaAPIReady NovaAllCellDBReady NovaAllCellReady KeystoneServiceReady"
    " NovaAPIMQReady NovaAllCellsMQReady NovaSchedulerReady NovaMetadataReady MemcachedReady ServiceAccountReady"
    " RoleReady RoleBindingReady",
    "NovaCell": "InputReady NovaConductorReady NovaNoVNCProxyReady NovaComputeServiceConfigReady"
    " NovaAllControlPlaneComputesReady",
    "OVNDBCluster": "InputReady ExposeServiceReady ServiceConfigReady NetworkAttachmentsReady DeploymentReady"
    " TLSInputReady ServiceAccountReady RoleReady RoleBindingReady",
    "OpenStack": "OpenStackOperatorDeploymentsReadyCondition OpenStackOperatorReadyCondition",
    "OpenStackBaremetalSet": "InputReady OpenStackBaremetalSetProvServerReady"
    " OpenStackBaremetalSetBmhProvisioningReady",
    "OpenStackClient": "OpenStackClientReady",
    "OpenStackDataPlaneDeployment": "InputReady DeploymentReady",
    "OpenStackDataPlaneNodeSet": "InputReady ServiceAccountReady SetupReady NodeSetIPReservationReady"
    " NodeSetDNSDataReady NodeSetBaremetalProvisionReady DeploymentReady",
    "OpenStackProvisionServer": "DeploymentReady ServiceConfigReady OpenStackProvisionServerProvIntfReady"
    " OpenStackProvisionServerLocalImageURLReady OpenStackProvisionServerChecksumReady ServiceAccountReady RoleReady"
    " RoleBindingReady",
    "OpenStackVersion": "Initialized",
    "RabbitmqCluster": "AllReplicasReady ClusterAvailable NoWarnings ReconcileSuccess",
    "Swift": "ServiceConfigReady SwiftProxyReady SwiftRingReady SwiftStorageReady MemcachedReady ServiceAccountReady"
    " RoleReady RoleBindingReady",
    "TransportURL": "TransportURLReady",
}
"""Types of conditions by kind, as the operators' sources have them (no order)."""

ALL_ON: Body = {
    "apiVersion": "core.openstack.org/v1beta1",
    "kind": "OpenStackControlPlane",
    "metadata": {"name": "cloud", "namespace": "openstack", "uid": "1"},
    "spec": {
        "secret": "osp-secret",
        "storageClass": "local-storage",
        **{
            section: {"enabled": True, "template": {}}
            for section in (
                "dns",
                "ovn",
                "keystone",
                "placement",
                "glance",
                "cinder",
                "neutron",
                "nova",
                "heat",
            )
        },
        **{
            section: {"enabled": True, "template": {}}
            for section in (
                "ironic",
                "manila",
                "horizon",
                "telemetry",
                "barbican",
                "octavia",
                "designate",
                "swift",
            )
        },
        **{
            section: {"enabled": True, "templates": {}}
            for section in ("galera", "rabbitmq", "memcached", "redis")
        },
    },
}


def types(row: Row) -> list[str]:
    """List the conditions of a row in its order."""
    return [each.type for each in row.ordered({"metadata": {"name": "x"}, "spec": {}})]


@pytest.mark.parametrize("row", table.ROWS, ids=lambda row: row.kind)
def test_row_is_well_formed(row: Row) -> None:
    """Every row says where it comes from and has each condition once, with a word for each state."""
    body = ALL_ON if row.kind == "OpenStackControlPlane" else {"metadata": {"name": "x"}, "spec": {}}
    ordered = row.ordered(body)

    assert row.source
    assert len({each.type for each in ordered}) == len(ordered)
    assert all(re.fullmatch(r"[A-Z][A-Za-z0-9]+", each.type) for each in ordered)
    assert row.finalizer is None or "/" in row.finalizer or "." in row.finalizer


def test_kinds_are_played_once() -> None:
    """No kind is in the table twice, nor played by both the program and KWOK."""
    played = [(row.group, row.kind) for row in table.ROWS]
    staged = [(row.group, row.kind) for row in stages.ROWS]

    assert len(set(played)) == len(played)
    assert set(played).isdisjoint(staged)


@pytest.mark.parametrize("kind", sorted(REFERENCE))
def test_conditions_are_the_operators_own(kind: str) -> None:
    """The conditions of a kind are those of its operator."""
    row = next(each for each in table.ROWS if each.kind == kind)

    assert set(REFERENCE[kind].split()) == set(types(row))


def test_control_plane_goes_in_the_operators_order() -> None:
    """The steps of a control plane come in the order of its reconciler, the client after ironic."""
    row = next(each for each in table.ROWS if each.kind == "OpenStackControlPlane")
    names = [
        each.type.removeprefix("OpenStackControlPlane").removesuffix("Condition").removesuffix("Ready")
        for each in row.ordered(ALL_ON)
    ]

    expected: Sequence[str] = [
        "OpenStackVersionInitialization",
        "CA",
        "DNS",
        "RabbitMQ",
        "MariaDB",
        "Memcached",
        "OVN",
        "Infrastructure",
        "KeystoneAPI",
        "PlacementAPI",
        "Glance",
        "Cinder",
        "Neutron",
        "Nova",
        "Heat",
        "Ironic",
        "Client",
        "Manila",
        "Horizon",
        "Telemetry",
        "Barbican",
        "Redis",
        "Octavia",
        "Designate",
        "Swift",
        "TestCM",
        "InstanceHaCM",
    ]
    assert expected == [name for name in names if not name.startswith("Expose")]


def test_sections_left_out_are_off() -> None:
    """A section that is not there makes no condition, nor does one that is switched off."""
    row = next(each for each in table.ROWS if each.kind == "OpenStackControlPlane")
    spec = {"keystone": {"enabled": False}, "swift": {}}
    names = [each.type for each in row.ordered({**ALL_ON, "spec": spec})]

    assert "OpenStackControlPlaneKeystoneAPIReady" not in names
    assert "OpenStackControlPlaneGlanceReady" not in names
    assert "OpenStackControlPlaneSwiftReady" in names


def test_stages_are_named_once_and_stop() -> None:
    """Stage objects have names of their own, and each has a match that its own patch ends."""
    made = [body for row in stages.ROWS for body in stages.bodies(row, paces.tempo(Pace.FAST), faults.NONE)]
    names = [body["metadata"]["name"] for body in made]

    assert len(set(names)) == len(names)
    assert all(len(body["spec"]["selector"]["matchExpressions"]) > 1 for body in made)


def test_fault_takes_an_object_from_its_stage() -> None:
    """An Issuer that a fault names is left out of KWOK's stage, the others stay in."""
    ordered = faults.Faults.model_validate(
        {"faults": [{"fault": "never-ready", "kind": "Issuer", "name": "rootca-ovn"}]}
    )
    row = next(each for each in stages.ROWS if each.kind == "Issuer")
    body = next(iter(stages.bodies(row, paces.tempo(Pace.FAST), ordered)))

    guard = {"key": ".metadata.name", "operator": "NotIn", "values": ["rootca-ovn"]}
    assert guard in body["spec"]["selector"]["matchExpressions"]


@pytest.mark.parametrize(
    "row",
    [row for row in table.ROWS if row.group.endswith(".openstack.org") and not row.generation],
    ids=lambda row: row.kind,
)
def test_kinds_without_generation_are_judged_without(row: Row) -> None:
    """Kinds whose CRDs have no observedGeneration are Ready when they say so; a diagnosis would name them else."""
    meta = {"name": "one", "namespace": "openstack", "generation": 1}
    status = {"conditions": [{"type": "Ready", "status": "True", "reason": "Ready"}]}
    body: Body = {
        "apiVersion": f"{row.group}/{row.version}",
        "kind": row.kind,
        "metadata": meta,
        "status": status,
    }

    assert readiness.judge(id_of(body), body).state is State.READY
