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


def test_the_password_of_kubeadmin_is_not_carried() -> None:
    """Crc makes one; osk logs in by certificate."""
    found = importing.outcome("KUBEADMIN_PWD=hush")

    assert "hush" not in found.profile
