"""Runs commands and takes their time and memory from the kernel."""

import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_WAIT = """
import json, os, sys, time
began = time.monotonic()
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
figures = [time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6]
with open(sys.argv[1], "w") as file:
    json.dump(figures, file)
sys.exit(os.waitstatus_to_exitcode(status) and 1)
"""
"""A small process of its own: the kernel counts the memory of a process's parent until it is another program."""


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
    """Run a command to its end; raises CalledProcessError, after what it said, when it fails."""
    result = folder / "figures.json"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _WAIT, str(result), *command],
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.stderr.write(done.stdout)
        done.check_returncode()
    return Figures(*json.loads(result.read_text()))


def median(figures: Sequence[Figures]) -> Figures:
    """Give the median of each figure."""
    return Figures(
        statistics.median(each.wall for each in figures),
        statistics.median(each.processor for each in figures),
        statistics.median(each.memory for each in figures),
    )
