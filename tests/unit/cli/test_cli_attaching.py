"""`osk crc network` and `osk crc disk`: plugged in once, started anew only after a yes, and nothing where there is no machine (a host in memory)."""

import pytest

from openstack_k8s_cli.cli.attaching import Attaching
from openstack_k8s_cli.cli.workstations import Workstations
from openstack_k8s_cli.model.problems import AGAIN, ExitCode, OskError
from tests.fakes.crc.host import FakeHost
from tests.unit.cli.workstation import Session, running, short


@pytest.fixture(scope="module")
def session() -> Session:
    """Give a session with the profile of a laboratory."""
    return Session("{crc: {pullSecret: ~/pull.json}}")


def test_a_machine_without_a_slot_is_started_anew(session: Session) -> None:
    """The first start asks nobody, for nothing is lost; later it is asked, and a start after a stop needs no slot."""
    station, place = running(session, slots=True)
    first = len(place.state["domains"]["crc"]["interfaces"])
    Attaching(station).detach()
    place.calls.clear()

    with pytest.raises(OskError) as caught:
        Attaching(station).attach()
    Attaching(station).attach(yes=True)
    done = short(place)
    Attaching(station).detach()
    station.stop(dry_run=False)
    place.calls.clear()
    station.start(dry_run=False, yes=False, trusted=False)

    assert (first, caught.value.problems[0].code) == (1, "OSK1003")
    assert [each for each in done if each.startswith("crc")] == ["crc stop", "crc start"]
    assert short(place) == ["virsh net-update", "virsh attach-device", "crc start"]


def test_what_would_be_plugged_in_or_out_is_said(session: Session) -> None:
    """Exit 3, and nothing is changed; where all is as wanted, nothing is said and it is 0."""
    station, place = running(session)
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
    session = Session("{crc: {pullSecret: ~/pull.json, disks: {rook: {size: 50Gi}}}}")
    station, place = running(session)

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


def test_without_a_machine_nothing_is_attached_and_nothing_is_left_to_detach() -> None:
    """The first is refused with the command that makes one; what DHCP still keeps for one that is gone is given back."""
    session = Session("{crc: {pullSecret: ~/pull.json, disks: {rook: {size: 50Gi}}}}")
    station, place = running(session)
    place.state["domains"].clear()
    plugs, codes, refused = Attaching(station), [], []
    for attach in (plugs.attach, plugs.attach_disks):
        with pytest.raises(OskError) as caught:
            attach(dry_run=True)
        refused.append((caught.value.problems[0].code, caught.value.exit_code))

    codes = [plugs.detach(dry_run=True), plugs.detach(), plugs.detach(), plugs.detach_disks()]

    assert refused == [("OSK1461", ExitCode.REFUSED)] * 2
    assert codes == [ExitCode.DIFFERENCES, *[ExitCode.DONE] * 3]
    assert [len(each["changed"]) for each in session.answers] == [1, 1, 0, 0]
    assert short(place) == ["virsh net-update"]


@pytest.mark.parametrize("crc", ["{provider: existing}", "{provider: crc, crc: {networkMode: user}}"])
def test_a_profile_without_crc_or_its_interface_is_refused(crc: str) -> None:
    """By the key that says so."""
    station = Workstations(Session(crc), FakeHost())  # type: ignore[arg-type]  # what it needs of one

    with pytest.raises(OskError) as caught:
        Attaching(station).attach()

    assert (caught.value.problems[0].code, caught.value.exit_code) == ("OSK1241", ExitCode.USAGE)


def test_the_way_out_of_another_cluster_is_the_command_itself() -> None:
    """With a profile that has a CRC: not another command."""
    station = Workstations(Session("{provider: existing}"), FakeHost())  # type: ignore[arg-type]  # what it needs of one

    with pytest.raises(OskError) as caught:
        Attaching(station).attach()

    assert f"{AGAIN} -p crc" == caught.value.problems[0].advice[0].command
