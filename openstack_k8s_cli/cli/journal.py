"""The log of a command: held in memory until there is a run folder to keep it in."""

import logging
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from openstack_k8s_cli.adapters import runs
from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.cli.scope import Scope
from openstack_k8s_cli.model.problems import AGAIN, Advice, ExitCode, OskError, Problem

_ROOT = "openstack_k8s_cli"
_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
_NOTHING = logging.CRITICAL + 1
_HELD = 2000
"""Lines held while there is no folder."""


class Journal(logging.Handler):
    """Writes osk.log of a run; before one is there it holds the last lines."""

    def __init__(self) -> None:
        super().__init__()
        self._held: deque[str] = deque(maxlen=_HELD)
        self._run: runs.Run | None = None

    @property
    def run(self) -> runs.Run | None:
        """Give the run whose folder the log goes to."""
        return self._run

    def keep_in(self, run: runs.Run) -> None:
        """Write what is held, and all that follows, to a run's folder."""
        self._run = run
        run.append(runs.LOG, "".join(self._held))
        self._held.clear()

    def emit(self, record: logging.LogRecord) -> None:
        line = f"{self.format(record)}\n"
        if self._run:
            self._run.append(runs.LOG, line)
        else:
            self._held.append(line)


class _LogFile(logging.FileHandler):
    """Writes the log where the user wants it, until that is full: a log costs no run."""

    def close(self) -> None:
        with suppress(OSError):  # what is left over does not fit either
            super().close()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # the name is logging's
        del record
        if self.level < _NOTHING:
            self.setLevel(_NOTHING)
            printing.warn(f"the log is not written any more: {sys.exc_info()[1]} ({self.baseFilename})")


@contextmanager
def writing(scope: Scope) -> Iterator[Journal]:
    """Log everything osk says of itself: to the journal, with -v to stderr, with --log-file there."""
    root = logging.getLogger(_ROOT)
    journal = Journal()
    handlers: list[logging.Handler] = [journal, *_asked_for(scope)]
    root.setLevel(logging.DEBUG)
    root.propagate = False
    for handler in handlers:
        handler.setFormatter(logging.Formatter(_FORMAT))
        root.addHandler(handler)
    try:
        yield journal
    finally:
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()


def _asked_for(scope: Scope) -> Iterator[logging.Handler]:
    if scope.verbose:
        narrator = logging.StreamHandler(sys.stderr)
        narrator.setLevel(logging.INFO if scope.verbose == 1 else logging.DEBUG)
        yield narrator
    if scope.log_file:
        try:
            yield _LogFile(scope.log_file, encoding="utf-8", errors="replace")
        except OSError as error:
            problem = Problem(
                code="OSK1002",
                summary="The log file cannot be written",
                subject=str(scope.log_file),
                detail=error.strerror,
                advice=(Advice("Choose a file that you may write", f"{AGAIN} --log-file FILE"),),
            )
            raise OskError(problem, exit_code=ExitCode.USAGE) from error
