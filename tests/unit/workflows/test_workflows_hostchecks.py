"""Looking at hosts: which ones, in which order, and what it means for a deployment."""

from typing import Any

import pytest

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.model.checks import State
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.profile import loading
from openstack_k8s_cli.workflows import planning
from openstack_k8s_cli.workflows.dataplane import checking, gating, keys
from openstack_k8s_cli.workflows.world import Target, World
from tests.fakes.ansible import GOOD, FakeAnsible
from tests.fakes.cluster import FakeCluster
from tests.unit.workflows.fleets import GROUP, KEY, world

POOR = GOOD.replace("memory 8388608", "memory 1048576")
FAR = {"*": "ssh: connect to host a port 22: Connection timed out"}


def gate(made: World, ansible: FakeAnsible, *words: str) -> gating.Looked:
    """Look at the hosts before a deployment."""
    return gating.gate(made, Target(words or ("all",)), ansible, begin=lambda _: None)


def put(made: World, kind: str, name: str, status: dict[str, Any]) -> None:
    """Have an object of the data plane in the cluster."""
    meta = {"name": name, "namespace": "openstack"}
    body = {"apiVersion": f"{GROUP}/v1beta1", "kind": kind, "metadata": meta, "status": status}
    assert isinstance(made.cluster, FakeCluster)
    made.cluster.put(body)


def test_good_hosts_are_deployed() -> None:
    """Both are looked at, with the cluster's key."""
    ansible = FakeAnsible()
    looked = gate(world(), ansible)

    assert ["edpm-compute-0", "edpm-compute-1"] == [each.target.host for each in looked.checked]
    assert {State.OK} == {each.state for each in looked.checked}
    assert "the key" == (ansible.asked[0].key or pytest.fail("no key")).reveal()


def test_a_host_that_is_not_fit_is_a_refusal() -> None:
    """Before the first write, with the check's code, the hosts and how to deploy all the same."""
    with pytest.raises(OskError) as caught:
        gate(world(), FakeAnsible({"edpm-compute-1": POOR}))

    (problem,) = caught.value.problems
    assert (ExitCode.REFUSED, "OSK1106", "host edpm-compute-1") == (
        caught.value.exit_code,
        problem.code,
        problem.subject,
    )
    assert "osk deploy dataplane --skip-checks" in {each.command for each in problem.advice}


def test_hosts_that_only_the_cluster_reaches_are_none() -> None:
    """Where none answers from here, the deployment goes on and says so."""
    looked = gate(world(), FakeAnsible(unreachable=FAR))

    assert "osk dataplane check --from-cluster" in looked.word


def test_one_that_does_not_answer_among_others_is_a_refusal() -> None:
    """The others show that hosts are reachable from here."""
    with pytest.raises(OskError) as caught:
        gate(world(), FakeAnsible(unreachable={"edpm-compute-0": FAR["*"]}))

    assert ["OSK1101"] == [each.code for each in caught.value.problems]


@pytest.mark.parametrize(
    ("sets", "word"),
    [
        (("platform.provider=rehearsal",), "a rehearsal has none"),
        (("dataplane.check.enabled=false",), ""),
    ],
)
def test_hosts_that_are_not_looked_at(sets: tuple[str, ...], word: str) -> None:
    """On a rehearsal, and where the profile says so."""
    ansible = FakeAnsible()
    looked = gate(world(*sets), ansible)

    assert (word in looked.word, []) == (True, ansible.asked)
    assert bool(word) == bool(looked.word)


def test_without_a_key_or_ansible_it_goes_on() -> None:
    """Nobody can have put a key on hosts that is not made yet; Ansible is an extra."""
    assert KEY in gate(world(key=False), FakeAnsible()).word
    assert "not installed" in gate(world(), FakeAnsible(here=False)).word


def test_only_hosts_that_a_deployment_will_run_on() -> None:
    """A layer without deployments has none, and a deployment that ended well runs no more."""
    made, ansible = world(), FakeAnsible()
    put(made, "OpenStackDataPlaneDeployment", "edpm-deployment", {"deployed": True})

    assert gating.Looked() == gate(made, ansible)
    assert gating.Looked() == gate(world(), ansible, "operators")
    assert [] == ansible.asked


@pytest.mark.parametrize("limit", ["edpm-compute-1", "all:!edpm-compute-0", "*-1"])
def test_a_limited_deployment(limit: str) -> None:
    """Only the hosts that it means are looked at."""
    made = world(f"dataplane.deployment.spec.ansibleLimit='{limit}'")

    assert ["edpm-compute-1"] == [each.target.host for each in gate(made, FakeAnsible()).checked]


def test_hosts_that_only_hear_of_others_are_not_looked_at() -> None:
    """What all hosts are told of a new one is no reason to look at all: an old one that is unfit holds up nobody."""
    made = world("dataplane.deployment.services=[ssh-known-hosts]")

    assert gating.Looked() == gate(made, FakeAnsible({"edpm-compute-1": POOR}))


def test_the_first_hosts_speak_for_the_others() -> None:
    """Where none of the first answers, the rest is not tried, which would take a time-out each."""
    made = world("dataplane.nodesets.compute.count=30")
    found = checking.hosts(planning.bearings(made)[1], made.loaded.values, None)
    ansible = FakeAnsible(unreachable=FAR)
    checked = checking.look(ansible, found, None)

    assert [checking.FIRST] == [len(each.inventory["all"]["hosts"]) for each in ansible.asked]
    assert 30 == len(checked)
    assert all(each.silent for each in checked)


def test_hosts_are_named() -> None:
    """By host or node set; a strange name is refused with those that there are."""
    made = world()
    plan, values = planning.bearings(made)[1], made.loaded.values
    one = checking.hosts(plan, values, None, ["edpm-compute-0"])
    both = checking.hosts(plan, values, None, ["openstack-edpm-ipam"])

    assert ["edpm-compute-0"] == [each.host for each in one.targets]
    assert 2 == len(both.targets)
    with pytest.raises(OskError, match="no host and no node set `moon`"):
        checking.hosts(plan, values, None, ["moon"])


def test_hosts_that_the_cluster_deployed() -> None:
    """By the node set's own word, or a deployment of it that ended well."""
    made = world()
    hosts: dict[str, Any] = {"allHostnames": {"a.example": {}, "b": {}}}
    done = [{"type": "NodeSetDeploymentReady", "status": "True"}]
    put(made, "OpenStackDataPlaneNodeSet", "one", {**hosts, "deploymentStatuses": {"d": done}})
    put(made, "OpenStackDataPlaneNodeSet", "two", {"allHostnames": {"c": {}}, "deployedConfigHash": "1"})
    put(made, "OpenStackDataPlaneNodeSet", "new", {"allHostnames": {"d": {}}})

    assert {"a", "b", "c"} == checking.deployed(made.cluster, "openstack")


def test_a_mirror_is_what_hosts_must_reach() -> None:
    """In place of the registry, without its path, and with what the profile adds."""
    loaded = loading.load(
        "crc",
        sets=(
            "mirror.registry=mirror.lab:5000/osp",
            "dataplane.check.urls=[https://rhsm.lab]",
            "dataplane.ntp=[10.0.0.9]",
        ),
        reader=ProfileFiles(),
    )
    reach = checking.reach(loaded.values)

    assert ("https://mirror.lab:5000/v2/", "https://rhsm.lab") == reach.registries
    assert ("mirror.lab", "rhsm.lab", "trunk.rdoproject.org", "github.com") == reach.names


def test_mirrored_packages_are_what_hosts_must_reach() -> None:
    """In place of where RDO's come from."""
    sets = ("mirror.registry=mirror.lab/osp", "mirror.packages.os=https://rpms.lab/os")
    reach = checking.reach(loading.load("crc", sets=sets, reader=ProfileFiles()).values)

    assert (reach.repositories, reach.names[:2]) == (("https://rpms.lab/os",), ("mirror.lab", "rpms.lab"))


def test_ansible_that_ends_early() -> None:
    """What it said is shown."""
    made = world()
    found = checking.hosts(planning.bearings(made)[1], made.loaded.values, None)
    with pytest.raises(OskError) as caught:
        checking.look(FakeAnsible(silent=True), found, None)

    assert ("OSK1122", "ERROR! no such file") == (
        caught.value.problems[0].code,
        caught.value.problems[0].detail,
    )


def test_a_key_that_the_profile_gives() -> None:
    """It goes before the cluster's."""
    made = world(f"secrets.{KEY}.ssh-privatekey=my key")

    assert "my key" == (keys.given(made.loaded.values, made.secrets) or pytest.fail("none")).reveal()
    assert keys.given(world().loaded.values, made.secrets) is None
