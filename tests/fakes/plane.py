"""A control plane with nova and glance in it, in memory, and the operators that take nova down and make it anew."""

import copy
from dataclasses import dataclass, field
from typing import Any

from openstack_k8s_cli.apply.labels import HOLD
from openstack_k8s_cli.apply.ports import Ran, WatchEvent
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served

SPACE = "openstack"
PLANE = ObjectId("core.openstack.org", "OpenStackControlPlane", SPACE, "cloud")
NOVA = ObjectId("nova.openstack.org", "Nova", SPACE, "nova")
GLANCE = ObjectId("glance.openstack.org", "Glance", SPACE, "glance")
_MARIADB, _KEYSTONE = "mariadb.openstack.org", "keystone.openstack.org"
KEYSTONE = ObjectId(_KEYSTONE, "KeystoneAPI", SPACE, "keystone")
GALERAS = tuple(ObjectId(_MARIADB, "Galera", SPACE, each) for each in ("openstack", "openstack-cell1"))
DATABASES = {"nova_api": "openstack", "nova_cell0": "openstack", "nova_cell1": "openstack-cell1"}
_ON = (
    "keystone",
    "memcached",
    "galera",
    "rabbitmq",
    "nova",
    "glance",
    "cinder",
    "horizon",
    "openstackclient",
)
_KINDS = (
    (PLANE.group, PLANE.kind, "openstackcontrolplanes"),
    (NOVA.group, "Nova", "nova"),
    (NOVA.group, "NovaAPI", "novaapis"),
    (GLANCE.group, "Glance", "glances"),
    ("horizon.openstack.org", "Horizon", "horizons"),
    (_KEYSTONE, "KeystoneAPI", "keystoneapis"),
    (_KEYSTONE, "KeystoneService", "keystoneservices"),
    (_MARIADB, "Galera", "galeras"),
    (_MARIADB, "MariaDBDatabase", "mariadbdatabases"),
)


def _body(target: ObjectId, *, owner: Body | None = None, **more: Any) -> Body:
    meta: dict[str, Any] = {"name": target.name, "namespace": target.namespace, **more.pop("meta", {})}
    if owner is not None:
        of = owner["metadata"]
        meta["ownerReferences"] = [{"kind": owner["kind"], "name": of["name"], "uid": of["uid"]}]
    return {"apiVersion": f"{target.group}/v1beta1", "kind": target.kind, "metadata": meta, **more}


def ready(*kinds: str, status: str = "True") -> dict[str, Any]:
    """Give a status."""
    conditions = [{"type": each, "status": status, "reason": "Ready"} for each in ("Ready", *kinds)]
    return {"observedGeneration": 1, "conditions": conditions}


@dataclass
class Operated:
    """The cluster, and what its operators do."""

    cluster: FakeCluster = field(default_factory=FakeCluster)
    works: bool = True
    """Whether nova's operator runs."""
    told: list[tuple[str, str]] = field(default_factory=list)
    """Pod and statements of what root's client was told."""
    alone: list[bool] = field(default_factory=list)
    """Whether nothing of nova but what osk holds was there then."""
    says: Ran = field(default_factory=lambda: Ran(0, "", ""))

    def __post_init__(self) -> None:
        """Deploy it."""
        cluster = self.cluster
        cluster.serve(*(served(group, "v1beta1", kind, plural) for group, kind, plural in _KINDS))
        cluster.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": SPACE}})
        spec = {each: {"enabled": True} for each in _ON} | {"heat": {"enabled": False}}
        status = ready("OpenStackControlPlaneNovaReady", "OpenStackControlPlaneGlanceReady")
        self.plane = cluster.put(_body(PLANE, spec=spec, status=status))
        finalizers = [f"openstack.org/keystoneservice-{each}" for each in ("glance", "nova")]
        cluster.put(_body(KEYSTONE, status=ready(), owner=self.plane, meta={"finalizers": ["openstack.org/keystoneapi", *finalizers]}))  # fmt: skip
        for each in GALERAS:
            cluster.put(_body(each, status=ready("DeploymentReady"), owner=self.plane))
            self._pods(each.name)
        cluster.put(_body(GLANCE, status=ready(), owner=self.plane, meta={"finalizers": ["openstack.org/glance"]}))  # fmt: skip
        self._make()
        cluster.reactions.append(self._react)
        cluster.on_exec = self._exec

    def there(self, target: ObjectId) -> Body:
        """Look at an object that is there."""
        found = self.cluster.peek(target)
        assert found is not None
        return found

    def uid(self, target: ObjectId) -> str:
        """Give its UID."""
        return str(self.there(target)["metadata"]["uid"])

    def _pods(self, instance: str) -> None:
        meta = {"name": f"{instance}-galera", "namespace": SPACE}
        sets = {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": meta, "spec": {"replicas": 2}}
        self.cluster.put(sets)
        for number, is_ready in enumerate(("False", "True")):
            named = {"name": f"{instance}-galera-{number}", "namespace": SPACE}
            conditions = [{"type": "Ready", "status": is_ready}]
            self.cluster.put({"apiVersion": "v1", "kind": "Pod", "metadata": named, "status": {"conditions": conditions}})  # fmt: skip

    def _make(self) -> None:
        """Make nova and what it makes of itself."""
        nova = self.cluster.put(_body(NOVA, status=ready(), owner=self.plane, meta={"finalizers": ["openstack.org/nova"]}))  # fmt: skip
        api = self.cluster.put(_body(ObjectId(NOVA.group, "NovaAPI", SPACE, "nova-api"), owner=nova))
        self.cluster.put(_body(ObjectId(_KEYSTONE, "KeystoneService", SPACE, "nova"), owner=api))
        for name, instance in DATABASES.items():
            target = ObjectId(_MARIADB, "MariaDBDatabase", SPACE, name.replace("_", "-"))
            self.cluster.put(_body(target, owner=nova, spec={"name": name}, meta={"labels": {"dbName": instance}}))  # fmt: skip

    def _react(self, event: WatchEvent) -> None:
        if id_of(event.body) != NOVA or not self.works:
            return
        held = get(event.body, "metadata", "finalizers") or []
        if event.kind == "deleted":
            self._make()
        elif get(event.body, "metadata", "deletionTimestamp") and "openstack.org/nova" in held:
            for each in self._below():
                resource = self.cluster.resource(each.group, each.kind)
                assert resource is not None
                self.cluster.delete(resource, SPACE, each.name)  # as a foreground deletion does
            self.cluster.set_finalizers(NOVA, *(each for each in held if each == HOLD))

    def _below(self) -> list[ObjectId]:
        kinds = {"NovaAPI", "KeystoneService", "MariaDBDatabase"}
        return [each for each in self.cluster.ids() if each.kind in kinds]

    def _exec(self, _space: str, pod: str, command: tuple[str, ...], _stdin: bytes) -> Ran:
        assert ("bash", "-c", "mysql") == (*command[:2], command[3])
        self.told.append((pod, command[4]))
        nova = self.there(NOVA)
        self.alone.append(not self._below() and nova["metadata"].get("finalizers") == [HOLD])
        return copy.deepcopy(self.says)
