"""What the rehearsal's pods of Ansible say, and how they end."""

import pytest

from openstack_k8s_cli.dataplane.logs import Did, News, Reading, Recap
from openstack_k8s_cli.rehearsal.simulators.playing import Play
from openstack_k8s_cli.rehearsal.simulators.tables import ansible

HOSTS = ("h0", "h1", "h2", "h3", "h4")
FULL = 'no space on "/"'


def read(play: Play) -> list[News]:
    """Read a play's log as osk does."""
    reading = Reading()
    found = [news for part in play.parts() for line in part.splitlines() for news in reading.feed(line)]
    return [*found, *reading.settle()]


def test_a_log_is_told_of_the_pods_own_hosts() -> None:
    """Each has its results and its line in the recap; the one that fails says the fault's words."""
    news = read(Play("install-os", HOSTS, {"h3": FULL}))
    bad = [each for each in news if isinstance(each, Did) and each.outcome == "failed"]
    counted = {each.host for each in news if isinstance(each, Recap)}

    assert ["h3"] == [each.host for each in bad]
    assert FULL in bad[0].message
    assert set(HOSTS) == counted


@pytest.mark.parametrize(
    ("failing", "unreachable", "tolerated", "status"),
    [
        ((), (), 0, 0),
        (("h0",), (), 0, 2),
        ((), ("h0",), 0, 4),
        (("h0",), (), 20, 0),
        ((), ("h0", "h1"), 20, 4),
    ],
)
def test_how_a_pod_ends(
    failing: tuple[str, ...], unreachable: tuple[str, ...], tolerated: float, status: int
) -> None:
    """As Ansible does, and as osk's strategy for a few lost hosts has it."""
    play = Play("ovn", HOSTS, dict.fromkeys(failing, FULL), dict.fromkeys(unreachable, ""), tolerated)

    assert status == play.status
    assert [list(failing), list(unreachable)] == [
        play.summary()["failedHostList"],
        play.summary()["unreachableHostList"],
    ]


def test_how_many_hosts_may_be_lost() -> None:
    """It stands in the node set's environment."""
    env = [{"name": "A", "value": "x"}, {"name": "OSK_MAX_FAIL_PERCENT", "value": "20"}]

    assert (20, 0) == (ansible.tolerated({"spec": {"env": env}}), ansible.tolerated({"spec": {}}))
