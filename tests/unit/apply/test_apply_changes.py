"""What a write did, told from its answer."""

from typing import Any

import pytest

from openstack_k8s_cli.apply.changes import Mark, change_between, change_of, is_as_wanted, mark_of
from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.objects import Body

MARK = Mark(100, "2026-11-25T10:00:00Z")


def answer(
    version: str, *, applied: str = "", created: str = "2026-11-25T09:00:00Z", uid: str = "u"
) -> dict[str, Any]:
    """Make an answer's metadata as the API server gives it."""
    entry = {"manager": "osk", "operation": "Apply", "time": applied}
    meta = {"resourceVersion": version, "uid": uid, "creationTimestamp": created}
    return {"metadata": {**meta, "managedFields": [entry] if applied else []}}


@pytest.mark.parametrize(
    ("body", "uid", "expected"),
    [
        (answer("99", applied="2026-11-25T09:30:00Z"), "u", Change.UNCHANGED),
        (answer("101", applied="2026-11-25T09:30:00Z"), "u", Change.UNCHANGED),
        (answer("101", applied="2026-11-25T10:00:01Z"), "u", Change.CONFIGURED),
        (answer("101", applied="2026-11-25T10:00:01Z"), None, Change.CONFIGURED),
        (answer("101", applied="2026-11-25T10:00:01Z", created="2026-11-25T10:00:01Z"), None, Change.CREATED),
        (
            answer("101", applied="2026-11-25T10:00:01Z", created="2026-11-25T10:00:01Z"),
            "old",
            Change.CREATED,
        ),
        (answer("101"), None, Change.CONFIGURED),
    ],
)
def test_answer_tells_what_was_done(body: dict[str, Any], uid: str | None, expected: Change) -> None:
    """Version and the time of osk's own fields tell unchanged from configured, UID and creation tell created."""
    assert change_of(body, MARK, uid=uid) is expected


def test_mark_is_the_clusters_own_time() -> None:
    """The mark is read from what the server wrote, so that no two clocks are compared."""
    assert mark_of(answer("7", applied="2026-11-25T10:00:00Z")) == Mark(7, "2026-11-25T10:00:00Z")


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (None, Change.CREATED),
        (answer("5", uid="old"), Change.CREATED),
        (answer("4"), Change.CONFIGURED),
        (answer("5"), Change.UNCHANGED),
    ],
)
def test_reading_before_tells_the_same(before: dict[str, Any] | None, expected: Change) -> None:
    """Without a mark the object is compared with itself before the write."""
    assert change_between(before, answer("5")) is expected


def owned(spec: dict[str, Any], fields: dict[str, Any]) -> Body:
    """Make an object that osk applied, with more that others say."""
    entry = {"manager": "osk", "operation": "Apply", "fieldsV1": {"f:spec": fields}}
    return {"kind": "Thing", "metadata": {"name": "a", "managedFields": [entry]}, "spec": spec}


LIVE = owned(
    {"size": 1, "default": True, "ports": [{"name": "a", "port": 1}, {"name": "b", "port": 2}]},
    {"f:size": {}, "f:ports": {'k:{"name":"a"}': {".": {}, "f:port": {}}, 'k:{"name":"b"}': {"f:port": {}}}},
)
PORTS = LIVE["spec"]["ports"]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"size": 1, "ports": PORTS}, True),
        ({"size": 2, "ports": PORTS}, False),
        ({"ports": PORTS}, False),
        ({"size": 1, "ports": PORTS[:1]}, False),
        ({"size": 1, "ports": PORTS, "more": 1}, False),
    ],
    ids=["same", "other value", "field gone", "item gone", "field more"],
)
def test_what_an_apply_would_do_is_told_without_it(spec: dict[str, Any], expected: bool) -> None:
    """Values and what osk owned before both count; the server's defaults do not."""
    assert is_as_wanted(LIVE, {"kind": "Thing", "metadata": {"name": "a"}, "spec": spec}) is expected


def test_what_osk_did_not_apply_is_never_as_wanted() -> None:
    """An object of others may look the same, but osk owns nothing of it."""
    live = {"kind": "Thing", "metadata": {"name": "a"}, "spec": {"size": 1}}

    assert not is_as_wanted(live, live)
