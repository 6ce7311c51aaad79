"""HTTP to the API server over the client's pool: credentials, their one renewal, and what went wrong."""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from openstack_k8s_cli.adapters.kubernetes import errors
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.model.problems import OskError

CONNECT_TIMEOUT = 5.0
"""Seconds."""
READ_TIMEOUT = 30.0
"""Seconds without a byte."""
Query = Mapping[str, str]
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
"""The text of a header such as `299 - "a is deprecated"`."""


@dataclass(frozen=True, slots=True)
class Access:
    """One set of credentials and the pool that uses it."""

    configuration: Any
    """`kubernetes.client.Configuration`."""
    pool: urllib3.PoolManager

    @property
    def server(self) -> str:
        """Give the API server's address."""
        return str(self.configuration.host)


@contextmanager
def understood() -> Iterator[None]:
    """Tell of an answer that is JSON and yet nothing of Kubernetes'."""
    try:
        yield
    except (AttributeError, LookupError, TypeError) as cause:
        message = "the answer is no object of Kubernetes': is this an API server, or something before it?"
        raise ClusterError(ErrorKind.OTHER, message) from cause


@dataclass(frozen=True, slots=True)
class Response:
    """An answer that was read to its end."""

    status: int
    headers: Mapping[str, str]
    warnings: tuple[str, ...]
    body: bytes

    def json(self) -> Any:
        """Parse the body."""
        try:
            found = json.loads(self.body)
        except ValueError as cause:
            message = "the answer is not JSON: is this a Kubernetes API server, or a login page or proxy?"
            raise ClusterError(ErrorKind.OTHER, message, status=self.status) from cause
        with understood():
            return {**found}


class Transport:
    """Requests to one API server; thread-safe."""

    def __init__(self, open_access: Callable[[], Access]) -> None:
        self._open = open_access
        self._access = open_access()
        self._renewal = threading.Lock()

    @property
    def access(self) -> Access:
        """Give the credentials in use."""
        return self._access

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Any = None,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Send a request and read its answer; a refusal is raised, 304 is not one."""
        timeout = urllib3.Timeout(connect=CONNECT_TIMEOUT, read=READ_TIMEOUT)
        payload = None if body is None else json.dumps(body, separators=(",", ":")).encode()
        sent = {"Accept": "application/json", **(headers or {})}
        if payload is not None:
            sent["Content-Type"] = content_type
        raw = self._renewing(
            lambda: self._send(method, _target(path, query), payload, headers=sent, timeout=timeout)
        )
        return Response(raw.status, raw.headers, _warnings(raw), raw.data)

    def stream(
        self, path: str, *, query: Query, silence: float, accept: str = "application/json"
    ) -> urllib3.BaseHTTPResponse:
        """Open an answer to read as it comes; `silence` is how long nothing may arrive."""
        timeout = urllib3.Timeout(connect=CONNECT_TIMEOUT, read=silence)
        headers = {"Accept": accept}
        target = _target(path, query)
        return self._renewing(
            lambda: self._send("GET", target, None, headers=headers, timeout=timeout, whole=False)
        )

    def renew(self, spent: Access) -> None:
        """Read the credentials anew, once for all threads that were refused with the same ones."""
        with self._renewal:
            if self._access is spent:
                try:
                    self._access = self._open()
                except OskError as cause:
                    message = f"the login is refused and cannot be renewed: {cause}"
                    raise ClusterError(ErrorKind.UNAUTHORIZED, message, status=401) from cause

    def _renewing(self, send: Callable[[], urllib3.BaseHTTPResponse]) -> urllib3.BaseHTTPResponse:
        spent = self._access
        try:
            return send()
        except ClusterError as error:
            if error.kind is not ErrorKind.UNAUTHORIZED:
                raise
            self.renew(spent)
            return send()

    def authorization(self, access: Access) -> dict[str, str]:
        """Give the header; where a token has expired, one thread renews it and the others wait."""
        with self._renewal:
            value = access.configuration.get_api_key_with_prefix("BearerToken")
        return {"Authorization": value.rstrip()} if value else {}  # a file with a token ends as text files do

    def _send(
        self,
        method: str,
        target: str,
        payload: bytes | None,
        *,
        headers: Mapping[str, str],
        timeout: urllib3.Timeout,
        whole: bool = True,
    ) -> urllib3.BaseHTTPResponse:
        access = self._access
        try:
            raw = access.pool.request(
                method,
                access.server + target,
                body=payload,
                headers={"User-Agent": "osk", **headers, **self.authorization(access)},
                timeout=timeout,
                retries=False,
                preload_content=whole,
            )
            if raw.status >= HTTPStatus.MULTIPLE_CHOICES and raw.status != HTTPStatus.NOT_MODIFIED:
                raise _refusal(raw.status, raw.headers, raw.data)
        except HTTPError as cause:
            raise ClusterError(ErrorKind.UNREACHABLE, describe(cause, access.server)) from cause
        return raw


def _target(path: str, query: Query | None) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _refusal(status: int, headers: Mapping[str, str], body: bytes) -> ClusterError:
    try:
        parsed = json.loads(body)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        parsed = {"message": body[:500].decode(errors="replace")}
    return errors.from_status(status, parsed, headers)


def _warnings(raw: urllib3.BaseHTTPResponse) -> tuple[str, ...]:
    found = (text for header in raw.headers.getlist("Warning") for text in _QUOTED.findall(header))
    return tuple(text.replace('\\"', '"') for text in found)


def describe(cause: HTTPError, server: str) -> str:
    """Say in a few words why no answer came."""
    for kind, text in _FAILURES:
        if isinstance(cause, kind):
            return text.format(server=server, why=_reason(cause))
    return f"the connection to {server} broke: {_reason(cause)}"


_FAILURES: tuple[tuple[type[HTTPError], str], ...] = (
    (SSLError, "TLS to {server} failed: {why}"),
    (NameResolutionError, "the name of {server} does not resolve"),
    (NewConnectionError, "{server} refuses connections: {why}"),
    (ConnectTimeoutError, "{server} does not answer a connection attempt in time"),
    (ReadTimeoutError, "{server} took a request and gave no answer in time"),
    (ProxyError, "the proxy before {server} failed: {why}"),
)


def _reason(cause: HTTPError) -> str:
    inner = cause.__cause__ or cause.__context__
    return str(inner or cause)
