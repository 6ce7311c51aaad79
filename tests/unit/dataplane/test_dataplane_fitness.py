"""What was seen of a host → its checks; tests/ssh has real hosts, this what they cannot show."""

import pytest

from openstack_k8s_cli.dataplane import fitness
from openstack_k8s_cli.dataplane.checks import CODES, Seen, counts, groups
from openstack_k8s_cli.dataplane.targets import Target, Wishes
from openstack_k8s_cli.model.checks import State
from tests.fakes.ansible import GOOD

WISHES = Wishes(
    virtualization=True,
    gateway="192.168.122.1",
    mtu=1500,
    interface="eth0",
    names=("quay.io",),
    repositories=("https://github.com/",),
)
PLAIN = Wishes()
"""Of a host that has its repositories, and is not asked for anything."""


def judged(output: str, wishes: Wishes = WISHES, **seen: str) -> dict[str, tuple[State, str]]:
    """Judge a host by what its probe printed; what is as good as it gets is left out."""
    found = fitness.judge(
        Target("a", "compute", "10.0.0.1", wishes=wishes), Seen(output, began=100.0, ended=101.0, **seen)
    )
    return {
        name: (each.state, each.detail) for name, each in found.results.items() if each.state is not State.OK
    }


def without(*keys: str, **others: str) -> str:
    """Give a good host's lines without some, or with others in their place."""
    kept = [
        line
        for line in GOOD.splitlines()
        if line.split(" ")[1] not in {*keys, *(key.replace("os_", "os.") for key in others)}
    ]
    return "\n".join(
        [*kept[:-1], *(f"@osk {key.replace('os_', 'os.')} {text}" for key, text in others.items()), kept[-1]]
    )


def test_a_good_host() -> None:
    """There is nothing to say."""
    assert {} == judged(GOOD)


def test_a_login_that_talks() -> None:
    """Lines that are not the probe's are left out, with a terminal's carriage returns."""
    assert {} == judged("Welcome!\r\n" + GOOD.replace("\n", "\r\n"))


@pytest.mark.parametrize(
    ("output", "name", "state", "detail"),
    [
        (without("memory"), "memory", State.UNKNOWN, "how much is memory cannot be told"),
        (without("time"), "clock", State.UNKNOWN, "its clock cannot be read"),
        (without("mtu", gateway="is there"), "mtu", State.UNKNOWN, "the gateway answers no ping"),
        (without("name"), "names", State.UNKNOWN, "getent is not there"),
        (without("route"), "gateway", State.WARNING, "it has no default route"),
        (without("interface"), "interface", State.UNKNOWN, "the interfaces cannot be listed"),
        (without("os.ID", "os.PRETTY_NAME"), "os", State.UNKNOWN, "/etc/os-release is not there"),
        (without(os_VERSION_ID="8.9", os_PRETTY_NAME="RHEL 8.9"), "os", State.FAILED, "RHEL 8.9"),
        (without(os_ID="fedora", os_PRETTY_NAME="Fedora 42"), "os", State.FAILED, "Fedora 42"),
        (without("cpu"), "cpu", State.FAILED, "the CPU offers neither vmx nor svm"),
        (without("cpu", arch="aarch64"), "cpu", State.WARNING, "there is no /dev/kvm"),
        (without(python="3.6"), "python", State.FAILED, "Python 3.6; Ansible needs 3.7"),
        (without(time="120"), "clock", State.FAILED, "its clock is 19 s off"),
        (without("repository"), "repository", State.UNKNOWN, "curl is not there"),
    ],
)  # fmt: skip
def test_what_else_may_be(output: str, name: str, state: State, detail: str) -> None:
    """What cannot be told is unknown, and a neighbour that answers no ping is a gateway all the same."""
    assert (state, detail) == judged(output)[name]


def test_a_host_that_has_its_repositories() -> None:
    """Where the deployment enables none, there is a warning unless a file is there."""
    assert {"repository": (State.WARNING, "it has no package repository")} == {
        name: each for name, each in judged(GOOD, PLAIN).items() if name == "repository"
    }
    assert "repository" not in judged(without(repofile="a.repo"), PLAIN)


def test_a_host_that_is_deployed_has_no_leftovers() -> None:
    """What this cluster put there is its own, and its images need no room twice."""
    used = without(space="4194304", leftover="/var/lib/nova/compute_id")
    own = Wishes(virtualization=True, deployed=True)

    assert not {"leftovers", "space"} & set(judged(used, own))
    assert State.FAILED is judged(used)["leftovers"][0]


def test_a_probe_that_did_not_end() -> None:
    """Nothing that it said counts."""
    cut = judged(without("end"))

    assert State.FAILED is cut["ssh"][0]
    assert {State.SKIPPED} == {state for name, (state, _) in cut.items() if name != "ssh"}


@pytest.mark.parametrize(
    ("said", "state", "detail"),
    [
        ("ssh: connect to host a port 22: Connection timed out", State.UNKNOWN, "timed out"),
        ("ssh: connect to host a port 22: No route to host", State.UNKNOWN, "no route to host"),
        ("root@a: Permission denied (publickey).", State.FAILED, "it does not take the key"),
        ('Load key "/x": error in libcrypto\nroot@a: gone', State.FAILED, "the key cannot be read"),
        (
            "kex_exchange_identification: read: reset\n",
            State.FAILED,
            "kex_exchange_identification: read: reset",
        ),
    ],
)
def test_why_osk_did_not_get_in(said: str, state: State, detail: str) -> None:
    """Silence may be due to where osk asked from; a refusal is the host's."""
    assert (state, detail) == judged("", unreachable=said)["ssh"]


def test_skipped_checks() -> None:
    """What the profile leaves out is told as such."""
    found = fitness.judge(
        Target("a", "c", "10.0.0.1"), Seen(without("memory"), began=100.0, ended=101.0), skip=["memory"]
    )

    assert State.SKIPPED is found.results["memory"].state
    assert list(CODES) == list(found.results)


def test_hosts_with_the_same_trouble_stand_together() -> None:
    """One paragraph for many hosts, in the order of the checks."""
    poor = without(memory="1048576", python="3.6")
    found = [
        fitness.judge(Target(name, "c", "10.0.0.1", wishes=WISHES), Seen(output, began=100.0, ended=101.0))
        for name, output in (("a", poor), ("b", GOOD), ("c", poor))
    ]

    assert [("OSK1103", ("a", "c")), ("OSK1106", ("a", "c"))] == [
        (each.code, each.hosts) for each in groups(found, State.FAILED)
    ]
    assert 2 == counts(found)["failed"]
