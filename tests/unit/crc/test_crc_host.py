"""What a host owes osk, this machine, one over SSH and the one of tests alike, and what is read of it.

The programs of CRC's host are played in memory, or as recorded executables (tests.fakes.crc).
"""

import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli.adapters import hostagent
from openstack_k8s_cli.adapters.localhost import LocalHost
from openstack_k8s_cli.crc import facts, trust
from openstack_k8s_cli.crc.ports import LATE, MISSING, Host, UnreadableError, readable
from openstack_k8s_cli.model.problems import OskError
from tests.fakes.crc.host import FakeHost, Recorded, changing
from tests.fakes.crc.programs import ANCHOR
from tests.ssh import crchosts

Made = Callable[..., Host]


@pytest.fixture(params=["memory", "executables", "ssh"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Made]:
    """Give what makes one of the three hosts."""
    with ExitStack() as stack:

        def make(**state: Any) -> Host:
            if request.param == "memory":
                return FakeHost(**state)
            if request.param == "executables":
                return LocalHost(Recorded(tmp_path, **state).environment)
            place = stack.enter_context(crchosts.served(tmp_path, crchosts.Workstation(state=state)))
            return stack.enter_context(place.host())

        yield make


def test_a_host_tells_what_a_program_says_and_how_it_ended(made: Made) -> None:
    """Exit status, both streams, and each line as it comes."""
    host, heard = made(config={"cpus": "12"}), list[str]()

    right = host.run(["crc", "config", "view"], heard=heard.append)
    wrong = host.run(["crc", "config", "set", "cpus", "2"])
    missing = host.run(["no-such-program"])

    line = f"- {'cpus':<38}: 12"
    reason = "Value '2' for configuration property 'cpus' is invalid, reason: requires CPUs >= 4"
    assert (right.exit_code, right.stdout, heard) == (0, f"{line}\n", [line])
    assert (wrong.exit_code, wrong.stderr) == (1, f'level=error msg="{reason}"\n')
    assert missing.exit_code == MISSING


def test_sudo_is_given_what_becomes_roots_through_its_input(tmp_path: Path) -> None:
    """By executables: never on its command line; where it asks, its own words are told."""
    places = [tmp_path / "open", tmp_path / "locked"]
    for each in places:
        each.mkdir()
    recorded, locked = Recorded(places[0]), Recorded(places[1], fails={"sudo": True})

    trust.trust(LocalHost(recorded.environment), b"CA")
    with pytest.raises(OskError) as caught:
        trust.trust(LocalHost(locked.environment), b"CA")

    assert recorded.calls == [["sudo", "tee", ANCHOR], ["sudo", "update-ca-trust"]]
    assert (places[0] / "root" / ANCHOR.lstrip("/")).read_text() == "CA"
    assert caught.value.problems[0].detail == "sudo: a password is required"


def test_a_file_is_put_there_whole_and_read_again(made: Made) -> None:
    """Its folder is made; what is not there is None."""
    host = made()
    path = f"{host.environment['HOME']}/.kube/config"

    host.write(path, b"one", 0o600)
    host.write(path, b"two", 0o600)

    assert (host.read(path), host.read(f"{path}.old")) == (b"two", None)


def test_what_cannot_be_read_is_not_absent(made: Made) -> None:
    """It says so; who merely looks takes it as not there."""
    host = made()
    folder = f"{host.environment['HOME']}/.kube"
    host.write(f"{folder}/config", b"one", 0o600)

    with pytest.raises(UnreadableError) as caught:
        host.read(folder)

    (problem,) = caught.value.problems
    assert ("OSK1366", True, None) == (
        problem.code,
        str(problem.subject).endswith(folder) and "Is a directory" in problem.summary,
        readable(host, folder),
    )
    assert host.read(f"{folder}/config/below") is None


def test_what_cannot_be_read_is_not_replaced(tmp_path: Path) -> None:
    """On this machine and at the far end; a link that leads nowhere yet may lead somewhere."""
    endless, open_ = tmp_path / "endless", tmp_path / "open"
    endless.symlink_to(endless)
    open_.symlink_to(tmp_path / "target")

    with pytest.raises(OskError) as caught:
        LocalHost({}).write(str(endless), b"", 0o600)
    with pytest.raises(OSError, match="symbolic links"):
        hostagent._put(str(endless), b"", 0o600)
    hostagent._put(str(open_), b"far", 0o600)

    assert ("OSK1240", True) == (caught.value.problems[0].code, endless.is_symlink())
    assert b"far" == (tmp_path / "target").read_bytes()


def test_facts_of_crc_and_libvirt_are_the_same_by_both_ways(made: Made) -> None:
    """Reading changes nothing, and the exit status of crc says nothing."""
    host = made(networks={"default": "192.168.122.1/24"}, domains={"vm": {"running": True, "interfaces": []}})

    crc, libvirt = facts.look_at_crc(host), facts.look_at_libvirt(host)

    assert (crc.version.number, crc.machine, crc.is_set_up) == ((2, 62, 0), None, False)
    assert crc.status.error == "crc does not seem to be setup correctly, have you run 'crc setup'?"
    assert crc.unready == "crc-admin-helper executable is not cached"
    assert {name: [str(each) for each in nets] for name, nets in libvirt.networks.items()} == {
        "default": ["192.168.122.0/24"]
    }
    assert (libvirt.bridges, libvirt.domains) == ({"default": "virbr-default"}, {"vm": True})


def test_input_reaches_a_program_and_lines_end_at_carriage_returns() -> None:
    """Secrets go this way; progress bars redraw their line."""
    heard: list[str] = []

    ran = LocalHost({"PATH": "/usr/bin:/bin"}).run(["cat"], stdin=b"10%\r20%\rdone\n", heard=heard.append)

    assert (ran.stdout, heard) == ("10%\r20%\rdone\n", ["10%", "20%", "done"])


def test_a_program_that_takes_too_long_is_ended() -> None:
    """The answer says so."""
    ran = LocalHost({"PATH": "/usr/bin:/bin"}).run(["sleep", "60"], timeout=0.01)

    assert ran.exit_code == LATE


def test_this_machine_keeps_files_private_and_says_where_it_may_not_write(tmp_path: Path) -> None:
    """The mode is there from the first byte on; a link stays a link."""
    host, real, link = LocalHost({}), tmp_path / "real", tmp_path / "link"
    link.symlink_to(real)

    host.write(str(link), b"secret", 0o600)
    with pytest.raises(OskError) as caught:
        host.write("/proc/nothing/here", b"", 0o600)

    assert (stat.S_IMODE(real.stat().st_mode), link.is_symlink()) == (0o600, True)
    assert caught.value.problems[0].code == "OSK1240"


def test_all_facts_of_a_host_are_read_without_a_change() -> None:
    """Each from its own source."""
    host = FakeHost(cpus=8, groups=["ada"], entitled=["ada", "libvirt"], units=["NetworkManager"])
    host.files.write("pull.json", "{}")

    found = facts.look(host, pull_secret="~/pull.json")

    assert (found.user, found.is_root, found.cpus, found.memory, found.free) == ("ada", False, 8, 65536, 300)
    assert (found.groups, found.entitled) == (frozenset({"ada"}), frozenset({"ada", "libvirt"}))
    assert (found.units, found.has_session, found.nested, found.has_kvm) == (
        frozenset({"NetworkManager"}),
        True,
        True,
        True,
    )
    assert (found.system["ID"], found.pull_secret, found.over_ssh) == ("fedora", b"{}", False)
    assert changing(host.calls) == []


def test_a_host_without_libvirt_and_crc_has_facts_all_the_same() -> None:
    """What cannot be looked at says why."""
    host = FakeHost(installed=False, fails={"virsh": True})

    found = facts.look(host)

    assert found.crc.path is None
    assert "Permission denied" in found.libvirt.trouble
