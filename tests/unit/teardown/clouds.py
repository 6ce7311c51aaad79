"""A small cloud as osk leaves it: objects in a fake cluster, what operators made of them, and the ledger."""

from collections.abc import Generator, Sequence
from typing import Any

from openstack_k8s_cli import apply, readiness
from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.apply import records
from openstack_k8s_cli.apply.ledger import Entry, Record
from openstack_k8s_cli.apply.ports import WatchEvent
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.events import Event, RunFinished
from openstack_k8s_cli.model.objects import Body, ObjectId, id_of
from openstack_k8s_cli.model.steps import Fate, Layer
from openstack_k8s_cli.teardown import Teardown, prepare, run
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served
from tests.fakes.secrets import NoSecrets

PROFILE = "lab"
CLOUD, OPERATORS, STORAGE = "openstack", "openstack-operators", "crc-storage"
_KINDS = (
    served("core.openstack.org", "v1beta1", "OpenStackControlPlane", "openstackcontrolplanes"),
    served("core.openstack.org", "v1beta1", "OpenStackVersion", "openstackversions"),
    served("keystone.openstack.org", "v1beta1", "KeystoneAPI", "keystoneapis"),
    served("keystone.openstack.org", "v1beta1", "KeystoneService", "keystoneservices"),
    served("mariadb.openstack.org", "v1beta1", "Galera", "galeras"),
    served("network.openstack.org", "v1beta1", "NetConfig", "netconfigs"),
    served("operator.openstack.org", "v1beta1", "OpenStack", "openstacks"),
    served("dataplane.openstack.org", "v1beta1", "OpenStackDataPlaneNodeSet", "openstackdataplanenodesets"),
    served(
        "dataplane.openstack.org", "v1beta1", "OpenStackDataPlaneDeployment", "openstackdataplanedeployments"
    ),
    served("dataplane.openstack.org", "v1beta1", "OpenStackDataPlaneService", "openstackdataplaneservices"),
    served("nmstate.io", "v1", "NodeNetworkConfigurationPolicy", "nncps", namespaced=False),
    served("nmstate.io", "v1beta1", "NodeNetworkState", "nodenetworkstates", namespaced=False),
    served("operators.coreos.com", "v1alpha1", "Subscription", "subscriptions"),
    served("operators.coreos.com", "v1alpha1", "ClusterServiceVersion", "clusterserviceversions"),
    served("operators.coreos.com", "v1", "Operator", "operators", namespaced=False),
    served("operator.openshift.io", "v1", "DNS", "dnses", namespaced=False),
)
_VERSIONS = {(each.group, each.kind): each.api_version for each in _KINDS}


def body(target: ObjectId, **content: Any) -> Body:
    """Make an object; `meta` is more of its metadata."""
    api_version = _VERSIONS.get((target.group, target.kind)) or (
        f"{target.group}/v1" if target.group else "v1"
    )
    meta = {"name": target.name, **content.pop("meta", {})}
    if target.namespace:
        meta["namespace"] = target.namespace
    return {"apiVersion": api_version, "kind": target.kind, "metadata": meta, **content}


def oid(group: str, kind: str, name: str, namespace: str = "") -> ObjectId:
    """Name an object, the group's `.openstack.org` left out."""
    return ObjectId(group, kind, namespace, name)


CONTROL_PLANE = oid("core.openstack.org", "OpenStackControlPlane", "controlplane", CLOUD)
KEYSTONE = oid("keystone.openstack.org", "KeystoneAPI", "keystone", CLOUD)
SERVICE = oid("keystone.openstack.org", "KeystoneService", "nova", CLOUD)
GALERA = oid("mariadb.openstack.org", "Galera", "openstack", CLOUD)
DATABASE = oid("apps", "StatefulSet", "openstack-galera", CLOUD)
CLAIM = oid("", "PersistentVolumeClaim", "mysql-db-openstack-galera-0", CLOUD)
PASSWORDS = oid("", "Secret", "osp-secret", CLOUD)
KEYS = oid("", "Secret", "keystone", CLOUD)
CERTIFICATE = oid("", "Secret", "cert-keystone-internal-svc", CLOUD)
NODE_SET = oid("dataplane.openstack.org", "OpenStackDataPlaneNodeSet", "edpm", CLOUD)
DEPLOYMENT = oid("dataplane.openstack.org", "OpenStackDataPlaneDeployment", "edpm-1", CLOUD)
DEFAULT_SERVICE = oid("dataplane.openstack.org", "OpenStackDataPlaneService", "bootstrap", CLOUD)
POLICY = oid("nmstate.io", "NodeNetworkConfigurationPolicy", "eth1-crc")
NET_CONFIG = oid("network.openstack.org", "NetConfig", "netconfig", CLOUD)
DNS = oid("operator.openshift.io", "DNS", "default")
CLOUD_SPACE = oid("", "Namespace", CLOUD)
OPERATORS_SPACE = oid("", "Namespace", OPERATORS)
STORAGE_SPACE = oid("", "Namespace", STORAGE)
SUBSCRIPTION = oid("operators.coreos.com", "Subscription", "openstack-operator", OPERATORS)
CSV = oid("operators.coreos.com", "ClusterServiceVersion", "openstack-operator.v1", OPERATORS)
TRACE = oid("operators.coreos.com", "Operator", f"openstack-operator.{OPERATORS}")
OPENSTACK = oid("operator.openstack.org", "OpenStack", "openstack", OPERATORS)
WEBHOOK = oid("admissionregistration.k8s.io", "ValidatingWebhookConfiguration", "vopenstack")
VOLUME = oid("", "PersistentVolume", "local-storage01")
SCRIPTS = oid("", "ConfigMap", "crc-storage", STORAGE)
JOB = oid("batch", "Job", "crc-storage-crc", STORAGE)
WIPE_JOB = oid("batch", "Job", "crc-storage-crc-wipe", STORAGE)


class Cloud:
    """The fake cluster with a cloud in it."""

    def __init__(self) -> None:
        self.cluster = FakeCluster(*_KINDS)
        self.entries: dict[Layer, list[Entry]] = {layer: [] for layer in Layer}
        records.make_namespace(self.cluster)
        self._operators()
        self._networks()
        self._control_plane()
        self._data_plane()
        self.cluster.reactions.append(self._operate)
        self.gone: list[ObjectId] = []
        """What went, in its order."""
        self.record()
        self.before = frozenset(self.cluster.ids())

    def made(
        self, layer: Layer, step: str, target: ObjectId, *, fate: Fate = Fate.DELETE, **content: Any
    ) -> Body:
        """Put an object that osk made, and its entry."""
        meta = content.pop("meta", {})
        labels = {"app.kubernetes.io/managed-by": "osk", **meta.get("labels", {})}
        status = content.pop("status", None)
        written = self.cluster.apply(body(target, **content, meta={**meta, "labels": labels})).body
        if status:
            self.cluster.set_status(target, status)
        uid = written["metadata"]["uid"]
        entry = Entry(target, written["apiVersion"], uid, fate=fate, step=f"{layer.value}/{step}")
        self.entries[layer].append(entry)
        return written

    def owned(self, target: ObjectId, owner: ObjectId, **content: Any) -> Body:
        """Put an object that a controller made of another."""
        found = self.cluster.peek(owner) or {}
        reference = {
            "apiVersion": found["apiVersion"],
            "kind": owner.kind,
            "name": owner.name,
            "uid": found["metadata"]["uid"],
            "controller": True,
        }
        meta = {**content.pop("meta", {}), "ownerReferences": [reference]}
        return self.cluster.put(body(target, **content, meta=meta))

    def record(self, *more: Record) -> None:
        """Write the ledger."""
        for layer, entries in self.entries.items():
            records.write(self.cluster, Record(PROFILE, layer, entries=tuple(entries)))
        for record in more:
            records.write(self.cluster, record)

    def is_there(self, *targets: ObjectId) -> list[bool]:
        """Tell which objects are there."""
        return [self.cluster.peek(each) is not None for each in targets]

    def _operators(self) -> None:
        layer = Layer.OPERATORS
        self.made(layer, "namespaces/cloud", CLOUD_SPACE, fate=Fate.DATA)
        self.made(layer, "namespaces/operators", OPERATORS_SPACE)
        self.made(layer, "storage/directories", STORAGE_SPACE)
        self.made(layer, "storage/directories", SCRIPTS, data={"delete-storage.sh": "rm"})
        self.made(layer, "storage/directories", JOB, spec=_job())
        spec = {"capacity": {"storage": "10Gi"}}
        self.made(layer, "storage/volumes", VOLUME, fate=Fate.DATA, spec=spec)
        status = {"installedCSV": CSV.name}
        self.made(
            layer, "operator/operator", SUBSCRIPTION, spec={"name": "openstack-operator"}, status=status
        )
        self.cluster.put(body(CSV))
        self.cluster.put(body(TRACE))
        self.made(layer, "operator/initialize", OPENSTACK)
        labels = {"app.kubernetes.io/created-by": "openstack-operator"}
        self.cluster.put(body(WEBHOOK, meta={"labels": labels}))

    def _networks(self) -> None:
        layer = Layer.NETWORKS
        self.made(layer, "nodes[crc]/interfaces", POLICY, spec=_policy_spec(), status=_AVAILABLE)
        self.cluster.put(body(oid("nmstate.io", "NodeNetworkState", "crc"), status=_node_state()))
        patched = self.cluster.put(body(DNS, spec={"logLevel": "Debug"}))
        self.entries[layer].append(
            Entry(
                DNS,
                patched["apiVersion"],
                owned=False,
                step="networks/dns/main",
                earlier={"spec": {"logLevel": None}},
            )
        )
        self.made(layer, "netconfig/netconfig", NET_CONFIG)

    def _control_plane(self) -> None:
        layer = Layer.CONTROLPLANE
        self.made(layer, "secrets/passwords", PASSWORDS, fate=Fate.IDENTITY, data={"a": "c2VjcmV0"})
        self.made(layer, "control-plane/main", CONTROL_PLANE)
        self.owned(KEYSTONE, CONTROL_PLANE, meta={"finalizers": ["openstack.org/keystoneapi"]})
        self.owned(SERVICE, KEYSTONE)
        self.owned(GALERA, CONTROL_PLANE)
        self.owned(DATABASE, GALERA, spec={"volumeClaimTemplates": [{"metadata": {"name": "mysql-db"}}]})
        self.cluster.put(body(CLAIM, spec={"resources": {"requests": {"storage": "10Gi"}}}))
        self.owned(KEYS, KEYSTONE, data={"FernetKeys0": "a2V5"})
        issued = {
            "cert-manager.io/certificate-name": "keystone",
            "cert-manager.io/issuer-name": "rootca-internal",
        }
        self.cluster.put(body(CERTIFICATE, meta={"annotations": issued}))

    def _data_plane(self) -> None:
        layer = Layer.DATAPLANE
        self.made(layer, "nodesets/main", NODE_SET)
        self.made(layer, "deployment/main", DEPLOYMENT)
        written = [{"manager": "manager", "operation": "Update", "fieldsV1": {"f:spec": {}}}]
        self.cluster.put(body(DEFAULT_SERVICE, meta={"managedFields": written}))

    def _operate(self, event: WatchEvent) -> None:
        """Note what went, complete Jobs, and let go of what is deleted, as long as the operator is installed."""
        if event.body["kind"] == "Job" and event.kind == "added":
            done = {"conditions": [{"type": "Complete", "status": "True"}], "succeeded": 1}
            self.cluster.set_status(id_of(event.body), done)
        if event.kind == "deleted":
            self.gone.append(id_of(event.body))
        if event.kind != "modified" or not event.body["metadata"].get("deletionTimestamp"):
            return
        target = id_of(event.body)
        if self.cluster.peek(CSV) is not None and event.body["metadata"].get("finalizers"):
            self.cluster.set_finalizers(target)


_AVAILABLE = {"conditions": [{"type": "Available", "status": "True"}]}


def _policy_spec() -> Body:
    interfaces = [
        {"name": "eth0", "type": "ethernet", "state": "up"},
        {"name": "eth1.20", "type": "vlan", "state": "up"},
    ]
    return {
        "nodeSelector": {"kubernetes.io/hostname": "crc"},
        "desiredState": {"interfaces": interfaces, "routes": {"config": []}},
    }


def _node_state() -> Body:
    route = {"destination": "0.0.0.0/0", "next-hop-interface": "br-ex"}
    interfaces = [
        {"name": "br-ex", "type": "ovs-bridge", "bridge": {"port": [{"name": "eth0"}]}},
        {"name": "eth0", "type": "ethernet"},
    ]
    return {"currentState": {"interfaces": interfaces, "routes": {"running": [route]}}}


def _job() -> Body:
    mount = {"name": "scripts", "subPath": "create-storage.sh", "mountPath": "/run.sh"}
    items = [{"key": "create-storage.sh", "path": "create-storage.sh"}]
    pod = {
        "containers": [{"name": "storage", "image": "x", "volumeMounts": [mount]}],
        "volumes": [{"name": "scripts", "configMap": {"name": "crc-storage", "items": items}}],
    }
    return {"template": {"spec": pod}, "selector": {"matchLabels": {"a": "b"}}}


class Hurrying:
    """A clock that goes a thousand times as fast, to see what stalls."""

    def now(self) -> float:
        """Give a time."""
        return self.monotonic()

    def monotonic(self) -> float:
        """Give seconds that never go back."""
        return SystemClock().monotonic() * 1000

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        SystemClock().sleep(seconds / 1000)


class Jumping:
    """A clock that can be moved forward; nobody sleeps by it."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        """Give a time."""
        return SystemClock().now() + self.ahead

    def monotonic(self) -> float:
        """Give seconds that never go back."""
        return SystemClock().monotonic() + self.ahead

    def sleep(self, seconds: float) -> None:
        """Move it."""
        self.ahead += seconds


OPTIONS = apply.Options(command="teardown", backoff=0.001, recheck=0.05, settle=0.05)


def plan(cloud: Cloud, **how: Any) -> Teardown:
    """Plan a teardown."""
    return prepare(cloud.cluster, **{"profile": PROFILE, **how})


def down(cloud: Cloud, *, clock: Clock | None = None, **how: Any) -> Sequence[Event]:
    """Plan and run it."""
    return tuple(going_down(cloud, clock=clock, **how))


def going_down(cloud: Cloud, *, clock: Clock | None = None, **how: Any) -> Generator[Event, None, None]:
    """Plan and run it, event by event."""
    yield from run(
        plan(cloud, **how),
        cloud.cluster,
        clock or SystemClock(),
        judge=readiness.judge,
        options=OPTIONS,
        secrets=NoSecrets(),
    )


def end(events: Sequence[Event]) -> RunFinished:
    """Give the last event, which must be the end."""
    assert isinstance(events[-1], RunFinished)
    return events[-1]
