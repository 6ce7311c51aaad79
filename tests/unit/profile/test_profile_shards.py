"""Node sets that are too large for one object: split where no host moves, and deployed in waves."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.profile import fingerprint, loading
from openstack_k8s_cli.profile.hosts import hosts
from openstack_k8s_cli.profile.loading import Loaded

WIDE = {
    name: f"10.{8 + number}.0.0/16"
    for number, name in enumerate(("ctlplane", "internalapi", "storage", "tenant"))
}
SLICES = "{nodes: 10-29, pods: 30-70, vips: 80-90, hosts: 100-10000}"
SETS = tuple(
    f"networks.{name}.{key}={value}"
    for name, cidr in WIDE.items()
    for key, value in (("cidr", f"[{cidr}]"), ("slices", SLICES))
)


def load(*sets: str) -> Loaded:
    """Load the profile crc with networks for thousands of hosts."""
    gateway = "networks.ctlplane.gateway=.1"
    return loading.load("crc", sets=(*SETS, gateway, *sets), reader=ProfileFiles())


def values(*sets: str) -> Mapping[str, Any]:
    """Give that profile's filled values."""
    return load(*sets).values


def shards(found: Mapping[str, Any]) -> dict[str, list[str]]:
    """Give the hosts of each node set."""
    return {
        nodeset["resource"]: [each.name for each in hosts(nodeset, found["networks"])]
        for nodeset in found["dataplane"]["nodesets"].values()
    }


def counted(count: int) -> dict[str, list[str]]:
    """Give the shards of a node set of so many computes."""
    return shards(values(f"dataplane.nodesets.compute.count={count}"))


def singles(count: int, *without: int, more: tuple[str, ...] = (), ruled: int = 0) -> dict[str, list[str]]:
    """Give the shards of hosts that stand in the profile one by one."""
    nodes = {
        f"host-{number}": f"ctlplane[{200 + number}]" for number in range(count) if number not in without
    }
    text = ", ".join(f"{name}: {{address: '{address}'}}" for name, address in nodes.items())
    compute = "dataplane.nodesets.compute"
    return shards(values(f"{compute}.count={ruled}", f"{compute}.nodes={{{text}}}", *more))


def test_what_fits_stays_one_object() -> None:
    """A node set of a hundred hosts is what it was."""
    assert list(counted(100)) == ["openstack-edpm-ipam"]


def test_hosts_stay_where_they_are_when_others_come() -> None:
    """One host more than fits makes a second node set of it alone; none of the others moves."""
    before, after = counted(100), counted(101)

    assert after == {**before, "openstack-edpm-ipam-1": ["edpm-compute-100"]}
    assert {name: len(found) for name, found in counted(250).items()} == {
        "openstack-edpm-ipam": 100,
        "openstack-edpm-ipam-1": 100,
        "openstack-edpm-ipam-2": 50,
    }


def test_single_hosts_stay_when_one_goes() -> None:
    """Hosts that are listed one by one keep their node set when one of them is taken out."""
    before, after = singles(240), singles(240, 17)

    assert {name: [each for each in found if each != "host-17"] for name, found in before.items()} == after
    assert (sum(map(len, before.values())), max(map(len, before.values())) <= 100) == (240, True)


BARE = ("dataplane.nodesets.compute.provision={}", "dataplane.shards.size=4")


def test_single_hosts_of_bare_metal_never_move() -> None:
    """They fill one node set after another, in the order of the profile: one more is behind them, one that leaves is absent."""
    grown = [singles(count, more=BARE) for count in (4, 5, 9)]
    without = singles(9, more=(*BARE, "dataplane.nodesets.compute.absent=[host-1]"))

    assert [[4], [4, 1], [4, 4, 1]] == [[len(each) for each in found.values()] for found in grown]
    assert all(
        found.items() >= {name: before[name] for name in [*before][:-1]}.items()
        for before, found in pairwise(grown)
    )
    assert without == {
        name: [each for each in found if each != "host-1"] for name, found in grown[-1].items()
    }


def test_single_hosts_of_bare_metal_beside_those_of_a_rule() -> None:
    """Once they are split off, those of the rule may become more, too, and none of either moves."""
    some, more = (singles(5, ruled=count, more=BARE) for count in (3, 6))

    assert {name: len(found) for name, found in some.items()} == {
        "openstack-edpm-ipam": 3,
        "openstack-edpm-ipam-nodes": 4,
        "openstack-edpm-ipam-nodes-1": 1,
    }
    assert all({*found} <= {*more[name]} for name, found in some.items())


def test_each_has_settings_of_its_own_name() -> None:
    """Shards have objects apart, with all that their node set says."""
    found = values("dataplane.nodesets.compute.count=150")["dataplane"]["nodesets"]

    assert [each["settings"] for each in found.values()] == ["ipam", "ipam-1"]
    assert len({str(each["services"]) for each in found.values()}) == 1


def test_many_hosts_are_deployed_in_waves() -> None:
    """Deployments come one after another, node sets whole, and what all must know comes last."""
    plane = values("dataplane.nodesets.compute.count=1200")["dataplane"]
    passes = plane["deployments"]

    assert [len(each["nodesets"]) for each in passes.values()] == [5, 5, 2, 12]
    assert [each["name"] for each in passes.values()][-1] == "edpm-deployment-everywhere"
    assert passes["everywhere"]["services"] == ["ssh-known-hosts"]
    assert "ssh-known-hosts" not in passes["wave-1"]["services"]


def test_ones_own_deployments_have_the_shards_of_what_they_name() -> None:
    """A pass over a node set that is split is over all of it; there are no waves beside it."""
    plane = values(
        "dataplane.nodesets.compute.count=600",
        "dataplane.deployments.all={nodesets: [compute], services: [nova]}",
    )["dataplane"]

    assert list(plane["deployments"]) == ["all"]
    assert len(plane["deployments"]["all"]["nodesets"]) == 6


def test_errors_name_the_node_set_that_the_profile_has() -> None:
    """What is wrong with a shard is told at the place where it stands."""
    with pytest.raises(OskError) as caught:
        values("dataplane.nodesets.compute.count=150", "dataplane.nodesets.compute.services=[novva]")

    assert {each.summary.partition(":")[0] for each in caught.value.problems} == {
        "`dataplane.nodesets.compute.services[0]`"
    }


def test_the_size_is_a_setting() -> None:
    """`dataplane.shards.size` and `dataplane.waves.size` say how large is too large."""
    found = values("dataplane.nodesets.compute.count=9", "dataplane.shards.size=4", "dataplane.waves.size=4")

    assert [len(each) for each in shards(found).values()] == [4, 4, 1]
    assert [each["nodesets"] for each in found["dataplane"]["deployments"].values()][:3] == [
        ["compute"],
        ["compute-1"],
        ["compute-2"],
    ]


def test_a_profile_with_shards_has_a_digest() -> None:
    """A deployment remembers by it which profile it was; one host more is another."""
    some, more = (load(f"dataplane.nodesets.compute.count={count}") for count in (150, 151))

    assert fingerprint.digest(some) == fingerprint.digest(load("dataplane.nodesets.compute.count=150"))
    assert fingerprint.digest(some) != fingerprint.digest(more)


def test_hosts_stay_where_they_are_when_one_in_the_middle_goes() -> None:
    """`absent` leaves a gap: the others keep their node set, number and address."""
    before = counted(250)
    after = shards(
        values("dataplane.nodesets.compute.count=250", "dataplane.nodesets.compute.absent=[edpm-compute-120]")
    )

    assert after == {
        name: [each for each in found if each != "edpm-compute-120"] for name, found in before.items()
    }
