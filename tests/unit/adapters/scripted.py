"""A small HTTP server on loopback that plays an API server from a script."""

import json
import ssl
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CORE = {
    "kind": "APIGroupDiscoveryList",
    "items": [
        {
            "metadata": {},
            "versions": [
                {
                    "version": "v1",
                    "resources": [
                        {
                            "resource": "configmaps",
                            "responseKind": {"kind": "ConfigMap"},
                            "scope": "Namespaced",
                            "verbs": ["get"],
                        },
                        {"resource": "bindings", "scope": "Namespaced", "responseKind": None},
                    ],
                }
            ],
        }
    ],
}
NO_GROUPS = {"kind": "APIGroupDiscoveryList", "items": []}


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server says to one request."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    chunks: tuple[bytes, ...] | None = None
    """Sent in chunks, then the connection is cut without an end."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


class Script:
    """Replies by method and path without its query; the last of several stays."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self._replies: defaultdict[str, deque[Reply | Callable[[Heard], Reply]]] = defaultdict(deque)
        self.say("GET /api", Reply(CORE))
        self.say("GET /apis", Reply(NO_GROUPS))

    def say(self, request: str, *replies: Reply | Callable[[Heard], Reply]) -> None:
        """Set the replies to a request such as `GET /api`."""
        self._replies[request] = deque(replies)

    def answer(self, heard: Heard) -> Reply:
        """Take the next reply."""
        self.heard.append(heard)
        waiting = self._replies[f"{heard.method} {heard.path.partition('?')[0]}"]
        if not waiting:
            return Reply("404 page not found", 404)
        reply = waiting.popleft() if len(waiting) > 1 else waiting[0]
        return reply if isinstance(reply, Reply) else reply(heard)


@contextmanager
def serving(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve a script; gives the server's address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            sent = self.rfile.read(length)
            body = json.loads(sent) if sent else None
            heard = Heard(self.command, self.path, dict(self.headers), body)
            self._reply(script.answer(heard))

        def _reply(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for key, value in reply.headers:
                self.send_header(key, value)
            if reply.chunks is not None:
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                for chunk in reply.chunks:
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
                self.wfile.flush()
                self.close_connection = True
                return
            text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle  # noqa: N815  # http.server's names

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # http.server's name
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
