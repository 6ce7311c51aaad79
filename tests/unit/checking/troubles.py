"""Troubles of clusters, and what is said of each."""

from dataclasses import replace
from typing import Any

from openstack_k8s_cli.checking.rights import Right
from openstack_k8s_cli.checking.seen import Seen
from openstack_k8s_cli.model.checks import State
from tests.unit.checking import clusters
from tests.unit.checking.clusters import FACTS, PLANNED, body, conditions, node, seen

FAILED, WARNING, UNKNOWN = State.FAILED, State.WARNING, State.UNKNOWN
BARE = replace(FACTS, flavour="kubernetes", version=None, capabilities=frozenset())
CSV = {"currentCSV": "metallb.v1"}
NIC = {"name": "eth1", "type": "ethernet", "state": "up", "mtu": 1500}
NO_ENDPOINT: tuple[Any, ...] = ()


def without(kind: str) -> Seen:
    """See the cluster where a kind is not served."""
    found = seen()
    return replace(found, kinds={name: each for name, each in found.kinds.items() if name != kind})


def claiming(**spec: Any) -> Seen:
    """See the cluster with a control plane of these sections."""
    return seen(planned=(body("OpenStackControlPlane", "cp", "openstack", api=clusters.CORE, spec=spec),))


def pods(cpu: str, namespace: str) -> tuple[Any, ...]:
    """Give a running pod that takes processors."""
    asked = {"containers": [{"resources": {"requests": {"cpu": cpu, "memory": "1Gi"}}}], "nodeName": "one"}
    return (body("Pod", "p", namespace, spec=asked, status={"phase": "Running"}),)


GALERA = {"templates": {"openstack": {"storageRequest": "10Gi"}}}

TROUBLES: list[tuple[str, Seen, State, str]] = [
    (
        "api",
        seen(APIService=(body("APIService", "v1.dead", status=conditions(Available="False")),)),
        WARNING,
        "v1.dead does not answer",
    ),
    ("version", seen(facts=replace(FACTS, version="4.12.9")), FAILED, "4.12.9 is too old"),
    ("version", seen(facts=replace(FACTS, version="4.15.1")), WARNING, "older than 4.16"),
    ("version", seen(facts=replace(FACTS, version="4.30.0")), WARNING, "newer than"),
    ("version", seen(facts=replace(FACTS, version=None)), UNKNOWN, "does not say"),
    ("nodes", seen(Node=(node("one", Ready="False"),)), FAILED, "one is not Ready"),
    ("nodes", seen(Node=(node("one"), node("master", Ready="Unknown"))), WARNING, "master is not Ready"),
    ("nodes", seen(Node=(node("one") | {"spec": {"unschedulable": True}},)), WARNING, "no new pods"),
    ("nodes", seen(Node=(body("Node", "one"),)), WARNING, "not reported"),
    ("cpu", seen(Node=(node("one", cpu="500m"),)), FAILED, "1.01 processors are requested, 0.5 are free"),
    ("cpu", seen(Pod=pods("7500m", "other")), FAILED, "0.5 are free"),
    ("cpu", seen(Node=(body("Node", "one"),)), UNKNOWN, "does not say"),
    ("cpu", seen(Node=(node("one", Ready="False"),)), UNKNOWN, "no node takes pods"),
    (
        "cpu",
        seen(
            facts=replace(FACTS, workers=("one", "two", "three")),
            Node=(
                node("one", cpu="500m"),
                node("two") | {"spec": {"unschedulable": True}},
                node("three", Ready="Unknown"),
            ),
        ),
        FAILED,
        "0.5 are free",
    ),
    ("memory", seen(Node=(node("one", memory="1Gi"),)), FAILED, "of memory are requested"),
    ("pressure", seen(Node=(node("one", DiskPressure="True"),)), FAILED, "one runs out of disk"),
    ("storage-class", seen(StorageClass=()), FAILED, "no StorageClass `local`"),
    ("storage-class", claiming(galera=GALERA), FAILED, "no StorageClass is the default"),
    (
        "storage-class",
        replace(
            claiming(galera=GALERA),
            kinds={"StorageClass": tuple(clusters.storage_class(each, default=True) for each in "ab")},
        ),
        WARNING,
        "several are the default: a, b",
    ),
    ("volumes", seen(PersistentVolume=(clusters.volume("one"),)), FAILED, "1 volume free, 2 are wanted"),
    (
        "volumes",
        seen(PersistentVolume=(clusters.volume("one"), clusters.volume("two", phase="Released"))),
        FAILED,
        "1 volume free",
    ),
    (
        "volumes",
        seen(PersistentVolume=(clusters.volume("one"), clusters.volume("two", "5Gi"))),
        FAILED,
        "a volume of 10 GiB is wanted",
    ),
    ("catalogs", seen(CatalogSource=()), FAILED, "there is no catalog `redhat-operators`"),
    (
        "catalogs",
        seen(CatalogSource=(clusters.catalog("TRANSIENT_FAILURE"),)),
        FAILED,
        "is TRANSIENT_FAILURE",
    ),
    ("catalogs", seen(CatalogSource=(clusters.catalog(""),)), WARNING, "told nothing yet"),
    (
        "operators",
        seen(
            Subscription=(clusters.subscription("metallb-operator", status=CSV),),
            ClusterServiceVersion=(
                body("ClusterServiceVersion", "metallb.v1", "operators", status={"phase": "Failed"}),
            ),
        ),
        FAILED,
        "metallb.v1 failed",
    ),
    (
        "operators",
        seen(Subscription=tuple(clusters.subscription("metallb-operator", each) for each in "ab")),
        WARNING,
        "in several namespaces: a, b",
    ),
    (
        "kinds",
        seen(
            CustomResourceDefinition=(
                clusters.definition(metadata={"name": "x", "deletionTimestamp": "now"}),
            )
        ),
        FAILED,
        "is being deleted",
    ),
    (
        "kinds",
        seen(CustomResourceDefinition=(clusters.definition(status=conditions(NamesAccepted="False")),)),
        FAILED,
        "has its names",
    ),
    (
        "kinds",
        seen(
            CustomResourceDefinition=(
                clusters.definition(
                    spec={
                        "group": "metallb.io",
                        "names": {"kind": "IPAddressPool"},
                        "versions": [{"name": "v1alpha1", "served": True}],
                    }
                ),
            )
        ),
        FAILED,
        "serves v1alpha1, not v1beta1",
    ),
    (
        "kinds",
        seen(
            CustomResourceDefinition=(
                clusters.definition(
                    spec={
                        "group": "core.openstack.org",
                        "names": {"kind": "OpenStackControlPlane"},
                        "versions": [{"name": "v1beta1", "served": True}],
                    }
                ),
            )
        ),
        WARNING,
        "no OpenStack operator",
    ),
    ("webhooks", seen(Endpoints=NO_ENDPOINT), FAILED, "elsewhere/hooks, which has no endpoint"),
    (
        "webhooks",
        seen(planned=(*PLANNED, body("ConfigMap", "c", "elsewhere")), Endpoints=NO_ENDPOINT),
        WARNING,
        "no endpoint",
    ),
    ("pull-secret", seen(Secret=({"metadata": {"name": "pull-secret"}},)), FAILED, "registry.redhat.io"),
    ("pull-secret", seen(Secret=()), WARNING, "is not there"),
    (
        "cluster-operators",
        seen(ClusterOperator=(body("ClusterOperator", "dns", status=conditions(Available="False")),)),
        FAILED,
        "dns is not available",
    ),
    (
        "cluster-operators",
        seen(ClusterOperator=(body("ClusterOperator", "console", status=conditions(Degraded="True")),)),
        WARNING,
        "console is degraded",
    ),
    (
        "network",
        seen(Network=(body("Network", "cluster", status={"networkType": "OpenShiftSDN"}),)),
        WARNING,
        "OpenShiftSDN",
    ),
    (
        "network",
        seen(Network=(body("Network", "cluster", status={"clusterNetworkMTU": 1000}),)),
        WARNING,
        "MTU is 1000",
    ),
    (
        "interfaces",
        seen(NodeNetworkState=(clusters.state("one", NIC | {"name": "eth0"}),)),
        FAILED,
        "no interface `eth1`; it has: eth0",
    ),
    ("interfaces", seen(NodeNetworkState=()), UNKNOWN, "before NMState"),
    ("interfaces", seen(NodeNetworkState=(clusters.state("one"),)), UNKNOWN, "are not told"),
    (
        "interfaces",
        seen(NodeNetworkState=(clusters.state("one", NIC | {"state": "down"}),)),
        WARNING,
        "is down",
    ),
    (
        "mtu",
        seen(NodeNetworkState=(clusters.state("one", NIC),)),
        WARNING,
        "carries 1500 bytes, networks want 9000",
    ),
    (
        "policies",
        seen(NodeNetworkConfigurationPolicy=(clusters.policy("theirs"),)),
        FAILED,
        "theirs configures br, eth1 too",
    ),
    (
        "policies",
        seen(
            NodeNetworkConfigurationPolicy=(
                clusters.policy("theirs", host="two", status=conditions(Degraded="True")),
            )
        ),
        WARNING,
        "theirs is degraded",
    ),
    (
        "policies",
        seen(
            planned=(clusters.policy("mine", "bond0", interface={"link-aggregation": {"port": ["eth7"]}}),),
            NodeNetworkConfigurationPolicy=(
                clusters.policy("theirs", "br1", interface={"bridge": {"port": [{"name": "eth7"}]}}),
            ),
        ),
        FAILED,
        "theirs configures br, eth7 too",
    ),
    (
        "pools",
        seen(IPAddressPool=(clusters.pool("theirs", "192.168.122.88/30"),)),
        FAILED,
        "theirs of metallb-system overlaps with mine",
    ),
    ("dns", seen(DNS=(body("DNS", "default", status=conditions(Degraded="True")),)), FAILED, "degraded"),
    ("dns", seen(more={"resolved": {"console.lab": False}}), WARNING, "not resolved: console.lab"),
    ("clock", seen(more={"there": 1030.0}), WARNING, "30 s ahead"),
    ("clock", seen(more={"there": 100.0}), FAILED, "900 s behind"),
    ("clock", seen(more={"there": None}), UNKNOWN, "did not say"),
    (
        "rights",
        seen(more={"denied": (Right("openstack", "", "secrets", "create"),)}),
        FAILED,
        "create secrets in openstack",
    ),
    ("rights", seen(more={"denied": None}), UNKNOWN, "not asked"),
]
