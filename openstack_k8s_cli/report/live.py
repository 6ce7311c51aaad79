"""The live tree at a terminal: what failed first, then what runs and what it waits for, then each layer."""

from collections.abc import Iterable, Iterator
from contextlib import suppress

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.table import Table
from rich.text import Text

from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.events import Change, Event, Outcome, PlanMade, StepFinished, Warned
from openstack_k8s_cli.model.numbers import some
from openstack_k8s_cli.report import picturing, wording
from openstack_k8s_cli.report.hosts import NodeSetView
from openstack_k8s_cli.report.view import ObjectView, Stage, StepView, View, is_error

_BAR = 24
"""Characters."""
_QUIET = 20.0
"""Seconds without progress that are not worth a word."""
_AROUND = 8
"""Lines that are not steps: layers, totals, margins."""
_OBJECTS = 3
"""Objects that a running step shows."""
_NODESETS = 6
"""Node sets that it shows."""


class Tree:
    """A view as rich draws it, at the clock's time."""

    def __init__(self, view: View, clock: Clock) -> None:
        self.view = view
        self._clock = clock

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        now = max(self._clock.now(), self.view.now) if self.view.finished is None else self.view.now
        room = max(3, (options.height or console.height) - _AROUND)
        rows = list(rows_of(self.view, now))
        yield from rows[:room]
        if len(rows) > room:
            yield Text(f"  … {some(len(rows) - room, 'line')} more", style="dim")
        yield _layers(self.view)
        yield _total(self.view, now)


class LiveTree:
    """Follows a run on a terminal."""

    def __init__(self, console: Console, clock: Clock) -> None:
        self._tree = Tree(View(), clock)
        self._live = Live(self._tree, console=console, refresh_per_second=4, transient=False)

    def see(self, _before: View, event: Event, after: View) -> None:
        """Show the view after an event; before the first one the terminal is for questions."""
        self._tree.view = after
        if after.finished is None:
            self._live.start()
        with suppress(OSError):
            if isinstance(event, Warned):
                self._live.console.print(Text(f"warning: {event.message}", style="yellow"))
            if isinstance(event, StepFinished) and (line := passed(after.steps[event.step])):
                self._live.console.print(line)
            if isinstance(event, PlanMade):
                for note in event.notes:
                    self._live.console.print(Text(f"ansible: {note}", style="dim"))

    def close(self) -> None:
        """Leave the last picture and give the terminal back."""
        with suppress(OSError):  # a terminal that went away
            self._live.stop()


def passed(step: StepView) -> Text | None:
    """Give the line that stays of a step that changed something; what failed stays in the tree."""
    counted = wording.counted(step.changes)
    if step.outcome is not Outcome.READY or not set(step.changes) - {Change.UNCHANGED, Change.SKIPPED}:
        return None
    said = f"  {wording.lasting(step.seconds or 0)}  {counted}"
    return Text.assemble(("  ✓ ", "green"), step.planned.id, (said, "dim"))


def rows_of(view: View, now: float) -> Iterator[Text]:
    """Give the lines of steps: failed, running, blocked."""
    for step in view.steps.values():
        if step.failed:
            yield from _failed(step)
    for step in view.staged(Stage.RUNNING):
        yield from _running(step, now)
    blocked = view.staged(Stage.BLOCKED)
    if blocked:
        steps = "step" if len(blocked) == 1 else "steps"
        yield Text(f"  ◌ {len(blocked)} {steps} blocked by what failed", style="yellow")


def _foremost(found: Iterable[NodeSetView], *, rest: bool = False) -> list[NodeSetView]:
    """Choose the node sets that are shown: those with failed hosts first; or give the others."""
    ordered = sorted(found, key=lambda each: not each.bad)
    return ordered[_NODESETS:] if rest else ordered[:_NODESETS]


def _failed(step: StepView) -> Iterator[Text]:
    yield Text.assemble(("  ✗ ", "bold red"), (step.planned.id, "bold"), (f"  {wording.ended(step)}", "red"))
    if step.problem:
        yield Text(f"      {step.problem.summary}", style="red")
    for nodeset in _foremost(each for each in step.nodesets.values() if each.bad):
        yield from picturing.failed_hosts(nodeset)


def _running(step: StepView, now: float) -> Iterator[Text]:
    line = Text.assemble(("  ● ", "cyan"), step.planned.id)
    line.append(f"  {wording.lasting(now - (step.started or now))}", style="dim")
    quiet = now - (step.progressed or now)
    if quiet > _QUIET:
        line.append(f"  no progress for {wording.lasting(quiet)}", style="yellow")
    yield line
    for nodeset in _foremost(step.nodesets.values()):
        yield from picturing.rows_of(nodeset)
    if len(step.nodesets) > _NODESETS:
        yield picturing.others(_foremost(step.nodesets.values(), rest=True))
    yield from (_object(each) for each in step.waiting[:_OBJECTS])
    more = len(step.waiting) - _OBJECTS
    if more > 0:
        yield Text(f"      … {some(more, 'object')} more", style="dim")


def _object(seen: ObjectView) -> Text:
    said = wording.state(seen.verdict) if seen.verdict else ""
    line = Text("      ", no_wrap=True, overflow="ellipsis")
    line.append(str(seen.id))
    line.append(f"  {said}", style="red" if is_error(seen.verdict) else "dim")
    return line


def _layers(view: View) -> Table:
    grid = Table.grid(padding=(0, 2))
    for layer, progress in view.layers.items():
        filled = _BAR * progress.done // max(1, progress.total)
        whole = progress.done == progress.total
        bar = Text("━" * filled, style="green" if whole else "cyan").append(
            "━" * (_BAR - filled), style="bright_black"
        )
        grid.add_row(f"  {layer}", bar, f"{progress.done}/{progress.total}")
    return grid


def _total(view: View, now: float) -> Text:
    if view.finished:
        return Text()  # the result is data and goes to stdout
    if view.plan is None:
        return Text("  planning", style="dim")
    counted = wording.counted(view.changes)
    return Text(f"  {wording.clock(now - view.started)}  {counted}", style="dim")
