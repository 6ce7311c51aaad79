"""A watch, or a pod's log, over its own connection, which ends within milliseconds of being closed."""

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Literal

import urllib3
from urllib3.exceptions import HTTPError

from openstack_k8s_cli.adapters.kubernetes import errors
from openstack_k8s_cli.adapters.kubernetes.transport import describe
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, WatchEvent

SILENCE = 150.0
"""Seconds without a line until the server counts as gone; bookmarks come about every minute."""
LIFETIME = 540
"""Seconds after which the server ends a watch by itself."""
QUIET = 4 * 3600.0
"""The same for a log: a pod may have nothing to say for long, and the kubelet ends a log after so much."""
_KINDS: dict[str, Literal["added", "modified", "deleted", "bookmark"]] = {
    "ADDED": "added",
    "MODIFIED": "modified",
    "DELETED": "deleted",
    "BOOKMARK": "bookmark",
}


class Lines:
    """An answer that is read line by line; fulfils `apply.ports.Lines`."""

    def __init__(self, response: urllib3.BaseHTTPResponse, server: str, *, what: str = "log") -> None:
        self._response = response
        self._server = server
        self._what = what
        self._closed = threading.Event()
        self._shutting = threading.Lock()

    def __iter__(self) -> Iterator[str]:
        try:
            for line in self._lines():
                yield line.decode(errors="replace")
        except (HTTPError, OSError, ValueError, AttributeError) as cause:
            # A socket shut from another thread may surface as any of these, by where the reader was.
            if self._closed.is_set():
                return
            if isinstance(cause, HTTPError):
                message = describe(cause, self._server)
            else:
                message = f"the {self._what} of {self._server} broke: {cause}"
            raise ClusterError(ErrorKind.UNREACHABLE, message) from cause
        finally:
            with self._shutting:
                self._closed.set()
                self._response.close()

    def close(self) -> None:
        """Shut the socket under the reader, wherever it is; the reader then lets go of the connection."""
        with self._shutting:
            if not self._closed.is_set():
                self._closed.set()
                # Nothing is left to shut when the answer just ended or the server just went.
                with suppress(OSError, RuntimeError, ValueError):
                    self._response.shutdown()

    def _lines(self) -> Iterator[bytes]:
        held = b""
        for chunk in self._response.stream(65536, decode_content=True):
            if self._closed.is_set():
                return
            *whole, held = (held + chunk).split(b"\n")
            yield from whole
        if held:
            yield held


class Stream:
    """A running watch; fulfils `apply.ports.Watch`."""

    def __init__(self, response: urllib3.BaseHTTPResponse, server: str) -> None:
        self._lines = Lines(response, server, what="watch")

    def __iter__(self) -> Iterator[WatchEvent]:
        for line in self._lines:
            if line:
                yield _event(self._parsed(line))

    def _parsed(self, line: str) -> Any:
        try:
            return json.loads(line)
        except ValueError as cause:
            message = f"the watch broke in the middle of a line: {cause}"
            raise ClusterError(ErrorKind.UNREACHABLE, message) from cause

    def close(self) -> None:
        """End it."""
        self._lines.close()


def _event(line: dict[str, Any]) -> WatchEvent:
    body = line["object"]
    kind = _KINDS.get(line["type"])
    if kind is None:
        raise errors.from_status(int(body.get("code") or 500), body)
    return WatchEvent(kind, body)
