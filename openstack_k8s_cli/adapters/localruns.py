"""Programs that run in osk's foreground: process groups of their own, which end in order and never outlive osk."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from openstack_k8s_cli.adapters.hooks import guarding
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

_ADDRESS = "127.0.0.1"
_PAUSE = 0.05
"""Seconds between looks at whether the process has ended."""
PATIENCE = ((signal.SIGINT, 10.0), (signal.SIGTERM, 3.0), (signal.SIGKILL, 0.0))
"""Signals in turn, and seconds that each has; a deployed operator has 10 as well."""


class LocalProgram:
    """A program and the group of processes that it leads."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", patience: Sequence[tuple[signal.Signals, float]]
    ) -> None:
        self._process = process
        self._patience = patience

    @property
    def process(self) -> int:
        return self._process.pid

    def wait(self, seconds: float | None = None) -> int | None:
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def end(self) -> int:
        for sign, seconds in self._patience:
            if not self._lives():
                break
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, sign)
            until = time.monotonic() + seconds
            while self._lives() and time.monotonic() < until:
                time.sleep(_PAUSE)
        return self._process.wait()

    def _lives(self) -> bool:
        """Tell whether anything of the group is left; its leader is reaped so that it does not count."""
        self._process.poll()
        try:
            os.killpg(self._process.pid, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return True


class LocalPrograms:
    """Those of one run; what is left of them ends with the block that has them."""

    def __init__(
        self,
        environment: Mapping[str, str],
        records: Path,
        *,
        patience: Sequence[tuple[signal.Signals, float]] = PATIENCE,
    ) -> None:
        self._environment = dict(environment)
        self._records = records
        self._patience = patience
        self._stack = ExitStack()

    @contextmanager
    def here(self) -> Iterator["LocalPrograms"]:
        """Have programs for the length of a block; those that an osk has left which was killed end first."""
        guarding.sweep(self._records)
        with self._stack:
            self._environment |= self._stack.enter_context(guarding.guarded(self._records))
            yield self

    def require(self, name: str, folder: str) -> str:
        """Find a program; raises OskError where it is not there."""
        place = str(Path(folder) / name) if "/" in name else name
        program = shutil.which(place, path=self._environment.get("PATH"))
        if program is None:
            raise _unstarted(name, "it is not there" if "/" in name else "it is not on the PATH")
        return program

    def start(self, argv: Sequence[str], *, folder: str, environment: Mapping[str, str]) -> LocalProgram:
        program = self.require(argv[0], folder)
        try:
            process = subprocess.Popen(
                [program, *argv[1:]],
                cwd=folder,
                env={**self._environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=sys.stderr.fileno(),
                start_new_session=True,
            )
        except OSError as error:
            raise _unstarted(argv[0], error.strerror or str(error)) from error
        found = LocalProgram(process, self._patience)
        self._stack.callback(found.end)
        return found

    def listens(self, port: int) -> bool:
        with suppress(OSError), socket.create_connection((_ADDRESS, port), timeout=1):
            return True
        return False


def free(count: int) -> tuple[int, ...]:
    """Choose local ports that nobody listens on."""
    with ExitStack() as stack:
        taken = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in taken:
            each.bind((_ADDRESS, 0))
        return tuple(int(each.getsockname()[1]) for each in taken)


def address_to(server: str, port: int) -> str:
    """Give the address of this machine that it reaches a server from."""
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((server, port))  # sends nothing
        return str(probe.getsockname()[0])
    return _ADDRESS


def _unstarted(name: str, why: str) -> OskError:
    advice = Advice(
        "Install it or correct the command; another one is given behind `--`",
        "osk dev run NAME DIR -- COMMAND",
    )
    problem = Problem("OSK1414", f"`{name}` cannot be started: {why}", name, None, (advice,))
    return OskError(problem, exit_code=ExitCode.REFUSED)
