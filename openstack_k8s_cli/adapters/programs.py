"""Programs that were started."""

import os
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_TAIL = 15
"""Lines of what a program said last."""
_GRACE = 10.0
"""Seconds that a program has to end by itself."""


def followed(
    arguments: Sequence[str], environment: Mapping[str, str], told: Callable[[str], None]
) -> tuple[int, str]:
    """Run one to its end, telling each line that it prints; give its exit status and the last of them. Raises OSError."""
    tail: deque[str] = deque(maxlen=_TAIL)
    process = subprocess.Popen(
        arguments,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        umask=0o022,  # oc-mirror warns of any other
    )
    with process:
        try:
            for line in process.stdout or ():
                tail.append(line.rstrip())
                told(line.rstrip())
        except BaseException:
            end(process, _GRACE)
            raise
    return process.returncode, "\n".join(tail)


def private(path: Path, text: str) -> None:
    """Write a file for a program that nobody else can read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def end(process: "subprocess.Popen[bytes] | subprocess.Popen[str]", grace: float = 5.0) -> None:
    """End one that nobody waits for any longer; it has so many seconds to do so by itself."""
    process.terminate()
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
