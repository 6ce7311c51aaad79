"""Starts and setups of CRC that were cut off: a machine that runs is stopped first, and half a setup is undone.

The programs of CRC's host are played in memory, after their sources (tests.fakes.crc).
"""

import pytest

from openstack_k8s_cli.crc.steps import delete
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.workflows.workstation.local import Workstation, asked
from tests.unit.crc.wishes import WANTED, host, set_up, start

_START = "crc start -o json"


def test_a_start_that_was_stopped_half_way_is_done_anew() -> None:
    """The machine runs, but crc does nothing more for one that runs: it is stopped first."""
    place = host(fails={"late": "Error waiting for apiserver: timed out"})
    set_up(place)
    with pytest.raises(OskError):
        start(place)
    place.state["fails"].clear()
    place.calls.clear()

    start(place)

    assert place.changes == ["crc stop --force -o json", _START]
    assert place.files.has(".crc/machines/crc/kubeconfig")


def test_a_later_start_that_was_stopped_half_way_is_done_anew() -> None:
    """The cluster's access is there since the first; that it does not answer, and who began the start, tells."""
    place = host()
    set_up(place)
    start(place)
    place.run(["crc", "stop"])
    place.state["fails"]["late"] = "Error waiting for apiserver: timed out"
    with pytest.raises(OskError):
        start(place)
    place.state["fails"].clear()
    place.calls.clear()

    start(place)
    again = place.changes
    place.state["openshift"] = "Unreachable"
    start(place)

    assert again == ["crc stop --force -o json", _START]
    assert place.changes == again, "a cluster that was up is not stopped for being silent"


def test_half_a_setup_is_undone_once() -> None:
    """Also one that crc calls no setup; what libvirt still has of crc's is a trace as well."""
    place = host(fails={"setup": "Error getting bundle: unexpected EOF"})
    work = Workstation(place, WANTED)
    with pytest.raises(OskError):
        set_up(place)

    half = delete(work.look(), entirely=True)
    work.make(half, lambda _: None)
    again = delete(work.look(), entirely=True)
    place.state["networks"]["crc"] = "192.168.130.1/24"
    left = delete(work.look(), entirely=True)

    assert [list(map(str, each)) for each in (half, again, left)] == [["crc cleanup"], [], ["crc cleanup"]]


def test_a_creation_that_was_cut_off_is_begun_anew() -> None:
    """Crc says of such a machine that there is none, deletes none, and libvirt lets none be made beside it."""
    place = host(fails={"creation": "exit status 1"})
    set_up(place)
    with pytest.raises(OskError) as caught:
        start(place)
    place.state["fails"].clear()
    place.calls.clear()

    start(place)

    assert "not be made whole" in caught.value.problems[0].summary
    assert place.changes == [
        "virsh destroy crc",
        "virsh undefine crc --nvram",
        "rm -r -f /home/ada/.crc/machines/crc",
        _START,
    ]
    assert place.state["running"]


def test_half_a_machine_is_deleted_once() -> None:
    """Nothing is on it, so nothing is asked; one that ran before lost only crc's mark, and is asked about."""
    place = host(fails={"creation": "exit status 1"})
    work, questions = Workstation(place, WANTED), list[str]()
    set_up(place)
    with pytest.raises(OskError):
        start(place)
    place.write("/home/ada/.crc/machines/crc/kubeconfig", b"", 0o600)
    asked(delete(work.look(), entirely=False), questions.append)
    place.files.remove(".crc/machines/crc/kubeconfig")
    changes = delete(work.look(), entirely=False)
    asked(changes, questions.append)

    work.make(changes, len)

    assert len(questions) == 2
    assert (place.state["domains"], delete(work.look(), entirely=False)) == ({}, ())


def test_a_machine_that_crc_does_not_know_is_taken_away() -> None:
    """Crc knows none without its file; libvirt would not let another be made beside it."""
    place = host()
    work, questions = Workstation(place, WANTED), list[str]()
    set_up(place)
    place.state["domains"]["crc"] = {"running": True, "interfaces": []}
    changes = delete(work.look(), entirely=False)

    asked(changes, questions.append)
    work.make(changes, lambda _: None)

    assert questions == [
        "virsh undefine crc (crc does not know it): this takes away a virtual machine. Go on?"
    ]
    assert (place.state["domains"], delete(work.look(), entirely=False)) == ({}, ())
