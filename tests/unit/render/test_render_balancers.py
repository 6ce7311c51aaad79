"""Services with an address of a pool: one a Service where ports collide, of both families where there are two."""

from typing import Any

import pytest

from openstack_k8s_cli.model.objects import get
from tests.unit.render.rendered import steps
from tests.unit.render.variants import BOTH, bodies

APIS = 'controlplane: {services: {glance: {backends: {default: {config: "[x]"}, edge: {config: "[y]"}}}}}'


def plane(overlay: str) -> dict[str, Any]:
    """Give the spec of the control plane."""
    [found] = bodies(steps("crc", overlay=overlay), "OpenStackControlPlane").values()
    return dict(found["spec"])


def test_a_further_image_api_has_an_address_of_its_own() -> None:
    """Two Services cannot share an address on one port: only the first API is at the one of all APIs."""
    apis = plane(APIS)["glance"]["template"]["glanceAPIs"]
    first, further = (
        get(apis, name, "override", "service", "internal", "metadata", "annotations")
        for name in ("default", "edge")
    )

    assert first["metallb.universe.tf/loadBalancerIPs"] == "172.17.0.80"
    assert first["metallb.universe.tf/allow-shared-ip"] == "internalapi"
    assert further == {"metallb.universe.tf/address-pool": "internalapi"}


@pytest.mark.parametrize(("overlay", "policy"), [(BOTH, "RequireDualStack"), ("", None)])
def test_addresses_of_two_families_need_a_dual_service(overlay: str, policy: str | None) -> None:
    """A Service with the cluster's one family has no address of the other."""
    spec = get(plane(overlay), "keystone", "template", "override", "service", "internal", "spec")

    assert spec["type"] == "LoadBalancer"
    assert spec.get("ipFamilyPolicy") == policy


@pytest.mark.parametrize(
    ("stores", "mounts"),
    [
        ("ceph: {}", ["ceph"]),
        ("nfs: {server: s}", ["nfs"]),
        ("ceph: {}, nfs: {server: s}", ["ceph", "nfs"]),
    ],
)
def test_image_apis_find_what_they_store_on(stores: str, mounts: list[str]) -> None:
    """A share is mounted for an API on it, also beside Ceph."""
    kind = mounts[-1]
    spec = plane(
        f"storage: {{{stores}}}\ncontrolplane: {{services: {{glance: {{backends: {{default: {{kind: {kind}}}}}}}}}}}"
    )

    assert [each["extraVol"][0]["volumes"][0]["name"] for each in spec["extraMounts"]] == mounts


def test_no_pool_is_none_of_them() -> None:
    """An advertisement without pools tells of all, so there is none."""
    told = steps("architectures/bgp_dt01", "bgp.pools=[]")

    assert not bodies(told, "BGPAdvertisement")
    assert bodies(told, "BGPPeer")


def test_no_node_is_none_of_them() -> None:
    """A list of no nodes has no policies."""
    assert not bodies(steps("crc", "networks.policies.only=[]"), "NodeNetworkConfigurationPolicy")


def test_hosts_are_in_one_family_of_a_network() -> None:
    """They are in the first subnet, unless they name the second; their rules count from the one that they are in."""
    six = "\ndataplane: {nodesets: {compute: {subnets: {ctlplane: subnet2}, address: '.100'}}}"
    given = []
    for overlay in (BOTH, BOTH + six):
        [nodeset] = bodies(steps("crc", overlay=overlay), "OpenStackDataPlaneNodeSet").values()
        [host] = nodeset["spec"]["nodes"].values()
        given.append(host["networks"][0])

    assert [(each["subnetName"], each["fixedIP"]) for each in given] == [
        ("subnet1", "192.168.122.100"),
        ("subnet2", "fd00:aaaa::100"),
    ]
