"""What is plugged into CRC's machine: chosen by name, and looked for in the node.

The programs of CRC's host are played in memory, after their sources (tests.fakes.crc).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import pytest

from openstack_k8s_cli.cli.plugging import Plugging
from openstack_k8s_cli.crc.wanted import Disk, Interface, Wanted
from openstack_k8s_cli.model.problems import ExitCode, OskError
from tests.fakes.clock import FakeClock
from tests.fakes.cluster import FakeCluster
from tests.fakes.crc.host import FakeHost, changing
from tests.fakes.kinds import served
from tests.unit.crc.wishes import host, set_up, start

_MAC, _OTHER = "52:54:00:11:11:10", "52:54:00:11:11:11"
_CARDS = (Interface("default", _MAC), Interface("l41", _OTHER, role="bgp1"))
_STATES = served("nmstate.io", "v1beta1", "NodeNetworkState", "nodenetworkstates", namespaced=False)


def _plugging(
    place: FakeHost, nics: dict[str, Any] | None = None, **wanted: Any
) -> tuple[Plugging, list[str]]:
    told: list[str] = []
    wishes = Wanted(interfaces=_CARDS, disks=(Disk("rook", 50),), **wanted)
    return Plugging(place, wishes, nics or {}, told.append, FakeClock()), told


def _node(cluster: FakeCluster, **names: str) -> None:
    interfaces = [
        {"name": name, "type": "ethernet", "mac-address": {"default": _MAC, "bgp1": _OTHER}[role]}
        for role, name in names.items()
    ]
    state = {"apiVersion": "nmstate.io/v1beta1", "kind": "NodeNetworkState", "metadata": {"name": "crc"}}
    cluster.put({**state, "status": {"currentState": {"interfaces": interfaces}}})


def test_interfaces_and_disks_are_chosen_by_name() -> None:
    """Without one it is all of them."""
    found, _ = _plugging(FakeHost())

    assert [each.role for each in found.interfaces(())] == ["default", "bgp1"]
    assert [each.role for each in found.interfaces(["bgp1"])] == ["bgp1"]
    assert [each.name for each in found.disks(())] == ["rook"]


@pytest.mark.parametrize(
    "chosen", [lambda found: found.interfaces(["bgp7"]), lambda found: found.disks(["bgp7"])]
)
def test_a_name_that_the_profile_does_not_know_is_refused(chosen: Callable[[Plugging], object]) -> None:
    """With those that it knows."""
    found, _ = _plugging(FakeHost())

    with pytest.raises(OskError) as caught:
        chosen(found)

    assert (caught.value.problems[0].code, caught.value.exit_code) == ("OSK1387", ExitCode.USAGE)
    assert str(caught.value.problems[0].detail) in {"there are: default, bgp1", "there are: rook"}


def test_without_a_disk_in_the_profile_there_is_none_to_attach() -> None:
    """The command that gives it one is said."""
    found = Plugging(FakeHost(), Wanted(), {}, print)

    with pytest.raises(OskError) as caught:
        found.disks(())

    assert caught.value.problems[0].advice[0].command == "osk profile set platform.crc.disks.rook.size 100Gi"


def test_a_disk_that_the_profile_has_no_more_can_still_be_deleted() -> None:
    """The machine knows it."""
    place = host()
    set_up(place)
    start(place)
    found, _ = _plugging(place)
    found.plug((), (Disk("old", 5),))

    assert found.disks_there(()) == ["old", "rook"]
    assert found.disks_there(["old"]) == ["old"]


def test_everything_is_plugged_and_told() -> None:
    """Interfaces and disks together; the second time there is nothing to tell."""
    place = host(networks={"default": "192.168.122.1/24", "l41": "100.65.4.1/30"})
    set_up(place)
    start(place)
    found, told = _plugging(place)

    first, second = found.plug(), found.plug()

    assert told == [
        f"interface {_MAC} in the network default attached",
        f"interface {_OTHER} in the network l41 attached",
        "disk rook of 50 GiB made",
        "disk rook attached as vdb",
    ]
    assert (first.said, second.said) == (tuple(told), ())


@pytest.mark.parametrize(
    ("nics", "said"),
    [
        ({"default": "enp6s0", "bgp1": "enp7s0"}, ["the node has the interface as enp7s0"]),
        ({"crc": {"bgp1": "enp7s0"}}, ["the node has the interface as enp7s0"]),
        ({"default": "enp7s0"}, []),
    ],
)
def test_each_interface_is_looked_for_under_its_own_name(
    nics: dict[str, Any], said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Another role's name does not do; what to write into the profile is said."""
    cluster = FakeCluster(_STATES)
    _node(cluster, bgp1="enp7s0")
    found, told = _plugging(FakeHost(), nics)

    found.verify(cluster, found.interfaces(["bgp1"]), wait=False)

    assert told == said
    if not said:
        assert (
            "the profile says nothing: osk profile set platform.nics.bgp1 enp7s0" in capsys.readouterr().err
        )


def test_a_new_interface_is_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    """Not for ever; all of them together."""
    cluster, clock = FakeCluster(_STATES), FakeClock()
    _node(cluster)
    found = Plugging(FakeHost(), Wanted(interfaces=_CARDS), {}, print, clock)

    found.verify(cluster, _CARDS, wait=True)

    assert (clock.slept, capsys.readouterr().err.count("does not tell an interface")) == (90.0, 2)


def test_before_nmstate_is_there_nothing_is_waited_for() -> None:
    """It is installed with the cloud."""
    found, told = _plugging(FakeHost())

    found.verify(FakeCluster(_STATES), _CARDS, wait=True)

    assert told == ["nmstate is not in the cluster yet, which would tell the interface's name in the node"]


class _Stopped(BaseException):
    """What a signal raises."""


def _repeated(place: FakeHost, do: Callable[[], object]) -> int:
    """Do something that is stopped behind no change, one, two and so on, until it comes to its end; gives how often."""
    for after in range(20):
        left = iter(range(after))

        def interrupted(argv: Sequence[str], left: Iterator[int] = left) -> None:
            if changing([argv]) and next(left, None) is None:
                raise _Stopped

        place.interrupted = interrupted
        with suppress(_Stopped):
            do()
            place.interrupted = len
            return after
    return 0


def test_an_interruption_anywhere_is_finished_by_the_same_command() -> None:
    """Plugged in and taken out again; each time nothing is left to do, and nothing left over."""
    place = host(networks={"default": "192.168.122.1/24", "l41": "100.65.4.1/30"})
    set_up(place)
    start(place)
    found, _ = _plugging(place)

    stops = [_repeated(place, found.plug)]
    whole = found.coming()
    stops += [_repeated(place, lambda: found.unplug(_CARDS)), _repeated(place, lambda: found.drop(["rook"]))]

    assert (whole, found.going(_CARDS, ["rook"])) == ((), ())
    assert all(each > 1 for each in stops)
