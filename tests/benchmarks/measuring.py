"""Runs commands and takes their time and memory from the kernel."""

import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
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
_PAUSE = 0.02
"""Seconds between looks."""


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


def until(
    command: Sequence[str], reached: Callable[[], bool], *, environment: dict[str, str], folder: Path
) -> Figures:
    """Run a command until something is so, then end it as Ctrl-C does; what it started and runs still is not counted."""
    log = folder / "until.log"
    began = time.monotonic()
    with (
        log.open("wb") as said,
        subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        ) as process,
    ):
        while not reached():
            if process.poll() is not None:
                sys.stderr.write(log.read_text())
                raise subprocess.CalledProcessError(process.returncode, command)
            time.sleep(_PAUSE)
        wall = time.monotonic() - began
        figures = Figures(wall, _processor(process.pid), _memory(process.pid))
        os.killpg(process.pid, signal.SIGINT)
    return figures


def _processor(process: int) -> float:
    """Give the seconds that a process and its children that ended have taken."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _memory(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text().splitlines()
    (peak,) = (line.split()[1] for line in status if line.startswith("VmHWM"))
    return int(peak) * 1024 / 1e6


def median(figures: Sequence[Figures]) -> Figures:
    """Give the median of each figure."""
    return Figures(
        statistics.median(each.wall for each in figures),
        statistics.median(each.processor for each in figures),
        statistics.median(each.memory for each in figures),
    )
