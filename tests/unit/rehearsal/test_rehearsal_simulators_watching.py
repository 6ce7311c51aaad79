"""What the simulators see of an API server that lists, tells of changes, forgets, and goes away."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import aiohttp
from aiohttp import test_utils, web

from openstack_k8s_cli.rehearsal.simulators.client import Served
from openstack_k8s_cli.rehearsal.simulators.watching import Watches

KIND = Served("thing.openstack.org", "v1", "Thing", "things", namespaced=True)
KEY = (KIND.group, KIND.kind)
EXPIRED = {"type": "ERROR", "object": {"kind": "Status", "code": 410}}


def thing(name: str, version: int) -> dict[str, Any]:
    """Give an object as lists have it: without its kind."""
    meta = {"name": name, "namespace": "openstack", "uid": name, "resourceVersion": str(version)}
    return {"metadata": meta}


def told(what: str, name: str, version: int) -> dict[str, Any]:
    """Give a watch's word on an object."""
    whole = {"apiVersion": "thing.openstack.org/v1", "kind": "Thing", **thing(name, version)}
    return {"type": what, "object": whole}


class Server:
    """An API server that answers each list and each watch with the next of what it was given."""

    def __init__(
        self, lists: Sequence[list[dict[str, Any]]], watches: Sequence[list[dict[str, Any]]]
    ) -> None:
        self._lists, self._watches = list(lists), list(watches)
        self.asked: list[str] = []
        self.over = asyncio.Event()
        """Everything was given."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer; the last watch lasts."""
        if "watch" not in request.query:
            self.asked.append("list")
            items = self._lists.pop(0)
            return web.json_response({"metadata": {"resourceVersion": "7"}, "items": items})
        self.asked.append(request.query["resourceVersion"])
        response = web.StreamResponse()
        await response.prepare(request)
        if self._watches:
            text = "".join(json.dumps(each) + "\n" for each in self._watches.pop(0))
            for half in (text[:100], text[100:]):
                await response.write(half.encode())
            return response
        self.over.set()
        await asyncio.sleep(3600)
        return response


def seen(server: Server) -> list[tuple[str, str, str]]:
    """Watch a server until it has given everything; what was noticed, in order."""
    noticed: list[tuple[str, str, str]] = []

    async def watch() -> None:
        application = web.Application()
        application.router.add_get("/apis/thing.openstack.org/v1/things", server.answer)
        async with test_utils.TestServer(application) as there:
            session = aiohttp.ClientSession(str(there.make_url("")).rstrip("/"))
            watches = Watches(
                session, lambda what, body: noticed.append((what, body["kind"], body["metadata"]["name"]))
            )
            assert watches.keep({KEY: KIND}) == 1
            await watches.listed()
            assert watches.keep({KEY: KIND}) == 0
            await server.over.wait()
            await watches.close()

    asyncio.run(asyncio.wait_for(watch(), 60))
    return noticed


def test_what_is_there_comes_first_and_then_what_happens() -> None:
    """A watch that ends goes on where it was; a word that comes in pieces is read whole."""
    server = Server([[thing("a", 1)]], [[told("ADDED", "b", 8)], [told("DELETED", "a", 9)]])

    found = seen(server)

    assert found == [("ADDED", "Thing", "a"), ("ADDED", "Thing", "b"), ("DELETED", "Thing", "a")]
    assert server.asked == ["list", "7", "8", "9"]


def test_what_went_while_nobody_looked_is_gone() -> None:
    """The API server no longer knows what happened since: everything is listed again."""
    server = Server([[thing("a", 1), thing("b", 2)], [thing("b", 2)]], [[EXPIRED]])

    found = seen(server)

    assert ("DELETED", "Thing", "a") in found
    assert ("DELETED", "Thing", "b") not in found
    assert server.asked == ["list", "7", "list", "7"]
