"""`osk crc snapshot restore` where copies are gone: seen before anything is stopped, and a way out of what is half done.

CRC's host and the hypervisor are in memory (tests.fakes.crc, tests.fakes.hypervisor).
"""

from typing import Any

import pytest

from openstack_k8s_cli.crc import steps
from openstack_k8s_cli.model.problems import ExitCode, OskError
from tests.unit.cli.days import Lab, ran
from tests.unit.cli.shots import VOLUME, change, cloud, contents, create, cut_off, of, restore


@pytest.fixture
def place() -> Lab:
    """Give a cloud that runs."""
    return cloud()


@pytest.mark.parametrize("lost", ["crc.qcow2", "config.json", f"{VOLUME}.osk-one"])
def test_a_copy_that_is_gone_is_seen_before_anything_is_stopped(place: Lab, lost: str) -> None:
    """Of CRC and of hosts; it is named, nothing is marked, and the snapshot can be deleted."""
    create(place)
    change(place)
    place.host.calls.clear()
    place.hypervisor.played.clear()
    place.hypervisor.volumes.pop(lost, None)
    place.host.files.remove(f".crc/osk-snapshots/one/{lost}")

    with pytest.raises(OskError) as caught:
        restore(place)
    untouched = (place.host.changes, [*place.hypervisor.played], contents(place))
    _, end = ran(of(place).delete("one", force=False, yes=True))

    assert "OSK1389" == caught.value.problems[0].code
    assert lost in caught.value.problems[0].summary
    assert ([], [], ("crc v2", "v2")) == untouched
    assert ExitCode.DONE is end.exit_code


@pytest.mark.parametrize("before", [False, True])
def test_disks_are_those_that_it_was_taken_of(place: Lab, before: bool) -> None:
    """One that came since would keep its new data; one that was detached would come back as a file of nobody's."""
    disk = ".crc/machines/crc/osk-rook.qcow2"
    if before:
        place.host.files.write(disk, "rook")
    create(place)
    place.host.files.remove(disk) if before else place.host.files.write(disk, "rook")

    with pytest.raises(OskError) as caught:
        restore(place)

    assert "OSK1361" == caught.value.problems[0].code
    assert "osk-rook.qcow2" in caught.value.problems[0].summary


def test_a_file_that_cannot_be_copied_leaves_all_as_it_was(place: Lab) -> None:
    """All are copied before the first is put in its place, so the cloud can be started again."""
    create(place)
    change(place)

    def killed(argv: Any) -> None:
        if argv[0] == "cp" and argv[-1].endswith("kubeconfig.osk-partial"):
            raise RuntimeError(argv)

    place.host.interrupted = killed
    with pytest.raises(RuntimeError):
        restore(place)
    place.host.interrupted = len
    place.machines.stations.started(yes=True)

    assert ("crc v2", "v2") == contents(place)


def _half(place: Lab) -> None:
    """Leave one put back in part, with the copy of a host gone since."""
    cut_off(place)
    del place.hypervisor.volumes[f"{VOLUME}.osk-one"]


def test_one_that_cannot_be_finished_is_given_up(place: Lab) -> None:
    """As the refusals say; then CRC starts, as it is."""
    _half(place)
    with pytest.raises(OskError) as caught:
        restore(place)

    ran(of(place).delete("one", force=True, yes=True))
    place.machines.stations.started(yes=True)

    assert "osk crc snapshot delete one --force" == caught.value.problems[0].advice[-1].command
    assert (True, []) == (place.running["crc"], of(place).rows())


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_machine_that_is_gone_is_half_of_nothing(place: Lab, by_hand: bool) -> None:
    """Whoever deleted it: a new one starts, and is not taken for half of the snapshot."""
    _half(place)
    stations = place.machines.stations
    if by_hand:
        place.host.run(["crc", "delete", "--force"])
    else:
        stations.deleted(steps.delete(stations.station.look(), entirely=False))

    place.machines.stations.started(yes=True)
    place.machines.stations.started(yes=True)
    state = of(place).rows()[0]["state"]

    assert (True, "usable") == (place.running["crc"], state)
