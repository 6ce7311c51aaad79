"""What `osk dev` does: changes of a cloud that last until they are taken back, made by every one of its commands alike."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openstack_k8s_cli.developing.entries import Kind, State
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

if TYPE_CHECKING:
    from openstack_k8s_cli.apply.ports import Cluster
    from openstack_k8s_cli.cli.composing import Work
    from openstack_k8s_cli.cli.session import Session
    from openstack_k8s_cli.developing.entries import Entry
    from openstack_k8s_cli.model.events import Event
    from openstack_k8s_cli.workflows.developing.effects import Wanted

OPERATOR = "operators/openstack-operator/operator"
"""The step that brings the Subscription."""
INITIALIZE = "operators/openstack-operator/initialize"
"""The step that brings the resource OpenStack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be other than the release."""

    kind: Kind
    name: str
    values: Mapping[str, Any]
    """The fragment of the profile that says it."""
    touches: tuple[str, ...]
    """Components or steps of the plan that bring it."""
    note: str = ""
    """What stands in the place of the release's: an image, a folder."""
    end: State = State.THERE
    holder: str = ""
    """Whose process it needs, as leases name one."""


def image(
    session: "Session",
    name: str,
    reference: str,
    *,
    save: bool,
    crds: Sequence[Path] = (),
    yes: bool = False,
    made: "Sequence[Wanted]" = (),
) -> "Iterator[Event]":
    """Give an operator another image, and the cluster the CRDs that it needs; `made` came with the image."""
    from openstack_k8s_cli.cli import kindfiles
    from openstack_k8s_cli.developing import operators

    operators.check(name)
    operators.check_image(reference)
    asked = kindfiles.wishes(session, name, crds)
    values = image_of(name, reference)
    wish = Wish(kind=Kind.IMAGE, name=name, values=values, touches=(OPERATOR,), note=reference)
    return change(session, wish, wishes=lambda work: (*made, *asked(work)), save=save, yes=yes)


def image_of(name: str, reference: str) -> Mapping[str, Any]:
    """Give the fragment of a profile that says an operator's image."""
    return {"operators": {"overrides": {name: {"image": reference}}}}


def change(
    session: "Session",
    wish: Wish,
    *,
    wishes: "Callable[[Work], Sequence[Wanted]]" = lambda _: (),
    save: bool = False,
    yes: bool = False,
    work: "Work | None" = None,
) -> "Iterator[Event]":
    """Make a change: what every command does that makes one.

    `wishes` gives what a profile cannot say, once the cluster is known; it may refuse by raising OskError.
    What somebody else changed is replaced only where that is confirmed.
    """
    from openstack_k8s_cli.cli import undoing
    from openstack_k8s_cli.developing import entries, layers
    from openstack_k8s_cli.model.events import RunFinished
    from openstack_k8s_cli.workflows.developing import checking, swapping

    work = work or session.work
    entry = _entry(work, wish)
    layers.check(work.entries, entry)
    old = entries.found(work.entries, *entry.key)
    _ask(session, old, entry.by, yes=yes)
    if save:
        work.profiles.put(work.profile_name, layers.leaves(wish.values), dry=True)
    entry = replace(entry, version=old.version if old else "")
    changed = work.having(entries.put(work.entries, entry))
    checking.check(changed.informed, entry.layer, old)
    if wish.kind in {Kind.IMAGE, Kind.RUN}:
        checking.check_has(changed.informed, wish.name)
    asked = wishes(changed)
    events = changed.drive(
        lambda world, options: swapping.swap(world, entry, options, wishes=asked, end=wish.end)
    )
    for event in undoing.watched(work, entry, old, events):
        if isinstance(event, RunFinished) and event.exit_code is ExitCode.DONE:
            yield replace(event, next=_kept(session, changed, entry, save=save))
        else:
            yield event


def ask(session: "Session", work: "Work", key: tuple[Kind, str], *, yes: bool) -> None:
    """Let it be confirmed that somebody else's change would be replaced, before what takes long; raises OskError."""
    from openstack_k8s_cli.developing import entries

    _ask(session, entries.found(work.entries, *key), _who(work.connection.cluster), yes=yes)


def _ask(session: "Session", old: "Entry | None", by: str, *, yes: bool) -> None:
    """Let it be confirmed that somebody else's change is replaced; raises OskError."""
    from openstack_k8s_cli.cli import questions
    from openstack_k8s_cli.developing import telling

    if old is not None and old.by != by:
        session.tell(telling.line(old))
        questions.confirm(f"Replace what {old.by} put there?", yes=yes)


def _entry(work: "Work", wish: Wish) -> "Entry":
    from openstack_k8s_cli.developing.entries import Entry

    return Entry(
        kind=wish.kind,
        name=wish.name,
        profile=work.loaded.name,
        since=time.time(),
        by=_who(work.connection.cluster),
        values=wish.values,
        touches=wish.touches,
        note=wish.note,
        holder=wish.holder,
    )


def _who(cluster: "Cluster") -> str:
    """Name who does this: the user of the workstation, and the cluster's where it tells."""
    from openstack_k8s_cli.adapters import holders
    from openstack_k8s_cli.workflows.developing import reviewing

    here = holders.holder().split()[0]
    there = reviewing.user(cluster)
    return f"{here} as {there}" if there else here


def _kept(session: "Session", work: "Work", entry: "Entry", *, save: bool) -> tuple[str, ...]:
    """Put a change into the profile's file where that is asked for, and say how it is undone."""
    from openstack_k8s_cli.developing import building, entries, layers, telling
    from openstack_k8s_cli.workflows import refusals
    from openstack_k8s_cli.workflows.developing import store

    if not save:
        return (f"{telling.undo(entry)}   # back to the release", "osk dev status   # what differs from it")
    work.profiles.put(work.profile_name, layers.leaves(entry.values))
    cluster = work.connection.cluster
    now = entries.found(refusals.reading(lambda: store.read(cluster)), *entry.key)
    left = [each for each in now.effects if not building.is_used(each.object, entry.values)] if now else []
    if now is not None and not left:
        refusals.reading(lambda: store.erase(cluster, now))
    session.tell(f"{work.profile_name}: {entry.title} = {entry.note}")
    if left:
        session.tell(
            f"what a profile cannot say stays development state: {', '.join(str(each.object) for each in left)}"
        )
        return (
            f"{telling.undo(entry)}   # takes that back",
            "osk dev status   # what differs from the release",
        )
    return ()


def reset(session: "Session", names: Sequence[str], *, yes: bool, force: bool = False) -> ExitCode:
    """Go back to the release: with some changes, or all; `force`: whatever objects lose of what CRDs brought."""
    from openstack_k8s_cli.adapters import keeping
    from openstack_k8s_cli.cli import questions, running
    from openstack_k8s_cli.developing import entries, telling
    from openstack_k8s_cli.workflows import refusals
    from openstack_k8s_cli.workflows.developing import crds, resetting

    keeping.sweep(keeping.home(session.environment))
    work = session.work
    gone = _named(work.entries, names, work.beside)
    if not gone:
        session.tell("\n".join([*telling.others(work.beside), "nothing differs from the release"]))
        return ExitCode.DONE
    if not force:
        refusals.reading(lambda: crds.check_reset(work.connection.cluster, gone))
    me = _who(work.connection.cluster)
    if not names or any(each.by != me for each in gone):
        session.tell("\n".join(telling.lines(gone)))
        questions.confirm(
            "Take all of it back?" if not names else "Take back what is somebody else's too?", yes=yes
        )
    back = work.having(entries.without(work.entries, gone))
    events = back.drive(lambda world, options: resetting.reset(world, gone, options))
    return running.run(session, "dev-reset", events, again=session.line)


def _named(there: "Sequence[Entry]", names: Sequence[str], beside: "Sequence[Entry]") -> "tuple[Entry, ...]":
    """Choose entries by what they are of; raises OskError where one is not there, or another cloud's."""
    known = sorted({each.name for each in there})
    unknown = [name for name in names if name not in known]
    theirs = [each for each in beside if each.name in unknown]
    if theirs:
        raise OskError(*map(_of_another_cloud, theirs), exit_code=ExitCode.REFUSED)
    if unknown:
        text = f"There are: {', '.join(known)}" if known else "Nothing differs from the release"
        advice = (Advice(text, "osk dev status"),)
        problems = (
            Problem("OSK1407", f"`{each}` is as the release has it", each, None, advice) for each in unknown
        )
        raise OskError(*problems, exit_code=ExitCode.USAGE)
    return tuple(each for each in there if not names or each.name in names)


def _of_another_cloud(entry: "Entry") -> Problem:
    from openstack_k8s_cli.developing import telling

    return Problem(
        "OSK1442",
        f"`{entry.name}` was changed by the cloud {entry.profile}, whose operators this one has too",
        entry.name,
        telling.line(entry),
        (
            Advice(
                "Agree with whom it is of; that cloud's profile takes it back",
                f"{telling.undo(entry)} -p PROFILE",
            ),
        ),
    )


def status(session: "Session") -> None:
    """Say what differs from the release, of every cloud of the cluster."""
    from openstack_k8s_cli.adapters import holders, keeping
    from openstack_k8s_cli.developing import entries, telling
    from openstack_k8s_cli.workflows.developing import marks, store

    keeping.sweep(keeping.home(session.environment))
    work = session.work
    halfway = marks.found(work.connection.cluster, work.loaded.values["namespaces"]["openstack"])
    found = entries.looked(store.seen(work.connection.cluster), holders.is_dead)
    mine = work.loaded.name

    def text() -> str:
        lines = [each.line for each in halfway]
        for each in found:
            lines.append(f"{'' if each.profile == mine else f'cloud {each.profile}: '}{telling.line(each)}")
            lines += [f"    {effect.object}" for effect in each.effects]
        end = ["`osk dev reset` goes back to the release"] if found else []
        return "\n".join([*lines, *end] or ["as the release has it"])

    begun = [each.document(mine) for each in halfway]
    session.answer([*begun, *(telling.document(each) for each in found)], text)
