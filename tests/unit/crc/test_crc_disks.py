"""Further disks of the machine: made and attached once, grown, and deleted with all that is on them.

The programs of CRC's host are played in memory, after their sources (tests.fakes.crc).
"""

from xml.etree import ElementTree as ET

import pytest

from openstack_k8s_cli.crc import disks
from openstack_k8s_cli.crc.devices import Done
from openstack_k8s_cli.crc.wanted import Disk
from openstack_k8s_cli.model.problems import OskError
from tests.fakes.crc.host import FakeHost

_ROOK = Disk("rook", 100)
_FILE = "/home/ada/.crc/machines/crc/osk-rook.qcow2"


def test_it_is_made_and_attached_once(started: FakeHost) -> None:
    """The file has its name once it is whole; the disk is the next one behind the machine's own."""
    done, again = disks.attach(started, _ROOK), disks.attach(started, _ROOK)

    assert done.said == ("disk rook of 100 GiB made", "disk rook attached as vdb")
    assert again == Done()
    assert started.changes == [
        f"qemu-img create -q -f qcow2 {_FILE}.partial 100G",
        f"mv {_FILE}.partial {_FILE}",
        "virsh attach-device crc /dev/stdin --live --config",
    ]
    assert disks.there(started) == ("rook",)


def test_an_interruption_before_it_was_attached_is_made_good(started: FakeHost) -> None:
    """What was made is taken; what was made in part is made anew."""
    started.files.write(f"{_FILE}.partial", "7G")
    disks.attach(started, _ROOK)
    started.state["domains"]["crc"]["interfaces"].pop()
    started.calls.clear()

    done = disks.attach(started, _ROOK)

    assert (started.files.read(_FILE), done.said) == ("100G", ("disk rook attached as vdb",))


def test_a_second_disk_gets_a_name_of_its_own(started: FakeHost) -> None:
    """Also where the first one is there only after the next start."""
    started.state["fails"]["slots"] = True

    first, second = disks.attach(started, _ROOK), disks.attach(started, Disk("more", 1))

    assert [each.said[-1] for each in (first, second)] == [
        "disk rook attached as vdb",
        "disk more attached as vdc",
    ]
    assert (first.waits, second.waits, disks.there(started)) == (True, True, ("more", "rook"))


def test_it_grows_and_never_shrinks(started: FakeHost) -> None:
    """By libvirt while the machine runs, in its file while that is off."""
    disks.attach(started, _ROOK)
    started.calls.clear()

    smaller, larger = disks.attach(started, Disk("rook", 50)), disks.attach(started, Disk("rook", 200))
    live = started.changes
    started.state["domains"]["crc"]["running"] = False
    started.calls.clear()
    off = disks.attach(started, Disk("rook", 300))

    assert (smaller, larger.said) == (Done(), ("disk rook grown to 200 GiB",))
    assert live == ["virsh blockresize crc vdb 200GiB"]
    assert (off.said, started.changes) == (
        ("disk rook grown to 300 GiB",),
        [f"qemu-img resize -q {_FILE} 300G"],
    )


def test_what_is_left_to_do_is_known_without_doing_it(started: FakeHost) -> None:
    """Nothing there, all of it, one that is to be larger, one without its file."""
    before = (disks.is_whole(started, _ROOK), disks.is_there(started, "rook"))
    disks.attach(started, _ROOK)
    started.calls.clear()
    after = (disks.is_whole(started, _ROOK), disks.is_there(started, "rook"))
    larger = disks.is_whole(started, Disk("rook", 200))
    started.files.remove(_FILE)

    assert (before, after, larger) == ((False, False), (True, True), False)
    assert (disks.is_whole(started, _ROOK), disks.is_there(started, "rook")) == (False, True)
    assert started.changes == []


def test_it_is_detached_and_deleted(started: FakeHost) -> None:
    """Once; also where an interruption left the file alone."""
    disks.attach(started, _ROOK)
    started.calls.clear()

    done, again = disks.detach(started, "rook"), disks.detach(started, "rook")
    started.files.write(_FILE, "100G")
    alone = disks.detach(started, "rook")

    assert (done.said, again) == (("disk rook detached", "disk rook deleted"), Done())
    assert alone.said == ("disk rook deleted",)
    assert not started.files.has(_FILE)


def test_what_the_node_holds_on_to_is_not_deleted(started: FakeHost) -> None:
    """Libvirt answers before the node has let go; the file stays until it did."""
    disks.attach(started, _ROOK)
    started.state["fails"]["held"] = True

    with pytest.raises(OskError) as caught:
        disks.detach(started, "rook")

    assert (caught.value.problems[0].code, started.files.has(_FILE)) == ("OSK1385", True)


def test_it_goes_with_the_machine(started: FakeHost) -> None:
    """Its file is in the machine's own folder."""
    disks.attach(started, _ROOK)

    started.run(["crc", "delete", "--force"])

    assert not started.files.has(_FILE)


def test_without_qemu_img_the_package_is_named(started: FakeHost) -> None:
    """Nothing is attached then."""
    started.state["missing"] = ["qemu-img"]

    with pytest.raises(OskError) as caught:
        disks.attach(started, _ROOK)

    assert (caught.value.problems[0].code, caught.value.problems[0].detail) == (
        "OSK1386",
        "qemu-img: not found",
    )
    assert disks.there(started) == ()


def test_the_disk_is_as_libvirt_documents_it(started: FakeHost) -> None:
    """By the elements that its pages name; test_dataplane_schemas.py asks libvirt's own schema where it is installed."""
    disks.attach(started, _ROOK)
    text = started.state["domains"]["crc"]["interfaces"][-1]
    found = ET.fromstring(text)
    assert (found.tag, dict(found.attrib)) == ("disk", {"type": "file", "device": "disk"})
    assert [(each.tag, dict(each.attrib), each.text) for each in found] == [
        ("driver", {"name": "qemu", "type": "qcow2", "discard": "unmap"}, None),
        ("source", {"file": _FILE}, None),
        ("target", {"dev": "vdb", "bus": "virtio"}, None),
        ("serial", {}, "rook"),
    ]
