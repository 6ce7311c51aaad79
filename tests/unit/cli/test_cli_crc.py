"""`osk crc` from end to end: on a host in memory, and by its recorded executables."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters.localhost import LocalHost
from openstack_k8s_cli.cli.attaching import Attaching
from openstack_k8s_cli.cli.workstations import Workstations
from openstack_k8s_cli.model.problems import ExitCode, OskError
from tests.fakes.crc.host import FakeHost, Recorded, changing
from tests.fakes.crc.openshiftlocal import MACHINE, PASSWORD
from tests.fakes.crc.programs import ANCHOR
from tests.unit.cli.workstation import Session, running, short, station_of
from tests.unit.crc.wishes import PULL_SECRET, SECRETS, host

_LAB = "apiVersion: osk/v1\nkind: Profile\nname: lab\nextends: [crc]\nplatform: {crc: {pullSecret: ~/pull.json}}\n"


@pytest.fixture(scope="module")
def session() -> Session:
    """Give a session with the profile of a laboratory."""
    return Session("{crc: {pullSecret: ~/pull.json}}")


def test_a_bare_host_becomes_a_cluster_and_stays_one(session: Session) -> None:
    """The second time nothing is changed, by either command, and both say so."""
    place = host(installed=False)
    station = station_of(session, place)

    codes = [station.set_up(dry_run=False, yes=False), station.start(dry_run=False, yes=False, trusted=False)]
    first = len(place.changes)
    place.calls.clear()
    session.told.clear()
    codes += [
        station.set_up(dry_run=False, yes=False),
        station.start(dry_run=False, yes=False, trusted=False),
    ]

    assert codes == [ExitCode.DONE] * 4
    assert (first > 10, place.changes) == (True, [])
    assert "nothing to change: the host is set up as the profile says" in session.told
    assert "nothing to change: the cluster runs as the profile says" in session.told
    assert place.read("/home/ada/.kube/config")


def test_a_dry_run_shows_the_difference_and_changes_nothing(session: Session) -> None:
    """Exit 3 where there is one."""
    place = host()

    code = station_of(session, place).set_up(dry_run=True, yes=False)

    assert (code, place.changes) == (ExitCode.DIFFERENCES, [])
    assert "network-mode: user → system" in session.answers[0]["changed"]
    assert session.answers[0]["changed"][-1].startswith("crc setup")


def test_a_cluster_is_not_lost_without_a_yes(session: Session) -> None:
    """Nobody can be asked here, so the command refuses before the first change."""
    place = host()
    station = station_of(session, place)
    station.set_up(dry_run=False, yes=False)
    station.start(dry_run=False, yes=False, trusted=False)
    place.calls.clear()

    with pytest.raises(OskError) as caught:
        station.delete(dry_run=False, yes=False, entirely=False)
    refused = place.changes
    station.delete(dry_run=False, yes=True, entirely=True)

    assert (caught.value.problems[0].code, refused) == ("OSK1003", [])
    assert short(place) == ["crc delete", "crc cleanup", "virsh net-update"]
    assert "osk-crc" not in place.files.read(".kube/config"), "crc takes out all that leads to its cluster"


def test_a_deletion_says_what_goes_with_the_machine(session: Session) -> None:
    """Its context and what DHCP keeps; a dry run says so and takes nothing."""
    station, place = running(session)

    code = station.delete(dry_run=True, yes=False, entirely=False)

    told = ["crc delete", "take the context osk-crc out of /home/ada/.kube/config"]
    kept = "no longer keep 192.168.122.10 for 52:54:00:11:11:10"
    assert (code, session.answers[-1]["changed"], place.changes) == (ExitCode.DIFFERENCES, [*told, kept], [])


def test_with_all_of_it_the_trust_in_its_registry_goes(session: Session) -> None:
    """A dry run says so, and without --all it stays."""
    station, place = running(session)
    place.files.texts[ANCHOR] = b"CA"

    station.delete(dry_run=True, yes=False, entirely=True)
    station.delete(dry_run=False, yes=True, entirely=False)
    stays = place.read(ANCHOR)
    station.delete(dry_run=False, yes=True, entirely=True)

    assert f"take {ANCHOR} away" in session.answers[0]["changed"]
    assert (stays, place.read(ANCHOR)) == (b"CA", None)


def test_a_context_of_another_cluster_is_neither_forgotten_nor_written_over() -> None:
    """Where the profile gives CRC's a name that somebody else has, a start is refused before anything is started."""
    session = Session("{context: prod, crc: {pullSecret: ~/pull.json}}")
    place, path = FakeHost(), "/home/ada/.kube/config"
    place.files.write("pull.json", PULL_SECRET)
    prod = b"""
clusters: [{name: prod, cluster: {server: "https://prod.example:6443"}}]
contexts: [{name: prod, context: {cluster: prod, user: prod}}]
"""
    place.write(path, prod, 0o600)
    station = station_of(session, place)

    code = station.delete(dry_run=False, yes=False, entirely=False)
    station.set_up(dry_run=False, yes=False)
    place.calls.clear()
    with pytest.raises(OskError) as caught:
        station.start(dry_run=False, yes=False, trusted=False)

    assert (code, place.read(path), place.changes) == (ExitCode.DONE, prod, [])
    assert caught.value.problems[0].code == "OSK1364"


def test_the_state_is_told_in_words(session: Session) -> None:
    """Not in a document's keys; units are as they are written."""
    place = host()
    station = station_of(session, place)
    station.set_up(dry_run=False, yes=False)
    station.start(dry_run=False, yes=False, trusted=False)
    station.status()

    rows = [line.split() for line in session.told[-1].splitlines()]

    assert ["set", "up", "yes"] in rows
    assert ["network", "mode", "system"] in rows
    assert ["disk", "GiB"] in [each[:2] for each in rows]


def test_a_cluster_that_is_in_the_way_by_now_is_not_lost(session: Session) -> None:
    """Between what was asked and what is done others may have made one of another preset."""
    station, place = running(session)
    machine = place.files.read(MACHINE)
    station.ask(station.coming(), yes=True)
    place.files.write(MACHINE, machine.replace("crc_libvirt", "crc_okd_libvirt"))

    with pytest.raises(OskError) as caught:
        station.prepared()
    refused = place.changes
    station.ask(station.coming(), yes=True)
    station.prepared()

    assert (caught.value.problems[0].code, refused) == ("OSK1363", [])
    assert not place.files.has(MACHINE)


def test_the_state_is_told_with_what_a_setup_would_change(session: Session) -> None:
    """Before and after."""
    place = host(installed=False)
    station = station_of(session, place)

    station.status()
    station.set_up(dry_run=False, yes=False)
    station.start(dry_run=False, yes=False, trusted=False)
    station.status()

    before, after = session.answers[0], session.answers[-1]
    assert (before["installed"], before["machine"], bool(before["differences"])) == (False, None, True)
    assert (after["version"], after["machine"], after["cluster"], after["differences"]) == (
        "2.62.0",
        "running",
        "running",
        [],
    )


@pytest.fixture
def recorded(tmp_path: Path, home: Path) -> Recorded:
    """Give the executables of a host with a machine that is off, and a profile beside them."""
    domain = {"running": True, "interfaces": []}
    found = Recorded(
        tmp_path, set_up=True, running=True, domains={"crc": domain}, config={"preset": "openshift"}
    )
    machine = found.home / ".crc/machines/crc/config.json"
    machine.parent.mkdir(parents=True)
    machine.write_text('{"Driver": {"BundleName": "crc_libvirt_4.22.1_amd64", "CPU": 4, "Memory": 10752}}')
    machine.with_name(".crc-exist").touch()
    (found.home / "pull.json").write_text(PULL_SECRET)
    (home / "osk.yaml").write_text(_LAB)
    return found


def test_the_commands_by_their_executables(recorded: Recorded, session: Session) -> None:
    """An interface is attached once, a machine stopped once, and no line holds a secret."""
    host = LocalHost(recorded.environment)
    station = Workstations(session, host)  # type: ignore[arg-type]  # what it needs of one
    before = len(session.answers)

    Attaching(station).attach()
    Attaching(station).attach()
    line = [sys.executable, "-m", "openstack_k8s_cli", "crc", "stop", "-o", "json"]
    stopped = subprocess.run(
        line, env={**os.environ, **recorded.environment}, capture_output=True, check=False
    )

    assert [len(each["changed"]) for each in session.answers[before:]] == [2, 0]
    assert json.loads(stopped.stdout) == {"dryRun": False, "changed": ["crc stop"]}
    assert changing(recorded.calls)[-1] == "crc stop --force -o json"
    lines = [" ".join(call) for call in recorded.calls]
    assert not [line for line in lines if any(secret in line for secret in (*SECRETS, PASSWORD))]
