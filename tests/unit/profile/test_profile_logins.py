"""Where Ansible's pods come from, and that hosts let them in."""

import pytest

from tests.fakes.profiles import over, problems


def ranges(plane: str, more: str = "") -> list[str]:
    """Give the ranges that hosts let in."""
    found: list[str] = over(f"dataplane: {plane}\n{more}").values["dataplane"]["sshRanges"]
    return found


def test_the_hosts_own_network_is_let_in() -> None:
    """Ansible's pods have their addresses there; a node set in another network brings that one, too."""
    far = "{far: {name: f, networks: [storage, tenant], address: 'storage[100]'}}"

    assert ranges("{}") == ["192.168.122.0/24"]
    assert ranges(f"{{nodesets: {far}}}") == ["192.168.122.0/24", "172.18.0.0/24"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("[10.0.0.0/8]", ["10.0.0.0/8", "192.168.122.0/24"]),
        ("[192.168.0.0/16]", ["192.168.0.0/16"]),
        ("[192.168.122.30/25]", ["192.168.122.30/25"]),
        ("[192.168.122.32/27]", ["192.168.122.32/27", "192.168.122.0/24"]),
    ],
)
def test_ranges_contain_the_pods(given: str, expected: list[str]) -> None:
    """Pods are at .30 to .70: what leaves some of them out gets their network besides, anything else stays."""
    assert ranges(f"{{sshRanges: {given}}}") == expected


def test_nobody_knows_where_pods_come_from_without_isolated_networks() -> None:
    """They have their node's address, so that the profile's word counts."""
    assert ranges("{sshRanges: [10.0.0.0/8]}", "networks: {isolation: false}\n") == ["10.0.0.0/8"]


def test_variables_that_would_lock_the_pods_out_are_refused() -> None:
    """They go over the derived ranges, so their place is named before a host closes its door."""
    (problem,) = problems(
        "dataplane: {nodesets: {compute: {vars: {edpm_sshd_allowed_ranges: [10.0.0.0/8]}}}}\n"
    )

    assert problem.summary.startswith("`dataplane.nodesets.compute.vars`: ")
    assert "pods come from 192.168.122.30-192.168.122.70" in problem.summary
    assert over(
        "dataplane: {nodesets: {compute: {vars: {edpm_sshd_allowed_ranges: [192.168.122.0/24]}}}}\n"
    ).values
