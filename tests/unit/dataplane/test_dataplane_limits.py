"""Which hosts Ansible's limits leave: the same as Ansible itself takes."""

import json
from pathlib import Path

import pytest

from openstack_k8s_cli.dataplane import limits
from openstack_k8s_cli.dataplane.limits import limited

HOSTS = ("a-0", "a-1", "b-0", "b-1")
LIMITS = {
    "": HOSTS,
    "a-1": ("a-1",),
    "a-1, b-0": ("a-1", "b-0"),
    "a-0:b-1": ("a-0", "b-1"),
    "a-*": ("a-0", "a-1"),
    "all": HOSTS,
    "compute": HOSTS,
    "!a-*": ("b-0", "b-1"),
    "a-*:&*-1": ("a-1",),
    "compute,!b-0": ("a-0", "a-1", "b-1"),
    "~[ab]-0": ("a-0", "b-0"),
    "compute[1]": ("a-1",),
    "compute[-1]": ("b-1",),
    "compute[1:2]": ("a-1", "b-0"),
    "compute[2:]": ("b-0", "b-1"),
    "other": (),
    "a-1.example.com": (),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_leaves_hosts(limit: str) -> None:
    """Names, patterns, groups, numbers, what is taken away and what has to be both."""
    assert limited(limit, "compute", HOSTS) == LIMITS[limit]


@pytest.mark.parametrize("limit", LIMITS)
def test_ansible_reads_it_so_too(limit: str, tmp_path: Path) -> None:
    """Ansible itself leaves the same hosts of an inventory as the operator writes it."""
    managers = pytest.importorskip("ansible.inventory.manager")
    loaders = pytest.importorskip("ansible.parsing.dataloader")
    inventory = tmp_path / "hosts.yaml"
    inventory.write_text(json.dumps({"compute": {"hosts": {each: {} for each in HOSTS}}}))

    manager = managers.InventoryManager(loaders.DataLoader(), str(inventory))

    assert tuple(each.name for each in manager.get_hosts(limit or "all")) == LIMITS[limit]


def test_a_limit_has_a_length_that_a_pod_can_take() -> None:
    """Hosts fill it to the last byte, and one byte more begins another; nothing is lost, and one alone stays whole."""
    hosts = [f"compute-{number:04}.rack" for number in range(10_000)]
    parts = list(limits.fitting(hosts, lambda each: (each,)))
    exact = "a" * (limits.LONGEST - 1 - len(hosts[0]))

    assert hosts == [each for part in parts for each in part]
    assert all(len(limits.joined(part)) <= limits.LONGEST for part in parts)
    assert [1, 2] == [
        len(list(limits.fitting([hosts[0], each], lambda one: (one,)))) for each in (exact, exact + "a")
    ]
    assert [["a" * 200_000]] == list(limits.fitting(["a" * 200_000], lambda each: (each,)))
