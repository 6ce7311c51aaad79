"""CRC on another machine: its host, its life and the tunnel to its cluster, over a real SSH connection.

The programs of the machine are recorded ones (tests.fakes.crc), the server is real.
"""

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters.remotehost import RemoteHost
from openstack_k8s_cli.adapters.ssh import Reach
from openstack_k8s_cli.crc.ports import LATE
from openstack_k8s_cli.model.problems import ExitCode, OskError
from tests.ssh.crchosts import Served, Workstation, served
from tests.ssh.servers import Keys

_PATIENCE = 60.0


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Served]:
    """Start a host."""
    with served(tmp_path) as found:
        yield found


def test_one_connection_carries_all_and_no_command_line_shows_it(place: Served) -> None:
    """Input, files with their modes, lines as they come, and the end of what takes too long."""
    heard: list[str] = []
    with place.host() as host:
        home = host.environment["HOME"]
        host.write(f"{home}/deep/secret", b"hush", 0o600)
        ran = host.run(["cat"], stdin=b"hush\r10%\rdone\n", heard=heard.append)
        late = host.run(["sleep", "60"], timeout=0.01)
        with pytest.raises(OskError) as caught:
            host.write("/proc/nothing/here", b"", 0o600)
        found = (host.read(f"{home}/deep/secret"), host.which("crc"), host.which("no-such-program"))

    written = place.recorded.home / "deep/secret"
    assert (b"hush", str(place.recorded.programs / "crc"), None) == found
    assert ("hush\r10%\rdone\n", ["hush", "10%", "done"]) == (ran.stdout, heard)
    assert (LATE, 0o600) == (late.exit_code, stat.S_IMODE(written.stat().st_mode))
    assert "OSK1240" == caught.value.problems[0].code
    (command,) = place.servers.commands["crc-host"]
    assert "hush" not in command


_WAITS = """\
import sys
from openstack_k8s_cli.adapters.remotehost import RemoteHost
from openstack_k8s_cli.adapters.ssh import Reach
address, user, port, key, *options = sys.argv[1:]
host = RemoteHost(Reach(address, user, int(port), key, tuple(options)), {environment!r})
host.run(["sh", "-c", "echo $$; exec sleep 600"], heard=lambda line: print(line, flush=True))
"""


def test_what_runs_there_ends_with_osk_however_that_ends(place: Served) -> None:
    """Killed, it can say nothing any more."""
    reach = place.reach
    words = (reach.address, str(reach.user), str(reach.port), str(reach.key), *reach.options)
    line = [sys.executable, "-c", _WAITS.format(environment=place.environment), *words]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as osk:
        assert osk.stdout
        number = int(osk.stdout.readline())
        os.kill(osk.pid, signal.SIGKILL)

    until = time.monotonic() + _PATIENCE
    while Path(f"/proc/{number}").exists() and time.monotonic() < until:
        threading.Event().wait(0.05)
    assert not Path(f"/proc/{number}").exists()


def test_a_connection_that_breaks_is_told_and_made_anew(place: Served) -> None:
    """The next command has a connection of its own."""
    with place.host() as host:
        host.run(["env"])
        with pytest.raises(OskError) as caught:
            host.run(["sh", "-c", "kill -9 $PPID"])
        again = host.run(["env"])

    problem = caught.value.problems[0]
    assert ("OSK1371", place.there, ExitCode.FAILED) == (
        problem.code,
        problem.subject,
        caught.value.exit_code,
    )
    assert 0 == again.exit_code


@pytest.mark.parametrize(
    ("machine", "code"),
    [(Workstation(takes_key=False), "OSK1370"), (Workstation(python=False), "OSK1372")],
    ids=["a key that is not known", "no Python"],
)
def test_a_machine_that_cannot_be_worked_on_is_refused(
    tmp_path: Path, machine: Workstation, code: str
) -> None:
    """With ssh's words, and the command that shows them."""
    with served(tmp_path, machine) as found, found.host() as host, pytest.raises(OskError) as caught:
        host.run(["env"])

    problem = caught.value.problems[0]
    assert (code, ExitCode.REFUSED, found.there) == (problem.code, caught.value.exit_code, problem.subject)
    assert problem.detail


def test_a_changed_host_key_is_not_accepted(place: Served, tmp_path: Path) -> None:
    """A machine that stays is known by its key."""
    (tmp_path / "known").write_text(f"[127.0.0.1]:{place.reach.port} {Keys.made().public}")

    with place.host() as host, pytest.raises(OskError) as caught:
        host.read("/etc/os-release")

    assert "OSK1370" == caught.value.problems[0].code


def test_a_machine_is_named_as_it_is_reached() -> None:
    """Addresses of IPv6 have brackets where a port follows."""
    names = [
        Reach(*each).place
        for each in (("lab",), ("lab", "me"), ("lab", "me", 2222), ("fd00::1", None, 22), ("fd00::1", "me"))
    ]

    assert ["lab", "me@lab", "me@lab:2222", "[fd00::1]:22", "me@fd00::1"] == names


def test_without_ssh_it_is_said_what_is_missing(tmp_path: Path) -> None:
    """Before anything is tried."""
    with pytest.raises(OskError) as caught:
        RemoteHost(Reach("lab"), {"PATH": str(tmp_path)}).run(["env"])

    assert "OSK1150" == caught.value.problems[0].code
