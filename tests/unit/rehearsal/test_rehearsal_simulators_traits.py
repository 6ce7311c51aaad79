"""What the traits need of the simulated operators: machines that are taken, and speakers of BGP."""

from typing import Any

import pytest

from openstack_k8s_cli.model.objects import Body, condition, get
from openstack_k8s_cli.rehearsal.options import Pace
from openstack_k8s_cli.rehearsal.simulators import life, paces, table
from openstack_k8s_cli.rehearsal.simulators.life import Circumstances, Memory, Outcome
from openstack_k8s_cli.rehearsal.simulators.world import View, World
from tests.unit.rehearsal.test_rehearsal_simulators_life import named

TEMPO = paces.tempo(Pace.INSTANT)
SET = "OpenStackBaremetalSet"
PROVISIONED = "OpenStackBaremetalSetBmhProvisioningReady"


def played(body: Body, *others: Body) -> tuple[Body, Outcome]:
    """Do passes over an object until nothing is left to wait for; the last one is given too."""
    row = table.row_of(body)
    assert row is not None
    found = World()
    for each in (*others, named("apps/v1", "Deployment", row.operator, status={"readyReplicas": 1}), body):
        found.put(each)
    memory, now, outcome = Memory(), 100.0, Outcome()
    for _ in range(9):
        outcome = life.live(row, body, View(found), memory, Circumstances(TEMPO, now))
        body = {**body, "status": {**(body.get("status") or {}), **(outcome.status or {})}}
        found.put(body)
        if outcome.wake is None:
            break
        now = max(now, outcome.wake)
    return body, outcome


def machine(name: str, state: str = "available", **spec: Any) -> Body:
    """Give a BareMetalHost of the label that the set selects by."""
    found = named(
        "metal3.io/v1alpha1", "BareMetalHost", name, spec=spec, status={"provisioning": {"state": state}}
    )
    found["metadata"]["labels"] = {"app": "openstack"}
    return found


def machines(hosts: int) -> list[Body]:
    """Give the set of so many hosts, and what it needs beside machines."""
    spec = {
        "deploymentSSHSecret": "key",
        "bmhNamespace": "openstack",
        "bmhLabelSelector": {"app": "openstack"},
        "baremetalHosts": {f"host-{number}": {} for number in range(hosts)},
    }
    wanted = named("baremetal.openstack.org/v1beta1", SET, "computes", spec=spec)
    wanted["metadata"] |= {"generation": 1, "finalizers": ["openstack.org/openstackbaremetalset"]}
    ready = {"conditions": [{"type": "Ready", "status": "True"}]}
    server = named(
        "baremetal.openstack.org/v1beta1",
        "OpenStackProvisionServer",
        "computes-provisionserver",
        status=ready,
    )
    return [wanted, named("v1", "Secret", "key"), server]


def test_machines_are_taken_by_name() -> None:
    """Each host gets a free machine with the labels: an image, and who has it; other machines stay free."""
    wanted, *others = machines(2)

    seen, outcome = played(
        wanted, *others, machine("c"), machine("b"), machine("a"), machine("x", "inspecting")
    )

    claims = [each for each in outcome.applies if each["kind"] == "BareMetalHost"]
    assert ["a", "b"] == [each["metadata"]["name"] for each in claims]
    assert {"computes"} == {each["spec"]["consumerRef"]["name"] for each in claims}
    assert all(get(each, "spec", "image", "url") for each in claims)
    assert "False" == (condition(seen, PROVISIONED) or {})["status"]


def test_provisioned_machines_make_the_set_ready() -> None:
    """What it has taken and what is written is told by host."""
    wanted, *others = machines(1)
    mine = machine("b", "provisioned", consumerRef={"name": "computes"})
    mine["metadata"]["labels"]["osp-host"] = "host-0"

    seen, _ = played(wanted, *others, mine, machine("a"))

    assert "True" == (condition(seen, "Ready") or {})["status"]
    assert "b" == get(seen, "status", "baremetalHosts", "host-0", "bmhRef")


@pytest.mark.parametrize("taker", [None, "others"])
def test_too_few_machines_are_an_error(taker: str | None) -> None:
    """None is taken then, and one that another set has does not count."""
    wanted, *others = machines(2)
    second = machine("b", "provisioned", consumerRef={"name": taker}) if taker else machine("b", "inspecting")

    seen, outcome = played(wanted, *others, machine("a"), second)

    found = condition(seen, PROVISIONED) or {}
    assert "Error" == found["reason"]
    assert "unable to find 2 requested BaremetalHosts, 1 available" in found["message"]
    assert [] == [each for each in outcome.applies if each["kind"] == "BareMetalHost"]


def metallb(*others: Body) -> list[str]:
    """Give kind and name of what MetalLB makes."""
    body = named("metallb.io/v1beta1", "MetalLB", "metallb")
    body["metadata"]["generation"] = 1
    _, outcome = played(body, *others)
    return [f"{each['kind']} {each['metadata']['name']}" for each in outcome.applies]


def test_speakers_come_with_peers() -> None:
    """FRR-K8s has a namespace of its own and a configuration for each node, once there is a peer."""
    node = named("v1", "Node", "crc")

    assert ["Deployment controller", "DaemonSet speaker"] == metallb(node)
    assert ["Namespace openshift-frr-k8s", "DaemonSet frr-k8s", "FRRConfiguration metallb-crc"] == metallb(
        node, named("metallb.io/v1beta2", "BGPPeer", "leaf")
    )[2:]


@pytest.mark.parametrize(("speakers", "expected"), [(("crc",), "True"), ((), "False")])
def test_pods_are_advertised_by_the_speakers(speakers: tuple[str, ...], expected: str) -> None:
    """A BGPConfiguration adds to what each node's speaker is told; without that it is an error."""
    body = named(
        "network.openstack.org/v1beta1",
        "BGPConfiguration",
        "bgp",
        spec={"frrConfigurationNamespace": "openstack"},
    )
    body["metadata"] |= {"generation": 1, "finalizers": ["openstack.org/bgpconfiguration"]}
    chosen = [
        named(
            "frrk8s.metallb.io/v1beta1",
            "FRRConfiguration",
            f"metallb-{node}",
            spec={"nodeSelector": {"matchLabels": {"kubernetes.io/hostname": node}}},
        )
        for node in speakers
    ]

    seen, _ = played(body, named("v1", "Node", "crc"), *chosen)

    assert expected == (condition(seen, "ServiceConfigReady") or {})["status"]
