"""The real OLM installs rehearsed operators, and the real webhooks admit what their release knows."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind, Resource
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.rehearsal import lifecycle, settings
from openstack_k8s_cli.rehearsal.directories import Places
from openstack_k8s_cli.rehearsal.lifecycle import Rehearsal
from openstack_k8s_cli.rehearsal.options import Options, Pace
from openstack_k8s_cli.workflows import facts
from tests.cluster.awaiting import eventually

OLM = "operators.coreos.com/v1alpha1"
OPERATORS = "openstack-operators"
CONTROL_PLANE: Body = {
    "apiVersion": "core.openstack.org/v1beta1",
    "kind": "OpenStackControlPlane",
    "metadata": {"name": "cloud", "namespace": "default"},
    "spec": {
        "secret": "osp-secret",
        "storageClass": "local-storage",
        "galera": {
            "templates": {"openstack": {"storageRequest": "5G", "secret": "osp-secret", "replicas": 1}}
        },
        "memcached": {"templates": {"memcached": {"replicas": 1}}},
        "rabbitmq": {"templates": {"rabbitmq": {"replicas": 1}}},
        "keystone": {"template": {"databaseInstance": "openstack", "secret": "osp-secret"}},
    },
}


def resource(cluster: Cluster, group: str, kind: str) -> Resource:
    """Find a kind that is served, or will be: discovery follows its definition in a while."""
    found = eventually(lambda: discovered(cluster, group, kind))
    assert found is not None, f"{kind} is not served"
    return found


def discovered(cluster: Cluster, group: str, kind: str) -> Resource | None:
    """Look for a kind in discovery as it is now."""
    cluster.refresh()
    return cluster.resource(group, kind)


def until(cluster: Cluster, kind: Resource, holds: Callable[[Body], bool], namespace: str = "") -> Body:
    """Wait for an object that is as wanted."""
    found = eventually(lambda: [each for each in cluster.list(kind, namespace).items if holds(each)])
    assert found, f"no {kind.kind} became what was waited for"
    return found[0]


def is_none(found: Resource | None) -> bool:
    """Say whether nothing was found."""
    return found is None


def served(body: Body) -> bool:
    """Say whether a CRD is in discovery."""
    return any(version["served"] for version in body["spec"]["versions"])


def until_served(cluster: Cluster, name: str, *, is_served: bool) -> None:
    """Wait for a CRD in one of its two states."""
    definitions = resource(cluster, "apiextensions.k8s.io", "CustomResourceDefinition")
    found = eventually(
        lambda: cluster.get(definitions, "", name),
        lambda body: body is not None and served(body) == is_served,
    )
    assert found is not None
    assert served(found) == is_served


def succeeded(prefix: str) -> Callable[[Body], bool]:
    """Look for a ClusterServiceVersion that is installed."""
    return lambda body: (
        body["metadata"]["name"].startswith(prefix) and get(body, "status", "phase") == "Succeeded"
    )


def subscription(package: str, namespace: str, channel: str, **spec: Any) -> list[Body]:
    """Give an operator's namespace, OperatorGroup and Subscription."""
    source = {"source": "redhat-operators", "sourceNamespace": "openshift-marketplace"}
    where = {"name": package, "namespace": namespace}
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}},
        {"apiVersion": "operators.coreos.com/v1", "kind": "OperatorGroup", "metadata": where},
        {
            "apiVersion": OLM,
            "kind": "Subscription",
            "metadata": where,
            "spec": {"name": package, "channel": channel, **source, **spec},
        },
    ]


def openstack(rehearsal: Rehearsal) -> list[Body]:
    """Give what osk applies for the OpenStack operator: a catalog by address beside the rest."""
    address = settings.read(rehearsal.directory).address("openstack-operator-index")
    source = {
        "apiVersion": OLM,
        "kind": "CatalogSource",
        "metadata": {"name": "openstack-operator-index", "namespace": OPERATORS},
        "spec": {"sourceType": "grpc", "address": address},
    }
    own = {"source": "openstack-operator-index", "sourceNamespace": OPERATORS}
    bodies = subscription("openstack-operator", OPERATORS, "alpha", **own)
    return [*bodies, source]


@pytest.fixture(scope="module")
def rehearsal(places: Places) -> Iterator[Rehearsal]:
    """Have a cluster with OLM, its catalogs and the webhooks, and without simulated operators."""
    options = Options(pace=Pace.INSTANT, simulators=False)
    with lifecycle.running("olm", options=options, places=places) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def cluster(rehearsal: Rehearsal) -> Cluster:
    """Connect to it."""
    return kubernetes.connect(str(rehearsal.kubeconfig))


@pytest.fixture(scope="module")
def groups(cluster: Cluster) -> frozenset[str]:
    """Note the groups that are served before anything is installed."""
    return frozenset(each.group for each in cluster.resources())


@pytest.fixture(scope="module")
def installed(cluster: Cluster, rehearsal: Rehearsal, groups: frozenset[str]) -> frozenset[str]:
    """Install the OpenStack operator and initialize it; give the groups that were served before."""
    for body in openstack(rehearsal):
        cluster.apply(body)
    versions = resource(cluster, "operators.coreos.com", "ClusterServiceVersion")
    until(cluster, versions, succeeded("openstack-operator.v"), OPERATORS)
    metadata = {"name": "openstack", "namespace": OPERATORS}
    resource(cluster, "operator.openstack.org", "OpenStack")
    cluster.apply({"apiVersion": "operator.openstack.org/v1beta1", "kind": "OpenStack", "metadata": metadata})
    until_served(cluster, "openstackcontrolplanes.core.openstack.org", is_served=True)
    slices = resource(cluster, "discovery.k8s.io", "EndpointSlice")
    until(
        cluster,
        slices,
        lambda body: (
            body["metadata"]["name"] == "openstack-operator-webhook-service"
            and bool(get(body, "endpoints", 0, "conditions", "ready"))
        ),
        OPERATORS,
    )
    until_served(cluster, "openstackversions.core.openstack.org", is_served=True)
    cluster.refresh()
    return groups


def test_a_bare_cluster_looks_like_a_crc(cluster: Cluster, groups: frozenset[str]) -> None:
    """Osk's facts say rehearsal, OpenShift, one worker, and no operator yet."""
    values = {"platform": {"nics": {"default": "enp6s0"}, "provider": "rehearsal"}}
    found = facts.gather(cluster, values, profile="p")

    assert ("rehearsal", "openshift", ("crc",)) == (found.provider, found.flavour, found.workers)
    assert frozenset() == found.operators - {"baremetal"}
    assert {"redhat-operators", "community-operators"} == set(found.catalogs)
    assert "route.openshift.io" in groups
    assert not any(name.endswith(("openstack.org", "metallb.io", "nmstate.io")) for name in groups)


def test_the_marketplaces_catalogs_answer(cluster: Cluster, groups: frozenset[str]) -> None:
    """OLM connects to them by address; no pod is there for them."""
    assert groups
    until(
        cluster,
        resource(cluster, "operators.coreos.com", "CatalogSource"),
        lambda body: (
            body["metadata"]["name"] == "redhat-operators"
            and get(body, "status", "connectionState", "lastObservedState") == "READY"
        ),
        "openshift-marketplace",
    )
    assert () == cluster.list(resource(cluster, "", "Pod"), "openshift-marketplace").items


def test_a_manual_install_plan_waits(cluster: Cluster, installed: frozenset[str]) -> None:
    """Until somebody approves it nothing is installed, and its kinds are not served."""
    assert installed
    for body in subscription("metallb-operator", "metallb-system", "stable", installPlanApproval="Manual"):
        cluster.apply(body)
    plans = resource(cluster, "operators.coreos.com", "InstallPlan")
    plan = until(
        cluster, plans, lambda body: get(body, "status", "phase") == "RequiresApproval", "metallb-system"
    )
    cluster.refresh()
    before = cluster.resource("metallb.io", "MetalLB")
    cluster.merge(plans, "metallb-system", plan["metadata"]["name"], {"spec": {"approved": True}})
    versions = resource(cluster, "operators.coreos.com", "ClusterServiceVersion")
    until(cluster, versions, succeeded("metallb-operator.v"), "metallb-system")
    until_served(cluster, "ipaddresspools.metallb.io", is_served=True)

    assert before is None
    assert "metallbs" == resource(cluster, "metallb.io", "MetalLB").plural


def test_webhooks_default_and_a_second_apply_changes_nothing(
    cluster: Cluster, installed: frozenset[str]
) -> None:
    """The real webhooks fill in the rest; osk's next apply is no change."""
    assert installed
    first = cluster.apply(CONTROL_PLANE, dry_run=True).body
    cluster.apply(CONTROL_PLANE)
    second = cluster.apply(CONTROL_PLANE).body
    third = cluster.apply(CONTROL_PLANE).body

    assert "neutron" in first["spec"]
    assert second["metadata"]["generation"] == third["metadata"]["generation"]
    assert second["spec"] == third["spec"]


def test_webhooks_validate(cluster: Cluster, installed: frozenset[str]) -> None:
    """A second control plane is denied by the operator's own rule."""
    assert installed
    body = copy.deepcopy(CONTROL_PLANE)
    body["metadata"]["name"] = "second"
    with pytest.raises(ClusterError) as caught:
        cluster.apply(body)

    assert caught.value.kind in {ErrorKind.DENIED, ErrorKind.INVALID, ErrorKind.FORBIDDEN}
    assert "Only one" in caught.value.message


def test_unknown_fields_are_refused(cluster: Cluster, installed: frozenset[str]) -> None:
    """The CRDs are those of their release, to the field."""
    assert installed
    body = {**CONTROL_PLANE, "spec": {**CONTROL_PLANE["spec"], "notificationsBus": {"cluster": "rabbitmq"}}}
    with pytest.raises(ClusterError) as caught:
        cluster.apply(body, dry_run=True)

    assert ErrorKind.UNKNOWN_FIELD is caught.value.kind


def test_kinds_leave_with_the_operator(cluster: Cluster, installed: frozenset[str]) -> None:
    """Once Subscription and ClusterServiceVersion are gone, discovery is what it was."""
    assert "metallb.io" not in installed
    for group, kind, prefix in (
        ("operators.coreos.com", "Subscription", "metallb"),
        ("operators.coreos.com", "ClusterServiceVersion", "metallb"),
    ):
        found = resource(cluster, group, kind)
        for body in cluster.list(found, "metallb-system").items:
            if body["metadata"]["name"].startswith(prefix):
                cluster.delete(found, "metallb-system", body["metadata"]["name"])
    until_served(cluster, "ipaddresspools.metallb.io", is_served=False)
    until_served(cluster, "metallbs.metallb.io", is_served=False)

    assert eventually(lambda: discovered(cluster, "metallb.io", "IPAddressPool"), is_none) is None
