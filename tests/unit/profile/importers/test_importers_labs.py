"""install_yamls' networks of libvirt, NFS server, lab of IPv6 alone and bare machines into a profile."""

from typing import Any

import pytest

from openstack_k8s_cli.model.problems import OskError
from tests.fakes import importing

ISO, LAB = ("network_isolation_bridge",), ("ipv6_lab_network",)


@pytest.mark.parametrize(
    ("text", "targets", "expected"),
    [
        ("", ISO, {"labs.networks.net-iso.address[0]": "172.16.1.1/24"}),
        (
            "NETWORK_ISOLATION_NET_NAME=mine\nNETWORK_ISOLATION_IPV4_NAT=true\nNETWORK_ISOLATION_IPV4_ADDRESS=10.9.0.1/24",
            ISO,
            {"labs.networks.mine.address[0]": "10.9.0.1/24", "labs.networks.mine.forward": "nat"},
        ),
        ("NFS_HOME=/home/nfs", ("nfs",), {"labs.nfs.path": "/home/nfs"}),
        (
            "IPV6_LAB_IPV4_NETWORK_IPADDRESS=172.31.0.1/24\nIPV6_LAB_NETWORK_NAME=six",
            LAB,
            {"labs.nat64.ipv4": "172.31.0.0/24", "labs.nat64.network": "six"},
        ),
        (
            "BMAAS_NODE_COUNT=3\nBMAAS_INSTANCE_MEMORY=8192\nBMAAS_INSTANCE_NAME_PREFIX=node\nBMAAS_IPV6=true",
            ("bmaas",),
            {
                "labs.bmaas.count": 3,
                "labs.bmaas.memory": "8192Mi",
                "labs.bmaas.name": "node-{i}",
                "labs.bmaas.address[0]": "172.20.1.1/24",
                "labs.bmaas.address[1]": "fd00:bbbb::1/64",
            },
        ),
    ],
)
def test_what_a_lab_is_like(text: str, targets: tuple[str, ...], expected: dict[str, Any]) -> None:
    """Each variable has its setting under `labs`, and the profile that comes out is valid."""
    found = importing.written(text, targets)

    assert expected == {path: value for path, value in found.items() if path.startswith("labs")}
    assert importing.values(text, targets)["labs"]


def test_every_part_of_the_lab_goes_away_by_a_command() -> None:
    """The parts' own clean-ups are known, and leave nothing in the profile."""
    parts = ("network", "virtual_bms", "sushy_emulator", "crc_attach_network", "metallb")
    found = importing.outcome("", tuple(f"bmaas_{each}_cleanup" for each in parts))

    assert found.lost == ()
    assert "labs" not in found.profile


def test_what_has_no_place() -> None:
    """A folder that is not to be deleted, a password, a cluster: each with what there is in its place."""
    text = "NFS_HOME=/data\nBMAAS_REDFISH_PASSWORD=hush\nIPV6_LAB_SNO_HOST_IP=fd00::11"
    found = importing.outcome(text, ("ipv6_lab_sno",))

    assert {"NFS_HOME", "BMAAS_REDFISH_PASSWORD", "IPV6_LAB_SNO_HOST_IP", "make ipv6_lab_sno"} == {
        each.name for each in found.lost
    }
    assert "hush" not in found.profile
    with pytest.raises(OskError):
        importing.outcome("NETWORK_ISOLATION_IPV4_ADDRESS=nowhere", ISO)
