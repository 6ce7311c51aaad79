"""Addresses relative to their network, and slices of it."""

from typing import Any

import pytest

from openstack_k8s_cli.profile import addresses

V4: dict[str, Any] = {"cidr": ["192.168.122.0/24"]}
V6: dict[str, Any] = {"cidr": ["fd00:aaaa::/64"]}
BOTH: dict[str, Any] = {"cidr": ["192.168.122.0/24", "fd00:aaaa::/64"]}
ALL: dict[str, Any] = {"defaults": {}, "isolation": True, "ctlplane": V4, "six": V6}


@pytest.mark.parametrize(
    ("network", "expression", "index", "expected"),
    [
        (V4, ".1", 0, "192.168.122.1"),
        (V4, ".10+{i}", 2, "192.168.122.12"),
        (V4, "10.0.0.9", 0, "10.0.0.9"),
        (V4, "fd00::9", 0, "fd00::9"),
        (V6, ".1", 0, "fd00:aaaa::1"),
        (V6, ".10", 0, "fd00:aaaa::10"),
        (V6, "six[100+{i}]", 3, "fd00:aaaa::103"),
        (V6, "ctlplane[100+{i}]", 3, "192.168.122.103"),
        ({"cidr": ["10.1.0.0/16"]}, ".300", 0, "10.1.1.44"),
    ],
)
def test_expressions_resolve(network: dict[str, Any], expression: str, index: int, expected: str) -> None:
    """Numbers count from the network's first address; in IPv6 they are its digits, as people write them."""
    assert addresses.address(network, expression, networks=ALL, index=index) == expected


def test_a_family_is_picked() -> None:
    """A dual-stack network answers in the family that is asked for, IPv4 or the first otherwise."""
    found = [addresses.address(BOTH, ".80", family=family) for family in (None, 4, 6)]

    assert found == ["192.168.122.80", "192.168.122.80", "fd00:aaaa::80"]


@pytest.mark.parametrize(
    ("network", "expression", "words"),
    [
        (V4, ".256", "256 lies outside"),
        (V4, "nope[1]", "names the network `nope`"),
        (V4, "ctlplane", "is no address"),
        (V4, "ctlplane[1", "is no address"),
        (V4, "ctlplane[{j}]", "is no address"),
        (V4, "ctlplane[1++2]", "is no address"),
        (V4, "", "is no address"),
        ({"cidr": []}, ".1", "has no CIDR"),
    ],
)
def test_what_does_not_resolve_says_why(network: dict[str, Any], expression: str, words: str) -> None:
    """A wrong expression is told from one that leads outside."""
    with pytest.raises(ValueError, match=words):
        addresses.address(network, expression, networks=ALL)


@pytest.mark.parametrize(
    ("network", "ranges", "expected"),
    [
        (V4, "5-29", [("192.168.122.5", "192.168.122.29")]),
        (V4, "7", [("192.168.122.7", "192.168.122.7")]),
        (
            V4,
            ["100-120", "150-200"],
            [("192.168.122.100", "192.168.122.120"), ("192.168.122.150", "192.168.122.200")],
        ),
        (V4, "10.0.0.1-10.0.0.9", [("10.0.0.1", "10.0.0.9")]),
        (V6, "80-90", [("fd00:aaaa::80", "fd00:aaaa::90")]),
        (V6, "fd00:aaaa::f0-fd00:aaaa::ff", [("fd00:aaaa::f0", "fd00:aaaa::ff")]),
    ],
)
def test_slices_resolve(network: dict[str, Any], ranges: Any, expected: list[tuple[str, str]]) -> None:
    """A slice gives its first and last address."""
    assert addresses.span(network, ranges) == expected


@pytest.mark.parametrize(
    "text", ["", "a-b", "5-", "9-3", "5-10.0.0.1", "10.0.0.9-10.0.0.1", "10.0.0.1-fd00::1", "1-2-3"]
)
def test_what_is_no_slice_is_refused(text: str) -> None:
    """Both ends are there, of one kind, in order."""
    with pytest.raises(ValueError, match=r"slice|ends before|mixes|address"):
        addresses.parse_slice(text)


def test_networks_are_told_from_their_neighbours() -> None:
    """`defaults` and `isolation` are no networks."""
    assert list(addresses.networks_of(ALL)) == ["ctlplane", "six"]
