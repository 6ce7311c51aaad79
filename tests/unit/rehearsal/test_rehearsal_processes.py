"""Programs that never outlive who started them."""

import os
import select
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.rehearsal.processes import Crew, Program, tail
from openstack_k8s_cli.rehearsal.supervisor import Restarts

# Reads its lifeline to the end, as every program does; DEAF ignores the request to stop.
HEARS = "import sys; print('up', flush=True); sys.stdin.read()"
DEAF = "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); signal.pause()"


def program(name: str, code: str, *, logs: Path, patience: float = 30.0) -> Program:
    """Describe a Python program that is ready when it has said so."""
    return Program(
        name,
        (sys.executable, "-c", code),
        ready=lambda: "up" in tail(logs / f"{name}.log"),
        patience=patience,
    )


def is_alive(pid: int) -> bool:
    """Say whether a process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_ends_what_it_started(tmp_path: Path) -> None:
    """A crew's end is the end of each of its programs, also of one that ignores the request."""
    with Crew(tmp_path) as crew:
        first = crew.start(program("first", HEARS, logs=tmp_path))
        second = crew.start(program("second", HEARS, logs=tmp_path))
        assert [running.pid for running in crew.running()] == [first.pid, second.pid]

    assert not is_alive(first.pid)
    assert not is_alive(second.pid)


def test_ends_a_deaf_program(tmp_path: Path) -> None:
    """A program that ignores SIGTERM is killed after its grace."""
    with Crew(tmp_path) as crew:
        deaf = crew.start(program("deaf", DEAF, logs=tmp_path))
        deaf.stop(grace=0.1)

    assert deaf.ended() == -signal.SIGKILL


def test_programs_end_with_a_killed_parent(tmp_path: Path) -> None:
    """SIGKILL of the parent ends its lifelines and so its programs."""
    code = (
        "import sys, signal; from pathlib import Path;"
        "from openstack_k8s_cli.rehearsal.processes import Crew, Program;"
        f"running = Crew(Path({str(tmp_path)!r})).start(Program('child', (sys.executable, '-c', {HEARS!r})));"
        "print(running.pid, flush=True); signal.pause()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        gone = os.pidfd_open(child)
        parent.kill()

        assert select.select([gone], [], [], 30) == ([gone], [], [])
        os.close(gone)


def test_an_early_end_is_a_problem(tmp_path: Path) -> None:
    """A program that ends before it is ready is reported with the end of its log."""
    with Crew(tmp_path) as crew, pytest.raises(OskError) as raised:
        crew.start(program("broken", "print('no such flag'); raise SystemExit(3)", logs=tmp_path))

    (problem,) = raised.value.problems
    assert problem.summary == "The rehearsal's program `broken` ended with status 3"
    assert (problem.subject, problem.detail) == (str(tmp_path / "broken.log"), "no such flag")


def test_patience_ends(tmp_path: Path) -> None:
    """A program that never becomes ready is a problem after its patience."""
    silent = "import sys; sys.stdin.read()"
    with Crew(tmp_path) as crew, pytest.raises(OskError) as raised:
        crew.start(program("silent", silent, logs=tmp_path, patience=0.2))

    assert raised.value.problems[0].code == "OSK0905"


def test_proxies_and_kubeconfig_are_not_inherited(tmp_path: Path) -> None:
    """A program sees few variables: no proxy between it and the loopback interface, no cluster of the user's."""
    code = "import os, sys; print(sorted(os.environ), 'up', flush=True); sys.stdin.read()"
    told = program("names", code, logs=tmp_path)
    with Crew(tmp_path) as crew:
        crew.start(replace(told, environment={"OWN": "1"}))

    names = set(tail(tmp_path / "names.log").split("'"))
    assert "OWN" in names
    assert not names & {"HTTPS_PROXY", "https_proxy", "KUBECONFIG", "PYTHONPATH"}


def test_restarts_are_counted_lately() -> None:
    """A program may end now and then; one that keeps ending is given up."""
    restarts = Restarts(limit=2, window=60.0)

    assert [restarts.allow(at) for at in (0.0, 10.0, 20.0, 100.0, 110.0)] == [True, True, False, True, True]
