"""Starts of CRC that were cut off: crc does nothing more for a machine that runs, so it is stopped first."""

import pytest

from openstack_k8s_cli.model.problems import OskError
from tests.unit.crc.wishes import host, set_up, start

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
