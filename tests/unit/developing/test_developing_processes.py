"""Entries that a process on a workstation belongs to: whether it is still there, and who has it."""

from openstack_k8s_cli.developing import telling
from openstack_k8s_cli.developing.entries import Kind, State, looked
from tests.fakes.entries import entry

HOLDER = "ann@laptop 607 2026-11-26T15:44:41Z abcd1234"
RUNNING = entry(Kind.RUN, note="/src/nova", holder=HOLDER, state=State.RUNNING)


def test_a_process_is_named_with_its_machine() -> None:
    """In words and for machines; an entry without one says nothing of it."""
    assert "; runs with process 607 of laptop)" in telling.line(RUNNING)
    assert "ann@laptop 607" == telling.document(RUNNING)["process"]
    assert "" == telling.document(entry())["process"]


def test_one_that_is_gone_is_found_out_and_said_with_what_to_do() -> None:
    """As far as this machine can tell: it knows nothing of others' processes."""
    (gone,) = looked([RUNNING], lambda holder: holder == HOLDER)
    (other,) = looked([RUNNING], lambda _: False)

    assert (State.ENDED, State.RUNNING) == (gone.state, other.state)
    assert "its process is gone: `osk dev reset` restores" in telling.line(gone)


def test_an_entry_that_needs_no_process_is_left_as_it_is() -> None:
    """An image stays, whoever put it there."""
    there = entry(state=State.THERE)

    assert (there,) == looked([there], lambda _: True)
