"""A change whose image nobody can pull is taken back by the command itself."""

from collections.abc import Iterator
from typing import Any

from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.cli import undoing
from openstack_k8s_cli.cli.developing import Wish
from openstack_k8s_cli.developing import entries
from openstack_k8s_cli.developing.entries import Entry, Kind
from openstack_k8s_cli.model.events import Event, Outcome, RunFinished, Warned
from openstack_k8s_cli.model.problems import ExitCode, Problem
from openstack_k8s_cli.workflows.developing import store
from openstack_k8s_cli.workflows.developing.starting import NOWHERE
from tests.unit.cli.test_cli_developing import PAINT, Desk, changed, desk

__all__ = ["desk"]
GREEN = Wish(
    kind=Kind.IMAGE,
    name="paint",
    values={"platform": {"colour": "green"}},
    touches=("settings",),
    note="green",
)


def ended(code: str) -> Iterator[Event]:
    """Tell how a change ends that has a problem."""
    yield RunFinished(0.0, Outcome.FAILED, ExitCode.FAILED, 1.0, (Problem(code, "no"),), ("next",))


def told(desk: Desk, wish: Wish, code: str) -> list[Event]:
    """Make a change, and have it end with a problem after all."""
    work: Any = desk.work
    old = entries.found(work.entries, wish.kind, wish.name)
    changed(desk, wish)
    entry: Entry = store.read(desk.cluster)[0]
    return list(undoing.watched(work, entry, old, ended(code)))


def test_what_there_is_no_image_of_is_taken_back(desk: Desk) -> None:
    """All of it; the command ends with what was wrong, and there is nothing left to do."""
    *events, last = told(desk, PAINT, NOWHERE)

    assert isinstance(last, RunFinished)
    assert (ExitCode.FAILED, ()) == (last.exit_code, last.next)
    assert [NOWHERE] == [each.code for each in last.problems]
    assert ["image paint: what was there before is put back"] == [
        each.message for each in events if isinstance(each, Warned)
    ]
    assert ("red", ()) == (desk.colour, store.read(desk.cluster))


def test_an_earlier_change_of_the_same_is_there_again(desk: Desk) -> None:
    """As it was, not the release."""
    changed(desk)
    told(desk, GREEN, NOWHERE)
    (kept,) = store.read(desk.cluster)

    assert ("blue", "blue", entries.State.THERE) == (desk.colour, kept.note, kept.state)


def test_other_troubles_stay_to_be_looked_at(desk: Desk) -> None:
    """A program that ends has said why."""
    events = told(desk, PAINT, "OSK1408")

    assert list(ended("OSK1408")) == events
    assert "blue" == desk.colour


def test_what_cannot_be_taken_back_is_said_with_the_command_that_does(desk: Desk) -> None:
    """Beside what was wrong first."""
    changed(desk)
    work: Any = desk.work
    (entry,) = work.entries
    desk.cluster.fail(ClusterError(ErrorKind.UNREACHABLE, "away"), verb="list", kind="ConfigMap", times=2)
    *_, last = undoing.watched(work, entry, None, ended(NOWHERE))

    assert isinstance(last, RunFinished)
    assert [NOWHERE, "OSK0430"] == [each.code for each in last.problems]
    assert ("osk dev reset paint",) == last.next
