"""What the API server's refusals mean."""

from typing import Any

import pytest

from openstack_k8s_cli.adapters.kubernetes.errors import from_status
from openstack_k8s_cli.apply.ports import ErrorKind, FieldConflict

_TYPED = "failed to create typed patch object (ns/a; example.org/v1, Kind=Thing): "
_CALL = 'failed calling webhook "w.example.org": failed to call webhook: Post "https://w.svc:443/x": '
_DENIED = 'admission webhook "w.example.org" denied the request: '


def _status(message: str, reason: str = "", **details: Any) -> dict[str, Any]:
    return {"kind": "Status", "message": message, "reason": reason, "details": details}


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        (400, _status("the body is not an object"), ErrorKind.INVALID),
        (401, _status("Unauthorized"), ErrorKind.UNAUTHORIZED),
        (403, _status("secrets is forbidden: User x cannot get"), ErrorKind.FORBIDDEN),
        (404, _status('things "a" not found', name="a", kind="things"), ErrorKind.NOT_FOUND),
        (404, _status("the server could not find the requested resource"), ErrorKind.NOT_SERVED),
        (404, {"message": "404 page not found"}, ErrorKind.NOT_SERVED),
        (404, _status('namespaces "n" not found', kind="namespaces"), ErrorKind.NAMESPACE_MISSING),
        (409, _status("exists", "AlreadyExists"), ErrorKind.EXISTS),
        (409, _status("modified", "Conflict"), ErrorKind.CONFLICT),
        (410, _status("too old resource version"), ErrorKind.GONE),
        (422, _status("spec.a: Invalid value"), ErrorKind.INVALID),
        (422, _status("spec.selector: Invalid value: {}: field is immutable"), ErrorKind.IMMUTABLE),
        (422, _status("spec: Forbidden: spec is immutable after creation except"), ErrorKind.IMMUTABLE),
        (422, _status("updates to statefulset spec for fields other than 'replicas'"), ErrorKind.IMMUTABLE),
        (422, _status("ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no"), ErrorKind.DENIED),
        (403, _status(_DENIED + "no"), ErrorKind.DENIED),
        (422, _status(_DENIED + "a field is immutable"), ErrorKind.DENIED),
        (409, _status(_DENIED + "could not patch while another is running", "Conflict"), ErrorKind.BUSY),
        (429, _status("slow down"), ErrorKind.TOO_MANY),
        (500, _status(_CALL + "dial tcp: connect: connection refused"), ErrorKind.WEBHOOK_UNREACHABLE),
        (500, _status(_CALL + 'no endpoints available for service "w"'), ErrorKind.WEBHOOK_UNREACHABLE),
        (
            500,
            _status(_CALL + "x509: certificate signed by unknown authority"),
            ErrorKind.WEBHOOK_UNREACHABLE,
        ),
        (
            500,
            _status("conversion webhook for example.org/v1, Kind=A failed: Post"),
            ErrorKind.WEBHOOK_UNREACHABLE,
        ),
        (500, _status(_TYPED + ".spec.size: expected numeric, got string"), ErrorKind.INVALID),
        (500, _status("etcdserver: request is too large"), ErrorKind.INVALID),
        (500, _status("etcdserver: leader changed"), ErrorKind.SERVER),
        (503, _status("the server is currently unable to handle the request"), ErrorKind.SERVER),
        (504, {}, ErrorKind.SERVER),
        (418, {}, ErrorKind.OTHER),
    ],
)
def test_refusals_are_told_apart(code: int, status: dict[str, Any], kind: ErrorKind) -> None:
    """Code, reason, causes and message together give the kind of error."""
    assert kind is from_status(code, status).kind


@pytest.mark.parametrize(
    ("code", "message", "said"),
    [
        (500, _TYPED + ".spec.bogus: field not declared in schema", "unknown field .spec.bogus"),
        (
            400,
            'Thing in version "v1": strict decoding error: unknown field "spec.a", unknown field "spec.b"',
            "unknown field .spec.a, .spec.b",
        ),
    ],
)
def test_unknown_fields_are_named_one_way(code: int, message: str, said: str) -> None:
    """Both of the server's wordings give the same sentence with the paths."""
    error = from_status(code, _status(message))

    assert (ErrorKind.UNKNOWN_FIELD, said) == (error.kind, error.message)


def test_a_namespace_on_its_way_out() -> None:
    """A 403 whose cause is the namespace's end is not a matter of rights."""
    causes = [{"reason": "NamespaceTerminating", "message": "namespace n is being terminated"}]

    assert from_status(403, _status("forbidden", causes=causes)).kind is ErrorKind.NAMESPACE_TERMINATING


def test_conflicts_are_read_from_causes() -> None:
    """Each owned field is named with its manager."""
    causes = [
        {"reason": "FieldManagerConflict", "message": 'conflict with "kubectl" using v1', "field": ".spec.a"},
        {"reason": "FieldManagerConflict", "message": 'conflict with "helm"', "field": ".spec.b"},
    ]
    error = from_status(409, _status("Apply failed with 2 conflicts", "Conflict", causes=causes))

    assert error.kind is ErrorKind.OWNED_FIELDS
    assert (FieldConflict("kubectl", ".spec.a"), FieldConflict("helm", ".spec.b")) == error.conflicts


@pytest.mark.parametrize(
    ("headers", "details", "seconds"),
    [
        ({"Retry-After": "7"}, {}, 7.0),
        ({"Retry-After": "Thu, 01 Jan 2015 00:00:00 GMT"}, {}, 0.0),
        ({"Retry-After": "soon"}, {}, None),
        ({}, {"retryAfterSeconds": 3}, 3.0),
        ({}, {}, None),
    ],
)
def test_the_wait_that_the_server_asks_for(
    headers: dict[str, str], details: dict[str, Any], seconds: float | None
) -> None:
    """Retry-After may be seconds, a date, or a detail of the Status."""
    assert seconds == from_status(429, _status("slow down", **details), headers).retry_after
