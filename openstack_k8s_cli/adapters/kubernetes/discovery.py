"""Which kinds the server serves now: this connection's own, asked again only when told to."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from openstack_k8s_cli.adapters.kubernetes.transport import Response, Transport, understood
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, Resource

_AGGREGATED = (
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
    "application/json"
)
Kinds = Mapping[tuple[str, str], Resource]


@dataclass(frozen=True, slots=True)
class _Page:
    """What one of the two roots said, and its tag for asking whether that still holds."""

    tag: str | None
    kinds: tuple[Resource, ...]


class Discovery:
    """Served kinds at their preferred versions; one question at a time, however many threads ask."""

    def __init__(self, transport: Transport, count: Callable[[str], None]) -> None:
        self._transport = transport
        self._count = count
        self._lock = threading.Lock()
        self._pages: dict[str, _Page] = {}
        self._kinds: Kinds | None = None

    def kinds(self) -> Kinds:
        """Give what is served, from memory when it is there."""
        found = self._kinds
        if found is not None:
            return found
        with self._lock:
            if self._kinds is None:
                pages = [self._page(root) for root in ("/api", "/apis")]
                self._kinds = _first_of_each(resource for page in pages for resource in page.kinds)
            return self._kinds

    def forget(self) -> None:
        """Let the next look ask the server; unchanged answers cost it nothing (304)."""
        with self._lock:
            self._kinds = None

    def _page(self, root: str) -> _Page:
        known = self._pages.get(root)
        headers = {"Accept": _AGGREGATED}
        if known is not None and known.tag is not None:
            headers["If-None-Match"] = known.tag
        answer = self._ask(root, headers)
        if answer.status == HTTPStatus.NOT_MODIFIED and known is not None:
            return known
        body = answer.json()
        with understood():
            if body.get("kind") == "APIGroupDiscoveryList":
                page = _Page(answer.headers.get("ETag"), tuple(_aggregated(body)))
            else:
                page = _Page(None, tuple(self._walk(root, body)))
        self._pages[root] = page
        return page

    def _ask(self, path: str, headers: Mapping[str, str] | None = None) -> Response:
        self._count("discover API")
        return self._transport.request("GET", path, headers=headers)

    def _walk(self, root: str, body: Mapping[str, Any]) -> Iterator[Resource]:
        """Ask group by group, as servers before aggregated discovery want it."""
        if root == "/api":
            for version in body.get("versions", ()):
                yield from self._listed(f"/api/{version}", "", version)
            return
        for group in body.get("groups", ()):
            preferred = group["preferredVersion"]["version"]
            others = [each["version"] for each in group["versions"] if each["version"] != preferred]
            for version in (preferred, *others):
                yield from self._listed(f"/apis/{group['name']}/{version}", group["name"], version)

    def _listed(self, path: str, group: str, version: str) -> Iterator[Resource]:
        try:
            body = self._ask(path).json()
        except ClusterError as error:
            if error.kind in {ErrorKind.SERVER, ErrorKind.NOT_SERVED}:
                return  # an aggregated API server that is away takes only its own kinds with it
            raise
        for each in body.get("resources", ()):
            if "/" not in each["name"]:
                yield Resource(
                    group,
                    version,
                    each["kind"],
                    each["name"],
                    namespaced=bool(each["namespaced"]),
                    verbs=frozenset(each["verbs"]),
                )


def _aggregated(body: Mapping[str, Any]) -> Iterator[Resource]:
    for group in body.get("items", ()):
        for version in group.get("versions", ()):
            for each in version.get("resources", ()):
                kind = (each.get("responseKind") or {}).get("kind")
                if kind:
                    yield Resource(
                        group["metadata"].get("name", ""),
                        version["version"],
                        kind,
                        each["resource"],
                        namespaced=each["scope"] == "Namespaced",
                        verbs=frozenset(each.get("verbs", ())),
                    )


def _first_of_each(resources: Iterator[Resource]) -> Kinds:
    """Keep each kind at the first version that has it; the server lists the preferred one first."""
    kinds: dict[tuple[str, str], Resource] = {}
    for resource in resources:
        kinds.setdefault((resource.group, resource.kind), resource)
    return kinds
