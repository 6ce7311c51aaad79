"""The rehearsal's programs as processes that never outlive the one that started them.

Every program's stdin is a pipe that nobody writes to: its end means that the parent is gone, however it went,
and the program ends itself. The Go programs and the simulators all keep this rule.
"""

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Self

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

_INHERITED = ("HOME", "LANG", "PATH", "TMPDIR", "XDG_CACHE_HOME", "XDG_STATE_HOME")
_POLL = 0.05
"""Seconds between looks at whether a process has ended."""
_GRACE = 5.0
"""Seconds that a process has to end by itself."""
_TAIL = 5
"""Lines of a log that are shown."""


def _always() -> bool:
    return True


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Program:
    """One process to run; it must end when its stdin does."""

    name: str
    """Also names its log, `NAME.log`."""
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=_nothing)
    """Added to the few inherited variables; proxies and KUBECONFIG are not among those."""
    ready: Callable[[], bool] = _always
    """Asked again and again until it says yes; must answer within a second or so and not raise."""
    patience: float = 120.0
    """Seconds until a program that is not ready counts as broken."""


class Running:
    """A program's process."""

    def __init__(self, program: Program, log: Path, *, inherited: tuple[int, ...] = ()) -> None:
        self.program = program
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                program.argv,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                env=_environment(program.environment),
                pass_fds=inherited,
                start_new_session=True,  # a Ctrl-C at the terminal reaches the supervisor only, which ends them in order
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def ended(self) -> int | None:
        """Give the exit status once there is one."""
        return self._process.poll()

    def wait_ready(self) -> None:
        """Wait for the program's own probe; raise when it ends or its patience does."""
        deadline = time.monotonic() + self.program.patience
        while not self.program.ready():
            if self.ended() is not None:
                raise OskError(broken(self, f"ended with status {self.ended()}"), exit_code=ExitCode.FAILED)
            if time.monotonic() > deadline:
                text = f"was not ready after {self.program.patience:.0f} s"
                raise OskError(broken(self, text), exit_code=ExitCode.FAILED)
            time.sleep(_POLL)

    def stop(self, grace: float = _GRACE) -> None:
        """End the program: its lifeline and a SIGTERM first, SIGKILL after the grace."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        if self.ended() is None:
            self._process.terminate()
        try:
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def kill(self) -> None:
        """End the program as a crash would."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


class Crew:
    """Programs started in order and stopped in the reverse order; a context that leaves none behind."""

    def __init__(self, logs: Path, *, inherited: tuple[int, ...] = ()) -> None:
        self._logs = logs
        self._inherited = inherited
        self._running: dict[str, Running] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, program: Program) -> Running:
        """Start a program and wait until it is ready."""
        running = self.launch(program)
        running.wait_ready()
        return running

    def launch(self, program: Program) -> Running:
        """Start a program without waiting for it."""
        running = Running(program, self._logs / f"{program.name}.log", inherited=self._inherited)
        self._running[program.name] = running
        return running

    def running(self) -> tuple[Running, ...]:
        """List the programs in the order of their start, ended ones too."""
        return tuple(self._running.values())

    def stop(self) -> None:
        """End all, last started first."""
        while self._running:
            _, running = self._running.popitem()
            running.stop()


def await_end(pid: int, *, patience: float) -> bool:
    """Wait until a process has ended, whoever started it; False: it has not. `patience` is in seconds."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], patience)[0])
    finally:
        os.close(process)


def tail(log: Path, lines: int = _TAIL) -> str:
    """Give the last lines of a log."""
    try:
        text = log.read_text(errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def broken(running: Running, why: str) -> Problem:
    """Say that a program does not run, with the end of its log."""
    return Problem(
        code="OSK0905",
        summary=f"The rehearsal's program `{running.program.name}` {why}",
        subject=str(running.log),
        detail=tail(running.log) or None,
        advice=(Advice("Read its log; then start the rehearsal again", command="osk rehearse up"),),
    )


def _environment(own: Mapping[str, str]) -> dict[str, str]:
    return {name: os.environ[name] for name in _INHERITED if name in os.environ} | dict(own)
