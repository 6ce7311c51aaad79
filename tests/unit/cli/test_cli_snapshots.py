"""`osk crc snapshot`: CRC and hosts together, off, whole or not at all, and not older than their certificates."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli.cli import naming
from openstack_k8s_cli.cli.snapshots import Snapshots, text
from openstack_k8s_cli.crc import snapshots, steps
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.problems import ExitCode, OskError
from tests.fakes.cloud import FakeCloud
from tests.unit.cli.days import CRC, Lab, ran, up_already

_DISK = ".crc/machines/crc/crc.qcow2"
_VOLUME = "edpm-compute-0.qcow2"
_DAY = 24 * 3600


@pytest.fixture
def place() -> Lab:
    """Give a cloud that runs."""
    found = up_already()
    FakeCloud([f"edpm-compute-{each}" for each in range(2)]).over(found.cluster)
    return found


def _of(place: Lab) -> Snapshots:
    return Snapshots(place.machines)


def _create(place: Lab, name: str = "one") -> tuple[list[str], Any]:
    return ran(_of(place).create(name, yes=True))


def _restore(place: Lab, name: str = "one", *, force: bool = False) -> tuple[list[str], Any]:
    return ran(_of(place).restore(name, force=force, yes=True))


def _change(place: Lab) -> None:
    """Let time change both disks."""
    place.host.files.write(_DISK, "crc v2")
    place.hypervisor.volumes[_VOLUME] = "v2"


def _contents(place: Lab) -> tuple[str, str]:
    return place.host.files.read(_DISK), place.hypervisor.volumes[_VOLUME]


def _refused(events: Iterator[Event]) -> str:
    with pytest.raises(OskError) as caught:
        list(events)
    return caught.value.problems[0].code


def test_taken_and_put_back(place: Lab) -> None:
    """Both disks, all of it off meanwhile, and the cloud wakes after each."""
    lines, _ = _create(place)
    awake = all(place.running.values())
    _change(place)
    _, end = _restore(place)

    steps = list(dict.fromkeys(each.partition(":")[0] for each in lines))
    assert ["begin", "hosts", "crc", "copy-crc", "copy-hosts", "end"] == [
        each.removeprefix("crc/snapshot/") for each in steps[:6]
    ]
    assert ("crc v1", f"{_VOLUME} v1") == _contents(place)
    assert (True, True, ExitCode.DONE) == (awake, all(place.running.values()), end.exit_code)
    assert [("one", "usable")] == [(each["name"], each["state"]) for each in _of(place).rows()]
    assert "edpm-compute-0, edpm-compute-1" in text(_of(place).rows())


def test_further_disks_are_in_it(place: Lab) -> None:
    """Room for them is looked for as well."""
    disk = ".crc/machines/crc/osk-rook.qcow2"
    place.host.files.write(disk, "rook v1")
    place.host.state["disk_gib"], place.host.state["free_gib"] = 100, 150
    refused = _refused(_of(place).create("none", yes=True))
    place.host.state["free_gib"] = 300

    _create(place)
    place.host.files.write(disk, "rook v2")
    _restore(place)

    assert ("OSK1362", "rook v1") == (refused, place.host.files.read(disk))


def test_one_that_was_asleep_stays_asleep(place: Lab) -> None:
    """Nothing is woken that was not up; how long its certificates last is not known then."""
    place.host.run(["crc", "stop"])
    place.hypervisor.states = dict.fromkeys(place.hypervisor.states, "shut off")

    _create(place)

    assert not any(place.running.values())
    assert place.clock.now() + 25 * 3600 == snapshots.read(place.host).snapshots["one"].until


@pytest.mark.parametrize("playbook", ["machines-stop", "volumes-copy"])
def test_one_that_was_cut_off_is_begun_anew(place: Lab, playbook: str) -> None:
    """It cannot be put back before; the same command makes it whole, from the disks as they are by then, and wakes the cloud."""

    def killed(name: str) -> None:
        if name == playbook:
            raise RuntimeError(name)

    place.hypervisor.interrupted = killed
    with pytest.raises(RuntimeError):
        _create(place)
    half, state = _refused(_of(place).restore("one", force=True, yes=True)), _of(place).rows()[0]["state"]
    place.hypervisor.interrupted = len
    _change(place)
    _create(place)
    place.host.files.write(_DISK, "crc v3")
    _restore(place)

    assert ("OSK1356", "unfinished") == (half, state)
    assert (("crc v2", "v2"), True) == (_contents(place), all(place.running.values()))


def test_nothing_starts_while_one_is_put_back_half(place: Lab) -> None:
    """Of neither kind of start; the same command finishes, and deleting it is refused."""
    _create(place)
    _change(place)

    def killed(name: str) -> None:
        if name == "volumes-copy":
            raise RuntimeError(name)

    place.hypervisor.interrupted = killed
    with pytest.raises(RuntimeError):
        _restore(place)
    place.hypervisor.interrupted = len
    with pytest.raises(OskError) as caught:
        place.machines.stations.started(yes=True)
    deleting, again = _refused(_of(place).delete("one", force=False, yes=True)), _of(place).rows()[0]["state"]
    _restore(place)

    assert ("OSK1359", "OSK1359", "being restored") == (caught.value.problems[0].code, deleting, again)
    assert (("crc v1", f"{_VOLUME} v1"), True) == (_contents(place), all(place.running.values()))


@pytest.mark.parametrize("lost", ["crc.qcow2", "config.json", f"{_VOLUME}.osk-one"])
def test_a_copy_that_is_gone_is_seen_before_anything_is_stopped(place: Lab, lost: str) -> None:
    """Of CRC and of hosts; it is named, nothing is marked, and the snapshot can be deleted."""
    _create(place)
    _change(place)
    place.host.calls.clear()
    place.hypervisor.played.clear()
    place.hypervisor.volumes.pop(lost, None)
    place.host.files.remove(f".crc/osk-snapshots/one/{lost}")

    with pytest.raises(OskError) as caught:
        _restore(place)
    untouched = (place.host.changes, [*place.hypervisor.played], _contents(place))
    _, end = ran(_of(place).delete("one", force=False, yes=True))

    assert "OSK1389" == caught.value.problems[0].code
    assert lost in caught.value.problems[0].summary
    assert ([], [], ("crc v2", "v2")) == untouched
    assert ExitCode.DONE is end.exit_code


def test_a_file_that_cannot_be_copied_leaves_all_as_it_was(place: Lab) -> None:
    """All are copied before the first is put in its place, so the cloud can be started again."""
    _create(place)
    _change(place)

    def killed(argv: Any) -> None:
        if argv[0] == "cp" and argv[-1].endswith("kubeconfig.osk-partial"):
            raise RuntimeError(argv)

    place.host.interrupted = killed
    with pytest.raises(RuntimeError):
        _restore(place)
    place.host.interrupted = len
    place.machines.stations.started(yes=True)

    assert ("crc v2", "v2") == _contents(place)


def _half(place: Lab) -> None:
    """Leave one put back in part, with the copy of a host gone since."""
    _create(place)
    _change(place)

    def killed(name: str) -> None:
        if name == "volumes-copy":
            raise RuntimeError(name)

    place.hypervisor.interrupted = killed
    with pytest.raises(RuntimeError):
        _restore(place)
    place.hypervisor.interrupted = len
    del place.hypervisor.volumes[f"{_VOLUME}.osk-one"]


def test_one_that_cannot_be_finished_is_given_up(place: Lab) -> None:
    """As the refusals say; then CRC starts, as it is."""
    _half(place)
    with pytest.raises(OskError) as caught:
        _restore(place)

    ran(_of(place).delete("one", force=True, yes=True))
    place.machines.stations.started(yes=True)

    assert "osk crc snapshot delete one --force" == caught.value.problems[0].advice[-1].command
    assert (True, []) == (place.running["crc"], _of(place).rows())


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_machine_that_is_gone_is_half_of_nothing(place: Lab, by_hand: bool) -> None:  # noqa: FBT001  # a table
    """Whoever deleted it: a new one starts, and is not taken for half of the snapshot."""
    _half(place)
    stations = place.machines.stations
    if by_hand:
        place.host.run(["crc", "delete", "--force"])
    else:
        stations.deleted(steps.delete(stations.station.look(), entirely=False))

    place.machines.stations.started(yes=True)
    place.machines.stations.started(yes=True)
    state = _of(place).rows()[0]["state"]

    assert (True, "usable") == (place.running["crc"], state)


def test_one_that_is_older_than_its_certificates_is_refused(place: Lab) -> None:
    """The first of them counts, as the cluster says it; `--force` tries."""
    for name, day in (("signer", "2027-02-01"), ("aggregator", "2027-01-20")):
        note = {"auth.openshift.io/certificate-not-after": f"{day}T00:00:00Z"}
        where = {"name": name, "namespace": "openshift-kube-apiserver-operator", "annotations": note}
        place.cluster.put({"apiVersion": "v1", "kind": "Secret", "metadata": where})
    _create(place)
    until = _of(place).rows()[0]["until"]
    place.clock.time += 6 * _DAY

    code, state = _refused(_of(place).restore("one", force=False, yes=True)), _of(place).rows()[0]["state"]
    _, end = _restore(place, force=True)

    assert ("2027-01-20 00:00 UTC", "OSK1360", "too old") == (until, code, state)
    assert ExitCode.DONE is end.exit_code


def test_room_is_looked_for_before_the_first_change(place: Lab) -> None:
    """Where CRC is, and in the pool of the hosts; both are said at once."""
    place.host.state["free_gib"] = 10
    place.hypervisor.room = 1024**3

    with pytest.raises(OskError) as caught:
        _create(place)

    assert ["OSK1362: There is no room for the copies: 21 GiB are missing", "OSK1362: There is no room for the copies: 1 GiB are missing"] == [
        f"{each.code}: {each.summary}" for each in caught.value.problems
    ]  # fmt: skip
    assert ([], [], True) == (place.host.changes, place.hypervisor.played, all(place.running.values()))


def test_other_hosts_or_another_bundle_do_not_fit(place: Lab) -> None:
    """What is put back is a cloud or nothing."""
    _create(place)
    del place.hypervisor.states["edpm-compute-1"]
    place.host.files.write(".crc/machines/crc/config.json", '{"Driver": {"BundleName": "crc_libvirt_5"}}')

    with pytest.raises(OskError) as caught:
        _restore(place)

    assert "OSK1361" == caught.value.problems[0].code
    assert "the bundle crc_libvirt_4.22.1_amd64" in caught.value.problems[0].summary
    assert "there are edpm-compute-0" in caught.value.problems[0].summary


def test_deleted_with_all_its_copies(place: Lab) -> None:
    """Those of the hosts too; the cloud stays as it is."""
    _create(place)
    before = {each for each in place.hypervisor.volumes if ".osk-" in each}

    _, end = ran(_of(place).delete("one", force=False, yes=True))

    assert {f"edpm-compute-{each}.qcow2.osk-one" for each in range(2)} == before
    assert not [each for each in place.hypervisor.volumes if ".osk-" in each]
    assert not [each for each in place.host.files.texts if "osk-snapshots/one/" in each]
    assert ([], ExitCode.DONE, True) == (_of(place).rows(), end.exit_code, all(place.running.values()))


@pytest.mark.parametrize(
    ("name", "code"), [("No such", "OSK1356"), ("-x", "OSK1356"), ("x" * 41, "OSK1356"), ("one", "OSK1356")]
)
def test_names_that_are_none_or_taken(place: Lab, name: str, code: str) -> None:
    """Nothing is stopped for them."""
    _create(place)
    place.host.calls.clear()

    assert code == _refused(_of(place).create(name, yes=True))
    assert [] == place.host.changes


def test_what_is_not_there() -> None:
    """No such snapshot, no machine, no list."""
    place = up_already(CRC)

    unknown = _refused(_of(place).restore("none", force=False, yes=True))
    place.host.run(["crc", "delete", "--force"])
    bare = _refused(_of(place).create("one", yes=True))
    place.host.files.write(".crc/osk-snapshots/index.json", "{")
    with pytest.raises(OskError) as caught:
        _of(place).rows()

    assert ("OSK1356", "OSK1357", "OSK1355") == (unknown, bare, caught.value.problems[0].code)


def test_a_file_that_cannot_be_copied_is_said(place: Lab) -> None:
    """With the program's own words; the snapshot is not whole."""
    place.host.files.remove(_DISK)

    _, end = _create(place)

    assert (ExitCode.FAILED, "OSK1358") == (end.exit_code, end.problems[0].code)
    assert "No such file" in (end.problems[0].detail or "")
    assert "unfinished" == _of(place).rows()[0]["state"]


def test_their_names_are_offered(home: Path, place: Lab) -> None:
    """From the list alone; without one, or with a broken one, there are none to offer."""
    _create(place)
    before = naming.snapshots("o")
    index = home / ".crc/osk-snapshots/index.json"
    index.parent.mkdir(parents=True)
    index.write_bytes(place.host.read("/home/ada/.crc/osk-snapshots/index.json") or b"")
    offered = naming.snapshots("o")
    index.write_text("[")

    assert ([], ["one"], []) == (before, offered, naming.snapshots())
