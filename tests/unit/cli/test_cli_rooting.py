"""sudo in `osk up`: asked before the live view begins, kept until the host is set up, and refused where that is not possible.

CRC's host and the hypervisor are in memory (tests.fakes.crc, tests.fakes.hypervisor).
"""

from threading import Event

import pytest

from openstack_k8s_cli.cli import rising
from openstack_k8s_cli.cli.deploying import PLAIN
from openstack_k8s_cli.cli.machinery import Machines
from openstack_k8s_cli.cli.rooting import Sudo
from openstack_k8s_cli.cli.ways import Direct
from openstack_k8s_cli.cli.workstations import Workstations
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows.world import Target
from tests.fakes.crc.host import FakeHost
from tests.unit.cli.days import CRC, Lab, lab, ran


def _machines(place: Lab, *, can_ask: bool = True) -> Machines:
    way = Direct(place.host, lambda _path: place.cluster, Sudo(place.host, lambda: can_ask))
    stations = Workstations(place.session, place.host, way=way, wishes=place.wishes)
    return Machines(place.session, stations=stations, clock=place.clock)


def _asked(host: FakeHost) -> list[int]:
    """Say when sudo asked, counted in programs."""
    return [
        at for at, call in enumerate(host.calls) if call[0] == "sudo" and call[-1] == "-v" and "-p" in call
    ]


def test_it_asks_once_before_the_first_event() -> None:
    """And not again once the host is set up."""
    place = lab(CRC)
    place.host.state["sudo"] = "asks"
    events = rising.up(_machines(place), Target(("crc",), only=True), PLAIN, yes=False)

    next(events)
    first = (len(_asked(place.host)), place.host.changes)
    _, end = ran(events)
    _, again = ran(rising.up(_machines(place), Target(("crc",), only=True), PLAIN, yes=False))

    assert (1, 1) == (first[0], len(_asked(place.host)))
    assert [each for each in first[1] if not each.startswith("sudo")] == []
    assert [ExitCode.DONE] * 2 == [end.exit_code, again.exit_code]


@pytest.mark.parametrize("sudo", ["wrong", "forgets"])
def test_what_would_ask_in_the_run_is_refused_first(sudo: str) -> None:
    """With the command that can be asked."""
    place = lab(CRC)
    place.host.state["sudo"] = sudo

    with pytest.raises(OskError) as caught:
        next(rising.up(_machines(place), Target(("crc",), only=True), PLAIN, yes=False))

    problem = caught.value.problems[0]
    assert ("OSK1379", "osk crc setup") == (problem.code, problem.advice[0].command)
    assert not [each for each in place.host.changes if not each.startswith("sudo")]


def test_nobody_is_asked_where_nobody_is() -> None:
    """Nor where sudo asks nobody."""
    alone, free = lab(CRC), lab(CRC)
    alone.host.state["sudo"] = "asks"

    for place, can_ask in ((alone, False), (free, True)):
        next(rising.up(_machines(place, can_ask=can_ask), Target(("crc",), only=True), PLAIN, yes=False))

    assert [[], []] == [_asked(alone.host), _asked(free.host)]


def test_the_answer_is_renewed_until_it_is_not_needed() -> None:
    """Sudo forgets it after some minutes, and a download takes longer."""
    host, renewed = FakeHost(sudo="asks"), Event()
    host.interrupted = lambda argv: renewed.set() if argv == ["sudo", "-n", "-v"] else None
    sudo = Sudo(host, lambda: True, often=0.001)

    sudo.open()
    told = renewed.wait(60)
    sudo.close()

    assert told
