"""Kinds that are away for a moment, and kinds that are no more."""

from typing import Any

import pytest

from openstack_k8s_cli.apply import records
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.apply.served import Served
from openstack_k8s_cli.model.events import Change, ObjectChanged, RunFinished
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.model.steps import Action, Timeout
from openstack_k8s_cli.plan import Plan
from tests.fakes import kinds
from tests.fakes.cluster import FakeCluster
from tests.unit.apply.plans import (
    THING,
    Ticking,
    build,
    cluster,
    drive,
    manifest,
    step,
    thing,
    thing_id,
)

REGISTRATION = kinds.served("apiregistration.k8s.io", "v1", "APIService", "apiservices", namespaced=False)
BEHIND = {"service": {"namespace": "things", "name": "api"}}


def register(over: FakeCluster, available: str, **spec: Any) -> None:
    """Say that a group is served, by this API server or by one behind it."""
    over.serve(REGISTRATION)
    over.put(
        {
            "apiVersion": "apiregistration.k8s.io/v1",
            "kind": "APIService",
            "metadata": {"name": "v1.example.org"},
            "spec": {"group": "example.org", "version": "v1", **spec},
            "status": {"conditions": [{"type": "Available", "status": available}]},
        }
    )


def recorded(over: FakeCluster) -> set[ObjectId]:
    """Name what the ledger has."""
    return {entry.id for record in records.read(over) for entry in record.entries}


@pytest.mark.parametrize(
    ("available", "spec", "others", "expected"),
    [
        ("True", {}, False, True),
        ("True", BEHIND, True, True),
        ("True", BEHIND, False, False),
        ("False", BEHIND, True, False),
        ("Unknown", BEHIND, False, False),
    ],
)
def test_missing_kind_is_surely_missing_unless_its_server_is_away(
    available: str,
    spec: dict[str, Any],
    others: bool,
    expected: bool,
) -> None:
    """A kind of another API server is no more only when that one is there and lists others of its kinds."""
    over = FakeCluster()
    register(over, available, **spec)
    if others:
        over.serve(kinds.served("example.org", "v1", "Other", "others"))

    assert Served(over, Ticking()).surely_lacks("example.org") is expected
    assert Served(over, Ticking()).surely_lacks("elsewhere.org") is True


def things() -> FakeCluster:
    """Make a cluster with a Thing that an API server behind it serves."""
    over = cluster()
    register(over, "True", **BEHIND)
    drive(build(step("space", manifest("Namespace", "cloud")), step("one", thing("one"))), over)
    return over


def ending(*, patience: float = 600.0) -> Plan:
    """Plan the Thing's deletion."""
    timeout = Timeout(stall=patience)
    return build(step("end", action=Action.DELETE, deletes=[thing_id("one")], timeout=timeout))


def test_object_whose_server_is_away_stays_in_the_ledger() -> None:
    """A deletion that cannot be made now is no deletion: the run says so, and the next one makes it."""
    over = things()
    over.unserve("example.org", "Thing")
    over.refresh()
    register(over, "False", **BEHIND)

    blocked = drive(ending(patience=1.0), over)[-1]  # the refusal must have come by then
    kept = recorded(over)
    over.serve(THING)
    register(over, "True", **BEHIND)
    done = drive(ending(), over)

    assert isinstance(blocked, RunFinished)
    assert blocked.exit_code is ExitCode.TEARDOWN_BLOCKED
    assert "example.org is away" in (blocked.problems[0].detail or "")
    assert thing_id("one") in kept
    assert Change.DELETED in {each.change for each in done if isinstance(each, ObjectChanged)}
    assert thing_id("one") not in recorded(over)


def test_deletion_is_not_believed_while_its_kind_cannot_be_listed() -> None:
    """An object that holds on to its finalizer is not taken for gone because its server went away meanwhile."""
    over = things()
    over.set_finalizers(thing_id("one"), "example.org/hold")
    error = ClusterError(ErrorKind.SERVER, "service unavailable", status=503)
    over.fail(error, verb="list", kind="Thing", times=1_000_000)

    finished = drive(ending(patience=0.05), over)[-1]

    assert isinstance(finished, RunFinished)
    assert finished.exit_code is ExitCode.TEARDOWN_BLOCKED
    assert thing_id("one") in recorded(over)


def test_object_of_a_kind_that_is_no_more_leaves_the_ledger() -> None:
    """What cannot be there any more is not waited for."""
    over = cluster()
    drive(build(step("space", manifest("Namespace", "cloud")), step("one", thing("one"))), over)
    over.unserve("example.org", "Thing")

    finished = drive(ending(), over)[-1]

    assert isinstance(finished, RunFinished)
    assert finished.exit_code is ExitCode.DONE
    assert thing_id("one") not in recorded(over)
