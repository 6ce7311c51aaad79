"""Takes a change back whose image nobody can pull: nothing of it is left, and what was there before is there again."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from openstack_k8s_cli.developing import entries, telling
from openstack_k8s_cli.developing.entries import Entry, State
from openstack_k8s_cli.model.events import Event, RunFinished, Warned
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows import refusals
from openstack_k8s_cli.workflows.developing import resetting, starting, store, swapping

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.composing import Work


def watched(work: "Work", entry: Entry, old: Entry | None, events: Iterable[Event]) -> Iterator[Event]:
    """Tell a change to its end, and take it back where its image is nowhere; `old` is what stood in its place."""
    end: RunFinished | None = None
    for event in events:  # to their end: the lease of the change is given back there
        if isinstance(event, RunFinished) and any(each.code == starting.NOWHERE for each in event.problems):
            end = event
        else:
            yield event
    if end is not None:
        yield Warned(end.at, f"{entry.title}: what was there before is put back")
        yield from _taken_back(work, entry, old, end)


def _taken_back(work: "Work", entry: Entry, old: Entry | None, end: RunFinished) -> Iterator[Event]:
    problems, left = end.problems, True
    try:
        for event in _back(work, entry, old if old and old.state is State.THERE else None):
            if isinstance(event, RunFinished):
                problems += event.problems
                left = event.exit_code is not ExitCode.DONE
            else:
                yield event
    except OskError as error:
        problems += error.problems
    yield replace(end, problems=problems, next=(telling.undo(entry),) if left else ())


def _back(work: "Work", entry: Entry, old: Entry | None) -> Iterator[Event]:
    cluster = work.connection.cluster
    now = entries.found(
        [each for each in refusals.reading(lambda: store.read(cluster)) if each.profile == entry.profile],
        *entry.key,
    )
    if now is None:  # somebody else has taken it back
        return
    if old is None:
        back = work.having(entries.without(work.entries, [now]))
        yield from back.drive(lambda world, options: resetting.reset(world, (now,), options))
        return
    before = replace(old, version=now.version)
    back = work.having(entries.put(work.entries, before))
    yield from back.drive(lambda world, options: swapping.swap(world, before, options, end=old.state))
