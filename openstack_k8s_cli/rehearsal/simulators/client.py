"""The simulators' own requests: few, small, and over one connection pool."""

import asyncio
import base64
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from openstack_k8s_cli.model.objects import Body, ObjectId, id_of

_MERGE = {"Content-Type": "application/merge-patch+json"}
_DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
_CONNECTIONS, _PATIENCE = 16, 300.0
_CONFLICT, _NOT_FOUND, _UNCHANGED = 409, 404, 304
_FINALIZER_TRIES = 6


@dataclass(frozen=True, slots=True)
class Access:
    """Where the API server is, and how to be let in."""

    server: str
    authority: str
    """A certificate, base64."""
    token: str


@dataclass(frozen=True, slots=True)
class Served:
    """A kind as the API server serves it."""

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool


class RefusedError(Exception):
    """The API server said no, or nothing at all."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status


def access(kubeconfig: Path) -> Access:
    """Read a rehearsal cluster's kubeconfig."""
    config = json.loads(kubeconfig.read_text(encoding="utf-8"))
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    return Access(cluster["server"], cluster["certificate-authority-data"], user["token"])


def session(given: Access, *, connections: int, timeout: aiohttp.ClientTimeout) -> aiohttp.ClientSession:
    """Give a session with so many connections at once; 0: as many as are asked for."""
    trust = ssl.create_default_context(cadata=base64.b64decode(given.authority).decode())
    return aiohttp.ClientSession(
        given.server,
        connector=aiohttp.TCPConnector(ssl=trust, limit=connections),
        headers={"Authorization": f"Bearer {given.token}"},
        timeout=timeout,
    )


class Client:
    """An API server, asynchronously."""

    def __init__(self, given: Access) -> None:
        self._session = session(
            given, connections=_CONNECTIONS, timeout=aiohttp.ClientTimeout(total=_PATIENCE)
        )
        self._tags: dict[str, str] = {}
        self._found: dict[str, list[Served]] = {}
        self.kinds: dict[tuple[str, str], Served] = {}

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def discover(self) -> bool:
        """Learn which kinds are served; tell whether that has changed."""
        changed = False
        for path in ("/api", "/apis"):
            headers = {"Accept": _DISCOVERY}
            if path in self._tags:
                headers["If-None-Match"] = self._tags[path]
            async with self._session.get(path, headers=headers) as response:
                if response.status == _UNCHANGED:
                    continue
                await _check(response)
                self._found[path] = list(_read_discovery(await response.json()))
                self._tags[path] = response.headers.get("ETag", "")
                changed = True
        if changed:
            self.kinds = {(each.group, each.kind): each for found in self._found.values() for each in found}
        return changed

    async def has_schema(self, group: str, version: str) -> bool:
        """Tell whether the OpenAPI document of a group's version is there, which KWOK needs."""
        place = f"apis/{group}" if group else "api"
        async with self._session.get(f"/openapi/v3/{place}/{version}") as response:
            await response.read()
            return response.ok

    async def make(self, body: Body) -> Body:
        """Create an object, or bring an existing one to what the body says."""
        target = id_of(body)
        plain = {key: value for key, value in body.items() if key != "status"}
        try:
            made = await self._send("POST", self._path(target, named=False), plain)
        except RefusedError as error:
            if error.status != _CONFLICT or "already exists" not in str(error):
                raise
            made = await self._send("PATCH", self._path(target), _mergeable(plain), headers=_MERGE)
        if "status" in body:
            made = await self.write_status(target, body["status"])
        return made

    async def write_status(self, target: ObjectId, status: Mapping[str, Any]) -> Body:
        """Merge into an object's status."""
        return await self._send(
            "PATCH", f"{self._path(target)}/status", {"status": dict(status)}, headers=_MERGE
        )

    async def annotate(self, target: ObjectId, annotations: Mapping[str, str]) -> Body:
        """Put annotations on an object."""
        meta = {"metadata": {"annotations": dict(annotations)}}
        return await self._send("PATCH", self._path(target), meta, headers=_MERGE)

    async def change_finalizer(
        self, target: ObjectId, finalizer: str, *, wanted: bool, known: Body | None = None
    ) -> Body | None:
        """Put a finalizer on an object, or take it off; None: the object is gone."""
        for _ in range(_FINALIZER_TRIES):
            try:
                body, known = known or await self._send("GET", self._path(target)), None
                present = list(body["metadata"].get("finalizers") or ())
                if (finalizer in present) is wanted:
                    return body
                kept = [*present, finalizer] if wanted else [each for each in present if each != finalizer]
                meta = {"finalizers": kept, "resourceVersion": body["metadata"]["resourceVersion"]}
                return await self._send("PATCH", self._path(target), {"metadata": meta}, headers=_MERGE)
            except RefusedError as error:
                if error.status == _NOT_FOUND:
                    return None
                if error.status != _CONFLICT:
                    raise
        raise RefusedError(_CONFLICT, f"{target} changes all the time")

    async def delete(self, target: ObjectId) -> None:
        """Delete an object; one that is gone is fine."""
        try:
            await self._send("DELETE", self._path(target), {"propagationPolicy": "Background"})
        except RefusedError as error:
            if error.status != _NOT_FOUND:
                raise

    def _path(self, target: ObjectId, *, named: bool = True) -> str:
        served = self.kinds.get((target.group, target.kind))
        if served is None:
            raise RefusedError(_NOT_FOUND, f"{target.kind} is not served")
        root = f"/apis/{served.group}/{served.version}" if served.group else f"/api/{served.version}"
        place = f"/namespaces/{target.namespace}" if served.namespaced else ""
        return f"{root}{place}/{served.plural}" + (f"/{target.name}" if named else "")

    async def _send(
        self, method: str, path: str, body: object = None, *, headers: Mapping[str, str] | None = None
    ) -> Body:
        parameters = {"fieldManager": "operators"} if method in ("POST", "PATCH") else {}
        data = None if body is None else json.dumps(body)
        sent = {"Content-Type": "application/json", **(headers or {})}
        try:
            async with self._session.request(
                method, path, params=parameters, data=data, headers=sent
            ) as response:
                await _check(response)
                found: Body = await response.json()
                return found
        except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise RefusedError(0, str(error) or type(error).__name__) from error


async def _check(response: aiohttp.ClientResponse) -> None:
    if not response.ok:
        text = await response.text()
        raise RefusedError(response.status, text[:600])


def _mergeable(body: Body) -> Body:
    """Leave out what may not be changed, or would take away what others put there."""
    meta = {key: value for key, value in body["metadata"].items() if key != "finalizers"}
    changed = {**body, "metadata": meta}
    if body["kind"] in ("StatefulSet", "Deployment", "DaemonSet", "Job"):
        spec = body.get("spec") or {}
        kept = ("replicas",) if body["kind"] == "Job" else ("replicas", "template")
        changed["spec"] = {key: spec[key] for key in kept if spec.get(key) is not None}
    if body["kind"] == "Pod":
        changed["spec"] = {}
    return changed


def _read_discovery(document: Mapping[str, Any]) -> Any:
    for group in document.get("items") or ():
        name = group["metadata"].get("name", "")
        for version in reversed(group.get("versions") or ()):
            for resource in version.get("resources") or ():
                kind = resource.get("responseKind") or {}
                if kind.get("kind") and resource.get("verbs") and "list" in resource["verbs"]:
                    yield Served(
                        name,
                        version["version"],
                        kind["kind"],
                        resource["resource"],
                        resource.get("scope") == "Namespaced",
                    )
