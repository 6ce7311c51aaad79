"""The JSON form of events, the exit codes of several causes, and secret values."""

import json

import pytest

from openstack_k8s_cli.model import events
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import ExitCode, gravest
from openstack_k8s_cli.model.secrets import SecretText


def test_event_in_json() -> None:
    """An event's JSON form is plain, versioned and timed in UTC."""
    event = events.ObjectChanged(
        0.5, "operators/metallb/pools", ObjectId("", "Secret", "a", "b"), events.Change.CREATED
    )

    assert {
        "version": 1,
        "type": "ObjectChanged",
        "at": "1970-01-01T00:00:00.500Z",
        "step": "operators/metallb/pools",
        "object": {"group": "", "kind": "Secret", "namespace": "a", "name": "b"},
        "change": "created",
    } == json.loads(json.dumps(events.to_json(event)))


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ((), ExitCode.DONE),
        ((ExitCode.DONE, ExitCode.DONE), ExitCode.DONE),
        ((ExitCode.APPLY_REFUSED, ExitCode.STALLED), ExitCode.STALLED),
        ((ExitCode.STALLED, ExitCode.DATAPLANE_FAILED), ExitCode.DATAPLANE_FAILED),
        ((ExitCode.DATAPLANE_FAILED, ExitCode.FAILED), ExitCode.FAILED),
    ],
)
def test_gravest_of_several(codes: tuple[ExitCode, ...], expected: ExitCode) -> None:
    """Several causes exit as the gravest: 7 before 8 before 6 before 5."""
    assert expected is gravest(codes)


def test_secret_text_does_not_show_itself() -> None:
    """A secret value is in no text form of itself."""
    value = SecretText("hunter2")

    assert "hunter2" not in f"{value} {value!r}"
    assert "hunter2" == value.reveal()
