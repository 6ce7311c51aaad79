"""Runs a stream of events: shows it, keeps its record, and ends it cleanly when a signal comes."""

import sys
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from openstack_k8s_cli.adapters import runs
from openstack_k8s_cli.cli import endings, printing
from openstack_k8s_cli.cli.scope import Output, Scope
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.signals import Stopped, settled
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.report import jsonlines, lines, page, wording
from openstack_k8s_cli.report import problems as problem_texts
from openstack_k8s_cli.report.view import View, fold


class Sink(Protocol):
    """Something that follows a run."""

    def see(self, before: View, event: Event, after: View) -> None:
        """Take in one event."""
        ...

    def close(self) -> None:
        """End; called once, however the run ended."""
        ...


@dataclass(slots=True)
class _Showing:
    """The view so far and who follows it."""

    sinks: tuple[Sink, ...]
    view: View = field(default_factory=View)

    def see(self, event: Event) -> None:
        before, self.view = self.view, fold(self.view, event)
        for sink in self.sinks:
            sink.see(before, event, self.view)

    def without(self, record: "_Record") -> None:
        """Keep no record of a run that did nothing that it could tell of."""
        if record.run is None:
            self.sinks = tuple(each for each in self.sinks if each is not record)


def run(session: Session, name: str, events: Iterator[Event], *, again: str) -> ExitCode:
    """Follow a run to its end and say how it went; `again` is the command after a stop, which goes on unless it says otherwise."""
    printing.lines_only(session.scope)
    record = _Record(lambda: session.keep(name))
    showing = _Showing((record, _narrator(session)))
    began = time.time()
    try:
        for event in events:
            showing.see(session.remedies.event(event))
    except OskError as error:
        problems = session.remedies.problems(error.problems)
        showing.without(record)  # refused before it began
        showing.see(endings.failed(began, error.exit_code, problems))
    except Stopped as stopped:
        _close(events)
        go_on = (again if "   # " in again else f"{again}   # goes on from here",)
        showing.without(record)
        showing.see(endings.stopped(began, stopped.code, go_on))
    finally:
        for sink in showing.sinks:
            sink.close()
        settled()
    return _conclude(session.scope, showing.view, record.run)


def _close(events: Iterator[Event]) -> None:
    if isinstance(events, Generator):
        events.close()


def _conclude(scope: Scope, view: View, run: runs.Run | None) -> ExitCode:
    finished = view.finished
    code = finished.exit_code if finished else ExitCode.UNEXPECTED
    if scope.form is not Output.TEXT:
        return code
    if finished and finished.problems:
        printing.tell(f"\n{problem_texts.text(finished.problems)}\n")
    said = [wording.result(view), *(finished.next if finished else ())]
    report = run.path(runs.REPORT) if run else None
    try:
        printing.out("\n".join([*said, f"report: {report}"] if report else said))
    except BrokenPipeError:
        printing.abandon_stdout()
    return code


class _Record:
    """The run's folder, made with the first event."""

    def __init__(self, begin: Callable[[], runs.Run]) -> None:
        self.run: runs.Run | None = None
        self._begin = begin
        self._view = View()

    def see(self, _before: View, event: Event, after: View) -> None:
        self.run = self.run or self._begin()
        self.run.append(runs.EVENTS, f"{jsonlines.line(event)}\n")
        self._view = after

    def close(self) -> None:
        if self.run is not None:
            self.run.replace(runs.REPORT, page.page(self._view))


class _Lines:
    """Plain lines on stderr."""

    def see(self, before: View, event: Event, after: View) -> None:
        for line in lines.lines(before, event, after):
            printing.tell(line)

    def close(self) -> None:
        """Nothing is held."""


class _JsonLines:
    """JSON lines on stdout; a reader that goes away does not end the run."""

    def __init__(self) -> None:
        self._read = True

    def see(self, _before: View, event: Event, _after: View) -> None:
        if self._read:
            try:
                printing.out(jsonlines.line(event))
            except BrokenPipeError:
                self._read = False

    def close(self) -> None:
        if not self._read:
            printing.abandon_stdout()


def _narrator(session: Session) -> Sink:
    scope, environment = session.scope, session.environment
    if scope.form is Output.JSON:
        return _JsonLines()
    simple = environment.get("TERM", "dumb") == "dumb" or bool(environment.get("CI"))
    if simple or scope.verbose or not sys.stderr.isatty():
        return _Lines()
    from rich.console import Console  # rich is loaded for a live tree only

    from openstack_k8s_cli.adapters.clocks import SystemClock
    from openstack_k8s_cli.report.live import LiveTree

    plain = scope.no_color or "NO_COLOR" in environment
    return LiveTree(Console(stderr=True, no_color=bool(plain), highlight=False), SystemClock())
