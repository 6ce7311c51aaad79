"""The profile's hosts by name, and the way to each."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli.dataplane.shells import Place
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.workflows.dataplane import byhand, checking, reaching
from tests.fakes.ansible import FakeAnsible
from tests.fakes.cluster import FakeCluster
from tests.unit.workflows import fleets

METAL = "dataplane.nodesets.compute.provision={}"
NODESET = "openstack-edpm-ipam"


def test_hosts_that_are_there() -> None:
    """Each with its node set, address and account."""
    loaded, _, plan = fleets.planned()
    found = reaching.known(plan)

    assert ["edpm-compute-0", "edpm-compute-1"] == [each.host for each in found]
    assert (
        Place("edpm-compute-1", "192.168.122.101", "cloud-admin")
        == reaching.one(plan, loaded.values, "edpm-compute-1.ctlplane.example.com").place
    )


def test_hosts_that_the_cluster_makes() -> None:
    """The operator's inventory says where they are; before it is there, nothing does."""
    _, _, plan = fleets.planned(METAL)
    cluster = FakeCluster(fleets.NODESETS)
    before = reaching.known(plan, cluster)
    cluster.put(inventory({"edpm-compute-0": {"ansible_host": "192.168.122.77", "ansible_user": "root"}}))
    after = reaching.known(plan, cluster)

    assert {None} == {each.place for each in before}
    assert Place("edpm-compute-0", "192.168.122.77", "root") == after[0].place
    assert after[1].place is None


def test_another_name() -> None:
    """A name that is near is shown."""
    loaded, _, plan = fleets.planned()
    with pytest.raises(OskError) as caught:
        reaching.one(plan, loaded.values, "edpm-compte-0")

    assert "edpm-compute-0" in caught.value.problems[0].advice[0].text


SPLIT = ("dataplane.nodesets.compute.count=5", "dataplane.shards.size=2")


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("compute", 5),
        (NODESET, 5),
        ("compute-1", 2),
        ("edpm-compute-[12]", 2),
        ("open*", 5),
        ("edpm-compute-3", 1),
    ],
)
def test_names_mean_the_same_everywhere(word: str, count: int) -> None:
    """A node set by either name is all of its shards; a shard, a host and a pattern are what they say."""
    loaded, _, plan = fleets.planned(*SPLIT)

    assert count == len(reaching.chosen(plan, loaded.values, [word]))
    assert count == len(checking.hosts(plan, loaded.values, None, [word]).targets)


def test_one_host_is_not_several() -> None:
    """A shell is opened on one."""
    loaded, _, plan = fleets.planned()
    with pytest.raises(OskError) as caught:
        reaching.one(plan, loaded.values, "compute")

    assert "OSK1233" == caught.value.problems[0].code


def test_a_playbook_by_hand_runs_on_all_shards() -> None:
    """Another name is refused with the nearest."""
    world = fleets.world(*SPLIT)
    wanted = byhand.Wanted(("compute",), service="bootstrap")
    with pytest.raises(OskError) as missing:
        byhand.prepare(world, wanted, FakeAnsible())
    with pytest.raises(OskError) as strange:
        byhand.prepare(world, byhand.Wanted(("compte",), service="bootstrap"), FakeAnsible())

    assert (NODESET in missing.value.problems[0].summary, "OSK1120") == (True, strange.value.problems[0].code)


def inventory(hosts: dict[str, Any]) -> Body:
    """Make the operator's Secret."""
    text = json.dumps({NODESET: {"hosts": hosts, "vars": {"ansible_port": 22}}})
    meta = {"name": f"dataplanenodeset-{NODESET}", "namespace": "openstack"}
    data = {"inventory": base64.b64encode(text.encode()).decode()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "data": data}


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ("edpm-compute-1.ctlplane.example.com", "edpm-compute-1"),
        ("compute", "edpm-compute-0,edpm-compute-1"),
        ("edpm-*-1,edpm-compute-0", "edpm-compute-1,edpm-compute-0"),
        ("all:!edpm-compute-0", "all:!edpm-compute-0"),
        ("", ""),
    ],
)
def test_a_limit_of_a_playbook_by_hand(limit: str, expected: str) -> None:
    """Hosts go by the names that they have elsewhere; Ansible's own words stay, and a host that is none is refused."""
    world = fleets.world()
    assert isinstance(world.cluster, FakeCluster)
    [nodeset] = [each.body for each in fleets.planned()[2].manifests if each.id.kind == fleets.NODESETS.kind]
    world.cluster.put(nodeset)
    hosts = {
        f"edpm-compute-{at}": {"canonical_hostname": f"edpm-compute-{at}.ctlplane.example.com"}
        for at in (0, 1)
    }
    world.cluster.put(inventory(hosts))
    playbook = str(Path(__file__))  # any file

    def asked(text: str) -> str:
        wanted = byhand.Wanted(("compute",), playbook, asked={"limit": text})
        return byhand.prepare(world, wanted, FakeAnsible()).asked.limit

    assert expected == asked(limit)
    with pytest.raises(OskError, match="no host and no node set `edpm-compute-7`"):
        asked("edpm-compute-7")


def test_hosts_of_a_rehearsal_are_not_reached() -> None:
    """There are none, and real ones may have their addresses: neither a look nor a playbook by hand goes there."""
    world = fleets.world("platform.provider=rehearsal")
    with pytest.raises(OskError) as looked:
        checking.refuse_rehearsed(world.loaded.values)
    with pytest.raises(OskError) as run:
        byhand.prepare(world, byhand.Wanted(("compute",), service="bootstrap"), FakeAnsible())

    assert ["OSK1196", "OSK1196"] == [each.value.problems[0].code for each in (looked, run)]
    checking.refuse_rehearsed(fleets.world().loaded.values)
