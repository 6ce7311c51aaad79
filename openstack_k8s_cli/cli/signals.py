"""How signals end a command: cleanly at first, at once the second time."""

import os
import signal
import sys
from types import FrameType

from openstack_k8s_cli.model.problems import ExitCode

GRACE = 2.0
"""Seconds after a signal in which a run must have ended."""

_CODES = {
    signal.SIGINT: ExitCode.INTERRUPTED,
    signal.SIGTERM: ExitCode.TERMINATED,
    signal.SIGHUP: ExitCode.HANGUP,
}
_SHOW_CURSOR = b"\x1b[?25h"


class Stopped(BaseException):
    """A signal asks the command to end."""

    def __init__(self, code: ExitCode) -> None:
        super().__init__(code.name)
        self.code = code


class Listener:
    """Raises Stopped in the main thread at the first signal; ends the process at the second, or after GRACE."""

    def __init__(self) -> None:
        self._stopping: ExitCode | None = None

    def install(self) -> None:
        """Listen; a signal that the parent had us ignore (nohup, a shell's background job) stays ignored."""
        signal.signal(signal.SIGALRM, self._late)
        for number in _CODES:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._hear)

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        code = _CODES[signal.Signals(number)]
        if self._stopping:
            leave(code)
        self._stopping = code
        signal.setitimer(signal.ITIMER_REAL, GRACE)
        raise Stopped(code)

    def _late(self, _number: int, _frame: FrameType | None) -> None:
        leave(self._stopping or ExitCode.TERMINATED)


def settled() -> None:
    """Take the limit off what is still to do: the run itself has ended."""
    signal.setitimer(signal.ITIMER_REAL, 0)


def leave(code: ExitCode) -> None:
    """End the process now, with the terminal's cursor shown again."""
    if sys.stderr.isatty():
        os.write(sys.stderr.fileno(), _SHOW_CURSOR)
    os._exit(code)
