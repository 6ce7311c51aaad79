"""Around every command: its log, and the one place where errors and signals become text and exit codes."""

import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from openstack_k8s_cli.adapters import runs
from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.cli.scope import Scope
from openstack_k8s_cli.cli.signals import Stopped
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

_ROOT = "openstack_k8s_cli"
_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
_log = logging.getLogger(__name__)


@contextmanager
def bounded(scope: Scope, *, command: str) -> Iterator[None]:
    """Run a command's body; whatever ends it becomes text on stderr and an exit code."""
    try:
        with _logging(scope):
            yield
    except OskError as error:
        _log.debug("refused", exc_info=error)
        printing.refused(scope, error.problems, error.exit_code)
        sys.exit(error.exit_code)
    except Stopped as stopped:
        printing.tell("stopped")
        sys.exit(stopped.code)
    except BrokenPipeError:
        _abandon_stdout()
        sys.exit(ExitCode.DONE)
    except Exception as error:  # noqa: BLE001  # the only broad catch: no traceback reaches the terminal
        printing.refused(scope, [_unexpected(error, command)], ExitCode.UNEXPECTED)
        sys.exit(ExitCode.UNEXPECTED)


@contextmanager
def _logging(scope: Scope) -> Iterator[None]:
    root = logging.getLogger(_ROOT)
    added = list(_handlers(scope))
    root.setLevel(logging.DEBUG)
    root.propagate = False
    for handler in added:
        handler.setFormatter(logging.Formatter(_FORMAT))
        root.addHandler(handler)
    try:
        yield
    finally:
        for handler in added:
            root.removeHandler(handler)
            handler.close()


def _handlers(scope: Scope) -> Iterator[logging.Handler]:
    yield logging.NullHandler()
    if scope.verbose:
        narrator = logging.StreamHandler(sys.stderr)
        narrator.setLevel(logging.INFO if scope.verbose == 1 else logging.DEBUG)
        yield narrator
    if scope.log_file:
        try:
            yield logging.FileHandler(scope.log_file, encoding="utf-8")
        except OSError as error:
            problem = Problem(
                code="OSK1002",
                summary="The log file cannot be written",
                subject=str(scope.log_file),
                detail=error.strerror,
                advice=(Advice("Choose a file that you may write", "osk ... --log-file FILE"),),
            )
            raise OskError(problem, exit_code=ExitCode.USAGE) from error


def _unexpected(error: Exception, command: str) -> Problem:
    """Write the traceback to a log of its own and point there."""
    run = runs.start(command, at=time.time(), state=runs.state_home(os.environ), warn=printing.warn)
    log = logging.Formatter().formatException((type(error), error, error.__traceback__))
    run.append(runs.LOG, f"{log}\n")
    where = run.path(runs.LOG)
    return Problem(
        code="OSK1000",
        summary=f"Unexpected {type(error).__name__}",
        detail=str(error) or None,
        advice=(Advice(f"The traceback is in {where}; please report it" if where else "Please report it"),),
    )


def _abandon_stdout() -> None:
    """Point stdout at nothing, so that the interpreter's last flush does not complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
