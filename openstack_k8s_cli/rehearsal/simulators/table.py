"""The table: every kind that the program plays, by group and kind, and every stage that KWOK plays."""

from collections.abc import Mapping

from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.rehearsal.simulators.rows import Row
from openstack_k8s_cli.rehearsal.simulators.tables import (
    addresses,
    baremetal,
    compute,
    controlplane,
    databases,
    dataplane,
    identity,
    machines,
    messaging,
    networking,
    operands,
    operator,
    platform,
    services,
    storage,
    telemetry,
    tests,
    versions,
)

_FAMILIES = (
    addresses,
    baremetal,
    compute,
    controlplane,
    databases,
    dataplane,
    identity,
    machines,
    messaging,
    networking,
    operands,
    operator,
    platform,
    services,
    storage,
    telemetry,
    tests,
    versions,
)

ROWS: tuple[Row, ...] = tuple(row for family in _FAMILIES for row in family.ROWS)

BY_KIND: Mapping[tuple[str, str], Row] = {(row.group, row.kind): row for row in ROWS}

SEEN_TOO = (
    ("", "Node"),
    ("", "Pod"),
    ("", "Secret"),
    ("apps", "DaemonSet"),
    ("apps", "StatefulSet"),
    ("batch", "Job"),
    ("cert-manager.io", "Issuer"),
    ("config.openshift.io", "Image"),
    ("config.openshift.io", "ImageDigestMirrorSet"),
    ("config.openshift.io", "ImageTagMirrorSet"),
    ("dataplane.openstack.org", "OpenStackDataPlaneService"),
    ("k8s.cni.cncf.io", "NetworkAttachmentDefinition"),
    ("frrk8s.metallb.io", "FRRConfiguration"),
    ("metal3.io", "BareMetalHost"),
    ("metallb.io", "BGPPeer"),
    ("metallb.io", "IPAddressPool"),
    ("network.openstack.org", "NetConfig"),
    ("network.openstack.org", "Reservation"),
    ("operator.openshift.io", "CertManager"),
    ("route.openshift.io", "Route"),
)
"""Kinds that controllers look at and that the program does not play itself."""

WATCHED = frozenset(BY_KIND) | frozenset(SEEN_TOO)


def row_of(body: Body) -> Row | None:
    """Find the row of an object."""
    row = BY_KIND.get((body["apiVersion"].rpartition("/")[0], body["kind"]))
    if row is None or (row.only and body["metadata"]["name"] not in row.only):
        return None
    return row
