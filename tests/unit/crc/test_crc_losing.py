"""What takes a cluster away is known, and asked about, before anything is done.

The programs of CRC's host are played in memory, after their sources (tests.fakes.crc).
"""

from dataclasses import replace

import pytest

from openstack_k8s_cli.crc.steps import setup
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows.workstation.local import Workstation, asked
from tests.fakes.crc.openshiftlocal import MACHINE
from tests.unit.crc.wishes import WANTED, host, set_up, start


def test_a_cluster_whose_program_is_gone_is_not_lost_without_a_question() -> None:
    """What is asked about is what is done: the machine of another preset is known before the download."""
    place, questions = host(), list[str]()
    set_up(place)
    start(place)
    place.state["installed"] = False
    work = Workstation(place, replace(WANTED, preset="okd"))
    changes = setup(work.look(), work.wanted)

    asked(changes, questions.append)
    work.set_up(changes, len)

    (question,) = questions
    assert "the preset of the machine is openshift, not okd" in question
    assert not place.files.has(MACHINE)


def test_nothing_is_taken_away_that_nobody_was_asked_about() -> None:
    """A machine that came while crc was downloaded stays, and the same command asks."""
    place = host()
    set_up(place)
    start(place)
    place.state["installed"] = False
    work = Workstation(place, replace(WANTED, preset="okd"))
    download, *_ = setup(work.look(), work.wanted)

    with pytest.raises(OskError) as caught:
        work.set_up([download], len)

    assert ("OSK1363", ExitCode.REFUSED) == (caught.value.problems[0].code, caught.value.exit_code)
    assert place.files.has(MACHINE)


def test_a_cluster_whose_settings_somebody_changed_stays() -> None:
    """It was made in the network mode that the profile wants; crc's cleanup would delete it."""
    place = host()
    set_up(place)
    start(place)
    del place.state["config"]["network-mode"]
    place.calls.clear()

    set_up(place)

    assert place.files.has(MACHINE)
    assert place.changes == [
        "crc config set network-mode system",
        "crc setup --show-progressbars -o json",
    ]
