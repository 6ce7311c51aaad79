"""Turn the API server's refusals into ClusterErrors.

Status codes alone do not tell: under server-side apply an unknown field and a wrong type arrive as 500,
as does a webhook that cannot be reached, and a namespace that is being deleted as 403.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, FieldConflict
from openstack_k8s_cli.model.objects import get

_BY_STATUS = {
    400: ErrorKind.INVALID,
    401: ErrorKind.UNAUTHORIZED,
    403: ErrorKind.FORBIDDEN,
    409: ErrorKind.CONFLICT,
    410: ErrorKind.GONE,
    413: ErrorKind.INVALID,
    422: ErrorKind.INVALID,
    429: ErrorKind.TOO_MANY,
}
_UNDECLARED = re.compile(r"(\S+): field not declared in schema")
_UNDECODED = re.compile(r'unknown field "([^"]+)"')
_DENIED = re.compile(
    r'admission webhook "[^"]*" denied the request|ValidatingAdmissionPolicy .* denied request|violates PodSecurity'
)
_WEBHOOK_UNREACHABLE = re.compile(r"failed calling webhook|conversion webhook for .* failed")
_IMMUTABLE = re.compile(
    r"immutable|(?:may not|cannot|can not|must not) be (?:changed|updated)|may not change once set"
    r"|cannot change roleRef|updates to statefulset spec for fields other than",
    re.IGNORECASE,
)
_NEVER_ACCEPTED = re.compile(
    r"failed to create typed patch object|strict decoding error|etcdserver: request is too large"
)
_MANAGER = re.compile(r'conflict with "([^"]*)"')


def from_status(
    code: int, status: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> ClusterError:
    """Judge a Status object that came with an HTTP code."""
    message = str(status.get("message") or status.get("reason") or f"HTTP {code}").strip()
    kind = _kind(code, status, message)
    if kind is ErrorKind.UNKNOWN_FIELD:
        message = _name_fields(message)
    return ClusterError(
        kind,
        message,
        status=code,
        retry_after=_retry_after(status, headers or {}),
        conflicts=_conflicts(status) if kind is ErrorKind.OWNED_FIELDS else (),
    )


def _kind(code: int, status: Mapping[str, Any], message: str) -> ErrorKind:
    if code == HTTPStatus.CONFLICT and _DENIED.search(message):
        return ErrorKind.BUSY
    for pattern, kind in _BY_MESSAGE:
        if pattern.search(message):
            return kind
    for tell in _BY_DETAIL.get(code, ()):
        told = tell(status)
        if told is not None:
            return told
    if code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ErrorKind.SERVER
    return _BY_STATUS.get(code, ErrorKind.OTHER)


def _absence(status: Mapping[str, Any]) -> ErrorKind:
    """Tell a missing object from a path that the server does not know."""
    kind = get(status, "details", "kind")
    if not kind:
        return ErrorKind.NOT_SERVED
    return ErrorKind.NAMESPACE_MISSING if kind == "namespaces" else ErrorKind.NOT_FOUND


def _ending(status: Mapping[str, Any]) -> ErrorKind | None:
    return ErrorKind.NAMESPACE_TERMINATING if _has_cause(status, "NamespaceTerminating") else None


def _presence(status: Mapping[str, Any]) -> ErrorKind | None:
    return ErrorKind.EXISTS if status.get("reason") == "AlreadyExists" else None


def _ownership(status: Mapping[str, Any]) -> ErrorKind | None:
    return ErrorKind.OWNED_FIELDS if _has_cause(status, "FieldManagerConflict") else None


def _immutability(status: Mapping[str, Any]) -> ErrorKind | None:
    return ErrorKind.IMMUTABLE if _IMMUTABLE.search(status.get("message", "")) else None


_BY_MESSAGE = (
    (_DENIED, ErrorKind.DENIED),
    (_WEBHOOK_UNREACHABLE, ErrorKind.WEBHOOK_UNREACHABLE),
    (_UNDECLARED, ErrorKind.UNKNOWN_FIELD),
    (_UNDECODED, ErrorKind.UNKNOWN_FIELD),
    (_NEVER_ACCEPTED, ErrorKind.INVALID),
)
_BY_DETAIL: Mapping[int, tuple[Callable[[Mapping[str, Any]], ErrorKind | None], ...]] = {
    403: (_ending,),
    404: (_absence,),
    409: (_presence, _ownership),
    422: (_immutability,),
}


def _has_cause(status: Mapping[str, Any], reason: str) -> bool:
    return any(cause.get("reason") == reason for cause in get(status, "details", "causes") or ())


def _name_fields(message: str) -> str:
    """Say it one way, with a leading dot: `unknown field .spec.a, .spec.b`."""
    paths = _UNDECLARED.findall(message) + ["." + path for path in _UNDECODED.findall(message)]
    return "unknown field " + ", ".join(dict.fromkeys(paths))


def _conflicts(status: Mapping[str, Any]) -> tuple[FieldConflict, ...]:
    causes = get(status, "details", "causes") or ()
    return tuple(
        FieldConflict(_manager(cause.get("message", "")), cause.get("field", ""))
        for cause in causes
        if cause.get("reason") == "FieldManagerConflict"
    )


def _manager(message: str) -> str:
    found = _MANAGER.search(message)
    return found.group(1) if found else message


def _retry_after(status: Mapping[str, Any], headers: Mapping[str, str]) -> float | None:
    header = headers.get("Retry-After")
    if header is None:
        seconds = get(status, "details", "retryAfterSeconds")
        return float(seconds) if isinstance(seconds, int) and seconds > 0 else None
    try:
        return float(header)
    except ValueError:
        return _seconds_until(header)


def _seconds_until(date: str) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
