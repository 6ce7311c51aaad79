"""What a fake API server keeps: objects, their owners, history, and the effects of a write."""

import copy
import threading
from collections.abc import Callable
from typing import Any

from openstack_k8s_cli.apply.ports import Answer, ClusterError, ErrorKind, Resource, WatchEvent
from openstack_k8s_cli.model.objects import Body, ObjectId, id_of
from tests.fakes import kinds, ownership

Reaction = Callable[[WatchEvent], None]


class Store:
    """Objects in memory; its public methods play every writer but osk.

    Reactions run after each change, in the thread that made it, and may write through these methods:
    they are the fake's controllers.
    """

    def __init__(self, *extra: Resource) -> None:
        self.reactions: list[Reaction] = []
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.history: list[tuple[int, WatchEvent]] = []
        self.floor = 0
        """Versions before it are forgotten."""
        self._served = {(each.group, each.kind): each for each in (*kinds.BUILT_IN, *extra)}
        self._objects: dict[ObjectId, Body] = {}
        self._owners: dict[ObjectId, ownership.Owners] = {}
        self._version = 0
        for name in ("default", "kube-system"):
            self.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})

    def serve(self, *resources: Resource) -> None:
        """Begin to serve kinds."""
        with self.lock:
            self._served.update({(each.group, each.kind): each for each in resources})

    def unserve(self, group: str, kind: str) -> None:
        """Stop to serve a kind."""
        with self.lock:
            self._served.pop((group, kind), None)

    def put(self, body: Body) -> Body:
        """Write an object whole, status and all, as another writer named `world`."""
        with self.lock:
            id_ = id_of(body)
            resource = self._served[id_.group, id_.kind]
            live = self._objects.get(id_)
            owners = ownership.written(live or {"metadata": {}}, body, self._owners.get(id_, {}), "world")
            return self._write(resource, id_, live, copy.deepcopy(body), owners, dry_run=False).body

    def set_status(self, id_: ObjectId, status: dict[str, Any]) -> None:
        """Write the status of an object that is there, as its controller would."""
        with self.lock:
            if id_ in self._objects:
                self.put({**copy.deepcopy(self._objects[id_]), "status": copy.deepcopy(status)})

    def set_finalizers(self, id_: ObjectId, *finalizers: str) -> None:
        """Replace an object's finalizers; an object on its way out goes with the last one."""
        with self.lock:
            body = copy.deepcopy(self._objects[id_])
            body["metadata"]["finalizers"] = [*finalizers]
            self.put(body)

    def peek(self, id_: ObjectId) -> Body | None:
        """Look at an object without a request."""
        with self.lock:
            return copy.deepcopy(self._objects.get(id_))

    def ids(self) -> tuple[ObjectId, ...]:
        """List every object's id."""
        with self.lock:
            return tuple(sorted(self._objects))

    def compact(self) -> None:
        """Forget history: watches from an older version get GONE."""
        with self.lock:
            self.floor = self._version
            self.history.clear()

    def bookmark(self) -> None:
        """Send every watch a bookmark."""
        with self.lock:
            self._version += 1
            body = {"kind": "Bookmark", "metadata": {"resourceVersion": str(self._version)}}
            self._tell(WatchEvent("bookmark", body))

    def _check_namespace(self, id_: ObjectId) -> None:
        if not id_.namespace:
            return
        namespace = self._objects.get(ObjectId("", "Namespace", "", id_.namespace))
        if namespace is None:
            message = f'namespaces "{id_.namespace}" not found'
            raise ClusterError(ErrorKind.NAMESPACE_MISSING, message, status=404)
        if namespace["metadata"].get("deletionTimestamp"):
            message = f"namespace {id_.namespace} is being terminated"
            raise ClusterError(ErrorKind.NAMESPACE_TERMINATING, message, status=403)

    def _write(
        self,
        resource: Resource,
        id_: ObjectId,
        live: Body | None,
        after: Body,
        owners: ownership.Owners,
        *,
        dry_run: bool,
    ) -> Answer:
        after = _settled(resource, live, after)
        if dry_run:
            return Answer(after)
        self._owners[id_] = owners
        if live is not None and after == live:
            return Answer(copy.deepcopy(live))
        meta = after["metadata"]
        self._version += 1
        meta["resourceVersion"] = str(self._version)
        meta.setdefault("uid", f"uid-{self._version}")
        meta.setdefault("creationTimestamp", "2026-01-01T00:00:00Z")
        self._objects[id_] = after
        self._serve_crd(id_, after)
        self._tell(WatchEvent("modified" if live else "added", copy.deepcopy(after)))
        if meta.get("deletionTimestamp") and not meta.get("finalizers") and id_.kind != "Namespace":
            self._drop(id_)
        return Answer(copy.deepcopy(after))

    def _serve_crd(self, id_: ObjectId, body: Body) -> None:
        if id_.kind != "CustomResourceDefinition":
            return
        resource = kinds.of_crd(body)
        if resource is not None:
            self._served[resource.group, resource.kind] = resource
            kinds_ready = [{"type": each, "status": "True"} for each in ("NamesAccepted", "Established")]
            body["status"] = {"conditions": kinds_ready}

    def _delete(self, resource: Resource, id_: ObjectId) -> None:
        live = self._objects[id_]
        if id_.kind == "Namespace":
            self._end_namespace(resource, id_, live)
        elif not live["metadata"].get("finalizers"):
            self._drop(id_)
        elif not live["metadata"].get("deletionTimestamp"):
            self._mark(resource, id_, live)

    def _mark(self, resource: Resource, id_: ObjectId, live: Body) -> None:
        after = copy.deepcopy(live)
        after["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
        self._write(resource, id_, live, after, self._owners.get(id_, {}), dry_run=False)

    def _end_namespace(self, resource: Resource, id_: ObjectId, live: Body) -> None:
        if not live["metadata"].get("deletionTimestamp"):
            terminating = {**copy.deepcopy(live), "status": {"phase": "Terminating"}}
            self._mark(resource, id_, terminating)
        for inside in [each for each in self._objects if each.namespace == id_.name]:
            if inside in self._objects:
                self._delete(self._served[inside.group, inside.kind], inside)
        self._sweep(id_.name)

    def _sweep(self, namespace: str) -> None:
        """Let a terminating namespace go when nothing is left in it."""
        id_ = ObjectId("", "Namespace", "", namespace)
        body = self._objects.get(id_)
        empty = not any(each.namespace == namespace for each in self._objects)
        if body is not None and body["metadata"].get("deletionTimestamp") and empty:
            self._drop(id_)

    def _drop(self, id_: ObjectId) -> None:
        body = self._objects.pop(id_)
        self._owners.pop(id_, None)
        self._version += 1
        body["metadata"]["resourceVersion"] = str(self._version)
        if id_.kind == "CustomResourceDefinition":
            self._served.pop((body["spec"]["group"], body["spec"]["names"]["kind"]), None)
        self._tell(WatchEvent("deleted", copy.deepcopy(body)))
        self._collect(body["metadata"]["uid"])
        if id_.namespace:
            self._sweep(id_.namespace)

    def _collect(self, uid: str) -> None:
        """Delete what the gone object owned."""
        owned = [
            id_
            for id_, body in self._objects.items()
            if any(each["uid"] == uid for each in body["metadata"].get("ownerReferences", ()))
        ]
        for id_ in owned:
            if id_ in self._objects:
                self._delete(self._served[id_.group, id_.kind], id_)

    def _tell(self, event: WatchEvent) -> None:
        self.history.append((self._version, event))
        self.changed.notify_all()
        for reaction in tuple(self.reactions):
            reaction(event)


def _settled(resource: Resource, live: Body | None, after: Body) -> Body:
    """Fill in what the server fills in."""
    after = copy.deepcopy(after)
    meta = after["metadata"]
    if live is not None:
        kept = {key: live["metadata"][key] for key in _KEPT if key in live["metadata"]}
        meta.update(kept)
    if resource.kind == "Namespace":
        meta.setdefault("labels", {}).setdefault("kubernetes.io/metadata.name", meta["name"])
        after.setdefault("spec", {"finalizers": ["kubernetes"]})
        after.setdefault("status", {"phase": "Active"})
    if kinds.has_generation(resource):
        same = live is not None and _specified(live) == _specified(after)
        was = live["metadata"].get("generation", 1) if live else 0
        meta["generation"] = was if same else was + 1
    for key in ("labels", "annotations", "finalizers"):
        if not meta.get(key, True):
            del meta[key]
    return after


_KEPT = ("deletionTimestamp", "uid", "resourceVersion", "creationTimestamp", "generation")


def _specified(body: Body) -> Body:
    return {key: value for key, value in body.items() if key not in {"metadata", "status"}}
