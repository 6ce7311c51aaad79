"""Asks a container registry for manifests, by the HTTP API of the distribution specification."""

import base64
import json
import re
import ssl
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from email.message import Message
from http import HTTPStatus
from http.client import HTTPException
from typing import Any

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

_TYPES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_PATIENCE = 30.0
"""Seconds that an answer may take."""
_TRIES = 4
_BACKOFF = 0.5
"""Seconds before the first repetition; doubled each time."""
_CLOSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_RETRIED = frozenset({429, 500, 502, 503, 504})
_PARAMETER = re.compile(r'(\w+)="([^"]*)"')


class Registry:
    """One registry; usable by several threads."""

    def __init__(
        self,
        host: str,
        *,
        ca: str | None = None,
        insecure: bool = False,
        credentials: tuple[str, str] | None = None,
        backoff: float = _BACKOFF,
    ) -> None:
        self._host = host
        self._schemes = ("https", "http") if insecure else ("https",)
        self._credentials = credentials
        self._backoff = backoff
        self._tokens: dict[str, str] = {}
        self._lock = threading.Lock()
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=_context(host, ca, insecure=insecure))
        )

    def digest(self, repository: str, reference: str) -> str | None:
        """Give a manifest's digest by its tag or digest; None: it is not there. Raises OskError (exit 4)."""
        path = f"/v2/{urllib.parse.quote(repository)}/manifests/{urllib.parse.quote(reference, safe=':')}"
        status, headers = self._asked(repository, path)
        if status == HTTPStatus.NOT_FOUND or (status in _CLOSED and self._is_known(repository)):
            return None
        if status != HTTPStatus.OK:
            raise self._refused(status, path)
        return headers.get("Docker-Content-Digest") or reference

    def _asked(self, repository: str, path: str) -> tuple[int, Message]:
        """Ask once, and once more with what the registry wants to know of us."""
        status, headers = self._patiently(path, self._tokens.get(repository, ""))
        if status != HTTPStatus.UNAUTHORIZED:
            return status, headers
        authorization = self._authorization(headers.get("WWW-Authenticate") or "", repository)
        if not authorization:
            return status, headers
        with self._lock:
            self._tokens[repository] = authorization
        return self._patiently(path, authorization)

    def _is_known(self, repository: str) -> bool:
        """Tell whether the registry took the login: then what it does not show is not there, in Quay's way of saying so."""
        return self._credentials is not None and self._tokens.get(repository, "").startswith("Bearer")

    def _patiently(self, path: str, authorization: str) -> tuple[int, Message]:
        attempt = 0
        while True:
            status, headers = self._head(path, authorization)
            if status not in _RETRIED or attempt == _TRIES - 1:
                return status, headers
            time.sleep(self._backoff * 2**attempt)
            attempt += 1

    def _head(self, path: str, authorization: str) -> tuple[int, Message]:
        for scheme in self._schemes:
            request = urllib.request.Request(  # noqa: S310  # https, or http where the profile says insecure
                f"{scheme}://{self._host}{path}", method="HEAD", headers={"Accept": ", ".join(_TYPES)}
            )
            if authorization:
                request.add_unredirected_header("Authorization", authorization)
            try:
                with self._opener.open(request, timeout=_PATIENCE) as answer:
                    return answer.status, answer.headers
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, error.headers
            except (OSError, HTTPException) as error:
                if scheme == self._schemes[-1]:
                    raise self._unreachable(error) from error
        raise AssertionError  # pragma: no cover  # the last scheme returns or raises

    def _authorization(self, challenge: str, repository: str) -> str:
        """Answer a challenge: by name and password, or by a token that they, or nothing, are good for."""
        scheme, _, rest = challenge.partition(" ")
        basic = _basic(self._credentials) if self._credentials else ""
        if scheme.lower() == "basic":
            return basic
        parameters = dict(_PARAMETER.findall(rest))
        if scheme.lower() != "bearer" or not parameters.get("realm"):
            return ""
        asked = {"service": parameters.get("service", ""), "scope": f"repository:{repository}:pull"}
        return self._token(f"{parameters['realm']}?{urllib.parse.urlencode(asked)}", basic)

    def _token(self, url: str, basic: str) -> str:
        if not url.startswith(tuple(f"{scheme}://" for scheme in self._schemes)):
            raise self._unreachable(ValueError("it names a place for tokens that is not reached by HTTPS"))
        request = urllib.request.Request(url)  # noqa: S310  # its scheme is checked above
        if basic:
            request.add_unredirected_header("Authorization", basic)
        try:
            with self._opener.open(request, timeout=_PATIENCE) as answer:
                given: Any = json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise self._refused(error.code, "its tokens") from error
        except (OSError, HTTPException, ValueError) as error:
            raise self._unreachable(error) from error
        token = given.get("token") or given.get("access_token") if isinstance(given, dict) else ""
        return f"Bearer {token}" if token else ""

    def _unreachable(self, error: Exception) -> OskError:
        reason = getattr(error, "reason", None) or error
        trust = isinstance(reason, ssl.SSLError)
        advice = (
            Advice("Name the authority of its certificate", "osk profile explain mirror.ca")
            if trust
            else Advice("See that this machine reaches it", "osk profile explain mirror.registry")
        )
        problem = Problem(
            "OSK0824", f"The mirror's registry does not answer: {reason}", self._host, None, (advice,)
        )
        return OskError(problem, exit_code=ExitCode.REFUSED)

    def _refused(self, status: int, what: str) -> OskError:
        said = "it does not accept the login" if status in _CLOSED else f"it answers with status {status}"
        problem = Problem(
            "OSK0825",
            f"The mirror's registry refuses to show {what}: {said}",
            self._host,
            None,
            (Advice("Give a login that may pull", "osk profile explain mirror.auth"),),
        )
        return OskError(problem, exit_code=ExitCode.REFUSED)


def _basic(credentials: tuple[str, str]) -> str:
    return f"Basic {base64.b64encode(':'.join(credentials).encode()).decode()}"


def _context(host: str, ca: str | None, *, insecure: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif ca:
        try:
            context.load_verify_locations(cadata=ca)
        except (ssl.SSLError, ValueError) as error:
            advice = Advice("Give certificates in PEM", "osk profile explain mirror.ca")
            problem = Problem("OSK0826", "The mirror's authority is no certificate", host, None, (advice,))
            raise OskError(problem, exit_code=ExitCode.USAGE) from error
    return context
