"""The watches: each kind that is served is listed, then followed, in the loop of the passes."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import aiohttp

from openstack_k8s_cli.model.objects import Body, ObjectId, id_of
from openstack_k8s_cli.rehearsal.simulators.client import Served

Notice = Callable[[str, Body], None]
"""Takes what happened (`DELETED` or anything else) and to which object."""

_PODS = "service in (openstackclient,tempest,tobiko,horizontest,ansibletest)"
_RETRY = 0.4
"""Seconds before a watch that broke off is begun anew."""
PATIENCE = aiohttp.ClientTimeout(total=None, sock_read=150.0)
"""The API server says about once a minute where it is."""
_LONGEST_LISTING = 15.0
"""Seconds."""
_TROUBLES = (aiohttp.ClientError, OSError, TimeoutError, ValueError)


class Watches:
    """The kinds that are watched, over a session of their own that has a connection for each."""

    def __init__(self, session: aiohttp.ClientSession, notice: Notice) -> None:
        self._session = session
        self._notice = notice
        self._watches: dict[tuple[str, str], _Watch] = {}
        self._begun = asyncio.Event()

    @property
    def has_begun(self) -> bool:
        return self._begun.is_set()

    def keep(self, kinds: Mapping[tuple[str, str], Served]) -> int:
        """Watch these kinds and no others; tell how many are new."""
        for key in self._watches.keys() - kinds.keys():
            self._watches.pop(key).task.cancel()
        new = kinds.keys() - self._watches.keys()
        for key in new:
            self._watches[key] = _Watch(self._session, kinds[key], self._notice)
        if kinds:
            self._begun.set()
        return len(new)

    async def listed(self) -> None:
        """Wait until what is there has been listed: half of it would look like trouble."""
        await self._begun.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_LISTING):
                for each in tuple(self._watches.values()):
                    await each.listed.wait()

    async def close(self) -> None:
        """End the watches."""
        self.keep({})
        await self._session.close()


class _Watch:
    """One kind."""

    def __init__(self, session: aiohttp.ClientSession, served: Served, notice: Notice) -> None:
        root = f"/apis/{served.group}/{served.version}" if served.group else f"/api/{served.version}"
        self._path = f"{root}/{served.plural}"
        self._selected = {"labelSelector": _PODS} if (served.group, served.kind) == ("", "Pod") else {}
        self._kind = {"apiVersion": f"{served.group}/{served.version}".lstrip("/"), "kind": served.kind}
        self._session = session
        self._notice = notice
        self._known: dict[ObjectId, Body] = {}
        self.listed = asyncio.Event()
        self.task = asyncio.ensure_future(self._follow())

    async def _follow(self) -> None:
        """Go on for ever: the API server may be away for long."""
        version = ""
        try:
            while True:
                try:
                    version = await self._watch(version) if version else await self._list()
                except _TROUBLES as error:
                    version = "" if isinstance(error, aiohttp.ClientResponseError) else version
                    await asyncio.sleep(_RETRY)
        finally:
            self.listed.set()

    async def _list(self) -> str:
        async with self._session.get(self._path, params=self._selected) as response:
            response.raise_for_status()
            document = await response.json()
        found = [self._kind | each for each in document.get("items") or ()]
        for target in self._known.keys() - {id_of(each) for each in found}:
            self._see("DELETED", self._known[target])
        for each in found:
            self._see("ADDED", each)
        self.listed.set()
        return str(document["metadata"]["resourceVersion"])

    async def _watch(self, version: str) -> str:
        """Follow what happens from a version on; give the last one seen, nothing where it is too old."""
        wanted = {"watch": "true", "allowWatchBookmarks": "true", "resourceVersion": version}
        async with self._session.get(self._path, params=wanted | self._selected) as response:
            response.raise_for_status()
            with contextlib.suppress(*_TROUBLES):
                async for event in _lines(response):
                    if event["type"] == "ERROR":
                        return ""
                    version = str(event["object"]["metadata"]["resourceVersion"])
                    if event["type"] != "BOOKMARK":
                        self._see(event["type"], event["object"])
        return version

    def _see(self, what: str, body: Body) -> None:
        if what == "DELETED":
            self._known.pop(id_of(body), None)
        else:
            self._known[id_of(body)] = body
        self._notice(what, body)


async def _lines(response: aiohttp.ClientResponse) -> AsyncIterator[dict[str, Any]]:
    rest = b""
    async for chunk in response.content.iter_any():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield json.loads(line)
