"""`osk report`."""

import re
from pathlib import Path
from typing import Annotated

import typer

from openstack_k8s_cli.adapters import runs
from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, group
from openstack_k8s_cli.model.events import RunFinished
from openstack_k8s_cli.report import page, replay, wording

app = group()

_NAME = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-(.*)")
"""Of a run's folder."""

_Events = Annotated[
    Path | None,
    typer.Argument(metavar="EVENTS", help="An events.jsonl  [default: of the last run]"),
]


@app.callback(epilog=examples("osk report list", "osk report svg > recording.svg"))
def report() -> None:
    """Look at the runs that are kept, the last 50, and draw them again."""


@app.command("list", cls=Leaf, epilog=examples("osk report list", "osk report list -o json"))
@scoped
def list_(session: Session) -> None:
    """List the runs, the oldest first: when they began, how they ended, and their folders."""
    found = runs.kept(runs.state_home(session.environment))
    folders = [str(path) for path in found]
    printing.answer(
        session.scope,
        folders,
        lambda: (
            printing.table(map(_row, found), heads=("BEGAN", "RUN", "RESULT", "FOLDER"))
            if found
            else "no run yet"
        ),
    )


@app.command(cls=Leaf, epilog=examples("osk report html > report.html", "osk report html events.jsonl"))
@scoped
def html(session: Session, *, events: _Events = None) -> None:
    """Print a run's report.html from its events."""
    drawn = page.page(replay.view(_text(session, events)))
    printing.answer(session.scope, {"html": drawn}, lambda: drawn, verbatim=True)


@app.command(
    cls=Leaf, epilog=examples("osk report svg > recording.svg", "osk report svg events.jsonl --width 100")
)
@scoped
def svg(
    session: Session,
    *,
    events: _Events = None,
    width: Annotated[int, typer.Option("--width", min=40, max=240, help="Columns of the terminal")] = 100,
    height: Annotated[int, typer.Option("--height", min=10, max=120, help="Rows of the terminal")] = 28,
) -> None:
    """Draw a run as an animated SVG recording of the live tree."""
    from openstack_k8s_cli.report import recording

    drawn = recording.svg(replay.events(_text(session, events)), width=width, height=height)
    printing.answer(session.scope, {"svg": drawn}, lambda: drawn, verbatim=True)


def _row(folder: Path) -> tuple[str, ...]:
    named = _NAME.fullmatch(folder.name)
    if named is None:
        return "-", folder.name, _result(folder), str(folder)
    year, month, day, hour, minute, second, command = named.groups()
    return f"{year}-{month}-{day} {hour}:{minute}:{second}Z", command, _result(folder), str(folder)


def _result(folder: Path) -> str:
    """Say how a run ended; one that was killed, or still runs, has no last word, and others none that can be read."""
    try:
        last = next(replay.events(runs.last_line(folder / runs.EVENTS)), None)
        return (
            f"{wording.OUTCOMES[last.outcome]} ({wording.lasting(last.seconds)})"
            if isinstance(last, RunFinished)
            else "-"
        )
    except (OSError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError):
        return "-"


def _text(session: Session, events: Path | None) -> str:
    return runs.events_text(events, runs.state_home(session.environment))
