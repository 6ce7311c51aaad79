"""Ends the processes of a hook whose osk is gone.

It is a program of its own too, `guard.py MARKER`, with a pipe from osk as its input: what is written there says that all
is well, and its end alone that osk was killed. Only the standard library is used, so that it starts in a moment.
"""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

VARIABLE = "OSK_HOOK"
"""What marks every process of a hook, whatever session it is in; children inherit it."""
_PROC = Path("/proc")
_GRACE = 0.8
"""Seconds between asking processes to end and ending them."""
_PAUSE = 0.02
"""Seconds between looks at whether the process has ended."""


def end(marker: str) -> int:
    """End all processes with a marker; gives how many there were. Where there is no /proc, none is found."""
    ended: set[int] = set()
    for sign in (signal.SIGTERM, signal.SIGKILL):
        until = time.monotonic() + _GRACE
        asked: set[int] = set()
        while left := set(_marked(marker)):
            for process in left - asked:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(process, sign)
            asked |= left
            if time.monotonic() >= until:  # a busy machine may look at its processes for longer than that
                break
            time.sleep(_PAUSE)
        ended |= asked
    return len(ended)


def born(process: int) -> str:
    """Give when a process was started, in the kernel's own measure; empty: there is none, or it has ended."""
    try:
        fields = (_PROC / str(process) / "stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]


def _marked(marker: str) -> Iterator[int]:
    wanted = f"{VARIABLE}={marker}".encode()
    for folder in _PROC.glob("[0-9]*"):
        process = int(folder.name)
        with suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0") and born(process):
                yield process


if __name__ == "__main__" and not os.read(0, 1):
    end(sys.argv[1])
