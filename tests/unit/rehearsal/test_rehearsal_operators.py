"""The process that follows operators, over a fake cluster."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.rehearsal import admission, crds, installing, operators
from openstack_k8s_cli.rehearsal.crds import Definitions
from openstack_k8s_cli.rehearsal.installed import Hooks, Orders
from openstack_k8s_cli.rehearsal.operators import Follower
from openstack_k8s_cli.rehearsal.options import Pace
from openstack_k8s_cli.rehearsal.settings import Settings
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served
from tests.unit.rehearsal.following import (
    OLM,
    install,
    is_served,
    read,
    remove,
    subscribe,
    uninstall,
)

OPENSTACK = served("operator.openstack.org", "v1beta1", "OpenStack", "openstacks")
EXTRA = (
    served(
        "admissionregistration.k8s.io",
        "v1",
        "MutatingWebhookConfiguration",
        "mutatingwebhookconfigurations",
        namespaced=False,
    ),
    served(OLM, "v1alpha1", "Subscription", "subscriptions"),
    served(OLM, "v1alpha1", "CatalogSource", "catalogsources"),
    served(OLM, "v1alpha1", "ClusterServiceVersion", "clusterserviceversions"),
    served(OLM, "v1", "OperatorGroup", "operatorgroups"),
    served("packages.operators.coreos.com", "v1", "PackageManifest", "packagemanifests"),
)
GALERAS = "galeras.mariadb.openstack.org"
POOLS = "ipaddresspools.metallb.io"


def crd(name: str) -> dict[str, Any]:
    """Give a CRD."""
    plural, _, group = name.partition(".")
    versions = [{"name": "v1", "served": True, "storage": True}]
    spec = {
        "group": group,
        "scope": "Namespaced",
        "names": {"kind": plural.title(), "plural": plural},
        "versions": versions,
    }
    body = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}
    return {**body, "metadata": {"name": name}, "spec": spec}


RULES = [{"apiGroups": ["core.openstack.org"]}]
DEFINITIONS = Definitions({name: crd(name) for name in (GALERAS, POOLS)})


@pytest.fixture
def cluster() -> FakeCluster:
    """Give a cluster with OLM's kinds, the marketplace, and unserved CRDs."""
    cluster = FakeCluster(*EXTRA)
    for name in ("openshift-marketplace", "openstack-operators", "openshift-operator-lifecycle-manager"):
        cluster.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    for body in installing.bare_objects():
        if body["kind"] == "OperatorGroup" and body["metadata"]["name"] == "olm-operators":
            cluster.put(body)
    for body in DEFINITIONS.bodies.values():
        cluster.put(crds.unserved(body))
    return cluster


@pytest.fixture
def follower(cluster: FakeCluster, tmp_path: Path) -> Follower:
    """Give a follower at the instant pace, whose webhook program has started."""
    catalogs = {"redhat-operators": 20001, "community-operators": 20002, "openstack-operator-index": 20003}
    settings = Settings(
        release="18.0-fr2",
        pace=Pace.INSTANT,
        catalogs=catalogs,
        webhooks=20004,
        faults=tmp_path / "faults.yaml",
    )
    settings.write(tmp_path, DEFINITIONS)
    written = tmp_path / operators.CONFIGURATIONS
    written.parent.mkdir()
    bodies: list[Body] = [
        {"apiVersion": "admissionregistration.k8s.io/v1", "kind": kind, "webhooks": []}
        for kind in ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
    ]
    written.write_text(json.dumps({"items": bodies}))
    follower = Follower(cluster, tmp_path)
    follower.settle()
    return follower


def test_a_start_writes_the_marker_and_the_catalogs(cluster: FakeCluster, follower: Follower) -> None:
    """Ports and pace differ from start to start, so they are not in the snapshot."""
    marker = read(cluster, "", "ConfigMap", "kube-system", "osk-rehearsal")
    catalog = read(cluster, OLM, "CatalogSource", "openshift-marketplace", "redhat-operators")

    assert follower is not None
    assert ("18.0-fr2", "instant") == (marker["data"]["release"], marker["data"]["pace"])
    assert "127.0.0.1:20001" == catalog["spec"]["address"]
    assert "image" not in catalog["spec"]


def test_kinds_follow_their_operator(cluster: FakeCluster, follower: Follower) -> None:
    """In discovery while the operator is installed; out of it, and still stored, afterwards."""
    seen = []
    for step in ("nothing", "installed", "uninstalled"):
        if step == "installed":
            subscribe(cluster, "metallb-operator")
            install(cluster, "metallb-operator.v4.18.1", phase="Pending")
        if step == "uninstalled":
            remove(cluster, ObjectId(OLM, "Subscription", "openstack-operators", "metallb-operator"))
            uninstall(cluster)
        follower.tick(0.0)
        seen.append(is_served(cluster, POOLS))

    assert [False, True, False] == seen


@pytest.mark.parametrize("answered", [False, True], ids=["not-carried-out", "carried-out"])
@pytest.mark.parametrize("back", [False, True], ids=["gone", "back"])
def test_a_busy_server_loses_no_kind(
    cluster: FakeCluster, follower: Follower, *, answered: bool, back: bool
) -> None:
    """A server that gives no answer while kinds are taken back: the next look does it, or serves them for who is back."""
    install(cluster, "metallb-operator.v4.18.1")
    follower.tick(0.0)
    uninstall(cluster)
    silence = ClusterError(ErrorKind.UNREACHABLE, "no answer in time")
    cluster.fail(silence, verb="merge", kind="CustomResourceDefinition")
    done = operators.attempted(lambda: follower.tick(1.0))
    if answered:  # by nobody who listened
        cluster.put(crds.unserved(DEFINITIONS.bodies[POOLS]))
    if back:
        install(cluster, "metallb-operator.v4.18.1")
    follower.tick(2.0)

    assert not done
    assert is_served(cluster, POOLS) is back


def test_a_deleted_crd_is_made_again(cluster: FakeCluster, follower: Follower) -> None:
    """`osk teardown --crds` deletes CRDs; the next installation brings them back."""
    remove(cluster, ObjectId("apiextensions.k8s.io", "CustomResourceDefinition", "", POOLS))
    install(cluster, "metallb-operator.v4.18.1")
    follower.tick(0.0)

    assert is_served(cluster, POOLS)


def test_the_openstack_resource_brings_kinds_and_webhooks(cluster: FakeCluster, follower: Follower) -> None:
    """And takes the webhooks with it when it goes; the kinds go with the operator."""
    subscribe(cluster, "openstack-operator")
    install(cluster, "openstack-operator.v0.6.0")
    cluster.serve(OPENSTACK)
    follower.tick(0.0)
    before = is_served(cluster, GALERAS), admission.is_registered(cluster)
    metadata = {"name": "openstack", "namespace": "openstack-operators"}
    cluster.put({"apiVersion": "operator.openstack.org/v1beta1", "kind": "OpenStack", "metadata": metadata})
    follower.tick(1.0)
    there = is_served(cluster, GALERAS), admission.is_registered(cluster)
    remove(cluster, ObjectId("operator.openstack.org", "OpenStack", "openstack-operators", "openstack"))
    follower.tick(2.0)
    after = is_served(cluster, GALERAS), admission.is_registered(cluster)

    assert [(False, False), (True, True), (True, False)] == [before, there, after]


def test_what_is_in_a_catalog_of_osks_own_is_said(cluster: FakeCluster, follower: Follower) -> None:
    """Its PackageManifests are in its namespace, and go with it."""
    source = ObjectId(OLM, "CatalogSource", "openstack-operators", "openstack-operator-index")
    manifest = ObjectId(
        "packages.operators.coreos.com", "PackageManifest", "openstack-operators", "openstack-operator"
    )
    cluster.put(
        {
            "apiVersion": f"{OLM}/v1alpha1",
            "kind": "CatalogSource",
            "metadata": {"name": source.name, "namespace": source.namespace},
        }
    )
    follower.tick(0.0)
    there = cluster.peek(manifest)
    remove(cluster, source)
    follower.tick(1.0)

    assert there
    assert None is cluster.peek(manifest)


def test_the_webhooks_are_told_the_release(cluster: FakeCluster, follower: Follower, tmp_path: Path) -> None:
    """It is that of the version that has succeeded, in a file that their program reads."""
    metadata = {"name": "openstack", "namespace": "openstack-operators"}
    cluster.serve(OPENSTACK)
    cluster.put({"apiVersion": "operator.openstack.org/v1beta1", "kind": "OpenStack", "metadata": metadata})
    for version in ("0.5.0", "0.6.0"):
        install(cluster, f"openstack-operator.v{version}")
        follower.tick(0.0)

    assert "0.6.0" == (tmp_path / operators.RELEASE).read_text()


def test_nothing_is_written_while_nothing_changes(cluster: FakeCluster, follower: Follower) -> None:
    """Most ticks only look."""
    install(cluster, "metallb-operator.v4.18.1")
    follower.tick(0.0)
    cluster.log.clear()
    follower.tick(1.0)

    assert {"list"} == {request.verb for request in cluster.log}


def test_a_new_certificate_is_registered(cluster: FakeCluster, follower: Follower, tmp_path: Path) -> None:
    """The webhook program makes one at each start; the API server would not trust it otherwise."""
    follower.carry_out(Orders(hooks=Hooks.ANSWERING))
    written = tmp_path / operators.CONFIGURATIONS
    hook = {
        "name": "v.kb.io",
        "clientConfig": {"url": "https://127.0.0.1:1/x", "caBundle": "bmV3"},
        "rules": RULES,
    }
    bodies = json.loads(written.read_text())["items"]
    written.write_text(json.dumps({"items": [{**body, "webhooks": [hook]} for body in bodies]}))
    follower.carry_out(Orders(hooks=Hooks.ANSWERING))

    name = "openstack-operator-validating-webhook-configuration"
    body = read(cluster, "admissionregistration.k8s.io", "ValidatingWebhookConfiguration", "", name)
    assert "bmV3" == body["webhooks"][0]["clientConfig"]["caBundle"]


def test_a_restarted_follower_finds_its_way(cluster: FakeCluster, follower: Follower, tmp_path: Path) -> None:
    """It knows what is served and registered, and takes it back when the operator is gone meanwhile."""
    follower.carry_out(Orders(serve=frozenset({POOLS}), hooks=Hooks.ANSWERING))
    again = Follower(cluster, tmp_path)
    again.settle()
    again.tick(0.0)

    assert not is_served(cluster, POOLS)
    assert not admission.is_registered(cluster)


def test_a_kind_that_is_being_deleted_is_left_alone(cluster: FakeCluster, follower: Follower) -> None:
    """The API server may never finish the deletion of a CRD that is changed meanwhile."""
    body = crd(POOLS)
    gone = {"deletionTimestamp": "2026-11-26T00:00:00Z", "finalizers": ["customresourcecleanup"]}
    cluster.put({**body, "metadata": {**body["metadata"], **gone}})
    follower.carry_out(Orders(withdraw=frozenset({POOLS})))

    assert is_served(cluster, POOLS)


def test_a_start_against_a_busy_api_server_is_repeated(
    cluster: FakeCluster, tmp_path: Path, follower: Follower, capsys: pytest.CaptureFixture[str]
) -> None:
    """An API server that has just come up refuses a write or two; the cluster must not end for that."""
    assert follower is not None
    again = Follower(cluster, tmp_path)
    cluster.fail(ClusterError(ErrorKind.CONFLICT, "the object has been modified"), verb="apply")
    attempts = [operators.attempted(again.settle), operators.attempted(again.settle)]

    assert [False, True] == attempts
    assert "the object has been modified" in capsys.readouterr().err


def test_an_api_server_that_is_away_ends_the_tick_only(cluster: FakeCluster, follower: Follower) -> None:
    """What was decided is decided again at the next one."""
    install(cluster, "metallb-operator.v4.18.1")
    cluster.fail(ClusterError(ErrorKind.UNREACHABLE, "refused"), verb="merge")
    with pytest.raises(ClusterError):
        follower.tick(0.0)
    follower.tick(1.0)

    assert is_served(cluster, POOLS)


def test_a_kind_is_held_back_as_long_as_the_file_says(
    cluster: FakeCluster, follower: Follower, tmp_path: Path
) -> None:
    """The faults file is looked at before each decision: taking a fault out lets the kind come."""
    file = tmp_path / "faults.yaml"
    file.write_text("faults: [{fault: crd-late, kind: Ipaddresspools, after: 1000}]")
    os.utime(file, (1, 1))
    install(cluster, "metallb-operator.v4.18.1")
    follower.tick(0.0)
    follower.tick(10.0)
    held = is_served(cluster, POOLS)
    file.write_text("")
    os.utime(file, (2, 2))
    follower.tick(11.0)

    assert [False, True] == [held, is_served(cluster, POOLS)]


def test_webhooks_refuse_as_long_as_the_file_says(
    cluster: FakeCluster, follower: Follower, tmp_path: Path
) -> None:
    """A fault that is ordered while the cluster runs counts from the OpenStack resource's readiness, too."""
    file = tmp_path / "faults.yaml"
    subscribe(cluster, "openstack-operator")
    install(cluster, "openstack-operator.v0.6.0")
    cluster.serve(OPENSTACK)
    follower.tick(0.0)
    file.write_text("faults: [{fault: webhook-down, kind: OpenStackControlPlane, after: 30}]")
    metadata = {"name": "openstack", "namespace": "openstack-operators"}
    body = {"apiVersion": "operator.openstack.org/v1beta1", "kind": "OpenStack", "metadata": metadata}
    cluster.put({**body, "status": {"conditions": [{"type": "Ready", "status": "True"}]}})
    written = tmp_path / operators.CONFIGURATIONS
    hook = {"name": "v.kb.io", "clientConfig": {"url": "https://127.0.0.1:20004/x"}, "rules": RULES}
    bodies = [{**each, "webhooks": [hook]} for each in json.loads(written.read_text())["items"]]
    written.write_text(json.dumps({"items": bodies}))
    name = "openstack-operator-validating-webhook-configuration"
    urls = []
    for now in (1.0, 20.0, 32.0):
        follower.tick(now)
        found = read(cluster, "admissionregistration.k8s.io", "ValidatingWebhookConfiguration", "", name)
        urls.append(found["webhooks"][0]["clientConfig"]["url"])

    assert ["https://127.0.0.1:1/x", "https://127.0.0.1:1/x", "https://127.0.0.1:20004/x"] == urls
