"""install_yamls' virtual machines into a profile: what they are like, how many, and bare ones."""

from typing import Any

import pytest

from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.profile import paths
from openstack_k8s_cli.profile.documents import parse
from openstack_k8s_cli.profile.sources import Source
from tests.fakes import importing

COMPUTE, NETWORKER = "dataplane.nodesets.compute", "dataplane.nodesets.networker"
LIBVIRT = f"{COMPUTE}.provision.libvirt"
MADE = ("edpm_compute", "edpm_deploy")


@pytest.mark.parametrize(
    ("line", "path", "expected"),
    [
        ("EDPM_COMPUTE_VCPUS=8", f"{LIBVIRT}.vcpus", 8),
        ("EDPM_COMPUTE_RAM=20", f"{LIBVIRT}.memory", "20Gi"),
        ("EDPM_COMPUTE_DISK_SIZE=70", f"{LIBVIRT}.disk", "70Gi"),
        ("SWIFT_REPLICATED=true", f"{LIBVIRT}.disks", [{"size": "10Gi"}] * 3),
        ("DATAPLANE_DNS_SERVER=192.168.122.80", f"{LIBVIRT}.dns", ["192.168.122.80"]),
        ("MAC_ADDRESS=52:54:00:00:00:09", f"{LIBVIRT}.macs.edpm-compute-0", "52:54:00:00:00:09"),
        ("NETWORK_ISOLATION_NET_NAME=net-iso", f"{LIBVIRT}.nic.network", "net-iso"),
        ("EDPM_COMPUTE_NETWORK=br0\nEDPM_COMPUTE_NETWORK_TYPE=bridge", f"{LIBVIRT}.nic.bridge", "br0"),
        (
            """EDPM_COMPUTE_ADDITIONAL_NETWORKS='[{"type": "network", "name": "a"}, {"type": "bridge", "name": "b"}]'""",
            f"{LIBVIRT}.nics",
            [{"network": "a"}, {"bridge": "b"}],
        ),
        (
            "EDPM_EMULATED_SRIOV_NIC_ENABLED=true",
            f"{LIBVIRT}.nics",
            [{"network": "default", "model": "igb"}] * 2,
        ),
        (
            "EDPM_IMAGE_URL=https://cloud.centos.org/c.qcow2",
            f"{LIBVIRT}.image.checksum",
            "https://cloud.centos.org/c.qcow2.SHA256SUM",
        ),
        ("EDPM_FIRSTBOOT_EXTRA=more.sh", f"{LIBVIRT}.userData.runcmd", [["bash", "-c", "echo more\n"]]),
        ("EDPM_ROOT_PASSWORD=hush", f"{COMPUTE}.provision.rootPassword", True),
        ("CRC_POOL=/data/pool", "dataplane.hypervisor.pool.path", "/data/pool"),
    ],
)
def test_what_a_machine_is_like(line: str, path: str, expected: Any) -> None:
    """Each variable has its setting of `provision.libvirt`; without one, machines are as theirs are."""
    text = importing.outcome(line, MADE, {"more.sh": "echo more\n"}).profile

    assert expected == paths.get(parse(Source("profile", text)).values, paths.parse(path))
    assert {} == importing.written("", MADE)[LIBVIRT]


def test_machines_do_not_change_what_is_applied() -> None:
    """Their node set is there before the deployment, as without them."""
    plain, made = (importing.values("", targets) for targets in (MADE[1:], MADE))

    assert made["dataplane"]["nodesets"]["compute"]["bare"] is False
    assert {**plain["dataplane"]["nodesets"]["compute"], "provision": None} == {
        **made["dataplane"]["nodesets"]["compute"],
        "provision": None,
    }


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (("edpm_compute",), {f"{COMPUTE}.count": 3}),
        (("edpm_networker",), {f"{NETWORKER}.count": 2, f"{NETWORKER}.address": "ctlplane[200+{i}]"}),
        (("edpm_compute", "edpm_deploy"), {f"{COMPUTE}.count": None}),
        (("edpm_networker", "edpm_deploy_networker"), {f"{NETWORKER}.count": 1}),
    ],
)
def test_how_many(targets: tuple[str, ...], expected: dict[str, Any]) -> None:
    """As many as there are hosts; where nothing is deployed, the machines say how many that are."""
    found = importing.written("EDPM_TOTAL_NODES=3\nEDPM_TOTAL_NETWORKERS=2", targets)

    assert expected == {path: found.get(path) for path in expected}


def test_more_machines_than_hosts() -> None:
    """They are not carried over, which is said once, with the path that has the number."""
    lost = importing.outcome("EDPM_TOTAL_NODES=3\nEDPM_COMPUTE_VCPUS=4", MADE).lost

    assert [("EDPM_TOTAL_NODES", True)] == [(each.name, f"{COMPUTE}.count" in each.instead) for each in lost]


def test_bare_machines() -> None:
    """They are for the cluster to provision; other machines' settings do not make them anything else."""
    text = "BM_NODE_COUNT=2\nBM_INSTANCE_MEMORY=16384\nBM_NETWORK_NAME=metal\nEDPM_COMPUTE_VCPUS=8"
    alone = importing.written(text, ("edpm_baremetal_compute",))
    deployed = importing.values(text, ("edpm_baremetal_compute", "edpm_deploy_baremetal"))

    assert (True, "16384Mi", "metal", 2) == tuple(
        alone[path]
        for path in (f"{LIBVIRT}.bare", f"{LIBVIRT}.memory", f"{LIBVIRT}.nic.network", f"{COMPUTE}.count")
    )
    assert deployed["dataplane"]["nodesets"]["compute"]["bare"]


def test_an_image_without_a_checksum() -> None:
    """Osk fetches none; what to write instead is said."""
    (lost,) = importing.outcome("EDPM_IMAGE_URL=http://example.com/a.qcow2", MADE).lost

    assert ("EDPM_IMAGE_URL", True) == (lost.name, "checksum" in lost.instead)


def test_networks_that_are_no_list() -> None:
    """The variable is named."""
    with pytest.raises(OskError) as caught:
        importing.outcome("EDPM_COMPUTE_ADDITIONAL_NETWORKS=[oops", MADE)

    assert "`EDPM_COMPUTE_ADDITIONAL_NETWORKS`" in caught.value.problems[0].summary
