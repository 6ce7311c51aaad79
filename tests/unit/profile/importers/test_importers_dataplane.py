"""install_yamls' data plane into a profile: counts, addresses, samples and bare metal."""

from typing import Any

import pytest

from openstack_k8s_cli.profile import paths
from openstack_k8s_cli.profile.importers.scenarios import SCENARIOS
from tests.fakes import importing

COMPUTE = "dataplane.nodesets.compute"
DEPLOY = ("input", "edpm_deploy")


@pytest.mark.parametrize(
    ("line", "path", "expected"),
    [
        ("DATAPLANE_TOTAL_NODES=5", f"{COMPUTE}.count", 5),
        (
            "DATAPLANE_COMPUTE_IP=192.168.122.150",
            f"{COMPUTE}.nodes.edpm-compute-0.address",
            "192.168.122.150",
        ),
        ("DATAPLANE_SERVER_ROLE=gpu", f"{COMPUTE}.name", "edpm-gpu-{i}"),
        ("DATAPLANE_ANSIBLE_USER=zuul", "dataplane.user", "zuul"),
        ("DATAPLANE_NETWORK_INTERFACE_NAME=ens3", "dataplane.interface", "ens3"),
        ("DATAPLANE_NTP_SERVER=ntp.example", "dataplane.ntp", ["ntp.example"]),
        (
            "DATAPLANE_SSHD_ALLOWED_RANGES=['192.168.122.0/24', \"10.0.0.0/8\"]",
            "dataplane.sshRanges",
            ["192.168.122.0/24", "10.0.0.0/8"],
        ),
        ("DATAPLANE_CONTAINER_TAG=18.0", "dataplane.registry.tag", "18.0"),
        ("DATAPLANE_NOVA_NFS_PATH=172.18.0.9:/nova", f"{COMPUTE}.novaShare", "172.18.0.9:/nova"),
        ("DATAPLANE_TLS_ENABLED=false", f"{COMPUTE}.tls", False),
        ("DATAPLANE_RUNNER_IMG=registry/runner:1", "dataplane.runner", "registry/runner:1"),
        ("GENERATE_SSH_KEYS=false", "dataplane.generateKeys", False),
        ("EDPM_ROOT_PASSWORD=hush", "secrets.baremetalset-password-secret.NodeRootPassword", "hush"),
        ("DEPLOYMENT_NAME=mine", "dataplane.deployment.name", "mine"),
    ],
)
def test_variables_have_their_places(line: str, path: str, expected: object) -> None:
    """Each variable reaches the value that it stands for."""
    found = paths.get(importing.values(line, DEPLOY), paths.parse(path))

    assert (found.reveal() if hasattr(found, "reveal") else found) == expected


@pytest.mark.parametrize("name", sorted(set(SCENARIOS) - {"networker"}))
def test_every_sample_makes_a_profile_that_loads(name: str) -> None:
    """Also those whose kustomization fails there; what they write is no more than what they change."""
    found = importing.values(f"DATAPLANE_KUSTOMIZE_SCENARIO={name}", DEPLOY)["dataplane"]
    compute = found["nodesets"]["compute"]

    assert compute["count"] == SCENARIOS[name].get("count", 1)
    assert set(SCENARIOS[name].get("services", ())) <= set(compute["services"])


def test_a_sample_for_bgp_has_no_racks_without_bgp() -> None:
    """Its services and variables are there, the networks of racks are not."""
    lines = "DATAPLANE_KUSTOMIZE_SCENARIO=bgp_ovn_cluster\n"
    alone, both = (
        importing.values(text, DEPLOY)["dataplane"]["nodesets"]["compute"]
        for text in (lines, lines + "NETWORK_BGP=true\n")
    )

    assert alone["networks"] == ["ctlplane", "internalapi", "storage", "tenant"]
    assert (alone["addresses"], "ovn-bgp-agent" in alone["services"]) == ({}, True)
    assert {"bgpnet1", "bgpmainnet6"} < set(both["networks"])


def test_the_sample_of_networkers_makes_networkers() -> None:
    """By the computes' target, at the computes' addresses."""
    lines = "DATAPLANE_KUSTOMIZE_SCENARIO=networker\nDATAPLANE_SERVER_ROLE=networker\n"
    [(name, found)] = importing.values(lines, DEPLOY)["dataplane"]["nodesets"].items()

    assert (name, found["role"], found["count"]) == ("networker", "networker", 2)
    assert found["address"] == "ctlplane[100+{i}]"


@pytest.mark.parametrize("word", ["swift", "disks"])
def test_the_first_host_of_swift_has_a_disk_of_its_own(word: str) -> None:
    """As in the sample, under whatever name the host has."""
    lines = f"DATAPLANE_KUSTOMIZE_SCENARIO=swift\nDATAPLANE_SERVER_ROLE={word}\n"
    found = importing.values(lines, DEPLOY)["dataplane"]["nodesets"]["compute"]["nodes"]

    [(host, node)] = found.items()
    assert (host, node["vars"]["edpm_swift_disks"][0]["device"]) == (f"edpm-{word}-0", "/dev/vdc")


def test_a_cell_has_its_own_service() -> None:
    """The sample's service is made, and takes the place of nova's."""
    found = importing.values("DATAPLANE_KUSTOMIZE_SCENARIO=nova_cell_custom", DEPLOY)["dataplane"]

    assert found["ownServices"]["nova-cell-custom"]["type"] == "nova"
    services = found["nodesets"]["compute"]["services"]
    assert ("nova-cell-custom" in services, "nova" in services) == (True, False)


def test_keys_of_ones_own_leave_the_namespace_without_labels() -> None:
    """The target that makes them would set the labels, too."""
    own, made = (
        importing.values(text, DEPLOY)["namespaces"]["labels"] for text in ("GENERATE_SSH_KEYS=false", "")
    )

    assert (own, made["pod-security.kubernetes.io/enforce"]) == ({}, "privileged")


def test_a_sample_keeps_its_hosts_where_fewer_are_asked_for() -> None:
    """Three hosts of Ceph stay three, and five are five."""
    line = "DATAPLANE_KUSTOMIZE_SCENARIO=ceph\nDATAPLANE_TOTAL_NODES="

    counts = [
        importing.values(f"{line}{count}", DEPLOY)["dataplane"]["nodesets"]["compute"]["count"]
        for count in (1, 5)
    ]
    assert counts == [3, 5]


def test_a_sample_of_ones_own_is_lost_with_its_reason() -> None:
    """What nobody but the user knows cannot be carried over."""
    [lost] = importing.outcome("DATAPLANE_KUSTOMIZE_SCENARIO=mine", DEPLOY).lost

    assert (lost.name, "sample of one's own" in lost.reason) == ("DATAPLANE_KUSTOMIZE_SCENARIO", True)


def test_passes_of_hyperconverged_hosts_limit_the_deployment() -> None:
    """Before Ceph and after it other services run, and the service that its users write is there."""
    after = importing.values("DATAPLANE_KUSTOMIZE_SCENARIO=post_ceph_hci", DEPLOY)["dataplane"]

    assert after["deployment"]["services"] == ["ceph-client", "ovn", "libvirt", "nova-custom-ceph"]
    assert after["ownServices"]["nova-custom-ceph"]["type"] == "nova"


def test_networkers_come_beside_the_computes_or_alone() -> None:
    """Two targets make one deployment of both; the count that is asked for is the count."""
    line = "DATAPLANE_TOTAL_NETWORKER_NODES=3\nDATAPLANE_NETWORKER_IP=192.168.122.220"
    both = importing.values(line, ("edpm_deploy", "edpm_deploy_networker"))["dataplane"]["nodesets"]
    alone = importing.values("", ("edpm_deploy_networker",))["dataplane"]["nodesets"]

    assert list(both) == ["compute", "networker"]
    assert list(alone) == ["networker"]
    assert both["networker"]["count"] == 3
    assert both["networker"]["nodes"]["edpm-networker-0"]["address"] == "192.168.122.220"


def machines(lines: str) -> Any:
    """Import a bare metal deployment."""
    return importing.values(lines, ("edpm_deploy_baremetal",))


def test_bare_metal_is_provisioned() -> None:
    """Interfaces, images, the machines' namespace, the root password and the disks have their keys."""
    found = machines(
        "BMH_NAMESPACE=bmhs\nBMO_PROVISIONING_INTERFACE=enp1s0\nBM_CTLPLANE_INTERFACE=enp2s0\n"
        "BAREMETAL_OS_CONTAINER_IMG=r/edpm:1\nBAREMETAL_OS_IMG_TYPE=PassThrough\nBAREMETAL_OS_IMG=e.qcow2\n"
        "BM_ROOT_PASSWORD=hush\nDATAPLANE_GROWVOLS_ARGS=/=20GB\nDATAPLANE_TOTAL_NODES=2"
    )
    compute = found["dataplane"]["nodesets"]["compute"]

    assert (
        compute["provision"].items()
        >= {
            "namespace": "bmhs",
            "provisioningInterface": "enp1s0",
            "interface": "enp2s0",
            "container": "r/edpm:1",
            "containerType": "PassThrough",
            "image": "e.qcow2",
            "rootPassword": True,
        }.items()
    )
    assert (compute["growvols"], compute["count"]) == ("/=20GB", 2)
    assert found["dataplane"]["deployment"]["name"] == "edpm-deployment-ipam"
    assert found["secrets"]["baremetalset-password-secret"]["NodeRootPassword"].reveal() == "hush"


def test_bare_metal_without_more_has_the_defaults_of_its_target() -> None:
    """The disks are divided as there unless that is emptied; nothing of bare metal stands in other flows."""
    plain = machines("")["dataplane"]["nodesets"]["compute"]
    emptied = machines("DATAPLANE_GROWVOLS_ARGS=")["dataplane"]["nodesets"]["compute"]
    other = importing.written("BM_ROOT_PASSWORD=hush\nBMH_NAMESPACE=bmhs", DEPLOY)

    assert plain["growvols"] == "/=8GB /tmp=1GB /home=1GB /var=100%"
    assert emptied["growvols"] is None
    assert other == {"extends[0]": "crc"}


def test_logs_are_kept_where_their_claim_is() -> None:
    """The claim is made with the volumes: only in the cloud's own namespace can Ansible's pods have it."""
    flow = ("crc_storage", *DEPLOY)
    own, other = (
        importing.values(line, flow)["dataplane"]["logs"] for line in ("CRC_STORAGE_NAMESPACE=openstack", "")
    )

    assert (own, other) == ("ansible-ee-logs", None)


@pytest.mark.parametrize(
    ("lines", "servers"),
    [
        ("", ["192.168.122.1"]),
        ("NETWORK_ISOLATION_IPV4=false\nNETWORK_ISOLATION_IPV6=true\n", None),
        ("NETWORK_ISOLATION_USE_DEFAULT_NETWORK=false\n", None),
    ],
)
def test_a_sample_for_bgp_names_no_server_of_another_network(lines: str, servers: list[str] | None) -> None:
    """Its own is in the default network; hosts elsewhere have that of their network."""
    found = importing.values(f"NETWORK_BGP=true\n{lines}", DEPLOY)["dataplane"]["nodesets"]["compute"]

    assert found["vars"].get("ctlplane_dns_nameservers") == servers
