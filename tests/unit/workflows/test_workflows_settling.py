"""After CRC's start: operators waited for, the gateway, labels, and what the node tells of its interfaces."""

from dataclasses import replace
from typing import Any

import pytest

from openstack_k8s_cli.crc.wanted import Wanted
from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows.workstation import settling
from tests.fakes.clock import FakeClock
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served

_KINDS = (
    served("config.openshift.io", "v1", "ClusterOperator", "clusteroperators", namespaced=False),
    served("operator.openshift.io", "v1", "Network", "networks", namespaced=False),
    served("nmstate.io", "v1beta1", "NodeNetworkState", "nodenetworkstates", namespaced=False),
)
_MAC = "52:54:00:11:11:10"


@pytest.fixture
def cluster() -> FakeCluster:
    """Give a cluster of OpenShift with one node, at rest."""
    found = FakeCluster(*_KINDS)
    found.put({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "crc", "labels": {"a": "1"}}})
    spec = {"defaultNetwork": {"type": "OVNKubernetes", "ovnKubernetesConfig": {"mtu": 1400}}}
    found.put(
        {
            "apiVersion": "operator.openshift.io/v1",
            "kind": "Network",
            "metadata": {"name": "cluster"},
            "spec": spec,
        }
    )
    _operator(found, Available="True", Progressing="False", Degraded="False")
    return found


def _operator(cluster: FakeCluster, **conditions: str) -> None:
    status = {"conditions": [{"type": kind, "status": value} for kind, value in conditions.items()]}
    cluster.put(
        {
            "apiVersion": "config.openshift.io/v1",
            "kind": "ClusterOperator",
            "metadata": {"name": "dns"},
            "status": status,
        }
    )


def _network(cluster: FakeCluster) -> Any:
    kind = cluster.resource("operator.openshift.io", "Network")
    assert kind
    return get(cluster.get(kind, "", "cluster") or {}, "spec", "defaultNetwork", "ovnKubernetesConfig")


def test_gateway_and_labels_are_set_where_they_differ(cluster: FakeCluster) -> None:
    """Once; a second time nothing is written."""
    wanted = Wanted(gateway=True, labels={"a": "1", "b": "2"})

    done = settling.settle(cluster, wanted, FakeClock(), str)
    writes = [each for each in cluster.log if each.verb not in {"get", "list"}]
    again = settling.settle(cluster, wanted, FakeClock(), str)

    assert done == (
        "network: OVN-Kubernetes routes by the node's own tables",
        "node crc: labels b=2",
    )
    assert _network(cluster) == {
        "mtu": 1400,
        "gatewayConfig": {"routingViaHost": True, "ipForwarding": "Global"},
    }
    assert again == ()
    assert [each for each in cluster.log if each.verb not in {"get", "list"}] == writes


def test_another_network_and_another_wish_are_left_alone(cluster: FakeCluster) -> None:
    """Nothing is written that nobody asked for."""
    settling.settle(cluster, Wanted(), FakeClock(), str)
    cluster.put(
        {
            "apiVersion": "operator.openshift.io/v1",
            "kind": "Network",
            "metadata": {"name": "cluster"},
            "spec": {"defaultNetwork": {"type": "Calico"}},
        }
    )

    assert settling.settle(cluster, Wanted(gateway=True), FakeClock(), str) == ()


def test_operators_that_are_at_work_are_waited_for(cluster: FakeCluster) -> None:
    """They are named once while nothing changes."""
    _operator(cluster, Available="True", Progressing="True", Degraded="False")
    told: list[str] = []
    clock = FakeClock(int, lambda: _operator(cluster, Available="True", Progressing="False"))

    settling.await_operators(cluster, clock, told.append)

    assert (told, clock.slept) == (["waiting for dns"], 10.0)


def test_operators_that_never_settle_end_the_wait(cluster: FakeCluster) -> None:
    """With their names and exit 6."""
    _operator(cluster, Available="False")

    with pytest.raises(OskError) as caught:
        settling.await_operators(cluster, FakeClock(), str)

    assert (caught.value.exit_code, caught.value.problems[0].detail) == (ExitCode.STALLED, "dns")


def test_a_cluster_that_never_answers_is_to_be_stopped_first(cluster: FakeCluster) -> None:
    """For crc's start does nothing for a machine that runs."""
    cluster.resources()
    cluster.go_down()

    with pytest.raises(OskError) as caught:
        settling.await_operators(cluster, FakeClock(), str)

    problem = caught.value.problems[0]
    assert ("OSK1248", "The cluster does not answer") == (problem.code, problem.summary)
    assert ["osk crc stop", "osk crc start"] == [each.command for each in problem.advice]


def test_a_cluster_without_cluster_operators_is_not_waited_for() -> None:
    """MicroShift has none, nor the authority of a router."""
    bare = FakeCluster()

    assert settling.settle(bare, replace(Wanted(), gateway=True), FakeClock(), str) == ()
    assert settling.authority(bare) is None


def test_the_authority_of_the_routes_is_read(cluster: FakeCluster) -> None:
    """The registry's, too."""
    cluster.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "openshift-ingress-operator"}})
    metadata = {"name": "router-ca", "namespace": "openshift-ingress-operator"}
    cluster.put({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": {"tls.crt": "Q0E="}})

    assert settling.authority(cluster) == b"CA"


def test_the_node_tells_the_interface_by_its_address(cluster: FakeCluster) -> None:
    """Not before nmstate is there; bridges that share the address do not count."""
    before = settling.seen_in(cluster, _MAC)
    interfaces = [
        {"name": "br-ex", "type": "ovs-interface", "mac-address": _MAC.upper()},
        {"name": "enp6s0", "type": "ethernet", "mac-address": _MAC.upper()},
    ]
    state = {"currentState": {"interfaces": interfaces}}
    cluster.put(
        {
            "apiVersion": "nmstate.io/v1beta1",
            "kind": "NodeNetworkState",
            "metadata": {"name": "crc"},
            "status": state,
        }
    )

    assert (before, settling.seen_in(cluster, _MAC), settling.seen_in(cluster, "52:54:00:00:00:00")) == (
        None,
        "enp6s0",
        "",
    )
