"""The `Cluster` of apply/ports.py over HTTP: each verb as one request."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from openstack_k8s_cli.adapters.kubernetes import execution
from openstack_k8s_cli.adapters.kubernetes.discovery import Discovery
from openstack_k8s_cli.adapters.kubernetes.transport import Response, Transport, understood
from openstack_k8s_cli.adapters.kubernetes.watching import LIFETIME, QUIET, SILENCE, Lines, Stream
from openstack_k8s_cli.apply.ports import (
    Answer,
    ClusterError,
    ErrorKind,
    Listing,
    Ran,
    Resource,
)
from openstack_k8s_cli.model.objects import Body, group_of, id_of

PAGE = 500
"""Objects a list request asks for at once."""
TEXT = "text/plain, application/json, */*"
_APPLY = "application/apply-patch+yaml"
_MERGE = "application/merge-patch+json"


class KubernetesCluster:
    """One connection to one cluster; fulfils `apply.ports.Cluster`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._counts: Counter[str] = Counter()
        self._counting = threading.Lock()
        self._discovery = Discovery(transport, self._count)

    @property
    def server(self) -> str:
        """Give the API server's address."""
        return self._transport.access.server

    @property
    def bearer(self) -> str:
        """Give the token of the login; empty: it is another way to log in, such as a certificate."""
        header = self._transport.authorization(self._transport.access).get("Authorization", "")
        return header.partition(" ")[2]

    def resource(self, group: str, kind: str) -> Resource | None:
        return self._discovery.kinds().get((group, kind))

    def refresh(self) -> None:
        self._discovery.forget()

    def resources(self) -> tuple[Resource, ...]:
        return tuple(self._discovery.kinds().values())

    def get(self, resource: Resource, namespace: str, name: str) -> Body | None:
        try:
            return self._object("get", resource, "GET", _path(resource, namespace, name)).body
        except ClusterError as error:
            if error.kind in {ErrorKind.NOT_FOUND, ErrorKind.NAMESPACE_MISSING}:
                return None
            raise

    def list(self, resource: Resource, namespace: str = "", *, labels: str = "") -> Listing:
        query = {"labelSelector": labels} if labels else {}
        try:
            return self._pages(resource, namespace, {**query, "limit": str(PAGE)})
        except ClusterError as error:
            if error.kind is not ErrorKind.GONE:
                raise
            return self._pages(resource, namespace, query)  # a page token expired: all at once instead

    def _pages(self, resource: Resource, namespace: str, query: dict[str, str]) -> Listing:
        items: list[Body] = []
        token = ""
        while True:
            asked = {**query, "continue": token} if token else query
            self._count(f"list {resource.kind}")
            page = self._request("GET", _path(resource, namespace), query=asked).json()
            # The items of a built-in kind's list do not say what they are.
            typed = {"apiVersion": resource.api_version, "kind": resource.kind}
            with understood():
                items.extend({**typed, **item} for item in page.get("items") or ())
                token = page["metadata"].get("continue") or ""
                version = page["metadata"]["resourceVersion"]
            if not token:
                return Listing(tuple(items), version)

    def watch(self, resource: Resource, namespace: str, resource_version: str, *, labels: str = "") -> Stream:
        query = {
            **({"labelSelector": labels} if labels else {}),
            "watch": "true",
            "allowWatchBookmarks": "true",
            "resourceVersion": resource_version,
            "timeoutSeconds": str(LIFETIME),
        }
        self._count(f"watch {resource.kind}")
        path = _path(resource, namespace)
        return Stream(self._transport.stream(path, query=query, silence=SILENCE), self.server)

    def apply(
        self, body: Body, *, dry_run: bool = False, force: bool = False, manager: str = "osk"
    ) -> Answer:
        resource, path = self._place(body, named=True)
        query = _writing(manager, dry_run=dry_run) | ({"force": "true"} if force else {})
        verb = "apply (dry run)" if dry_run else "apply"
        return self._object(verb, resource, "PATCH", path, query=query, body=body, content_type=_APPLY)

    def create(self, body: Body, *, dry_run: bool = False) -> Answer:
        resource, path = self._place(body, named=False)
        verb = "create (dry run)" if dry_run else "create"
        return self._object(verb, resource, "POST", path, query=_writing(dry_run=dry_run), body=body)

    def update(self, body: Body) -> Answer:
        resource, path = self._place(body, named=True)
        return self._object("update", resource, "PUT", path, query=_writing(), body=body)

    def merge(
        self, resource: Resource, namespace: str, name: str, patch: Body, *, subresource: str = ""
    ) -> Answer:
        path = _path(resource, namespace, name) + (f"/{subresource}" if subresource else "")
        return self._object(
            "merge", resource, "PATCH", path, query=_writing(), body=patch, content_type=_MERGE
        )

    def delete(
        self,
        resource: Resource,
        namespace: str,
        name: str,
        *,
        uid: str | None = None,
        foreground: bool = False,
    ) -> bool:
        policy = "Foreground" if foreground else "Background"
        options: Body = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": policy}
        if uid is not None:
            options["preconditions"] = {"uid": uid}
        try:
            self._object("delete", resource, "DELETE", _path(resource, namespace, name), body=options)
        except ClusterError as error:
            if error.kind in {ErrorKind.NOT_FOUND, ErrorKind.NAMESPACE_MISSING}:
                return False
            raise
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
        self._count("exec Pod")
        path = f"/api/v1/namespaces/{namespace}/pods/{pod}/exec"
        return execution.run(self._transport, path, command, container, stdin, into=into)

    def logs(
        self, namespace: str, pod: str, *, container: str | None = None, lines: int | None = None
    ) -> str:
        self._count("log Pod")
        path, query = _log(namespace, pod, container)
        query |= {"tailLines": str(lines)} if lines is not None else {}
        answer = self._request("GET", path, query=query, headers={"Accept": TEXT})
        return answer.body.decode(errors="replace")

    def follow_logs(self, namespace: str, pod: str, *, container: str | None = None) -> Lines:
        self._count("follow Pod")
        path, query = _log(namespace, pod, container)
        asked = {**query, "follow": "true"}
        response = self._transport.stream(path, query=asked, silence=QUIET, accept=TEXT)
        return Lines(response, self.server)

    def requests(self) -> dict[str, int]:
        with self._counting:
            return dict(self._counts)

    def _count(self, what: str) -> None:
        with self._counting:
            self._counts[what] += 1

    def _object(self, verb: str, resource: Resource, method: str, path: str, **how: Any) -> Answer:
        self._count(f"{verb} {resource.kind}")
        response = self._request(method, path, **how)
        return Answer(response.json(), response.warnings)

    def _request(self, method: str, path: str, **how: Any) -> Response:
        try:
            return self._transport.request(method, path, **how)
        except ClusterError as error:
            if error.kind is ErrorKind.NOT_SERVED:
                self.refresh()
            raise

    def _place(self, body: Body, *, named: bool) -> tuple[Resource, str]:
        """Find a body's kind and its path at the version that it names."""
        api_version, kind = body["apiVersion"], body["kind"]
        served = self.resource(group_of(api_version), kind)
        if served is None:
            self.refresh()
            message = f"{kind} of {api_version} is not served"
            raise ClusterError(ErrorKind.NOT_SERVED, message)
        meta = body["metadata"]
        if served.namespaced and not meta.get("namespace"):
            raise ClusterError(ErrorKind.INVALID, f"{id_of(body)} needs a namespace")
        version = api_version.rpartition("/")[2]
        resource = Resource(served.group, version, kind, served.plural, served.namespaced, served.verbs)
        return resource, _path(resource, meta.get("namespace") or "", meta["name"] if named else "")


def _log(namespace: str, pod: str, container: str | None) -> tuple[str, dict[str, str]]:
    query = {"container": container} if container else {}
    return f"/api/v1/namespaces/{namespace}/pods/{pod}/log", query


def _writing(manager: str = "osk", *, dry_run: bool = False) -> dict[str, str]:
    query = {"fieldManager": manager, "fieldValidation": "Strict"}
    return {**query, "dryRun": "All"} if dry_run else query


def _path(resource: Resource, namespace: str, name: str = "") -> str:
    root = f"/apis/{resource.group}" if resource.group else "/api"
    place = f"/namespaces/{namespace}" if resource.namespaced and namespace else ""
    return f"{root}/{resource.version}{place}/{resource.plural}" + (f"/{name}" if name else "")
