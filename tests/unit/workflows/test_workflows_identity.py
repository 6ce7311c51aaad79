"""What a cluster is, in words."""

from dataclasses import replace

import pytest

from openstack_k8s_cli.workflows import adapting, identity
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served
from tests.unit.checking.clusters import FACTS, body, made_plan, node, subscription
from tests.unit.workflows import worlds

MASTER = {"node-role.kubernetes.io/master": "", "node-role.kubernetes.io/control-plane": ""}
BOTH = MASTER | {"node-role.kubernetes.io/worker": ""}


def nodes(masters: int, both: int, workers: int) -> FakeCluster:
    """Make a cluster of these nodes."""
    made = FakeCluster()
    for at in range(masters):
        made.put(node(f"m{at}") | {"metadata": {"name": f"m{at}", "labels": MASTER}})
    for at in range(both):
        made.put(node(f"b{at}") | {"metadata": {"name": f"b{at}", "labels": BOTH}})
    for at in range(workers):
        made.put(node(f"w{at}"))
    return made


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((0, 1, 0), "single node"),
        ((0, 3, 0), "compact: three masters that take workloads"),
        ((3, 0, 2), "3 masters and 2 workers"),
        ((2, 1, 2), "3 masters and 3 workers, 1 of them both"),
    ],
)
def test_shape(counts: tuple[int, int, int], words: str) -> None:
    """The shape of a cluster is told by the roles of its nodes."""
    assert identity.look(worlds.world(nodes(*counts))).topology == words


@pytest.mark.parametrize(
    ("version", "node_name", "kind"),
    [
        ("4.18.1", "crc", "CRC (OpenShift)"),
        ("4.20.0-okd-scos.3", "one", "OKD (SCOS)"),
        ("4.18.1", "one", "OpenShift"),
        (None, "one", "Kubernetes"),
    ],
)
def test_kind(version: str | None, node_name: str, kind: str) -> None:
    """OpenShift, OKD, CRC and plain Kubernetes are told apart."""
    made = FakeCluster(worlds.VERSION)
    made.put(node(node_name))
    if version:
        status = {"desired": {"version": version, "image": "registry/x"}}
        made.put(body("ClusterVersion", "version", api="config.openshift.io/v1", status=status))

    assert identity.look(worlds.world(made)).kind == kind


def test_microshift_and_rehearsals_say_so_themselves() -> None:
    """ConfigMaps tell both."""
    made = nodes(0, 1, 0)
    worlds.namespace(made, "kube-public")
    made.put(body("ConfigMap", "microshift-version", "kube-public"))
    assert identity.look(worlds.world(made)).kind == "MicroShift"

    made.put(body("ConfigMap", "osk-rehearsal", "kube-system"))
    assert identity.look(worlds.world(made)).kind == "rehearsal of MicroShift"


def test_nodes_and_what_they_stand_on() -> None:
    """Each node has its roles and what it can bear; the cluster says what it runs on, and Kubernetes' version."""
    infrastructure = served(
        "config.openshift.io", "v1", "Infrastructure", "infrastructures", namespaced=False
    )
    made = FakeCluster(infrastructure)
    made.put(node("one", Ready="False"))
    status = {"platformStatus": {"type": "BareMetal"}}
    made.put(body("Infrastructure", "cluster", api="config.openshift.io/v1", status=status))
    found = identity.look(worlds.world(made))

    (only,) = found.nodes
    assert (only.roles, only.ready, only.cpus, only.memory) == (("worker",), False, "8", "32 GiB")
    assert (found.infrastructure, found.kubernetes) == ("BareMetal", "v1.33.1")


def test_a_made_up_node_has_no_version_of_kubernetes() -> None:
    """What a rehearsal's nodes say of themselves names what plays them, and is no version."""
    made = FakeCluster()
    for name in ("one", "two"):
        made.put(node(name) | {"status": {"nodeInfo": {"kubeletVersion": "kwok-v0.8.0"}}})

    assert "" == identity.look(worlds.world(made)).kubernetes


def test_what_a_cluster_decides_is_said() -> None:
    """Missing capabilities, other catalogs and other interfaces are told; what any OpenShift has is not."""
    values = {"platform": {"nics": {"default": "eth1"}}}
    assert list(adapting.adapted(FACTS, values)) == []

    other = subscription("metallb-operator")
    other["spec"]["source"] = "community-operators"
    bare = replace(
        FACTS, capabilities=frozenset({"olm"}), nics={"one": "eno1"}, catalogs=("community-operators",)
    )
    told = list(adapting.adapted(bare, values, made_plan(other).manifests))
    assert [each.partition(":")[0] for each in told] == [
        "no marketplace",
        "no routes",
        "no security context constraints",
        "operators come from the catalog community-operators",
        "networks of one are attached to eno1",
    ]
    assert next(adapting.adapted(replace(bare, capabilities=frozenset()), values)).startswith("no OLM")
