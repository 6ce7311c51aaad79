"""What `osk edit` does: a service's part of the profile in an editor, checked, shown, asked about, and deployed."""

import shlex
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from openstack_k8s_cli.adapters.editors import Draft, Earlier
from openstack_k8s_cli.cli import picturing, questions, serving
from openstack_k8s_cli.model.events import Event, RunFinished
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.profile import pieces, servicepieces, services
from openstack_k8s_cli.profile.loading import Loaded
from openstack_k8s_cli.profile.sources import Source
from openstack_k8s_cli.report import problems as wordings
from openstack_k8s_cli.workflows.world import Target

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.composing import Work
    from openstack_k8s_cli.cli.session import Session

_TARGET = Target(("controlplane",))


@dataclass(frozen=True, slots=True)
class Change:
    """A profile's file as it is and as it is to be; nothing is written yet."""

    session: "Session"
    work: "Work"
    """With the profile as it is to be."""
    service: str
    before: Source
    after: str
    draft: Draft

    @property
    def profile(self) -> str:
        """The profile's name or path."""
        return self.work.profile_name

    def write(self) -> None:
        """Write the file."""
        with _kept(self.session, self.draft):
            self.work.profiles.write(self.before, self.after)
        earlier = pieces.taken(self.before.text, servicepieces.home(self.service))
        _earlier(self.session, self.before, self.service).keep(earlier)

    @property
    def undo(self) -> str:
        """Give the command that goes back."""
        return f"osk edit {self.service} --back"

    @contextmanager
    def undecided(self) -> Generator[None]:
        """Say where the text is when something comes in between."""
        with _kept(self.session, self.draft):
            yield


def edited(session: "Session", service: str, *, back: bool = False) -> Change | None:
    """Let a service's part be edited until it is right; None: nothing was changed. Raises OskError.

    With `back` nobody is asked: it becomes what it was before the last edit.
    """
    work = session.work
    source = work.profiles.own(work.profile_name)
    _check(service, work.profiles.kinds())
    given = _before(session, source, service) if back else None
    loaded, draft = _valid(work), Draft(session.environment, service)
    text = servicepieces.text(service, source, loaded)
    while True:
        with _kept(session, draft):
            came = servicepieces.read(draft.edited(text) if given is None else given)
        put: pieces.Put | None = None
        try:
            put = pieces.put(source.text, servicepieces.home(service), came.piece)
            if put.text == source.text:
                draft.drop()
                return None
            return Change(session, _as_if(session, put.text), service, source, put.text, draft)
        except OskError as error:
            found = [came.at(each, source, put) if put else each for each in error.problems]
            said = wordings.text(session.remedies.problems(found))
            if not questions.again(said, "Edit it again?"):
                _say_kept(session, draft)
                raise OskError(*found, exit_code=error.exit_code) from error
            wrong, given = tuple(said.splitlines()), None
            text = servicepieces.text(service, source, loaded, own=came.piece, wrong=wrong)


def ask(change: Change, *, yes: bool) -> bool:
    """Show what a change would do and have it confirmed; tell whether anything is to be deployed."""
    with change.undecided():
        preview = change.work.preview(_TARGET)
        change.session.tell(picturing.preview_text(preview, everything=bool(change.session.scope.verbose)))
        if preview.differs:
            questions.confirm(f"Write it into {change.before.label} and deploy it?", yes=yes)
    return preview.differs


def deployed(change: Change) -> Iterator[Event]:
    """Write the file and deploy it; where that is refused before it begins, the file is put back."""
    session, profiles = change.session, change.session.work.profiles
    earlier = _earlier(session, change.before, change.service)
    known = earlier.read()
    change.write()
    after, begun = profiles.source(change.profile), False
    try:
        for event in change.work.deploy(_TARGET, again=session.pointed("deploy", "controlplane")):
            if not begun:
                change.draft.drop()
                begun = True
            yield _undoable(event, change.undo)
    except OskError:
        if not begun and profiles.put_back(change.profile, change.before, after):
            earlier.keep(known)
            _say_kept(session, change.draft)
        else:
            session.tell(
                f"{change.profile} keeps it: `osk deploy controlplane` goes on, `{change.undo}` goes back"
            )
        raise


def _undoable(event: Event, undo: str) -> Event:
    if isinstance(event, RunFinished) and event.exit_code is ExitCode.DONE:
        return replace(event, next=(*event.next, f"{undo}   # as it was before"))
    return event


def _as_if(session: "Session", text: str) -> "Work":
    """Put osk together with the profile as it would be; raises OskError with all that is wrong with it."""
    work = session.work
    work.profiles = work.profiles.having(work.profile_name, text)
    work.validate(work.profile_name)
    return work


def _earlier(session: "Session", source: Source, service: str) -> Earlier:
    return Earlier(session.environment, source.name, service)


def _before(session: "Session", source: Source, service: str) -> str:
    """Give what the part was before the last edit; raises OskError where this machine has seen none."""
    found = _earlier(session, source, service).read()
    if found is None:
        advice = Advice("Edit it as it is to be", f"osk edit {service}")
        summary = f"Nobody has edited {service} of {source.label} on this machine"
        raise OskError(Problem("OSK1450", summary, service, None, (advice,)), exit_code=ExitCode.USAGE)
    return found


def _valid(work: "Work") -> Loaded | None:
    """Load the profile; None where it is not valid, as it may be what is to be mended."""
    try:
        return work.loaded
    except OskError:
        return None


def _check(service: str, kinds: services.Kinds) -> None:
    if service not in kinds and service != services.GALERA:
        known = [services.GALERA, *kinds]
        raise OskError(serving.unknown(service, known), exit_code=ExitCode.USAGE)


@contextmanager
def _kept(session: "Session", draft: Draft) -> Generator[None]:
    try:
        yield
    except BaseException:  # also a signal: what was written by hand is not to be lost
        _say_kept(session, draft)
        raise


def _say_kept(session: "Session", draft: Draft) -> None:
    """Say that the profile is as it was, and how to go on with what was written."""
    if not draft.touched:
        draft.drop()
        return
    editor = shlex.quote(shlex.join(["cp", str(draft.path)]))
    session.tell(
        f"the profile is as it was; what was edited is kept in {draft.path}\n"
        f"to go on with it: VISUAL={editor} {session.line}"
    )
