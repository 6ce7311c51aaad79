"""A hook whose osk is killed: it is ended, by its guard or else by the next run."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters.hooks import Hooks, guard, guarding
from openstack_k8s_cli.apply.hooks import Call, Told
from openstack_k8s_cli.model.hooks import Hook

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it looks into /proc")

SCRIPT = "exec 3> alive; (sleep 300 & echo child); echo $$ > shell; sleep 300"
"""Holds the pipe `alive` open in itself and in a child that it does not wait for."""
PROGRAM = f"""
from pathlib import Path
from openstack_k8s_cli.adapters.hooks import Hooks
from openstack_k8s_cli.apply.hooks import Call
from openstack_k8s_cli.model.hooks import Hook
hook = Hook("slow", ("sh", "-c", {SCRIPT!r}), folder=".")
Hooks({{"PATH": "/usr/bin:/bin"}}, {{}}, records=Path("records")).run(
    Call(hook, hook.command), told=print, stopped=lambda: False
)
"""


def begun(folder: Path) -> tuple["subprocess.Popen[bytes]", int]:
    """Have an osk run that hook; give it, and the end of a pipe that reads nothing as long as the hook lives."""
    os.mkfifo(folder / "alive")
    osk = subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=folder)
    reading = os.open(folder / "alive", os.O_RDONLY)  # waits until the hook has opened its end
    return osk, reading


def test_a_hook_ends_with_an_osk_that_is_killed(tmp_path: Path) -> None:
    """Its children too, whatever they wait for: the pipe that they hold ends."""
    osk, alive = begun(tmp_path)

    osk.kill()

    assert b"" == os.read(alive, 1)
    assert -signal.SIGKILL == osk.wait()


def test_the_next_run_ends_what_a_killed_run_has_left(tmp_path: Path) -> None:
    """Where the guard was killed as well, the record that is left tells the next hook, which says so."""
    osk, alive = begun(tmp_path)
    for process in children(osk.pid):
        if b"guard.py" in Path(f"/proc/{process}/cmdline").read_bytes():
            os.kill(process, signal.SIGKILL)
    osk.kill()
    osk.wait()
    told: list[Told] = []
    hooks = Hooks({"PATH": os.environ["PATH"]}, {}, records=tmp_path / "records")

    ended = hooks.run(Call(Hook("next"), ("true",)), told=told.append, stopped=lambda: False)

    assert 0 == ended.exit_code
    assert b"" == os.read(alive, 1)
    assert ["end what an earlier hook has left running"] == [each.task for each in told]
    assert [] == list((tmp_path / "records").iterdir())


def test_a_hook_of_a_run_that_lives_is_left_alone(tmp_path: Path) -> None:
    """A record of this very process is not swept; one whose process number was given anew is."""
    mine = {"osk": os.getpid(), "born": guard.born(os.getpid())}
    (tmp_path / "mine.json").write_text(json.dumps(mine))
    (tmp_path / "reused.json").write_text(json.dumps({**mine, "born": "1"}))
    (tmp_path / "torn.json").write_text("{")

    ended = guarding.sweep(tmp_path)

    assert 0 == ended
    assert ["mine.json"] == [each.name for each in tmp_path.iterdir()]


def test_what_a_hook_starts_may_stay_when_it_ends_by_itself(tmp_path: Path) -> None:
    """The guard leaves without a word: a service that a hook is there to start goes on."""
    os.mkfifo(tmp_path / "alive")
    reading = os.open(tmp_path / "alive", os.O_RDONLY | os.O_NONBLOCK)
    command = ("sh", "-c", "exec 3> alive; setsid sleep 300 > /dev/null 2>&1 & echo $! > pid")
    hooks = Hooks({"PATH": os.environ["PATH"]}, {}, records=tmp_path / "records")

    ended = hooks.run(Call(Hook("start", folder=str(tmp_path)), command), told=print, stopped=lambda: False)

    assert 0 == ended.exit_code
    with pytest.raises(BlockingIOError):  # somebody holds the other end
        os.read(reading, 1)
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)


def children(parent: int) -> list[int]:
    """List the children of a process."""
    text = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(each) for each in text.split()]
