"""Rehearsal clusters by name: up, down, status, kubeconfig, logs, and what tests need beside."""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.rehearsal import assets, binaries, directories, launch, locks, processes, refusals
from openstack_k8s_cli.rehearsal.binaries import Progress
from openstack_k8s_cli.rehearsal.directories import Places
from openstack_k8s_cli.rehearsal.launch import Launch, Phase, Request, State
from openstack_k8s_cli.rehearsal.options import Options

DEFAULT = "default"
_POLL = 0.05
"""Seconds between looks at what the supervisor says."""
_STOP_LIMIT = 30.0
"""Seconds that a cluster may take to stop."""
_REQUEST_LIMIT = 240.0
"""Seconds in which the supervisor has to do what it is asked for."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A running rehearsal cluster."""

    name: str
    directory: Path
    kubeconfig: Path
    pid: int
    """Of its supervisor, which ends everything when it ends."""


@dataclass(frozen=True, slots=True)
class Status:
    """What is known of a name."""

    name: str
    running: bool
    state: State | None
    """What its supervisor said last; also after a crash."""


def up(
    name: str = DEFAULT,
    *,
    options: Options | None = None,
    progress: Progress = lambda _: None,
    places: Places | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Rehearsal:
    """Start a cluster that runs until `down`, building its programs first where that is needed."""
    wanted = _Wanted(name, options or Options(), places or directories.places(), assets.folder(environment))
    return _start(wanted, progress, stdin=None)


@contextlib.contextmanager
def running(
    name: str = DEFAULT,
    *,
    options: Options | None = None,
    progress: Progress = lambda _: None,
    places: Places | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Iterator[Rehearsal]:
    """Have a cluster for the length of a block; it ends with this process, however that goes."""
    found = places or directories.places()
    wanted = _Wanted(name, options or Options(), found, assets.folder(environment))
    read, write = os.pipe()
    try:
        cluster = _start(wanted, progress, stdin=read)
        try:
            yield cluster
        finally:
            down(name, places=found)
    finally:
        os.close(write)
        os.close(read)


def down(name: str = DEFAULT, *, places: Places | None = None, patience: float = _STOP_LIMIT) -> bool:
    """End a cluster and remove its folder; False: it did not run. Raises OskError while its programs are built."""
    found = places or directories.places()
    directory = found.cluster(name)
    if not found.state.is_dir():
        return False
    with locks.of_name(found.state, name) as lock:
        ran = not locks.take(lock)
        if ran:
            _end_supervisor(name, directory, lock, patience)
        _remove(directory)
    return ran


def status(name: str = DEFAULT, *, places: Places | None = None) -> Status:
    """Say whether a cluster runs, and how far it is."""
    found = places or directories.places()
    return Status(name, locks.is_held(found.state, name), launch.state(found.cluster(name)))


def names(*, places: Places | None = None) -> tuple[str, ...]:
    """List the clusters that run."""
    found = places or directories.places()
    folders = found.state.glob("*/launch.json") if found.state.is_dir() else ()
    return tuple(sorted(file.parent.name for file in folders if locks.is_held(found.state, file.parent.name)))


def kubeconfig(name: str = DEFAULT, *, places: Places | None = None) -> Path:
    """Give the path of a running cluster's kubeconfig."""
    return _find(places or directories.places(), name).kubeconfig


def logs(name: str, program: str, *, places: Places | None = None) -> Path:
    """Give the path of a program's log, also after a crash."""
    folder = (places or directories.places()).cluster(name) / "logs"
    if program not in programs(name, places=places):
        raise OskError(refusals.no_log(name, program, folder), exit_code=ExitCode.USAGE)
    return folder / f"{program}.log"


def programs(name: str, *, places: Places | None = None) -> tuple[str, ...]:
    """List the programs of a cluster that there are logs of, also after a crash."""
    folder = (places or directories.places()).cluster(name) / "logs"
    found = tuple(sorted(file.stem for file in folder.glob("*.log")))
    if not found:
        raise OskError(refusals.is_down(name), exit_code=ExitCode.REFUSED)
    return found


def reset(name: str = DEFAULT, *, places: Places | None = None) -> Rehearsal:
    """Put a running cluster back to its first state; its kubeconfig stays as it is."""
    found = places or directories.places()
    return _ask(found, name, lambda asked: replace(asked, resets=asked.resets + 1))


@contextlib.contextmanager
def outage(program: str, *, name: str = DEFAULT, places: Places | None = None) -> Iterator[None]:
    """Kill one program of a cluster and keep it away for the length of a block."""
    found = places or directories.places()
    _ask(found, name, lambda asked: replace(asked, held=asked.held | {program}))
    try:
        yield
    finally:
        _ask(found, name, lambda asked: replace(asked, held=asked.held - {program}))


@dataclass(frozen=True, slots=True)
class _Wanted:
    name: str
    options: Options
    places: Places
    assets: Path | None


def _start(wanted: _Wanted, progress: Progress, *, stdin: int | None) -> Rehearsal:
    directory = wanted.places.cluster(wanted.name)
    _require_aiohttp(wanted.options)
    _require_faults(wanted.options)
    directories.private(wanted.places.state)
    with locks.of_name(wanted.places.state, wanted.name) as lock:
        if not locks.take(lock):
            raise OskError(refusals.is_up(wanted.name), exit_code=ExitCode.REFUSED)
        built = binaries.ensure(progress, places=wanted.places)
        _remove(directory)  # of a crash
        directories.private(directory / "logs")
        Launch(wanted.options, built, wanted.places.cache, wanted.assets).write(directory)
        process = _spawn(directory, lock, stdin)
    try:
        return _await_ready(wanted.name, directory, process, progress)
    except BaseException:
        process.terminate()
        process.wait()
        raise


def _remove(directory: Path) -> None:
    if not locks.await_end(directory, patience=_STOP_LIMIT):
        raise OskError(refusals.crashed(directory), exit_code=ExitCode.FAILED)
    shutil.rmtree(directory, ignore_errors=True)


def _spawn(directory: Path, lock: int, stdin: int | None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "openstack_k8s_cli.rehearsal.supervisor", str(directory)]
    with (directory / "logs" / "supervisor.log").open("ab") as log:
        return subprocess.Popen(
            command if stdin is not None else [*command, "--detached"],
            stdin=subprocess.DEVNULL if stdin is None else stdin,
            stdout=log,
            stderr=log,
            pass_fds=(lock,),  # the lock is the open file's, and so lives as long as the supervisor
            start_new_session=True,
        )


def _await_ready(
    name: str, directory: Path, process: subprocess.Popen[bytes], progress: Progress
) -> Rehearsal:
    told = 0
    while True:
        ended = process.poll() is not None
        told = _narrate(directory / "progress", told, progress)
        said = launch.state(directory)
        if said and said.phase is Phase.READY:
            return Rehearsal(name, directory, directory / "kubeconfig", process.pid)
        if ended:
            problems = said.problems if said else ()
            other = refusals.taken_down(name) if process.returncode == 0 else refusals.crashed(directory)
            raise OskError(*(problems or (other,)), exit_code=ExitCode.FAILED)
        time.sleep(_POLL)


def _narrate(file: Path, told: int, progress: Progress) -> int:
    lines = file.read_text().splitlines() if file.exists() else []
    for line in lines[told:]:
        progress(line)
    return len(lines)


def _ask(places: Places, name: str, change: Callable[[Request], Request]) -> Rehearsal:
    """Ask the supervisor for something and wait until it is so."""
    cluster = _find(places, name)
    asked = change(launch.request(cluster.directory))
    asked = replace(asked, number=asked.number + 1)
    asked.write(cluster.directory)
    os.kill(cluster.pid, signal.SIGUSR1)
    deadline = time.monotonic() + _REQUEST_LIMIT
    while time.monotonic() < deadline:
        said = launch.state(cluster.directory)
        if said and said.phase is Phase.READY and said.answered == asked.number:
            return cluster
        if not locks.is_held(places.state, name):
            problems = said.problems if said else ()
            raise OskError(*(problems or (refusals.crashed(cluster.directory),)), exit_code=ExitCode.FAILED)
        time.sleep(_POLL)
    raise OskError(refusals.crashed(cluster.directory), exit_code=ExitCode.STALLED)


def _find(places: Places, name: str) -> Rehearsal:
    directory = places.cluster(name)
    said = launch.state(directory)
    if not locks.is_held(places.state, name):
        raise OskError(refusals.is_down(name), exit_code=ExitCode.REFUSED)
    if said is None or said.phase is Phase.STARTING:
        raise OskError(refusals.is_starting(name), exit_code=ExitCode.REFUSED)
    return Rehearsal(name, directory, directory / "kubeconfig", said.pid)


def _end_supervisor(name: str, directory: Path, lock: int, patience: float) -> None:
    said: State | None = None
    deadline = time.monotonic() + patience
    while not locks.take(lock):
        if said is None:
            said = launch.state(directory)  # None while a command builds: it has the lock, and no supervisor
            _signal(said, signal.SIGTERM)
        elif time.monotonic() > deadline:
            _signal(said, signal.SIGKILL)  # its programs end with their lifelines
        if said is None and time.monotonic() > deadline:
            raise OskError(refusals.is_starting(name), exit_code=ExitCode.REFUSED)
    if said:
        processes.await_end(
            said.pid, patience=_STOP_LIMIT
        )  # a process gives back its locks before it has ended


def _signal(said: State | None, number: signal.Signals) -> None:
    if said:
        with contextlib.suppress(ProcessLookupError):
            os.kill(said.pid, number)


def _require_aiohttp(options: Options) -> None:
    if options.simulators and importlib.util.find_spec("aiohttp") is None:
        raise OskError(refusals.no_aiohttp(), exit_code=ExitCode.REFUSED)


def _require_faults(options: Options) -> None:
    """Read the faults file here, where its error reaches the person who wrote it."""
    if options.faults:
        from openstack_k8s_cli.rehearsal.simulators import faults  # noqa: PLC0415  # loads pydantic

        faults.read(options.faults)
