"""Programs in osk's foreground: they end in order, with all that they started, and never outlive osk."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters import localruns
from openstack_k8s_cli.adapters.hooks import guard
from openstack_k8s_cli.adapters.localruns import LocalProgram, LocalPrograms
from openstack_k8s_cli.model.problems import OskError

SHORT = ((signal.SIGINT, 0.1), (signal.SIGTERM, 0.1), (signal.SIGKILL, 0.0))
LONG = ((signal.SIGINT, 60.0),)
AGES = 60.0
"""Seconds; nothing takes so long, on whatever machine."""


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[LocalPrograms]:
    """Have programs that are given all the time that they want."""
    with LocalPrograms(os.environ, tmp_path / "records", patience=LONG).here() as found:
        yield found


def started(programs: LocalPrograms, folder: Path, script: str) -> LocalProgram:
    """Start a shell, and wait until its script says that it is at work."""
    ready = folder / "ready"
    program = programs.start(["sh", "-c", f"{script}"], folder=str(folder), environment={"READY": str(ready)})
    until = time.monotonic() + AGES
    while not ready.exists() and time.monotonic() < until:
        program.wait(0.01)
    assert ready.exists()
    return program


def test_one_that_ends_in_order_is_asked_only(programs: LocalPrograms, tmp_path: Path) -> None:
    """By the signal of Ctrl-C; its exit code is its own."""
    script = "trap 'exit 5' INT; touch \"$READY\"; while :; do sleep 0.02; done"

    assert 5 == started(programs, tmp_path, script).end()


def test_one_that_does_not_listen_is_killed_with_its_children(tmp_path: Path) -> None:
    """Nothing of its group is left."""
    script = "trap '' INT TERM; sleep 600 & echo $! > child; touch \"$READY\"; wait; wait"
    with LocalPrograms(os.environ, tmp_path / "records", patience=SHORT).here() as programs:
        program = started(programs, tmp_path, script)

        assert -signal.SIGKILL == program.end()
    assert "" == gone(int((tmp_path / "child").read_text()))


def gone(process: int) -> str:
    """Wait until a process is no more, which its killer does not."""
    until = time.monotonic() + AGES
    while guard.born(process) and time.monotonic() < until:
        time.sleep(0.001)
    return guard.born(process)


def test_one_that_is_left_over_ends_with_the_block(tmp_path: Path) -> None:
    """And it has the mark by which the guard would find it if osk were killed."""
    with LocalPrograms(os.environ, tmp_path, patience=LONG).here() as found:
        program = started(found, tmp_path, 'touch "$READY"; exec sleep 600')
        environment = Path(f"/proc/{program.process}/environ").read_bytes()
        assert program.wait(0) is None

    assert program.wait(0) == -signal.SIGINT
    assert guard.VARIABLE.encode() in environment


def test_a_program_that_is_not_there_is_refused(programs: LocalPrograms, tmp_path: Path) -> None:
    """By its name, with what to do."""
    with pytest.raises(OskError) as refused:
        programs.start(["no-such-program"], folder=str(tmp_path), environment={})

    assert "`no-such-program` cannot be started: it is not on the PATH" == refused.value.problems[0].summary


def test_free_ports_differ_and_are_free(programs: LocalPrograms) -> None:
    """Nobody listens on them before the program does."""
    ports = localruns.free(3)

    assert 3 == len(set(ports))
    assert not any(map(programs.listens, ports))


def test_who_listens_is_noticed(programs: LocalPrograms) -> None:
    """A connection is enough."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        assert programs.listens(server.getsockname()[1])


def test_the_address_is_the_one_that_leads_to_the_server() -> None:
    """On one machine it is the loopback's."""
    assert "127.0.0.1" == localruns.address_to("127.0.0.1", 6443)
