"""devsetup's CRC: what its variables become of `platform.crc`."""

from typing import Any

import pytest

from tests.fakes import importing


@pytest.mark.parametrize(
    ("line", "path", "expected"),
    [
        ("CPUS=12", "cpus", 12),
        ("MEMORY=25600", "memory", "25600Mi"),
        ("DISK=100", "disk", "100Gi"),
        ("PULL_SECRET=/home/me/pull.txt", "pullSecret", {"file": "/home/me/pull.txt"}),
        ("CRC_BUNDLE=/b.crcbundle", "bundle", "/b.crcbundle"),
        ("CRC_VERSION=2.62.0", "version", "2.62.0"),
        ("CRC_VERSION=latest", "version", None),
        ("CRC_HTTPS_PROXY=http://p:3128", "proxy", {"http": None, "https": "http://p:3128", "no": [], "caFile": None}),
        ("CRC_MONITORING_ENABLED=true", "monitoring", True),
        ("NETWORK_ISOLATION_MAC=52:54:00:AA:11:10", "interface", {"enabled": True, "network": "default", "mac": "52:54:00:aa:11:10"}),
        ("NETWORK_ISOLATION_NET_NAME=net-iso", "interface", {"enabled": True, "network": "net-iso", "mac": "52:54:00:11:11:10"}),
    ],
)  # fmt: skip
def test_what_the_machine_of_crc_is_like(line: str, path: str, expected: Any) -> None:
    """Each variable has its key, in the units that profiles write."""
    assert importing.values(line)["platform"]["crc"][path] == expected


@pytest.mark.parametrize(
    ("lines", "targets", "expected"),
    [
        ("", ("rook_crc_disk",), {"rook": {"size": "100Gi"}}),
        ("DISK_SIZE=50", ("rook_crc_disk",), {"rook": {"size": "50Gi"}}),
        ("DISK_SIZE=150", (), {}),
    ],
)
def test_a_disk_for_rook_is_carried_where_it_was_made(
    lines: str, targets: tuple[str, ...], expected: dict[str, Any]
) -> None:
    """Another script reads the same variable."""
    assert importing.values(lines, targets)["platform"]["crc"]["disks"] == expected


@pytest.mark.parametrize(
    ("lines", "targets", "expected"),
    [
        ("", ("bmaas",), {"baremetal": "crc-bmaas"}),
        ("BMAAS_NETWORK_NAME=bare", ("bmaas_crc_attach_network",), {"baremetal": "bare"}),
        ("BMAAS_NETWORK_NAME=bare", ("bmaas_network",), {}),
        ("NETWORK_BGP=true", (), {"bgp1": "l41-host-1", "bgp2": "l42-host-1"}),
    ],
)
def test_further_cards_are_carried_where_they_were_attached(
    lines: str, targets: tuple[str, ...], expected: dict[str, str]
) -> None:
    """In the networks of bare machines and of BGP's leaves."""
    found = importing.values(lines, targets)["platform"]["crc"]["interfaces"]

    assert {role: card["network"] for role, card in found.items()} == expected


def test_the_addresses_of_bgps_cards_are_carried_with_bgp() -> None:
    """Each variable by itself; without BGP there are no such cards."""
    line = "CRC_BGP_NIC_2_MAC=52:54:00:AA:11:12"
    cards = importing.values(f"{line}\nNETWORK_BGP=true")["platform"]["crc"]["interfaces"]

    assert [each["mac"] for each in cards.values()] == ["52:54:00:11:11:11", "52:54:00:aa:11:12"]
    assert importing.values(line)["platform"]["crc"]["interfaces"] == {}


def test_the_password_of_kubeadmin_is_not_carried() -> None:
    """Crc makes one; osk logs in by certificate."""
    found = importing.outcome("KUBEADMIN_PWD=hush")

    assert "hush" not in found.profile
