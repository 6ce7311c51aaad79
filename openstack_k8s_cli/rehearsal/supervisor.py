"""The process that starts a rehearsal cluster, keeps its programs running, and ends with all of them.

`python -m openstack_k8s_cli.rehearsal.supervisor DIRECTORY [--detached]`; its folder's lock is its life.
Without --detached it ends when its stdin does, so that a crash of the command that started it leaves nothing.
"""

import contextlib
import logging
import os
import select
import shutil
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import NoReturn

from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.rehearsal import launch, locks, processes, startup
from openstack_k8s_cli.rehearsal.launch import Launch, Phase, Request, State
from openstack_k8s_cli.rehearsal.processes import Crew

_PAUSE = 0.5
"""Seconds between looks where nothing wakes it."""
_RESTARTS, _WINDOW = 10, 120.0
"""So many restarts in so many seconds are enough."""
_LOG = logging.getLogger(__name__)


class _StopError(Exception):
    """A signal or the end of the lifeline."""


class Restarts:
    """The patience with programs that end by themselves."""

    def __init__(self, *, limit: int, window: float) -> None:
        self._limit = limit
        self._window = window
        self._times: deque[float] = deque()

    def allow(self, now: float) -> bool:
        """Count a restart at a time in seconds; False: there were too many lately."""
        self._times.append(now)
        while now - self._times[0] > self._window:
            self._times.popleft()
        return len(self._times) <= self._limit


class Supervisor:
    """One cluster's programs."""

    def __init__(self, directory: Path, plan: Launch) -> None:
        self._directory = directory
        self._plan = plan
        self._crew = Crew(directory / "logs", inherited=(locks.alive(directory),))
        self._state = State(phase=Phase.STARTING, pid=os.getpid(), since=launch.now())
        self._met = launch.request(directory)
        self._restarts = Restarts(limit=_RESTARTS, window=_WINDOW)

    def run(self) -> NoReturn:
        """Start the cluster and keep it; ends by an exception only."""
        self._say(Phase.STARTING)
        with self._crew:
            self._start()
            with _wakeups() as wake:
                while True:
                    self._mend()
                    self._meet(launch.request(self._directory))
                    wake()

    def failed(self, error: OskError) -> None:
        """Say why the cluster is no more."""
        self._state = replace(self._state, problems=error.problems)
        self._say(Phase.FAILED)

    def _start(self) -> None:
        startup.start(self._crew, self._directory, self._plan, lambda line: launch.say(self._directory, line))
        self._say(Phase.READY)

    def _say(self, phase: Phase) -> None:
        programs = {running.program.name: running.pid for running in self._crew.running()}
        self._state = replace(self._state, phase=phase, programs=programs, answered=self._met.number)
        self._state.write(self._directory)

    def _mend(self) -> None:
        """Start what ended by itself again, unless it keeps ending."""
        for running in self._crew.running():
            if running.ended() is None or running.program.name in self._met.held:
                continue
            if not self._restarts.allow(time.monotonic()):
                why = f"keeps ending, last with status {running.ended()}"
                raise OskError(processes.broken(running, why), exit_code=ExitCode.FAILED)
            _LOG.warning(
                "%s ended with status %s and is started again", running.program.name, running.ended()
            )
            with contextlib.suppress(OskError):  # it ended again, and will be seen to
                self._crew.start(running.program)
            self._say(Phase.READY)

    def _meet(self, asked: Request) -> None:
        if asked.number == self._met.number:
            return
        if asked.resets != self._met.resets:
            self._crew.stop()
            startup.forget(self._directory)
            self._met = asked
            self._start()
            return
        for running in self._crew.running():
            name = running.program.name
            if name in asked.held and name not in self._met.held:
                running.kill()
            if name in self._met.held and name not in asked.held:
                self._crew.start(running.program)
        self._met = asked
        self._say(Phase.READY)


def main(arguments: list[str]) -> int:
    """Supervise until told to stop; the cluster's folder goes with an orderly end, and stays after a failure."""
    directory = Path(arguments[0])
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    _stop_on_signals()
    if "--detached" not in arguments:
        threading.Thread(target=_watch_lifeline, daemon=True).start()
    supervisor = Supervisor(directory, launch.read(directory))
    try:
        supervisor.run()
    except _StopError:
        shutil.rmtree(directory, ignore_errors=True)
        return 0
    except OskError as error:
        supervisor.failed(error)
        return 1


def _stop_on_signals() -> None:
    def stop(number: int, _frame: FrameType | None) -> NoReturn:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_IGN)  # stopping has begun
        raise _StopError(number)

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stop)


def _watch_lifeline() -> None:
    with contextlib.suppress(OSError):
        while os.read(sys.stdin.fileno(), 1024):
            pass
    os.kill(os.getpid(), signal.SIGTERM)


@contextlib.contextmanager
def _wakeups() -> Iterator[Callable[[], None]]:
    """Give a function that waits until a child ends, a request comes, or a moment has passed."""
    read, write = os.pipe()
    os.set_blocking(read, False)
    os.set_blocking(write, False)
    for each in (signal.SIGCHLD, signal.SIGUSR1):
        signal.signal(each, lambda *_: None)
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)

    def wait() -> None:
        select.select([read], [], [], _PAUSE)
        with contextlib.suppress(BlockingIOError):
            os.read(read, 4096)

    try:
        yield wait
    finally:
        signal.set_wakeup_fd(-1)
        os.close(read)
        os.close(write)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
