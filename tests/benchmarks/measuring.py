"""Runs commands and takes their time and memory from the kernel."""

import os
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run of a command cost."""

    wall: float
    """Seconds by the clock."""
    processor: float
    """Seconds of processor time, the kernel's part too."""
    memory: float
    """Peak resident memory in MB (10^6 bytes), as `/usr/bin/time -v` gives it."""


def run(command: Sequence[str], *, environment: dict[str, str], folder: Path) -> Figures:
    """Run a command to its end; raises CalledProcessError with what it said when it fails."""
    with (folder / "output").open("w+b") as output:
        began = os.times().elapsed
        process = subprocess.Popen(
            command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = os.times().elapsed - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise subprocess.CalledProcessError(
                process.returncode, command, output.read().decode(errors="replace")
            )
    return Figures(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6)


def median(figures: Sequence[Figures]) -> Figures:
    """Give the median of each figure."""
    return Figures(
        statistics.median(each.wall for each in figures),
        statistics.median(each.processor for each in figures),
        statistics.median(each.memory for each in figures),
    )
