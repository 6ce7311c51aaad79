"""`osk crc` from end to end: on a host in memory, and by its recorded executables."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.adapters.localhost import LocalHost
from openstack_k8s_cli.cli.attaching import Attaching
from openstack_k8s_cli.cli.workstations import Workstations
from openstack_k8s_cli.model.problems import ExitCode, OskError
from tests.fakes.cluster import FakeCluster
from tests.fakes.crc.host import FakeHost, Recorded, changing
from tests.fakes.crc.openshiftlocal import MACHINE, PASSWORD
from tests.fakes.crc.programs import ANCHOR
from tests.fakes.profiles import over
from tests.unit.crc.wishes import PULL_SECRET, SECRETS

_LAB = "apiVersion: osk/v1\nkind: Profile\nname: lab\nextends: [crc]\nplatform: {crc: {pullSecret: ~/pull.json}}\n"


class _Downloads:
    def kept(self, place: Any) -> None:
        """Have none of the manifests of others."""


class _Work:
    def __init__(self, crc: str) -> None:
        self.loaded = over(f"platform: {crc}\n")
        self.catalogue = components.parse(files.catalogue())
        self.downloads = _Downloads()


class _Session:
    """What `Workstations` asks of a session."""

    def __init__(self, crc: str) -> None:
        self.work = _Work(crc)
        self.environment: dict[str, str] = {}
        self.told: list[str] = []
        self.answers: list[Any] = []

    def tell(self, text: str) -> None:
        self.told.append(text)

    def answer(self, document: Any, text: Callable[[], str]) -> None:
        self.answers.append(document)
        self.told.append(text())


@pytest.fixture(scope="module")
def session() -> _Session:
    """Give a session with the profile of a laboratory."""
    return _Session("{crc: {pullSecret: ~/pull.json}}")


def _station(session: _Session, place: FakeHost) -> Workstations:
    session.told.clear()
    session.answers.clear()
    cluster = FakeCluster()
    return Workstations(session, place, connect=lambda _path: cluster)  # type: ignore[arg-type]  # what it needs of one


def test_a_bare_host_becomes_a_cluster_and_stays_one(session: _Session) -> None:
    """The second time nothing is changed, by either command, and both say so."""
    place = FakeHost(installed=False)
    place.files.write("pull.json", PULL_SECRET)
    station = _station(session, place)

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


def test_a_dry_run_shows_the_difference_and_changes_nothing(session: _Session) -> None:
    """Exit 3 where there is one."""
    place = FakeHost()
    place.files.write("pull.json", PULL_SECRET)

    code = _station(session, place).set_up(dry_run=True, yes=False)

    assert (code, place.changes) == (ExitCode.DIFFERENCES, [])
    assert "network-mode: user → system" in session.answers[0]["changed"]
    assert session.answers[0]["changed"][-1].startswith("crc setup")


def test_a_cluster_is_not_lost_without_a_yes(session: _Session) -> None:
    """Nobody can be asked here, so the command refuses before the first change."""
    place = FakeHost()
    place.files.write("pull.json", PULL_SECRET)
    station = _station(session, place)
    station.set_up(dry_run=False, yes=False)
    station.start(dry_run=False, yes=False, trusted=False)
    place.calls.clear()

    with pytest.raises(OskError) as caught:
        station.delete(dry_run=False, yes=False, entirely=False)
    refused = place.changes
    station.delete(dry_run=False, yes=True, entirely=True)

    assert (caught.value.problems[0].code, refused) == ("OSK1003", [])
    assert _short(place) == ["crc delete", "crc cleanup", "virsh net-update"]
    assert "osk-crc" not in place.files.read(".kube/config"), "crc takes out all that leads to its cluster"


def test_a_deletion_says_what_goes_with_the_machine(session: _Session) -> None:
    """Its context and what DHCP keeps; a dry run says so and takes nothing."""
    station, place = _running(session)

    code = station.delete(dry_run=True, yes=False, entirely=False)

    told = ["crc delete", "take the context osk-crc out of /home/ada/.kube/config"]
    kept = "no longer keep 192.168.122.10 for 52:54:00:11:11:10"
    assert (code, session.answers[-1]["changed"], place.changes) == (ExitCode.DIFFERENCES, [*told, kept], [])


def test_with_all_of_it_the_trust_in_its_registry_goes(session: _Session) -> None:
    """A dry run says so, and without --all it stays."""
    station, place = _running(session)
    place.files.texts[ANCHOR] = b"CA"

    station.delete(dry_run=True, yes=False, entirely=True)
    station.delete(dry_run=False, yes=True, entirely=False)
    stays = place.read(ANCHOR)
    station.delete(dry_run=False, yes=True, entirely=True)

    assert f"take {ANCHOR} away" in session.answers[0]["changed"]
    assert (stays, place.read(ANCHOR)) == (b"CA", None)


def test_a_context_of_another_cluster_is_neither_forgotten_nor_written_over() -> None:
    """Where the profile gives CRC's a name that somebody else has, a start is refused before anything is started."""
    session = _Session("{context: prod, crc: {pullSecret: ~/pull.json}}")
    place, path = FakeHost(), "/home/ada/.kube/config"
    place.files.write("pull.json", PULL_SECRET)
    prod = b"""
clusters: [{name: prod, cluster: {server: "https://prod.example:6443"}}]
contexts: [{name: prod, context: {cluster: prod, user: prod}}]
"""
    place.write(path, prod, 0o600)
    station = _station(session, place)

    code = station.delete(dry_run=False, yes=False, entirely=False)
    station.set_up(dry_run=False, yes=False)
    place.calls.clear()
    with pytest.raises(OskError) as caught:
        station.start(dry_run=False, yes=False, trusted=False)

    assert (code, place.read(path), place.changes) == (ExitCode.DONE, prod, [])
    assert caught.value.problems[0].code == "OSK1364"


def test_the_state_is_told_in_words(session: _Session) -> None:
    """Not in a document's keys; units are as they are written."""
    place = FakeHost()
    place.files.write("pull.json", PULL_SECRET)
    station = _station(session, place)
    station.set_up(dry_run=False, yes=False)
    station.start(dry_run=False, yes=False, trusted=False)
    station.status()

    rows = [line.split() for line in session.told[-1].splitlines()]

    assert ["set", "up", "yes"] in rows
    assert ["network", "mode", "system"] in rows
    assert ["disk", "GiB"] in [each[:2] for each in rows]


def test_a_cluster_that_is_in_the_way_by_now_is_not_lost(session: _Session) -> None:
    """Between what was asked and what is done others may have made one of another preset."""
    station, place = _running(session)
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


def test_the_state_is_told_with_what_a_setup_would_change(session: _Session) -> None:
    """Before and after."""
    place = FakeHost(installed=False)
    place.files.write("pull.json", PULL_SECRET)
    station = _station(session, place)

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


def _running(session: _Session, **fails: bool) -> tuple[Workstations, FakeHost]:
    place = FakeHost()
    place.files.write("pull.json", PULL_SECRET)
    station = _station(session, place)
    station.set_up(dry_run=False, yes=False)
    place.state["fails"] |= fails
    station.start(dry_run=False, yes=False, trusted=False)
    place.calls.clear()
    session.answers.clear()
    return station, place


def _short(place: FakeHost) -> list[str]:
    return [" ".join(each.split()[:2]) for each in place.changes]


def test_a_machine_without_a_slot_is_started_anew(session: _Session) -> None:
    """The first start asks nobody, for nothing is lost; later it is asked, and a start after a stop needs no slot."""
    station, place = _running(session, slots=True)
    first = len(place.state["domains"]["crc"]["interfaces"])
    Attaching(station).detach()
    place.calls.clear()

    with pytest.raises(OskError) as caught:
        Attaching(station).attach()
    Attaching(station).attach(yes=True)
    done = _short(place)
    Attaching(station).detach()
    station.stop(dry_run=False)
    place.calls.clear()
    station.start(dry_run=False, yes=False, trusted=False)

    assert (first, caught.value.problems[0].code) == (1, "OSK1003")
    assert [each for each in done if each.startswith("crc")] == ["crc stop", "crc start"]
    assert _short(place) == ["virsh net-update", "virsh attach-device", "crc start"]


def test_what_would_be_plugged_in_or_out_is_said(session: _Session) -> None:
    """Exit 3, and nothing is changed; where all is as wanted, nothing is said and it is 0."""
    station, place = _running(session)
    plugs = Attaching(station)

    codes = [plugs.attach(dry_run=True), plugs.detach(dry_run=True)]
    plugs.detach()
    place.calls.clear()
    codes += [plugs.attach(dry_run=True), plugs.detach(dry_run=True)]
    codes.append(station.start(dry_run=True, yes=False, trusted=False))

    station.status()

    attach = ["attach interface 52:54:00:11:11:10 in the network default"]
    assert session.answers.pop()["unplugged"] == attach
    assert "osk crc start would:\n  attach interface" in session.told[-1]
    done, differs = ExitCode.DONE, ExitCode.DIFFERENCES
    assert codes == [done, differs, differs, done, differs]
    assert [each["changed"] for each in session.answers[-3:]] == [attach, [], attach]
    assert place.changes == []


def test_disks_are_attached_by_a_start_and_deleted_after_a_yes() -> None:
    """A second time neither changes anything."""
    session = _Session("{crc: {pullSecret: ~/pull.json, disks: {rook: {size: 50Gi}}}}")
    station, place = _running(session)

    codes = [Attaching(station).attach_disks(), Attaching(station).attach_disks(["rook"])]
    unchanged = place.changes
    assert Attaching(station).detach_disks(dry_run=True) is ExitCode.DIFFERENCES
    with pytest.raises(OskError) as caught:
        Attaching(station).detach_disks()
    codes += [Attaching(station).detach_disks(yes=True), Attaching(station).detach_disks(["rook"], yes=True)]

    assert (codes, unchanged, caught.value.problems[0].code) == ([ExitCode.DONE] * 4, [], "OSK1003")
    assert [each["changed"] for each in session.answers] == [
        [],
        [],
        ["detach and delete disk rook"],
        ["disk rook detached", "disk rook deleted"],
        [],
    ]


@pytest.mark.parametrize("crc", ["{provider: existing}", "{provider: crc, crc: {networkMode: user}}"])
def test_a_profile_without_crc_or_its_interface_is_refused(crc: str) -> None:
    """By the key that says so."""
    station = Workstations(_Session(crc), FakeHost())  # type: ignore[arg-type]  # what it needs of one

    with pytest.raises(OskError) as caught:
        Attaching(station).attach()

    assert (caught.value.problems[0].code, caught.value.exit_code) == ("OSK1241", ExitCode.USAGE)


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


def test_the_commands_by_their_executables(recorded: Recorded, session: _Session) -> None:
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
