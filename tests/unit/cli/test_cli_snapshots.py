"""`osk crc snapshot`: CRC and hosts together, off, whole or not at all, and not older than their certificates.

CRC's host and the hypervisor are in memory (tests.fakes.crc, tests.fakes.hypervisor).
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli.cli import naming
from openstack_k8s_cli.cli.snapshots import text
from openstack_k8s_cli.crc import snapshots
from openstack_k8s_cli.model.problems import ExitCode, OskError
from tests.unit.cli.days import CRC, Lab, ran, up_already
from tests.unit.cli.shots import DISK, VOLUME, change, cloud, contents, create, cut_off, of, refused, restore

_DAY = 24 * 3600


@pytest.fixture
def place() -> Lab:
    """Give a cloud that runs."""
    return cloud()


def test_taken_and_put_back(place: Lab) -> None:
    """Both disks, all of it off meanwhile, and the cloud wakes after each."""
    lines, _ = create(place)
    awake = all(place.running.values())
    change(place)
    _, end = restore(place)

    steps = list(dict.fromkeys(each.partition(":")[0] for each in lines))
    assert ["begin", "hosts", "crc", "copy-crc", "copy-hosts", "end"] == [
        each.removeprefix("crc/snapshot/") for each in steps[:6]
    ]
    assert ("crc v1", f"{VOLUME} v1") == contents(place)
    assert (True, True, ExitCode.DONE) == (awake, all(place.running.values()), end.exit_code)
    assert [("one", "usable")] == [(each["name"], each["state"]) for each in of(place).rows()]
    assert "edpm-compute-0, edpm-compute-1" in text(of(place).rows())


def test_further_disks_are_in_it(place: Lab) -> None:
    """Room for them is looked for as well."""
    disk = ".crc/machines/crc/osk-rook.qcow2"
    place.host.files.write(disk, "rook v1")
    place.host.state["disk_gib"], place.host.state["free_gib"] = 100, 150
    code = refused(of(place).create("none", yes=True))
    place.host.state["free_gib"] = 300

    create(place)
    place.host.files.write(disk, "rook v2")
    restore(place)

    assert ("OSK1362", "rook v1") == (code, place.host.files.read(disk))


def test_one_that_was_asleep_stays_asleep(place: Lab) -> None:
    """Nothing is woken that was not up; how long its certificates last is not known then."""
    place.host.run(["crc", "stop"])
    place.hypervisor.states = dict.fromkeys(place.hypervisor.states, "shut off")

    create(place)

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
        create(place)
    half, state = refused(of(place).restore("one", force=True, yes=True)), of(place).rows()[0]["state"]
    place.hypervisor.interrupted = len
    change(place)
    create(place)
    place.host.files.write(DISK, "crc v3")
    restore(place)

    assert ("OSK1356", "unfinished") == (half, state)
    assert (("crc v2", "v2"), True) == (contents(place), all(place.running.values()))


def test_one_that_is_begun_anew_has_nothing_of_the_first_try(place: Lab) -> None:
    """Of a disk that is detached by now, and of a host that is not made any more."""
    disk = ".crc/machines/crc/osk-rook.qcow2"
    place.host.files.write(disk, "rook")
    create(place)
    index = snapshots.read(place.host)
    snapshots.write(place.host, index.having(replace(index.snapshots["one"], whole=False)))
    place.host.files.remove(disk)
    del place.hypervisor.states["edpm-compute-1"]

    create(place)

    assert not place.host.files.has(".crc/osk-snapshots/one/osk-rook.qcow2")
    assert [f"{VOLUME}.osk-one"] == [each for each in place.hypervisor.volumes if ".osk-" in each]


def test_one_that_was_cut_off_while_the_cloud_woke_goes_on(place: Lab) -> None:
    """The same command wakes it and leaves the snapshot as it is; with the cloud awake the name is taken."""

    def killed(argv: Any) -> None:
        if argv[1:2] == ["start"]:
            raise RuntimeError(argv)

    place.host.interrupted = killed
    with pytest.raises(RuntimeError):
        create(place)
    place.host.interrupted, asleep = len, place.running
    place.hypervisor.played.clear()
    _, end = create(place)

    assert (False, ExitCode.DONE, True) == (asleep["crc"], end.exit_code, all(place.running.values()))
    assert not [each for each in place.hypervisor.played if each.startswith("volumes")]
    assert "OSK1356" == refused(of(place).create("one", yes=True))


def test_nothing_starts_while_one_is_put_back_half(place: Lab) -> None:
    """Of neither kind of start; the same command finishes, and deleting it is refused."""
    cut_off(place)
    with pytest.raises(OskError) as caught:
        place.machines.stations.started(yes=True)
    deleting, again = refused(of(place).delete("one", force=False, yes=True)), of(place).rows()[0]["state"]
    restore(place)

    assert ("OSK1359", "OSK1359", "being restored") == (caught.value.problems[0].code, deleting, again)
    assert (("crc v1", f"{VOLUME} v1"), True) == (contents(place), all(place.running.values()))


def test_one_that_is_older_than_its_certificates_isrefused(place: Lab) -> None:
    """The first of them counts, as the cluster says it; `--force` tries."""
    for name, day in (("signer", "2027-02-01"), ("aggregator", "2027-01-20")):
        note = {"auth.openshift.io/certificate-not-after": f"{day}T00:00:00Z"}
        where = {"name": name, "namespace": "openshift-kube-apiserver-operator", "annotations": note}
        place.cluster.put({"apiVersion": "v1", "kind": "Secret", "metadata": where})
    create(place)
    until = of(place).rows()[0]["until"]
    place.clock.time += 6 * _DAY

    code, state = refused(of(place).restore("one", force=False, yes=True)), of(place).rows()[0]["state"]
    _, end = restore(place, force=True)

    assert ("2027-01-20 00:00 UTC", "OSK1360", "too old") == (until, code, state)
    assert ExitCode.DONE is end.exit_code


def test_room_is_looked_for_before_the_firstchange(place: Lab) -> None:
    """Where CRC is, and in the pool of the hosts; both are said at once."""
    place.host.state["free_gib"] = 10
    place.hypervisor.room = 1024**3

    with pytest.raises(OskError) as caught:
        create(place)

    assert ["OSK1362: There is no room for the copies: 21 GiB are missing", "OSK1362: There is no room for the copies: 1 GiB are missing"] == [
        f"{each.code}: {each.summary}" for each in caught.value.problems
    ]  # fmt: skip
    assert ([], [], True) == (place.host.changes, place.hypervisor.played, all(place.running.values()))


def test_other_hosts_or_another_bundle_do_not_fit(place: Lab) -> None:
    """What is put back is a cloud or nothing."""
    create(place)
    del place.hypervisor.states["edpm-compute-1"]
    place.host.files.write(".crc/machines/crc/config.json", '{"Driver": {"BundleName": "crc_libvirt_5"}}')

    with pytest.raises(OskError) as caught:
        restore(place)

    assert "OSK1361" == caught.value.problems[0].code
    assert "the bundle crc_libvirt_4.22.1_amd64" in caught.value.problems[0].summary
    assert "there are edpm-compute-0" in caught.value.problems[0].summary


def test_deleted_with_all_its_copies(place: Lab) -> None:
    """Those of the hosts too; the cloud stays as it is."""
    create(place)
    before = {each for each in place.hypervisor.volumes if ".osk-" in each}

    _, end = ran(of(place).delete("one", force=False, yes=True))

    assert {f"edpm-compute-{each}.qcow2.osk-one" for each in range(2)} == before
    assert not [each for each in place.hypervisor.volumes if ".osk-" in each]
    assert not [each for each in place.host.files.texts if "osk-snapshots/one/" in each]
    assert ([], ExitCode.DONE, True) == (of(place).rows(), end.exit_code, all(place.running.values()))


@pytest.mark.parametrize(
    ("name", "code"), [("No such", "OSK1356"), ("-x", "OSK1356"), ("x" * 41, "OSK1356"), ("one", "OSK1356")]
)
def test_names_that_are_none_or_taken(place: Lab, name: str, code: str) -> None:
    """Nothing is stopped for them."""
    create(place)
    place.host.calls.clear()

    assert code == refused(of(place).create(name, yes=True))
    assert [] == place.host.changes


def test_what_is_not_there() -> None:
    """No such snapshot, no machine, no list."""
    place = up_already(CRC)

    unknown = refused(of(place).restore("none", force=False, yes=True))
    place.host.run(["crc", "delete", "--force"])
    bare = refused(of(place).create("one", yes=True))
    place.host.files.write(".crc/osk-snapshots/index.json", "{")
    with pytest.raises(OskError) as caught:
        of(place).rows()

    assert ("OSK1356", "OSK1357", "OSK1355") == (unknown, bare, caught.value.problems[0].code)


def test_a_file_that_cannot_be_copied_is_said(place: Lab) -> None:
    """With the program's own words; the snapshot is not whole."""
    place.host.files.remove(DISK)

    _, end = create(place)

    assert (ExitCode.FAILED, "OSK1358") == (end.exit_code, end.problems[0].code)
    assert "No such file" in (end.problems[0].detail or "")
    assert "unfinished" == of(place).rows()[0]["state"]


def test_their_names_are_offered(home: Path, place: Lab) -> None:
    """From the list alone; without one, or with a broken one, there are none to offer."""
    create(place)
    before = naming.snapshots("o")
    index = home / ".crc/osk-snapshots/index.json"
    index.parent.mkdir(parents=True)
    index.write_bytes(place.host.read("/home/ada/.crc/osk-snapshots/index.json") or b"")
    offered = naming.snapshots("o")
    index.write_text("[")

    assert ([], ["one"], []) == (before, offered, naming.snapshots())
