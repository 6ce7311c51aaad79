"""Around every command: the one place where errors and signals become text and exit codes."""

import errno
import logging
import os
import shlex
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openstack_k8s_cli.adapters import runs
from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.cli.journal import Journal, writing
from openstack_k8s_cli.cli.scope import Scope
from openstack_k8s_cli.cli.signals import Stopped
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.composing import Work
    from openstack_k8s_cli.cli.remedies import Remedies

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
        """The command line, as it can be repeated; a secret that `--set` gives shows as dots."""
        return self.remedies.line

    def pointed(self, *words: str) -> str:
        """Write another command of osk's that means the same cloud."""
        return self.remedies.command(shlex.join(["osk", *words]))

    def tell(self, text: str) -> None:
        """Write lines to stderr, with the commands that they name completed."""
        printing.tell(self.remedies.text(text))

    def answer(self, document: Any, text: Callable[[], str]) -> None:
        """Print the one document of a command that answers, with the commands that it names completed."""
        found = self.remedies.document(document) if self.scope.machine else None
        printing.answer(self.scope, found, lambda: self.remedies.text(text()))

    @property
    def remedies(self) -> "Remedies":
        """Give what completes the commands that remedies name."""
        return _remedies(self.scope)

    @property
    def work(self) -> "Work":
        """Put osk together; only commands that work need it."""
        from openstack_k8s_cli.cli.composing import Work

        return Work(self)

    def keep(self, name: str) -> runs.Run:
        """Begin the record of a run."""
        run = runs.start(name, at=time.time(), state=runs.state_home(self.environment), warn=printing.warn)
        self.journal.keep_in(run)
        return run


def _remedies(scope: Scope) -> "Remedies":
    from openstack_k8s_cli.cli.remedies import Remedies

    return Remedies(scope, tuple(sys.argv[1:]), _program(sys.argv[0]))


def _program(called: str) -> str:
    """Name osk as this shell finds it: where that is another one, or none, as it was called."""
    if Path(called).name != "osk" or not os.path.lexists(called):
        return "osk"
    found = shutil.which("osk")
    return "osk" if found and Path(found).samefile(called) else called


def bounded(body: Callable[[Session], ExitCode | None], *, scope: Scope, command: str) -> None:
    """Run a command's body and exit; whatever ends it becomes text and an exit code."""
    try:
        with writing(scope) as journal:
            session = Session(scope, command, os.environ, journal)
            code = _caught(body, session)
    except OskError as error:
        problems = _remedies(scope).problems(error.problems)
        printing.refused(scope, problems, error.exit_code, command=command)
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
    except (OSError, MemoryError) as error:
        begun = session.journal.run is not None
        problem = _of_machine(error)
        code = (ExitCode.FAILED if begun else ExitCode.REFUSED) if problem else ExitCode.UNEXPECTED
        code = _stopped_before(error) or code
        printing.refused(
            session.scope, [problem or _unexpected(error, session)], code, command=session.command
        )
        return code
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


_OF_MACHINE = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.EIO}
)
_OF_PLACE = frozenset(
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.ELOOP, errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR}
)


def _of_machine(error: OSError | MemoryError) -> Problem | None:
    """Tell of a disk or memory that is full, or a file or folder that the user may not use: no fault of osk's."""
    if isinstance(error, MemoryError):
        error = OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))
    named = error.errno in _OF_PLACE and error.filename is not None
    if not named and error.errno not in _OF_MACHINE:
        return None
    _log.debug("refused by the system", exc_info=error)
    return Problem(
        "OSK1342",
        f"This machine does not let osk go on: {error.strerror}",
        str(error.filename) if error.filename is not None else "this machine",
        advice=(Advice("See what is wrong there, such as its rights or a full disk, then run it again"),),
    )


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
