"""Around every command: the one place where errors and signals become text and exit codes."""

import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openstack_k8s_cli.adapters import runs
from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.cli.journal import Journal, writing
from openstack_k8s_cli.cli.scope import Scope
from openstack_k8s_cli.cli.signals import Stopped
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.composing import Work

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Session:
    """What a command is called with."""

    scope: Scope
    command: str
    """As it was called, such as `osk deploy`."""
    environment: Mapping[str, str]
    journal: Journal

    @property
    def line(self) -> str:
        """The command line, as it can be repeated; secret values show as dots."""
        return self.written("osk", *sys.argv[1:])

    def written(self, *words: str) -> str:
        """Write a command line for people and records: a secret that `--set` gives shows as dots."""
        from openstack_k8s_cli.profile import redaction  # noqa: PLC0415  # loads pydantic

        return redaction.command_line(words)

    @property
    def work(self) -> "Work":
        """Put osk together; only commands that work need it."""
        from openstack_k8s_cli.cli.composing import Work  # noqa: PLC0415  # loads all that is heavy

        return Work(self)

    def keep(self, name: str) -> runs.Run:
        """Begin the record of a run."""
        run = runs.start(name, at=time.time(), state=runs.state_home(self.environment), warn=printing.warn)
        self.journal.keep_in(run)
        return run


def bounded(body: Callable[[Session], ExitCode | None], *, scope: Scope, command: str) -> None:
    """Run a command's body and exit; whatever ends it becomes text and an exit code."""
    try:
        with writing(scope) as journal:
            session = Session(scope, command, os.environ, journal)
            code = _caught(body, session)
    except OskError as error:
        printing.refused(scope, error.problems, error.exit_code, command=command)
        code = error.exit_code
    except BrokenPipeError:
        printing.abandon_stdout()
        code = ExitCode.DONE
    if code:
        sys.exit(code)


def _caught(body: Callable[[Session], ExitCode | None], session: Session) -> ExitCode | None:
    try:
        return body(session)
    except (OskError, BrokenPipeError):
        raise
    except Stopped as stopped:
        printing.tell("stopped")
        return stopped.code
    except Exception as error:  # noqa: BLE001  # the only broad catch: no traceback reaches the terminal
        code = _stopped_before(error) or ExitCode.UNEXPECTED
        printing.refused(session.scope, [_unexpected(error, session)], code, command=session.command)
        return code


def _stopped_before(error: BaseException) -> ExitCode | None:
    """Find the signal during whose handling an error came up: its exit code stands."""
    while error.__context__ is not None:
        error = error.__context__
        if isinstance(error, Stopped):
            return error.code
    return None


def _unexpected(error: Exception, session: Session) -> Problem:
    """Write the traceback to the run's log, or to one of its own, and point there."""
    run = session.journal.run or session.keep(session.command.removeprefix("osk ").replace(" ", "-"))
    _log.error("unexpected", exc_info=error)
    where = run.path(runs.LOG)
    return Problem(
        code="OSK1000",
        summary=f"Unexpected {type(error).__name__}",
        detail=str(error) or None,
        advice=(Advice(f"The traceback is in {where}; please report it" if where else "Please report it"),),
    )
