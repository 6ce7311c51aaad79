"""What osk finds out about a cluster, and when it refuses one."""

from typing import Any

import pytest

from openstack_k8s_cli.apply import records
from openstack_k8s_cli.apply.ledger import Entry, Record
from openstack_k8s_cli.model.objects import ObjectId, id_of
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.workflows import facts, platform
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served
from tests.unit.workflows import worlds


def subscription(name: str, package: str, **labels: str) -> dict[str, Any]:
    """Make a Subscription of a package."""
    return {
        "apiVersion": "operators.coreos.com/v1alpha1",
        "kind": "Subscription",
        "metadata": {"name": name, "namespace": "operators", "labels": labels},
        "spec": {"name": package},
    }


def test_workers_and_their_interfaces() -> None:
    """Workers come in the order of their names, each with its own interface or the default one."""
    made = worlds.cluster(workers=("b", "a"))

    found = facts.gather(
        made, worlds.values(nics={"default": "eth0", "b": {"default": "eno1"}}), profile="lab"
    )

    assert ("a", "b") == found.workers
    assert {"a": "eth0", "b": "eno1"} == dict(found.nics)


@pytest.mark.parametrize(
    ("version", "expected"), [("4.18.1", "openshift"), ("4.20.0-okd-scos.3", "okd")], ids=["openshift", "okd"]
)
def test_flavour_from_the_cluster_version(version: str, expected: str) -> None:
    """OpenShift and OKD are told apart by their ClusterVersion."""
    made = worlds.cluster(worlds.VERSION)
    body = {"apiVersion": "config.openshift.io/v1", "kind": "ClusterVersion", "metadata": {"name": "version"}}
    made.put(body | {"status": {"desired": {"version": version, "image": "registry/ocp@sha256:1"}}})

    assert expected == facts.gather(made, worlds.values(), profile="lab").flavour


@pytest.mark.parametrize(("node", "expected"), [("crc", "crc"), ("master-0", "existing")])
def test_provider_from_the_node(node: str, expected: str) -> None:
    """A single node called crc is OpenShift Local."""
    assert expected == facts.gather(worlds.cluster(workers=(node,)), worlds.values(), profile="lab").provider


def test_a_rehearsal_is_known_by_its_marker() -> None:
    """The marker ConfigMap makes a cluster a rehearsal, whatever its node is called."""
    made = worlds.cluster(workers=("crc",))
    made.create(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "osk-rehearsal", "namespace": "kube-system"},
        }
    )

    assert "rehearsal" == facts.gather(made, worlds.values(), profile="lab").provider


def test_operators_of_others_are_used() -> None:
    """An operator that someone else subscribed to counts as there; this cloud's own does not."""
    made = worlds.cluster(worlds.SUBSCRIPTION)
    worlds.namespace(made, "operators")
    made.create(subscription("theirs", "metallb-operator"))
    made.create(subscription("ours", "kubernetes-nmstate-operator", **{"osk.openstack.org/profile": "lab"}))

    assert {"metallb"} == facts.gather(made, worlds.values(), profile="lab").operators


SOURCES = {
    "operators": {
        "sources": {"nmstate": {"namespace": "operators", "package": "kubernetes-nmstate-operator"}}
    }
}


def shared_cluster(*owners: str, label: str) -> FakeCluster:
    """Make a cluster with an operator that clouds have in their ledgers."""
    made = worlds.cluster(worlds.SUBSCRIPTION)
    worlds.namespace(made, "operators")
    records.make_namespace(made)
    labels = {"osk.openstack.org/profile": label, "app.kubernetes.io/managed-by": "osk"}
    body = made.create(subscription("nmstate", "kubernetes-nmstate-operator", **labels)).body
    entry = Entry(id_of(body), body["apiVersion"], body["metadata"]["uid"])
    for profile in owners:
        records.write(made, Record(profile, Layer.OPERATORS, entries=(entry,)))
    return made


@pytest.mark.parametrize(
    ("owners", "label", "used"),
    [
        (["first"], "first", True),
        (["first", "lab"], "first", True),
        (["first", "lab"], "lab", False),
        (["lab"], "first", False),
    ],
    ids=["anothers", "shared", "shared-and-made-here", "left-to-this-cloud"],
)
def test_operators_of_other_clouds_are_shared(owners: list[str], label: str, *, used: bool) -> None:
    """What another cloud of osk's brought is told from a stranger's, until that cloud is gone and this one remains."""
    found = facts.gather(shared_cluster(*owners, label=label), worlds.values() | SOURCES, profile="lab")

    assert found.operators == found.shared == ({"nmstate"} if used else set())


def test_an_operator_elsewhere_is_not_shared() -> None:
    """An operator in a namespace that is not this cloud's is used, and no second one is recorded."""
    made = shared_cluster("first", label="first")
    elsewhere = {"operators": {"sources": {"nmstate": {"namespace": "mine"}}}}
    found = facts.gather(made, worlds.values() | elsewhere, profile="lab")

    assert (set(found.operators), set(found.shared)) == ({"nmstate"}, set())


@pytest.mark.parametrize(
    ("labels", "profile", "used"),
    [
        ({"olm.owner": "kubernetes-nmstate-operator.v1"}, "lab", False),
        ({"olm.owner": "kubernetes-nmstate-operator.v1"}, "another", True),
        ({}, "lab", True),
    ],
    ids=["halfway", "anothers", "without-olm"],
)
def test_an_operator_whose_subscription_this_cloud_has_taken_away_is_its_own(
    labels: dict[str, str], profile: str, *, used: bool
) -> None:
    """As a run leaves it that was killed on the way to another catalog: it is made anew, not used like a stranger's."""
    nmstate = served("nmstate.io", "v1", "NMState", "nmstates")
    made = worlds.cluster(worlds.SUBSCRIPTION, nmstate)
    worlds.namespace(made, "nmstate")
    records.make_namespace(made)
    gone = ObjectId("operators.coreos.com", "Subscription", "nmstate", "kubernetes-nmstate-operator")
    entries = (Entry(gone, "operators.coreos.com/v1alpha1", "1"),)
    records.write(made, Record(profile, Layer.OPERATORS, entries=entries))
    meta = {"name": "nmstate-operator", "namespace": "nmstate", "labels": labels}
    made.create({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta})

    found = facts.gather(made, worlds.values() | SOURCES, profile="lab")

    assert ({"nmstate"} if used else set()) == found.operators


def test_facts_without_a_cluster() -> None:
    """Without a cluster the profile's platform says what there is."""
    found = facts.offline(worlds.values(flavour="openshift", workers=["w0", "w1"], capabilities=["olm"]))

    assert ("w0", "w1") == found.workers
    assert "olm" in found.capabilities
    assert found.cluster_id is None


@pytest.mark.parametrize(
    "wrong",
    [{"provider": "crc"}, {"flavour": "okd"}, {"provider": "rehearsal"}],
    ids=["crc", "okd", "rehearsal"],
)
def test_another_platform_is_refused(wrong: dict[str, str]) -> None:
    """A cluster that is not what the profile says is refused before anything, with both words in the message."""
    values = worlds.values(**wrong)
    found = facts.gather(worlds.cluster(), values, profile="lab")

    with pytest.raises(OskError) as refused:
        platform.check(found, values)

    assert ExitCode.REFUSED is refused.value.exit_code
    assert f"`{next(iter(wrong.values()))}`" in refused.value.problems[0].summary


def test_crc_may_be_called_existing() -> None:
    """A profile for any existing cluster takes a CRC too."""
    values = worlds.values()

    platform.check(facts.gather(worlds.cluster(workers=("crc",)), values, profile="lab"), values)


def test_no_worker_is_refused() -> None:
    """A cluster without a worker node is refused."""
    values = worlds.values()

    with pytest.raises(OskError, match="no worker"):
        platform.check(facts.gather(worlds.cluster(workers=()), values, profile="lab"), values)
