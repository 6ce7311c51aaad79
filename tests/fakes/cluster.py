"""An in-memory `Cluster`: what the contract suite proves equal to a real API server, and faults on demand."""

import base64
import copy
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from openstack_k8s_cli.apply.ports import Answer, ClusterError, ErrorKind, Listing, Ran, Resource
from openstack_k8s_cli.model.objects import Body, ObjectId, group_of, id_of
from tests.fakes import kinds, ownership
from tests.fakes.store import Store
from tests.fakes.watching import FakeLines, FakeWatch, matches

OnExec = Callable[[str, str, tuple[str, ...], bytes], Ran]
"""Given namespace, pod, command and input."""


@dataclass(frozen=True, slots=True)
class Request:
    """One line of the log."""

    verb: str
    kind: str
    namespace: str = ""
    name: str = ""


@dataclass(slots=True)
class _Fault:
    error: ClusterError
    verb: str
    kind: str
    times: int


class FakeCluster(Store):
    """The port over a store; requests are logged, and answered with the faults that wait for them."""

    def __init__(self, *extra: Resource) -> None:
        super().__init__(*extra)
        self.log: list[Request] = []
        self.on_exec: OnExec = lambda *_: Ran(0, "", "")
        self.on_log: Callable[[str, str], str] = lambda *_: ""
        self.output = b""
        """What a command writes whose output is taken as it comes."""
        self.printed: dict[tuple[str, str], list[str | None]] = {}
        self.breaks = 0
        self._seen: dict[tuple[str, str], Resource] | None = None
        self._faults: deque[_Fault] = deque()
        self._down = False

    def resource(self, group: str, kind: str) -> Resource | None:
        return self._discovered().get((group, kind))

    def resources(self) -> tuple[Resource, ...]:
        return tuple(self._discovered().values())

    def refresh(self) -> None:
        with self.lock:
            self._seen = None

    def get(self, resource: Resource, namespace: str, name: str) -> Body | None:
        with self.lock:
            self._ask("get", resource.kind, namespace, name)
            self._check_served(resource)
            found = self._objects.get(_id(resource, namespace, name))
            return copy.deepcopy(found)

    def list(self, resource: Resource, namespace: str = "", *, labels: str = "") -> Listing:
        with self.lock:
            self._ask("list", resource.kind, namespace)
            self._check_served(resource)
            found = [
                copy.deepcopy(body)
                for id_, body in sorted(self._objects.items())
                if matches(id_, resource, namespace) and _selected(body, labels)
            ]
            return Listing(tuple(found), str(self._version))

    def watch(
        self, resource: Resource, namespace: str, resource_version: str, *, labels: str = ""
    ) -> "FakeWatch":
        with self.lock:
            self._ask("watch", resource.kind, namespace)
            self._check_served(resource)
            since = int(resource_version)
            return FakeWatch(self, resource, namespace, since, lambda body: _selected(body, labels))

    def apply(
        self, body: Body, *, dry_run: bool = False, force: bool = False, manager: str = "osk"
    ) -> Answer:
        with self.lock:
            id_ = id_of(body)
            self._ask("apply (dry run)" if dry_run else "apply", id_.kind, id_.namespace, id_.name)
            resource = self._placed(body)
            kinds.check_fields(body)
            live = self._objects.get(id_)
            if live is None:
                self._check_namespace(id_)
            before = live or {"apiVersion": body["apiVersion"], "kind": id_.kind, "metadata": _named(id_)}
            owners = self._owners.get(id_, {})
            after, owners = ownership.apply(before, _folded(body), owners, manager=manager, force=force)
            return self._write(resource, id_, live, after, owners, dry_run=dry_run)

    def create(self, body: Body, *, dry_run: bool = False) -> Answer:
        with self.lock:
            id_ = id_of(body)
            self._ask("create (dry run)" if dry_run else "create", id_.kind, id_.namespace, id_.name)
            resource = self._placed(body)
            kinds.check_fields(body)
            self._check_namespace(id_)
            if id_ in self._objects:
                raise ClusterError(
                    ErrorKind.EXISTS, f'{resource.plural} "{id_.name}" already exists', status=409
                )
            after = {key: copy.deepcopy(value) for key, value in _folded(body).items() if key != "status"}
            owners = ownership.written({"metadata": {}}, after, {}, "osk")
            return self._write(resource, id_, None, after, owners, dry_run=dry_run)

    def update(self, body: Body) -> Answer:
        with self.lock:
            id_ = id_of(body)
            self._ask("update", id_.kind, id_.namespace, id_.name)
            resource = self._placed(body)
            live = self._existing(resource, id_)
            version = body["metadata"].get("resourceVersion")
            if version not in {None, live["metadata"]["resourceVersion"]}:
                raise _stale(resource, id_)
            return self._replace(resource, id_, live, _folded(body))

    def merge(
        self, resource: Resource, namespace: str, name: str, patch: Body, *, subresource: str = ""
    ) -> Answer:
        with self.lock:
            self._ask(f"merge {subresource}".strip(), resource.kind, namespace, name)
            self._check_served(resource)
            id_ = _id(resource, namespace, name)
            live = self._existing(resource, id_)
            version = patch.get("metadata", {}).get("resourceVersion")
            if version not in {None, live["metadata"]["resourceVersion"]}:
                raise _stale(resource, id_)
            return self._replace(resource, id_, live, ownership.merge_patch(live, _folded(patch)))

    def delete(
        self,
        resource: Resource,
        namespace: str,
        name: str,
        *,
        uid: str | None = None,
        foreground: bool = False,
    ) -> bool:
        del foreground  # what an object owns goes at once here
        with self.lock:
            self._ask("delete", resource.kind, namespace, name)
            self._check_served(resource)
            id_ = _id(resource, namespace, name)
            live = self._objects.get(id_)
            if live is None:
                return False
            if uid not in {None, live["metadata"]["uid"]}:
                message = f"the UID in the precondition ({uid}) does not match the UID in record"
                raise ClusterError(ErrorKind.CONFLICT, message, status=409)
            self._delete(resource, id_)
            return True

    def exec(
        self,
        namespace: str,
        pod: str,
        command: tuple[str, ...],
        *,
        container: str | None = None,
        stdin: Iterable[bytes] | None = None,
        into: Callable[[bytes], object] | None = None,
    ) -> Ran:
        del container
        with self.lock:
            self._ask("exec", "Pod", namespace, pod)
            self._existing(self._served["", "Pod"], ObjectId("", "Pod", namespace, pod))
        if into is not None:
            into(self.output)
        return self.on_exec(namespace, pod, command, b"".join(stdin or ()))

    def logs(
        self, namespace: str, pod: str, *, container: str | None = None, lines: int | None = None
    ) -> str:
        """Give what the pod was made to print, or else what `on_log` says; the container makes no difference."""
        with self.lock:
            self._ask("log", "Pod", namespace, pod)
            said = self.printed.get((namespace, pod))
        assert container is None or container
        if said is None:
            text = self.on_log(namespace, pod)
        else:
            text = "".join(f"{line}\n" for line in said if line is not None)
        kept = text.splitlines(keepends=True)
        return "".join(kept if lines is None else kept[-lines:])

    def say(self, namespace: str, pod: str, *lines: str | None) -> None:
        """Let a pod print; None ends its log."""
        with self.changed:
            self.printed.setdefault((namespace, pod), []).extend(lines)
            self.changed.notify_all()

    def follow_logs(self, namespace: str, pod: str, *, container: str | None = None) -> FakeLines:
        """Give what `say` makes the pod print, as it comes."""
        with self.lock:
            self._ask("follow", "Pod", namespace, pod)
            self._existing(self._served["", "Pod"], ObjectId("", "Pod", namespace, pod))
        assert container is None or container
        return FakeLines(self, namespace, pod)

    def requests(self) -> dict[str, int]:
        with self.lock:
            return dict(Counter(f"{each.verb} {each.kind}" for each in self.log))

    def fail(self, error: ClusterError, *, verb: str = "", kind: str = "", times: int = 1) -> None:
        """Answer the next matching requests with an error."""
        with self.lock:
            self._faults.append(_Fault(error, verb, kind, times))

    def go_down(self) -> None:
        """Refuse every request and break every watch until `come_back`."""
        with self.changed:
            self._down = True
            self.breaks += 1
            self.changed.notify_all()

    def come_back(self) -> None:
        """Answer again."""
        with self.lock:
            self._down = False

    def _ask(self, verb: str, kind: str, namespace: str = "", name: str = "") -> None:
        self.log.append(Request(verb, kind, namespace, name))
        if self._down:
            raise ClusterError(ErrorKind.UNREACHABLE, "the fake API server refuses connections")
        for fault in self._faults:
            if fault.verb in {"", verb} and fault.kind in {"", kind}:
                fault.times -= 1
                if not fault.times:
                    self._faults.remove(fault)
                raise fault.error

    def _discovered(self) -> dict[tuple[str, str], Resource]:
        with self.lock:
            if self._seen is None:
                self._ask("discover", "API")
                self._seen = dict(self._served)
            return self._seen

    def _check_served(self, resource: Resource) -> None:
        if (resource.group, resource.kind) not in self._served:
            message = "the server could not find the requested resource"
            raise ClusterError(ErrorKind.NOT_SERVED, message, status=404)

    def _placed(self, body: Body) -> Resource:
        resource = self._discovered().get((group_of(body["apiVersion"]), body["kind"]))
        if resource is None:
            self._seen = None
            message = f"{body['kind']} of {body['apiVersion']} is not served"
            raise ClusterError(ErrorKind.NOT_SERVED, message)
        self._check_served(resource)
        if resource.namespaced and not body["metadata"].get("namespace"):
            raise ClusterError(ErrorKind.INVALID, f"{id_of(body)} needs a namespace")
        return resource

    def _existing(self, resource: Resource, id_: ObjectId) -> Body:
        live = self._objects.get(id_)
        if live is None:
            message = f'{resource.plural} "{id_.name}" not found'
            raise ClusterError(ErrorKind.NOT_FOUND, message, status=404)
        return live

    def _replace(self, resource: Resource, id_: ObjectId, live: Body, body: Body) -> Answer:
        kinds.check_fields(body)
        after = copy.deepcopy(body)
        if kinds.has_status(resource):
            after.pop("status", None)
            if "status" in live:
                after["status"] = copy.deepcopy(live["status"])
        owners = ownership.written(live, after, self._owners.get(id_, {}), "osk")
        return self._write(resource, id_, live, after, owners, dry_run=False)


def _folded(body: Body) -> Body:
    """Turn a Secret's stringData into data, as the server does."""
    if "stringData" not in body:
        return body
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in body["stringData"].items()}
    rest = {key: value for key, value in body.items() if key != "stringData"}
    return {**rest, "data": {**body.get("data", {}), **encoded}}


def _id(resource: Resource, namespace: str, name: str) -> ObjectId:
    return ObjectId(resource.group, resource.kind, namespace if resource.namespaced else "", name)


def _named(id_: ObjectId) -> Body:
    return {"name": id_.name, **({"namespace": id_.namespace} if id_.namespace else {})}


def _selected(body: Body, labels: str) -> bool:
    there = body["metadata"].get("labels", {})
    return all(_holds(each, there) for each in labels.split(",") if each)


def _holds(requirement: str, labels: dict[str, str]) -> bool:
    if requirement.startswith("!"):
        return requirement.removeprefix("!") not in labels
    key, _, value = requirement.partition("=")
    return labels.get(key) == value


def _stale(resource: Resource, id_: ObjectId) -> ClusterError:
    message = f'Operation cannot be fulfilled on {resource.plural} "{id_.name}": the object has been modified'
    return ClusterError(ErrorKind.CONFLICT, message, status=409)
