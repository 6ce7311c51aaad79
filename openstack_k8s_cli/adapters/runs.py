"""The folder of each run in the XDG state directory: report.html, events.jsonl, osk.log.

A disk that is full or read-only costs the record, never the run: the first failed write is told once,
the later ones are skipped.
"""

import os
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

KEPT = 50
"""Runs whose folders stay."""
EVENTS = "events.jsonl"
REPORT = "report.html"
LOG = "osk.log"

_TAIL = 1 << 14
"""Bytes that are read first from a file's end."""
_FOLDER_MODE = 0o700
_FILE_MODE = 0o600


def state_home(environment: Mapping[str, str]) -> Path:
    """Find osk's state directory; a relative XDG_STATE_HOME counts as unset, as the specification says."""
    given = environment.get("XDG_STATE_HOME", "")
    base = Path(given) if given.startswith("/") else Path(environment.get("HOME") or "/") / ".local" / "state"
    return base / "osk"


class Run:
    """One run's folder; None: nothing is kept."""

    def __init__(self, folder: Path | None, warn: Callable[[str], None]) -> None:
        self.folder = folder
        self._warn = warn

    def append(self, name: str, text: str) -> None:
        """Add to the end of a file."""
        self._write(name, text, os.O_APPEND)

    def replace(self, name: str, text: str) -> None:
        """Write a whole file anew."""
        self._write(name, text, os.O_TRUNC)

    def path(self, name: str) -> Path | None:
        """Give the place of a file of this run."""
        return self.folder / name if self.folder else None

    def _write(self, name: str, text: str, how: int) -> None:
        if self.folder is None:
            return
        try:
            handle = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | how, _FILE_MODE)
            with open(handle, "w", encoding="utf-8", errors="replace") as file:  # noqa: PTH123  # of a descriptor
                file.write(text)
        except OSError as error:
            self.give_up(error)

    def give_up(self, error: OSError) -> None:
        """Stop keeping the record, and say so once."""
        if self.folder is not None:
            self._warn(f"the record of this run is not kept: {error.strerror or error} ({self.folder})")
            self.folder = None


def start(command: str, *, at: float, state: Path, warn: Callable[[str], None]) -> Run:
    """Make the folder of a run and drop the oldest beyond the last 50."""
    runs = state / "runs"
    name = f"{datetime.fromtimestamp(at, UTC):%Y%m%dT%H%M%SZ}-{command.replace(' ', '-')}"
    run = Run(runs / name, warn)
    try:
        run.folder = _make(runs, name)
        _prune(runs)
    except OSError as error:
        run.give_up(error)
    return run


def kept(state: Path) -> list[Path]:
    """List the folders of the runs that are kept, oldest first."""
    try:
        return sorted(path for path in (state / "runs").iterdir() if path.is_dir())
    except OSError:
        return []


def events_text(path: Path | None, state: Path) -> str:
    """Read an events.jsonl, or the last run's; raises OskError when there is none."""
    found = path or next((each / EVENTS for each in reversed(kept(state)) if (each / EVENTS).is_file()), None)
    if found is None:
        raise OskError(_unread(str(state / "runs"), "no run is kept yet"), exit_code=ExitCode.USAGE)
    try:
        return found.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise OskError(_unread(str(found), str(error)), exit_code=ExitCode.USAGE) from error


def last_line(path: Path) -> str:
    """Read a file's last line from its end; raises OSError and UnicodeError."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        span = _TAIL
        while True:
            file.seek(max(0, size - span))
            _, ended, line = file.read(span).removesuffix(b"\n").rpartition(b"\n")
            if ended or span >= size:
                return line.decode()
            span *= 2


def _unread(place: str, why: str) -> Problem:
    return Problem(
        code="OSK1008",
        summary="There are no events to read",
        subject=place,
        detail=why,
        advice=(Advice("Name the events.jsonl of a run", "osk report list"),),
    )


def _make(runs: Path, name: str) -> Path:
    runs.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    attempt = 1
    while True:
        folder = runs / (name if attempt == 1 else f"{name}-{attempt}")
        try:
            folder.mkdir(mode=_FOLDER_MODE)
        except FileExistsError:
            attempt += 1
        else:
            return folder


def _prune(runs: Path) -> None:
    for folder in kept(runs.parent)[:-KEPT]:
        shutil.rmtree(folder, ignore_errors=True)
