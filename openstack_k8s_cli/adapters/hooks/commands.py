"""A hook's command: a process group of its own, its output in a private file."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from openstack_k8s_cli.adapters.hooks.ends import Limits
from openstack_k8s_cli.apply.hooks import Call, Ended, Told

_PAUSE = 0.05
"""Seconds between looks at whether the command has ended."""
_GRACE = 0.8
"""Seconds between asking a command to end and ending it."""
_TAIL = 16_000
"""Characters of output that are kept."""


def run(
    call: Call, folder: Path, environment: Mapping[str, str], *, limits: Limits, told: Callable[[Told], None]
) -> Ended:
    """Run it to its end; `told` stays silent, for a command has no tasks."""
    del told
    output = folder / "output"
    try:
        with output.open("wb") as file:
            process = subprocess.Popen(  # the profile's own command line
                call.command,
                cwd=call.hook.folder or None,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except OSError as error:
        return Ended(127, why=f"cannot be started: {error.strerror or error}")
    while process.poll() is None and not limits.over():
        time.sleep(_PAUSE)
    late = process.poll() is None and limits.late
    _end(process)
    said = output.read_text(encoding="utf-8", errors="replace")[-_TAIL:]
    return Ended(process.wait(), said, late=late)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End what a command that is over its time left running: its group, also when its leader has gone."""
    if process.poll() is not None:
        return
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        until = time.monotonic() + _GRACE
        while _lives(process) and time.monotonic() < until:
            time.sleep(_PAUSE)


def _lives(process: "subprocess.Popen[bytes]") -> bool:
    """Tell whether anything of a command's group is left; its leader is reaped so that it does not count."""
    process.poll()
    try:
        os.killpg(process.pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True
