"""Each check of a cluster fires where its trouble is, and nowhere else."""

from dataclasses import replace
from typing import get_args

import pytest

from openstack_k8s_cli.checking import cluster
from openstack_k8s_cli.checking.seen import Seen
from openstack_k8s_cli.model.checks import State
from openstack_k8s_cli.profile.sections.platform import CheckName
from tests.unit.checking import clusters, troubles
from tests.unit.checking.clusters import FACTS, PLANNED, body, node, seen

SKIPPED = State.SKIPPED


@pytest.mark.parametrize(
    ("name", "found", "state", "words"),
    troubles.TROUBLES,
    ids=[f"{each[0]}-{each[3][:24]}" for each in troubles.TROUBLES],
)
def test_a_check_fires(name: str, found: Seen, state: State, words: str) -> None:
    """Trouble is found, with what it is and, where something is wrong, what to do."""
    result = cluster.judge(found)[name]

    assert (result.state, words in result.detail) == (state, True), result
    assert bool(result.remedy) == (state in {troubles.FAILED, troubles.WARNING, troubles.UNKNOWN})


def test_nothing_fires_on_a_cluster_that_is_fit() -> None:
    """On a cluster that suits the plan every check is well."""
    assert {name: each for name, each in cluster.judge(seen()).items() if each.state is not State.OK} == {}


def test_each_check_has_a_trouble_of_its_own() -> None:
    """Every check fires somewhere in the table, and can be left out by the name that the profile knows."""
    assert {each[0] for each in troubles.TROUBLES} == set(cluster.RULES) == set(get_args(CheckName))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("version", seen(facts=replace(FACTS, flavour="kubernetes", version=None))),
        ("cpu", seen(Pod=troubles.pods("7500m", "openstack"))),
        ("storage-class", seen(planned=(*PLANNED, clusters.storage_class("local")), StorageClass=())),
        (
            "storage-class",
            seen(
                planned=(
                    body(
                        "OpenStackControlPlane",
                        "cp",
                        "openstack",
                        api=clusters.CORE,
                        spec={"galera": troubles.GALERA},
                    ),
                    clusters.storage_class("mine", default=True),
                ),
                StorageClass=(),
            ),
        ),
        ("volumes", seen(StorageClass=(clusters.storage_class("local"),), PersistentVolume=())),
        ("catalogs", seen(planned=(*PLANNED, clusters.catalog()), CatalogSource=())),
        ("webhooks", seen(ValidatingWebhookConfiguration=(clusters.webhook("autoscaling"),), Endpoints=())),
        (
            "webhooks",
            seen(ValidatingWebhookConfiguration=(clusters.webhook(failurePolicy="Ignore"),), Endpoints=()),
        ),
        ("pull-secret", seen(facts=troubles.BARE, Secret=())),
        ("cluster-operators", troubles.without("ClusterOperator")),
        ("network", troubles.without("Network")),
        (
            "mtu",
            seen(
                planned=(clusters.policy("p", interface={"mtu": 9000}),),
                NodeNetworkState=(clusters.state("one", troubles.NIC),),
            ),
        ),
        ("policies", seen(NodeNetworkConfigurationPolicy=(clusters.policy("theirs", host="two"),))),
        ("pools", seen(IPAddressPool=(clusters.pool("theirs", "192.168.123.0/24", "no address"),))),
        ("dns", seen(more={"resolved": {"console.lab": True}})),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_check_does_not_fire_beside_its_trouble(name: str, found: Seen) -> None:
    """What only looks like trouble is none: another node's, one that the plan brings or mends, or of no concern."""
    assert cluster.judge(found)[name].state in {State.OK, SKIPPED}


def test_what_this_cloud_made_is_not_another_s() -> None:
    """Policies and pools of this cloud do not stand in its own way, whatever they are called by now."""
    ours = {"labels": {"osk.openstack.org/profile": "lab"}}
    found = seen(
        NodeNetworkConfigurationPolicy=(clusters.policy("earlier", metadata=ours),),
        IPAddressPool=(
            clusters.pool("earlier", "192.168.122.0/24") | {"metadata": ours | {"name": "earlier"}},
        ),
    )
    result = cluster.judge(found)

    assert (result["policies"].state, result["pools"].state) == (State.OK, State.OK)


def test_what_cannot_be_read_is_unknown() -> None:
    """A check whose objects the user may not read says so, with what helps, and others are not touched by it."""
    result = cluster.judge(seen(more={"refused": {"Secret": "forbidden", "APIService": "unreachable"}}))

    assert (result["pull-secret"].state, result["pull-secret"].detail) == (
        troubles.UNKNOWN,
        "Secret: forbidden",
    )
    assert (result["pull-secret"].command, result["api"].command) == (
        "osk rbac --user USER",
        "osk doctor cluster",
    )
    assert result["nodes"].state is State.OK


def test_checks_can_be_left_out() -> None:
    """A check that the profile leaves out is not made."""
    result = cluster.judge(seen(Node=(node("one", Ready="False"),)), skip=["nodes"])

    assert result["nodes"].state is SKIPPED


def test_only_webhooks_of_openstack_are_deleted() -> None:
    """Dead webhooks of OpenStack operators that are gone can be deleted; others', and of operators that are there, stay."""
    dead = seen(Endpoints=troubles.NO_ENDPOINT)
    theirs = seen(
        ValidatingWebhookConfiguration=(clusters.webhook("metallb.io"),), Endpoints=troubles.NO_ENDPOINT
    )
    there = seen(facts=replace(FACTS, operators=frozenset({"openstack"})), Endpoints=troubles.NO_ENDPOINT)

    assert [each.name for each in cluster.mends(dead)] == ["hooks"]
    assert [cluster.mends(each) for each in (theirs, there, seen())] == [(), (), ()]


def test_kinds_that_this_cloud_brought_without_olm_are_no_leftovers() -> None:
    """They have its mark, and no Subscription says that their operator is there."""
    spec = {
        "group": "core.openstack.org",
        "names": {"kind": "OpenStackControlPlane"},
        "versions": [{"name": "v1beta1", "served": True}],
    }
    labels = {"osk.openstack.org/profile": "lab"}
    states = [
        cluster.judge(
            seen(CustomResourceDefinition=(clusters.definition(spec=spec, metadata={"name": "x", **more}),))
        )["kinds"].state
        for more in ({}, {"labels": labels})
    ]

    assert states == [troubles.WARNING, State.OK]


def test_what_may_only_be_down_is_not_deleted() -> None:
    """A Service that is there may get its pods back; and of what could not be read nobody knows whether it is gone."""
    down = seen(Endpoints=(body("Endpoints", "hooks", "elsewhere"),))
    unread = [
        seen(Endpoints=troubles.NO_ENDPOINT, more={"refused": {kind: "unreachable"}})
        for kind in ("Endpoints", "Subscription")
    ]

    assert cluster.judge(down)["webhooks"].state is troubles.FAILED
    assert [cluster.mends(each) for each in (down, *unread)] == [()] * 3


def test_many_troubles_are_told_in_few_words() -> None:
    """Of more than three troubles the others are counted."""
    nodes = tuple(node(f"n{at}", Ready="False") for at in range(5))
    found = seen(facts=replace(FACTS, workers=tuple(f"n{at}" for at in range(5))), Node=nodes)

    assert cluster.judge(found)["nodes"].detail.endswith("; n2 is not Ready and 2 more")
