"""The check's playbook over SSH: good hosts and each kind of bad one, all in one run; the same run as a pod has it."""

import json
import os
import pwd
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters.hosts import Hosts
from openstack_k8s_cli.dataplane import hearing, playing
from openstack_k8s_cli.dataplane.checks import CODES, Checked
from openstack_k8s_cli.dataplane.hearing import Hearing
from openstack_k8s_cli.dataplane.targets import Target, Wishes, inventory
from openstack_k8s_cli.model.checks import State
from openstack_k8s_cli.model.secrets import SecretText
from openstack_k8s_cli.workflows.dataplane import checking
from tests.ssh import openssh
from tests.ssh.machines import GIB, Machine
from tests.ssh.servers import ADDRESS, Keys, Servers

REGISTRY = "https://registry.example/v2/"
PACKAGES = "https://packages.example/"
WISHES = Wishes(
    virtualization=True,
    gateway="192.168.122.1",
    mtu=1500,
    interface="eth0",
    names=("registry.example", "packages.example"),
    registries=(REGISTRY,),
    repositories=(PACKAGES,),
)
OTHER_SYSTEM = 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\nPRETTY_NAME="Ubuntu 24.04"\n'
NEWER_SYSTEM = 'ID="rhel"\nVERSION_ID="10.0"\nPRETTY_NAME="RHEL 10.0"\n'
BAD = {
    "sudo": Machine("sudo", sudo=False),
    "python": Machine("python", python=False),
    "os": Machine("os", files={"/etc/os-release": OTHER_SYSTEM}),
    "cpu": Machine("cpu", flags="fpu sse2 hypervisor"),
    "memory": Machine("memory", memory=2 * GIB),
    "disk": Machine("disk", disk=10 * GIB),
    "space": Machine("space", space=3 * GIB),
    "clock": Machine("clock", clock=-3600),
    "mtu": Machine("mtu", mtu=1400),
    "names": Machine("names", unresolved=("registry.example",)),
    "gateway": Machine("gateway", mtu=0),
    "registry": Machine("registry", unreached=("registry.example",)),
    "repository": Machine("repository", unreached=("packages.example",)),
    "interface": Machine("interface", interfaces=("lo", "enp1s0")),
    "leftovers": Machine("leftovers", files={"/var/lib/nova/compute_id": "1\n"}),
}
"""A host for each check that it alone fails."""
REPOSITORY = "[baseos]\nmetalink=https://mirror.example/metalink?arch=$basearch\n[debug]\nbaseurl=https://debug.example/\nenabled=0\n"
OWN = Wishes(gateway="192.168.122.1", interface="eth0", nics=("eno5",), disks=("/dev/vdb",), pages=4)
"""Of a host with repositories of its own, a shared card, a disk of Swift and huge pages."""
OTHERS = {
    "whole": Machine("whole", interfaces=("lo", "eth0", "eno5"), files={"/dev/vdb": "", "/etc/yum.repos.d/centos.repo": REPOSITORY}, unreached=("debug.example",)),
    "cardless": Machine("cardless", files={"/dev/vdb": ""}),
    "diskless": Machine("diskless", interfaces=("lo", "eth0", "eno5")),
    "pageless": Machine("pageless", interfaces=("lo", "eth0", "eno5"), files={"/dev/vdb": ""}, memory=5 * GIB),
    "cut": Machine("cut", interfaces=("lo", "eth0", "eno5"), files={"/dev/vdb": "", "/etc/yum.repos.d/centos.repo": REPOSITORY}, unreached=("mirror.example",)),
    "image": Machine("image", interfaces=("lo", "eth0", "eno5"), files={"/dev/vdb": ""}, unreached=("mirror.example",)),
}  # fmt: skip
"""Hosts that are asked for that, by their names; the first has all of it."""
OLDER_SYSTEM = 'ID="rhel"\nVERSION_ID="8.10"\nPRETTY_NAME="RHEL 8.10"\n'
VARIANTS = {
    "older": (Machine("older", files={"/etc/os-release": OLDER_SYSTEM}), "os", State.FAILED, "RHEL 8.10"),
    "bare": (Machine("bare", flags="fpu sse2"), "cpu", State.FAILED, "neither vmx nor svm"),
    "routeless": (Machine("routeless", gateway=""), "gateway", State.WARNING, "it has no default route"),
    "elsewhere": (Machine("elsewhere", gateway="192.168.122.9"), "gateway", State.WARNING, "its default route is 192.168.122.9; the deployment makes it 192.168.122.1"),
    "ahead": (Machine("ahead", clock=3600), "clock", State.FAILED, "s off"),
    "ntp": (Machine("ntp", unresolved=("packages.example",)), "names", State.FAILED, "packages.example cannot be resolved"),
}  # fmt: skip
"""Further ways in which a check does not pass."""
REMEDIES = {
    "sudo": "NOPASSWD",
    "python": "dnf install -y python3",
    "os": "CentOS Stream 9 or RHEL 9",
    "cpu": "nested=1",
    "memory": "more memory",
    "disk": "larger disk",
    "space": "/var/lib/containers",
    "clock": "chronyc makestep",
    "mtu": "`networks.ctlplane.mtu`",
    "names": "/etc/resolv.conf",
    "gateway": "gateway of the subnet in `networks`",
    "registry": "`mirror`",
    "repository": "repo-setup",
    "interface": "osk profile set dataplane.nodesets.NAME.interface",
    "leftovers": "`cleanup`",
}
"""What is to be done about each, or a part of the command."""
POORER = {
    "os": Machine("newer", files={"/etc/os-release": NEWER_SYSTEM}),
    "hostname": Machine("short", fqdn="{name}"),
    "leftovers": Machine("used", containers=("ovn_controller",)),
}
"""A host for each check that only warns."""
DETAILS = {
    "sudo": "sudo: a password is required",
    "python": "python3 is not there",
    "os": "Ubuntu 24.04",
    "cpu": "the CPU offers neither vmx nor svm",
    "memory": "2.0 GiB memory; it needs 3.5",
    "disk": "10.0 GiB on /; it needs 18",
    "space": "3.0 GiB free in /var/lib; it needs 8",
    "mtu": "packets of 1500 bytes do not reach the gateway 192.168.122.1 (eth0 has 1400)",
    "names": "registry.example cannot be resolved",
    "gateway": "192.168.122.1 does not answer",
    "registry": f"{REGISTRY}: curl: (7) Failed to connect",
    "repository": f"{PACKAGES}: curl: (7) Failed to connect",
    "interface": "there is no eth0, but enp1s0",
    "leftovers": "nova's id of an earlier cloud, /var/lib/nova/compute_id",
}


@dataclass
class Fleet:
    """Servers that run, and their hosts as targets."""

    servers: Servers
    keys: Keys
    targets: tuple[Target, ...]
    folder: Path

    def look(self) -> Mapping[str, Checked]:
        """Look at all hosts at once."""
        found = checking.look(Hosts(os.environ), checking.Hosts(self.targets), SecretText(self.keys.private))
        return {each.target.host: each for each in found}


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Start every host."""
    folder, keys = tmp_path_factory.mktemp("hosts"), Keys.made()
    servers = Servers(folder, keys)
    further = [*OTHERS.values(), *(each for each, *_ in VARIANTS.values())]
    servers.start(
        [Machine("good"), *BAD.values(), *POORER.values(), *further, Machine("key", takes_key=False)]
    )
    ports = {**servers.ports, "down": 1}
    wishes = {**dict.fromkeys(OTHERS, OWN), "image": replace(OWN, is_image=True)}
    made = (
        Target(name, "compute", ADDRESS, "cloud-admin", port, "ssh", wishes.get(name, WISHES))
        for name, port in ports.items()
    )
    yield Fleet(servers, keys, tuple(made), folder)
    servers.stop()


@pytest.fixture(scope="module")
def checked(fleet: Fleet) -> Mapping[str, Checked]:
    """Look at them once."""
    return fleet.look()


def of(host: Checked, *states: State) -> dict[str, str]:
    """Give the checks of a host that are in a state."""
    return {name: each.detail for name, each in host.results.items() if each.state in states}


def test_a_good_host_passes_every_check(checked: Mapping[str, Checked]) -> None:
    """Nothing is failed, unknown or warned about."""
    assert dict.fromkeys(CODES, State.OK) == {
        name: each.state for name, each in checked["good"].results.items()
    }


@pytest.mark.parametrize("name", DETAILS)
def test_each_kind_of_bad_host_fails_its_check(checked: Mapping[str, Checked], name: str) -> None:
    """The check that is meant fails, with what was found and a remedy, and no other does."""
    host = checked[name]
    unknown = {"mtu"} if name == "gateway" else set()
    result = host.results[name]

    assert {name: DETAILS[name]} == of(host, State.FAILED)
    assert REMEDIES[name] in f"{result.remedy} {result.command}"
    assert unknown == set(of(host, State.UNKNOWN))


@pytest.mark.parametrize("name", VARIANTS)
def test_other_ways_of_not_being_fit(checked: Mapping[str, Checked], name: str) -> None:
    """Another release, no virtualization in the firmware, routes, a clock that is ahead, a name further on."""
    _, check, state, words = VARIANTS[name]
    found = of(checked[name], State.FAILED, State.WARNING)

    assert {check} == set(found)
    assert words in found[check]
    assert state is checked[name].results[check].state
    assert checked[name].results[check].remedy


@pytest.mark.parametrize(
    ("name", "check", "state", "detail"),
    [
        ("cardless", "interface", State.FAILED, "there is no eno5, but eth0"),
        ("diskless", "disk", State.FAILED, "there is no /dev/vdb"),
        ("pageless", "memory", State.FAILED, "5.0 GiB memory; it needs 5.75"),
        ("cut", "repository", State.WARNING, "no answer from https://mirror.example/"),
        ("image", "repository", State.SKIPPED, "its packages are in its image"),
    ],
)
def test_what_kinds_of_hosts_need(
    checked: Mapping[str, Checked], name: str, check: str, state: State, detail: str
) -> None:
    """Cards for instances, disks for Swift, room for huge pages, and repositories where nothing enables them."""
    found = checked[name].results[check]

    assert {} == of(checked["whole"], State.FAILED, State.WARNING)
    assert (state, detail) == (found.state, found.detail)
    assert {check} >= set(of(checked[name], State.FAILED, State.WARNING))


def test_a_clock_that_is_wrong(checked: Mapping[str, Checked]) -> None:
    """What its host reads is compared with the time in which it was asked."""
    (detail,) = of(checked["clock"], State.FAILED).values()

    assert 3500 < int(detail.removeprefix("its clock is ").removesuffix(" s off")) <= 3600


@pytest.mark.parametrize("name", POORER)
def test_what_is_only_warned_about(checked: Mapping[str, Checked], name: str) -> None:
    """A deployment may work, so these are no refusal."""
    host = checked[POORER[name].name]

    assert ({}, {name}) == (of(host, State.FAILED), set(of(host, State.WARNING)))


def test_a_host_that_does_not_take_the_key(checked: Mapping[str, Checked]) -> None:
    """It is there and says no: its own fault, with the command that shows the key."""
    ssh = checked["key"].results["ssh"]

    assert (State.FAILED, "it does not take the key") == (ssh.state, ssh.detail)
    assert "osk secrets show ssh/ssh-publickey" == ssh.command
    assert {State.SKIPPED} == {each.state for name, each in checked["key"].results.items() if name != "ssh"}


def test_a_host_that_does_not_answer(checked: Mapping[str, Checked]) -> None:
    """It may be down, or be reachable from elsewhere: nobody knows."""
    down = checked["down"]

    assert down.silent
    assert "connection refused" == down.results["ssh"].detail
    assert "osk dataplane check --from-cluster" == down.results["ssh"].command


def test_the_key_leaves_nothing_behind(fleet: Fleet, checked: Mapping[str, Checked]) -> None:
    """The private folder is gone, and no host was told the key on a command line."""
    body = fleet.keys.private.splitlines()[1]

    assert checked
    assert not any(body in told for commands in fleet.servers.commands.values() for told in commands)
    assert all(len(told) == 1 for name, told in fleet.servers.commands.items() if name != "key")


def test_a_pod_tells_the_same(fleet: Fleet, checked: Mapping[str, Checked], tmp_path: Path) -> None:
    """What `ansible-runner run -j` prints, as the Job of --from-cluster runs it, comes to the same table."""
    some = [each for each in fleet.targets if each.host in {"good", "memory", "key", "down"}]
    (tmp_path / "key").write_text(fleet.keys.private)
    (tmp_path / "key").chmod(0o600)
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "hosts.json").write_text(json.dumps(inventory(some, str(tmp_path / "key"))))
    programs = Path(sys.executable).parent
    done = subprocess.run(
        [
            programs / "ansible-runner",
            "run",
            tmp_path,
            "-p",
            playing.PLAYBOOKS / "check.yaml",
            "-j",
            "-i",
            "osk-check",
        ],
        env={**os.environ, **playing.SETTINGS, "PATH": f"{programs}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    heard = Hearing()
    for event in hearing.events(["a line of the image's own", *done.stdout.splitlines()]):
        heard.hear(event)
    found = checking.judged(some, heard.seen)

    assert {each.host: checked[each.host].results for each in some} == {
        each.target.host: each.results for each in found
    }


@pytest.mark.skipif(openssh.program() is None, reason="OpenSSH's sshd is not installed")
def test_openssh_tells_the_same(checked: Mapping[str, Checked], fleet: Fleet, tmp_path: Path) -> None:
    """A host behind OpenSSH's server is judged like one behind asyncssh's."""
    process, port = openssh.start(str(openssh.program()), BAD["memory"], fleet.keys, tmp_path)
    user = pwd.getpwuid(os.getuid()).pw_name
    target = Target("memory", "compute", ADDRESS, user, port, "ssh", WISHES)
    try:
        (found,) = checking.look(Hosts(os.environ), checking.Hosts((target,)), SecretText(fleet.keys.private))
    finally:
        process.terminate()
        process.wait(60)

    assert checked["memory"].results == found.results


@pytest.mark.parametrize(
    ("said", "reached"),
    [
        ("curl: (56) CONNECT tunnel failed, response 407", "yes"),
        ("curl: (56) Received HTTP code 407 from proxy after CONNECT", "yes"),
        ("curl: (7) Failed to connect", "no curl: (7) Failed to connect"),
    ],
)
def test_a_proxy_that_wants_a_login(tmp_path: Path, said: str, reached: str) -> None:
    """It answers, which is all that can be seen: the probe gets no passwords, since every user sees its arguments."""
    curl = tmp_path / "curl"
    curl.write_text(f"#!/bin/sh\necho '{said}' >&2; exit 56\n")
    curl.chmod(0o755)
    probe = [str(playing.PLAYBOOKS / "probe.sh"), "url=https://registry/v2/"]
    path = f"{tmp_path}:{os.environ['PATH']}"
    ran = subprocess.run(["sh", *probe], env={"PATH": path}, capture_output=True, text=True, check=True)

    assert f"@osk url https://registry/v2/ {reached}" in ran.stdout.splitlines()
