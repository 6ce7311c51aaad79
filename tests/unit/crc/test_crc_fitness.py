"""Each check of a host: where it refuses, and where it does not.

The programs of CRC's host are played in memory, after their sources (tests.fakes.crc).
"""

from dataclasses import replace
from typing import Any

import pytest

from openstack_k8s_cli.crc import facts
from openstack_k8s_cli.crc.fitness import CHECKS, judge
from openstack_k8s_cli.crc.sizing import Sizes
from openstack_k8s_cli.crc.wanted import Interface
from openstack_k8s_cli.model.checks import State
from tests.fakes.crc.host import FakeHost
from tests.unit.crc.wishes import SECRETS, WANTED, host, set_up, start


def _judged(place: FakeHost, **wanted: Any) -> dict[str, tuple[State, str]]:
    wish = replace(WANTED, **wanted)
    found = judge(facts.look(place, pull_secret=wish.pull_secret), wish)
    return {name: (result.state, result.detail) for name, result in found.items()}


def test_a_fit_host_passes_every_check() -> None:
    """Nothing warns either; what does not concern it is left out."""
    found = _judged(host())

    assert tuple(found) == CHECKS
    assert {name for name, (state, _) in found.items() if state is not State.OK} == {"nested"}


@pytest.mark.parametrize(
    ("state", "check", "detail"),
    [
        ({"uid": 0}, "user", "crc does not run as root"),
        ({"flags": "hypervisor"}, "processor", "the CPU offers neither vmx nor svm"),
        ({"kvm": False}, "kvm", "there is no /dev/kvm"),
        ({"cpus": 4}, "cpus", "4 CPUs; the machine is to have 10"),
        ({"memory_kib": 24 * 1024**2}, "memory", "24576 MiB; the machine is to have 25600"),
        ({"free_gib": 20}, "disk", "20 GiB are free in /home/ada"),
        ({"fails": {"virsh": True}}, "libvirt", "Permission denied"),
        ({"groups": ["ada"], "entitled": ["ada"]}, "group", "ada is not in the group libvirt"),
        ({"groups": ["ada"]}, "group", "this login does not have the group libvirt yet"),
        ({"session": False}, "session", "the user's own systemd does not answer"),
        ({"units": ["systemd-resolved"]}, "network manager", "NetworkManager does not run"),
        ({"units": ["NetworkManager"]}, "network manager", "systemd-resolved's, which does not run"),
        (
            {"units": ["NetworkManager", "systemd-networkd", "systemd-resolved"]},
            "network manager",
            "systemd-networkd runs",
        ),
        ({"networks": {}}, "interface", "libvirt has no network `default`"),
        ({"inactive": ["default"]}, "interface", "the libvirt network `default` is not active"),
        (
            {"networks": {"default": "192.168.122.1/24", "lab": "192.168.128.1/20"}},
            "networks",
            "the libvirt network `lab` has addresses of 192.168.130.0/24",
        ),
        ({"version": "1.40.0"}, "crc", "crc 1.40.0 is too old; it takes 2.0.0 or later"),
    ],
)
def test_a_host_that_is_not_fit_is_refused(state: dict[str, Any], check: str, detail: str) -> None:
    """By the check that it concerns, with a remedy."""
    place = host(**state)

    found = judge(facts.look(place, pull_secret=WANTED.pull_secret), WANTED)

    assert found[check].state is State.FAILED
    assert detail in found[check].detail
    assert found[check].remedy


@pytest.mark.parametrize(
    ("state", "check"),
    [
        ({"cpus": 8}, "cpus"),
        ({"memory_kib": 26 * 1024**2}, "memory"),
        ({"free_gib": 100}, "disk"),
        ({"system": "arch"}, "system"),
        ({"version": "0.0.0-unset"}, "crc"),
    ],
)
def test_what_will_do_but_not_well_is_a_warning(state: dict[str, Any], check: str) -> None:
    """It does not stop anyone."""
    assert _judged(host(**state))[check][0] is State.WARNING


def test_lingering_is_advised_over_ssh_only() -> None:
    """At the console the login lasts."""
    local, remote, lingering = host(), host(), host(lingers=True)
    for place in (remote, lingering):
        place.variables["SSH_CONNECTION"] = "10.0.0.1 22 10.0.0.2 22"

    states = [_judged(each)["session"][0] for each in (local, remote, lingering)]

    assert states == [State.OK, State.WARNING, State.OK]


@pytest.mark.parametrize(
    ("system", "command"),
    [
        ("fedora", "sudo dnf install -y NetworkManager"),
        ("debian", "sudo apt-get install -y network-manager"),
    ],
)
def test_what_is_missing_is_installed_as_the_system_has_it(system: str, command: str) -> None:
    """A remedy that the host does not know is none."""
    place = host(system=system)
    place.tools -= {"virsh", "nmcli"}

    found = judge(facts.look(place, pull_secret=WANTED.pull_secret), WANTED)

    assert found["network manager"].command == command
    assert found["libvirt"].command.startswith(command.rpartition(" ")[0])


def test_wsl_is_refused() -> None:
    """As crc itself does."""
    place = host()
    place.files.write("/proc/version", "Linux version 5.15.153.1-microsoft-standard-WSL2")

    assert _judged(place)["system"][0] is State.FAILED


def test_guests_of_guests_are_looked_for_where_hosts_are_machines() -> None:
    """Elsewhere it is nobody's concern."""
    place = host()
    place.files.write("/sys/module/kvm_intel/parameters/nested", "N\n")

    assert _judged(place)["nested"][0] is State.SKIPPED
    assert _judged(place, nested=True)["nested"][0] is State.WARNING


def test_sizes_below_the_preset_are_refused() -> None:
    """Crc would refuse them, too."""
    found = _judged(host(), sizes=Sizes(2, 4096, 20))

    assert {name for name, (state, _) in found.items() if state is State.FAILED} == {"cpus", "memory", "disk"}


@pytest.mark.parametrize(
    ("sizes", "check", "state"),
    [
        (Sizes(5, 25600, 145), "cpus", State.FAILED),
        (Sizes(6, 25600, 145), "cpus", State.OK),
        (Sizes(10, 22015, 145), "memory", State.FAILED),
        (Sizes(10, 22016, 145), "memory", State.OK),
        (Sizes(10, 25600, 40), "disk", State.WARNING),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_the_machine_has_room_for_the_plan(sizes: Sizes, check: str, state: State) -> None:
    """Beside the cluster's own; a disk grows only with what is written."""
    assert _judged(host(), sizes=sizes, requests=Sizes(2, 11264, 114))[check][0] is state


def test_monitoring_takes_memory_of_its_own() -> None:
    """Crc refuses to start with less."""
    monitored = {**WANTED.settings, "enable-cluster-monitoring": "true"}
    small = {"sizes": Sizes(10, 12288, 145), "requests": Sizes(0, 0, 0)}

    state, detail = _judged(host(), settings=monitored, **small)["memory"]

    assert _judged(host(), **small)["memory"][0] is State.OK
    assert (state, "with monitoring takes at least 14336 MiB" in detail) == (State.FAILED, True)


def test_a_network_that_does_not_come_up_is_in_nobodys_way() -> None:
    """The remedy is enough; one that is off and comes with the next start of libvirt is in the way."""
    both = {"default": "192.168.122.1/24", "lab": "192.168.130.1/24"}
    stopped = _judged(host(networks=both, inactive=["lab"]))["networks"]
    remedied = _judged(host(networks=both, inactive=["lab"], **{"by hand": ["lab"]}))["networks"]

    assert [stopped[0], remedied[0]] == [State.FAILED, State.OK]


def test_the_network_mode_user_asks_nothing_of_the_hosts_network() -> None:
    """Neither NetworkManager nor addresses of libvirt."""
    place = host(units=[], networks={"lab": "192.168.130.1/24"})

    found = _judged(place, network_mode="user", interfaces=())

    assert (found["network manager"][0], found["networks"][0], found["interface"][0]) == (
        State.SKIPPED,
        State.OK,
        State.SKIPPED,
    )


def test_a_bridge_that_has_the_name_of_crcs_own_is_in_the_way() -> None:
    """Libvirt would not start the network `crc`."""
    place = host(networks={"default": "192.168.122.1/24", "crc": "192.168.130.1/24"})
    own = facts.look(place)
    taken = replace(own, libvirt=replace(own.libvirt, bridges={"default": "crc"}))

    assert judge(own, WANTED)["networks"].state is State.OK
    assert judge(taken, WANTED)["networks"].state is State.FAILED


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("pull", "it is not JSON"),
        ("{}", "it has no `auths`"),
        ('{"auths": {"quay.io": {"email": "a@b"}}}', "its entry for quay.io has neither"),
        ('{"auths": {"quay.io": {"auth": "c2VjcmV0"}}}', "it has no login for registry.redhat.io"),
    ],
)
def test_a_pull_secret_that_will_not_do_is_refused(text: str, detail: str) -> None:
    """Its values are not shown."""
    place = host()
    place.files.write("pull.json", text)

    state, found = _judged(place)["pull secret"]

    assert state is State.FAILED
    assert detail in found
    assert "c2VjcmV0" not in found


def test_a_pull_secret_that_is_gone_since_the_first_start_is_a_warning() -> None:
    """The cluster has it; a machine that was never started, or has to be made anew, needs it."""
    place = host()
    set_up(place)
    start(place)
    place.files.remove("pull.json")
    state, found = _judged(place)["pull secret"]
    other = _judged(place, network_mode="user")["pull secret"]
    unknown = _judged(place, pull_secret="~/new.json")["pull secret"]
    place.files.remove(".crc/machines/crc/kubeconfig")
    early = _judged(place)["pull secret"]

    assert (State.WARNING, True) == (state, "the cluster keeps" in found)
    assert [State.FAILED] * 3 == [other[0], unknown[0], early[0]]


def test_a_pull_secret_is_needed_but_for_okd() -> None:
    """One that is missing is refused, and one that is not named."""
    place = host()
    place.files.remove("pull.json")

    missing = _judged(place)["pull secret"]
    unnamed = _judged(place, pull_secret=None)["pull secret"]
    okd = _judged(place, pull_secret=None, preset="okd")["pull secret"]

    assert [each[0] for each in (missing, unnamed, okd)] == [State.FAILED, State.FAILED, State.SKIPPED]
    assert not any(secret in missing[1] for secret in SECRETS)


def test_a_release_that_the_profile_asks_for_is_the_least() -> None:
    """Whatever the preset takes."""
    assert _judged(host(), version="2.70.0")["crc"][0] is State.FAILED
    assert _judged(host(), version="2.50.0")["crc"][0] is State.OK


def test_a_download_needs_its_programs() -> None:
    """They are named."""
    place = host(installed=False)
    place.tools -= {"curl"}

    state, detail = _judged(place)["crc"]

    assert (state, "curl" in detail) == (State.FAILED, True)


def test_another_network_of_the_interface_is_looked_for() -> None:
    """By the profile's name of it."""
    found = _judged(host(), interfaces=(Interface("net-iso", "52:54:00:11:11:10"),))

    assert found["interface"] == (State.FAILED, "libvirt has no network `net-iso`")
