"""The second interface of the machine: attached once, detached, and never in another network by accident.

The programs of CRC's host are played in memory, after their sources (tests.fakes.crc).
"""

from dataclasses import replace

import pytest

from openstack_k8s_cli.crc import cards
from openstack_k8s_cli.crc.devices import Done
from openstack_k8s_cli.crc.wanted import Interface
from openstack_k8s_cli.model.problems import OskError
from tests.fakes.crc.host import FakeHost
from tests.unit.crc.wishes import host, start

_CARD = Interface("default", "52:54:00:11:11:10", ("172.17.0.5", "192.168.122.10"))


def test_it_is_attached_to_the_machine_that_runs_and_kept(started: FakeHost) -> None:
    """Its address in the network is kept for it by DHCP, those of other networks are not libvirt's."""
    done = cards.attach(started, _CARD)

    assert started.changes == [
        'virsh net-update default add-last ip-dhcp-host <host mac="52:54:00:11:11:10" ip="192.168.122.10" /> --live --config',
        "virsh attach-device crc /dev/stdin --live --config",
    ]
    assert len(done.said) == 2


def test_a_second_time_nothing_is_changed(started: FakeHost) -> None:
    """It is known by its MAC address."""
    cards.attach(started, _CARD)
    started.calls.clear()

    assert (cards.attach(started, _CARD), started.changes) == (Done(), [])


def test_another_address_takes_the_place_of_the_one_that_was_kept(started: FakeHost) -> None:
    """The profile's networks changed."""
    cards.attach(started, _CARD)
    started.calls.clear()

    cards.attach(started, replace(_CARD, addresses=("192.168.122.11",)))

    assert [each.split()[1:4] for each in started.changes] == [["net-update", "default", "modify"]]
    assert "192.168.122.11" in started.state["reservations"][0][1]


def test_an_interruption_between_address_and_interface_is_made_good(started: FakeHost) -> None:
    """Each of the two is looked at by itself."""
    cards.attach(started, _CARD)
    started.state["domains"]["crc"]["interfaces"].clear()
    started.calls.clear()

    cards.attach(started, _CARD)

    assert started.changes == ["virsh attach-device crc /dev/stdin --live --config"]


def test_a_machine_that_is_off_has_it_after_its_start(started: FakeHost) -> None:
    """Only what is kept is changed."""
    started.state["domains"]["crc"]["running"] = False

    cards.attach(started, _CARD)

    assert started.changes[-1] == "virsh attach-device crc /dev/stdin --config"


def test_it_is_detached_with_its_address(started: FakeHost) -> None:
    """Once; what is not there is not detached."""
    cards.attach(started, _CARD)
    started.calls.clear()

    done = cards.detach(started, _CARD)
    again = cards.detach(started, _CARD)

    assert [each.split()[1] for each in started.changes] == ["detach-device", "net-update"]
    assert (len(done.said), again) == (2, Done())


def test_without_a_slot_it_is_there_after_the_next_start(started: FakeHost) -> None:
    """It is kept once, and a second try before the start says the same."""
    started.state["fails"]["slots"] = True

    first, second = cards.attach(started, _CARD), cards.attach(started, _CARD)
    before = cards.look(started, _CARD)
    started.state["domains"]["crc"]["running"] = started.state["running"] = False
    start(started)
    after = cards.look(started, _CARD)

    assert (first.waits, len(first.said), second) == (True, 2, Done(waits=True))
    assert started.changes[1:3] == [
        "virsh attach-device crc /dev/stdin --live --config",
        "virsh attach-device crc /dev/stdin --config",
    ]
    assert [(each.live, each.kept) for each in (before, after)] == [(False, True), (True, True)]


def test_what_dhcp_keeps_for_a_machine_that_is_gone_is_given_back(started: FakeHost) -> None:
    """Once, and only in networks that are there."""
    cards.attach(started, _CARD)
    del started.state["domains"]["crc"]
    both = (_CARD, replace(_CARD, network="gone"))

    first, second = [*cards.release(started, both)], [*cards.release(started, both)]

    assert (first, second) == (["192.168.122.10 is no longer kept for 52:54:00:11:11:10"], [])
    assert started.state["reservations"] == []


def test_one_that_is_in_another_network_is_not_taken_for_it(started: FakeHost) -> None:
    """Someone else attached it."""
    started.state["networks"]["lab"] = "10.0.0.1/24"
    cards.attach(started, _CARD)

    with pytest.raises(OskError) as caught:
        cards.attach(started, replace(_CARD, network="lab"))
    assert caught.value.problems[0].code == "OSK1249"
    assert "is in the network `default`" in str(caught.value.problems[0].detail)
    assert caught.value.problems[0].advice[0].command == "osk crc network detach"


def test_one_that_the_profile_has_in_another_network_leaves_the_old_one(started: FakeHost) -> None:
    """With what DHCP keeps for it there; then it is attached where it is to be."""
    started.state["networks"]["lab"] = "192.168.123.1/24"
    moved = replace(_CARD, network="lab", addresses=("192.168.123.10",))
    cards.attach(started, _CARD)

    done = cards.detach(started, moved)
    left = list(started.state["reservations"])
    cards.attach(started, moved)

    assert (len(done.said), left) == (2, [])
    assert cards.is_whole(started, moved)


def test_without_a_machine_libvirt_says_so() -> None:
    """In its own words."""
    with pytest.raises(OskError) as caught:
        cards.attach(host(), _CARD)

    assert caught.value.problems[0].detail == "failed to get domain 'crc'"


def test_the_interface_is_as_libvirt_documents_it() -> None:
    """By the elements that its pages name; test_dataplane_schemas.py asks libvirt's own schema where it is installed."""
    found = cards.device(_CARD)
    assert (found.tag, found.get("type")) == ("interface", "network")
    assert [(each.tag, dict(each.attrib)) for each in found] == [
        ("mac", {"address": "52:54:00:11:11:10"}),
        ("source", {"network": "default"}),
        ("model", {"type": "virtio"}),
    ]
