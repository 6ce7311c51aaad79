"""The simulators' table, replayed: what a watch sees of each kind, from creation over a change to deletion."""

import contextlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.apply.ports import Cluster, Resource
from openstack_k8s_cli.model.objects import Body, conditions, get
from openstack_k8s_cli.rehearsal import lifecycle, settings
from openstack_k8s_cli.rehearsal.directories import Places
from openstack_k8s_cli.rehearsal.options import Options, Pace
from openstack_k8s_cli.rehearsal.simulators import objects, operators, table
from openstack_k8s_cli.rehearsal.simulators.rows import Row
from tests.cluster.awaiting import has, until

NAMESPACE, OPERATORS = "openstack", "openstack-operators"
SECTIONS = ("keystone", "placement", "glance", "cinder", "neutron", "nova", "barbican", "swift", "telemetry")
PLANE: Body = {
    "apiVersion": "core.openstack.org/v1beta1",
    "kind": "OpenStackControlPlane",
    "metadata": {"name": "cloud", "namespace": NAMESPACE},
    "spec": {
        "secret": "osp-secret",
        "storageClass": "volumes",
        "dns": {"enabled": True, "template": {"replicas": 1}},
        "galera": {
            "enabled": True,
            "templates": {
                name: {
                    "storageRequest": "5G",
                    "storageClass": "volumes",
                    "secret": "osp-secret",
                    "replicas": 1,
                }
                for name in ("openstack", "openstack-cell1")
            },
        },
        "rabbitmq": {
            "enabled": True,
            "templates": {name: {"replicas": 1} for name in ("rabbitmq", "rabbitmq-cell1")},
        },
        "memcached": {"enabled": True, "templates": {"memcached": {"replicas": 1}}},
        "ovn": {
            "enabled": True,
            "template": {
                "ovnDBCluster": {
                    f"ovndbcluster-{side.lower()}": {"dbType": side, "storageRequest": "5G"}
                    for side in ("NB", "SB")
                },
                "ovnController": {"nicMappings": {"datacentre": "ospbr"}},
            },
        },
        **{
            section: {"enabled": True, "template": {"databaseInstance": "openstack", "secret": "osp-secret"}}
            for section in SECTIONS
            if section not in {"glance", "cinder", "barbican", "swift", "telemetry", "nova"}
        },
        "glance": {
            "enabled": True,
            "template": {
                "databaseInstance": "openstack",
                "secret": "osp-secret",
                "keystoneEndpoint": "default",
                "imageCache": {"size": ""},
                "glanceAPIs": {"default": {"replicas": 1, "containerImage": "glance"}},
                "storage": {"storageRequest": "5G"},
            },
        },
        "cinder": {
            "enabled": True,
            "template": {
                "databaseInstance": "openstack",
                "secret": "osp-secret",
                "cinderAPI": {"replicas": 1},
                "cinderScheduler": {"replicas": 1},
            },
        },
        "nova": {"enabled": True, "template": {"secret": "osp-secret"}},
        "barbican": {
            "enabled": True,
            "template": {
                "databaseInstance": "openstack",
                "secret": "osp-secret",
                "serviceAccount": "barbican",
                "barbicanAPI": {"replicas": 1},
                "barbicanWorker": {"replicas": 1},
                "barbicanKeystoneListener": {"replicas": 1},
            },
        },
        "swift": {
            "enabled": True,
            "template": {
                "swiftProxy": {"replicas": 1},
                "swiftRing": {"ringReplicas": 1},
                "swiftStorage": {"replicas": 1},
            },
        },
        "telemetry": {"enabled": True, "template": {"ceilometer": {"enabled": True, "secret": "osp-secret"}}},
    },
}
REPLAYED: Mapping[str, str] = {
    "Barbican": "barbican",
    "BarbicanAPI": "barbican-api",
    "Ceilometer": "ceilometer",
    "Cinder": "cinder",
    "CinderAPI": "cinder-api",
    "DNSMasq": "dns",
    "Galera": "openstack",
    "Glance": "glance",
    "GlanceAPI": "glance-default-external",
    "KeystoneAPI": "keystone",
    "KeystoneEndpoint": "neutron",
    "KeystoneService": "neutron",
    "MariaDBAccount": "keystone",
    "MariaDBDatabase": "keystone",
    "Memcached": "memcached",
    "NeutronAPI": "neutron",
    "Nova": "nova",
    "NovaAPI": "nova-api",
    "NovaCell": "nova-cell1",
    "NovaConductor": "nova-cell0-conductor",
    "OVNController": "ovncontroller",
    "OVNDBCluster": "ovndbcluster-nb",
    "OVNNorthd": "ovnnorthd",
    "OpenStackControlPlane": "cloud",
    "PlacementAPI": "placement",
    "RabbitmqCluster": "rabbitmq",
    "Swift": "swift",
    "SwiftProxy": "swift-proxy",
    "SwiftRing": "swift-ring",
    "SwiftStorage": "swift-storage",
    "Telemetry": "telemetry",
    "TransportURL": "keystone-keystone-transport",
}
"""One object of each kind that the control plane leads to."""
DECISIVE = {"RabbitmqCluster": "AllReplicasReady"}


@dataclass(frozen=True, slots=True)
class Story:
    """What a watch saw of one object."""

    row: Row
    bodies: tuple[Body, ...]
    is_gone: bool

    def true_from(self) -> dict[str, int]:
        """Give the first look at which each condition was True."""
        first: dict[str, int] = {}
        for index, body in enumerate(self.bodies):
            for each in conditions(body):
                if each["status"] == "True":
                    first.setdefault(str(each["type"]), index)
        return first


def found(cluster: Cluster, kind: str) -> Resource:
    """Find a kind of the table."""
    group = next(row.group for row in table.ROWS if row.kind == kind)
    resource = cluster.resource(group, kind)
    assert resource is not None, kind
    return resource


def volumes() -> Iterator[Body]:
    """Give a class and enough volumes for every claim."""
    yield {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "volumes"},
        "provisioner": "kubernetes.io/no-provisioner",
        "volumeBindingMode": "WaitForFirstConsumer",
    }
    terms = [{"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": ["crc"]}]}]
    for index in range(12):
        yield {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": f"volume-{index}"},
            "spec": {
                "capacity": {"storage": "20Gi"},
                "accessModes": ["ReadWriteOnce"],
                "storageClassName": "volumes",
                "local": {"path": f"/volumes/{index}"},
                "nodeAffinity": {"required": {"nodeSelectorTerms": terms}},
            },
        }


def surroundings() -> Iterator[Body]:
    """Give what a control plane needs: namespaces, the operators' Deployments, volumes, the password Secret."""
    for name in (NAMESPACE, OPERATORS):
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    names = {row.operator for row in table.ROWS if row.group.endswith(("openstack.org", "rabbitmq.com"))}
    for name in sorted({*names, operators.CERT_MANAGER} - {operators.OPENSTACK_INIT}):
        yield objects.deployment(name, OPERATORS, {"operator": name})
    yield from volumes()
    yield objects.secret("osp-secret", NAMESPACE, {"AdminPassword": "x"})


def serve_everything(cluster: Cluster, definitions: Mapping[str, Body]) -> None:
    """Flip every CRD, as installing all operators would."""
    cluster.refresh()
    crds = cluster.resource("apiextensions.k8s.io", "CustomResourceDefinition")
    assert crds is not None

    def serve(name: str) -> None:
        cluster.merge(crds, "", name, {"spec": {"versions": definitions[name]["spec"]["versions"]}})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(serve, sorted(definitions)))


def await_kinds(cluster: Cluster) -> None:
    """Wait until discovery has every kind that is replayed."""
    while not all(cluster.resource(row.group, row.kind) for row in table.ROWS if row.kind in REPLAYED):
        cluster.refresh()


def story(cluster: Cluster, kind: str, since: str) -> Story:
    """Follow an object from a version to its end."""
    row = next(row for row in table.ROWS if row.kind == kind)
    bodies: list[Body] = []
    resource = found(cluster, kind)
    with contextlib.closing(cluster.watch(resource, NAMESPACE, since)) as events:
        for event in events:
            if event.body["metadata"].get("name") != REPLAYED[kind]:
                continue
            bodies.append(event.body)
            if event.kind == "deleted":
                return Story(row, tuple(bodies), is_gone=True)
    return Story(row, tuple(bodies), is_gone=False)


@pytest.fixture(scope="module")
def stories(places: Places) -> Iterator[dict[str, Story]]:
    """Bring a control plane to Ready, change one of its parts, delete it; give what was seen of each kind."""
    options = Options(pace=Pace.INSTANT, olm=False, webhooks=False)
    with (
        ThreadPoolExecutor(len(REPLAYED)) as pool,
        lifecycle.running("contract", options=options, places=places) as rehearsal,
    ):
        cluster = kubernetes.connect(str(rehearsal.kubeconfig))
        serve_everything(cluster, settings.definitions(rehearsal.directory).bodies)
        for body in surroundings():
            cluster.apply(body)
        await_kinds(cluster)
        plane = found(cluster, "OpenStackControlPlane")
        since = {kind: cluster.list(found(cluster, kind), NAMESPACE).resource_version for kind in REPLAYED}
        told = {kind: pool.submit(story, cluster, kind, since[kind]) for kind in REPLAYED}
        cluster.apply(PLANE)
        until(cluster, plane, has("Ready"), name="cloud")
        keystone = found(cluster, "KeystoneAPI")
        change: dict[str, Any] = {"spec": {"customServiceConfig": "[DEFAULT]\ndebug = true\n"}}
        cluster.merge(keystone, NAMESPACE, "keystone", change)
        until(cluster, keystone, has("Ready"), name="keystone")
        until(cluster, plane, has("Ready"), name="cloud")
        cluster.delete(plane, NAMESPACE, "cloud")
        yield {kind: each.result() for kind, each in told.items()}


@pytest.mark.parametrize("kind", sorted(REPLAYED))
def test_kind_lives_as_its_row_says(stories: dict[str, Story], kind: str) -> None:
    """Unknown first; True in the row's order; Ready; held by its finalizer until it goes."""
    seen = stories[kind]
    first = next(body for body in seen.bodies if get(body, "status", "conditions"))
    true_from = seen.true_from()
    ordered = [each.type for each in seen.row.ordered(PLANE) if each.stops]

    assert {"Unknown"} == {str(each["status"]) for each in conditions(first)}
    assert DECISIVE.get(kind, "Ready") in true_from
    moments = [true_from[each] for each in ordered if each in true_from]
    assert sorted(moments) == moments
    assert seen.is_gone
    if seen.row.finalizer:
        assert any(seen.row.finalizer in (body["metadata"].get("finalizers") or ()) for body in seen.bodies)


def test_change_is_seen_late(stories: dict[str, Story]) -> None:
    """After a change there is a Ready that is True for the generation before; then Unknown, then True again."""
    looks = [
        (body["metadata"]["generation"], get(body, "status", "observedGeneration"), status_of(body))
        for body in stories["KeystoneAPI"].bodies
    ]
    stale = next(index for index, (now, seen, _) in enumerate(looks) if seen is not None and seen < now)

    assert "True" == looks[stale][2]
    after = [status for now, seen, status in looks[stale + 1 :] if seen == now]
    assert "Unknown" == after[0]
    assert "True" in after


def status_of(body: Body) -> str:
    """Give Ready's status."""
    return next((str(each["status"]) for each in conditions(body) if each["type"] == "Ready"), "")


@pytest.mark.parametrize("kind", ["KeystoneAPI", "Galera", "MariaDBDatabase"])
def test_providers_are_held_by_their_users(stories: dict[str, Story], kind: str) -> None:
    """Users put a finalizer on what they use, and it keeps its own until the last of theirs is off."""
    seen = stories[kind]
    lists = [list(body["metadata"].get("finalizers") or ()) for body in seen.bodies]

    assert any(len(each) > 1 for each in lists)
    assert not any(each and seen.row.finalizer not in each for each in lists if each != lists[0])
