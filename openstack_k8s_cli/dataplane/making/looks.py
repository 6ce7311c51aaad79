"""What a hypervisor has, from what its probe prints (playbooks/hypervisor.sh), and what is wrong with that."""

from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from xml.etree import ElementTree as ET

from openstack_k8s_cli.dataplane.making.domains import SPACE
from openstack_k8s_cli.dataplane.making.wanted import Machine
from openstack_k8s_cli.model.problems import Advice, Problem

RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Made:
    """A machine of osk's that is there."""

    name: str
    profile: str
    state: str
    vcpus: int
    memory: int
    """In KiB."""
    volumes: tuple[str, ...]
    macs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """All that a look at the hypervisor told."""

    libvirt: str = ""
    """Why it does not answer; empty: it does."""
    user: str = ""
    home: str = ""
    """The account's folder."""
    programs: frozenset[str] = frozenset()
    iso: str = ""
    """A program that writes images of CDs; empty: there is none."""
    pool: str = ""
    """The pool's state; empty: it is not there."""
    volumes: frozenset[str] = frozenset()
    networks: frozenset[str] = frozenset()
    """Of libvirt, those that are up."""
    stopped: frozenset[str] = frozenset()
    bridges: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    """Every machine that is there, whoever made it."""
    made: Mapping[str, Made] = field(default_factory=dict)
    """Those that osk made, for whatever profile."""
    boards: str = ""
    """The state of the container with the boards."""
    settings: str = ""
    """What they were told last."""
    served: str = ""
    """The digest of what that container was started with."""
    firewalled: bool = False
    """Whether the boards' port is closed to the machines of libvirt."""

    def once_up(self, networks: Iterable[str]) -> "Found":
        """Give what there is once networks are made."""
        names = frozenset(networks)
        return replace(self, networks=self.networks | names, stopped=self.stopped - names)


def told(output: str) -> dict[str, list[str]]:
    """Give what a probe printed, by key."""
    found: dict[str, list[str]] = {}
    for line in output.splitlines():
        if line.startswith("@osk "):
            key, _, value = line.removeprefix("@osk ").strip().partition(" ")
            found.setdefault(key, []).append(value.strip())
    return found


def read(output: str) -> Found:
    """Read what the probe printed."""
    said = told(output)

    def one(key: str) -> str:
        return (said.get(key) or [""])[0]

    def every(key: str) -> frozenset[str]:
        return frozenset(said.get(key, ()))

    answer = one("libvirt")
    domains = every("domain")
    made = (_made(name, one(f"state.{name}"), one(f"xml.{name}")) for name in domains)
    boards, _, served = one("containers").partition(" ")
    return Found(
        "" if answer == "yes" else answer.removeprefix("no ") or "the host tells nothing",
        one("user"),
        one("home"),
        frozenset(said) & {"python3", "base64", "podman"},
        one("iso"),
        one("pool"),
        every("volume"),
        every("network"),
        every("stopped"),
        every("bridge"),
        domains,
        {each.name: each for each in made if each},
        boards,
        b64decode(one("settings")).decode(),
        served.strip(),
        one("firewall") == "closed",
    )


def _made(name: str, state: str, form: str) -> Made | None:
    if not form:
        return None
    domain = ET.fromstring(b64decode(form))  # noqa: S314  # libvirt's own
    mark = domain.find(f"metadata/{{{SPACE}}}machine")
    if mark is None:
        return None
    return Made(
        name,
        mark.get("profile", ""),
        state,
        int(domain.findtext("vcpu") or 0),
        int(domain.findtext("memory") or 0),
        tuple(disk for each in domain.findall("devices/disk/source") if (disk := each.get("volume"))),
        tuple(each.get("address", "").lower() for each in domain.findall("devices/interface/mac")),
    )


def differences(machine: Machine, made: Made) -> tuple[str, ...]:
    """Say what a machine has that the profile says otherwise by now; it is not changed."""
    pairs = (
        ("processors", made.vcpus, machine.vcpus),
        ("MiB of memory", made.memory // 1024, machine.memory // 1024),
        ("cards", list(made.macs), [each.mac for each in machine.cards]),
        ("volumes", [*lasting(made.volumes)], [*lasting(machine.volumes)]),
    )
    return tuple(
        f"it has {_shown(there, what)}, the profile says {_shown(wanted)}"
        for what, there, wanted in pairs
        if there != wanted
    )


def lasting(volumes: Iterable[str]) -> tuple[str, ...]:
    """Give the disks, without the discs that a seed or a board has put in, in an order of its own."""
    return tuple(sorted(each for each in volumes if each.endswith(".qcow2")))


def _shown(value: object, what: str = "") -> str:
    if not isinstance(value, list):
        return f"{value} {what}".strip()
    return f"the {what} {', '.join(value)}" if what else ", ".join(value)


def obstacles(found: Found, machines: Iterable[Machine], *, port: int, profile: str) -> tuple[Problem, ...]:
    """Say what stands in the way of making machines; all of it, before the first change."""
    if found.libvirt:
        return (silent(found.libvirt, found.user),)
    wanted = tuple(machines)
    return (
        *_programs(found, wanted),
        *_attached(found, wanted),
        *_foreign(found, wanted, profile),
        *_boards(found, wanted, port),
    )


def silent(why: str, user: str) -> Problem:
    """Say that libvirt does not answer."""
    advice = (
        Advice(
            "Install it and start it: on RHEL, CentOS and Fedora",
            "sudo dnf install libvirt-client libvirt-daemon-kvm",
        ),
        Advice("On Debian and Ubuntu", "sudo apt install libvirt-clients libvirt-daemon-system"),
        Advice(
            "Let the account use it, then log in anew",
            f"sudo usermod --append --groups libvirt {user or '$USER'}",
        ),
    )
    return _unfit("libvirt does not answer on the hypervisor", why, advice)


def _programs(found: Found, machines: tuple[Machine, ...]) -> Iterator[Problem]:
    for name in ("python3", "base64"):
        if name not in found.programs:
            yield _unfit(
                f"The hypervisor has no `{name}`",
                None,
                (
                    Advice(
                        "Install it there", f"sudo dnf install {'coreutils' if name == 'base64' else name}"
                    ),
                ),
            )
    if not found.iso and any(each.seed for each in machines):
        advice = (
            Advice("Install one of them: on RHEL, CentOS and Fedora", "sudo dnf install xorriso"),
            Advice("On Debian and Ubuntu", "sudo apt install genisoimage"),
        )
        what = "The hypervisor has no genisoimage, mkisofs or xorrisofs, which write what cloud-init reads"
        yield _unfit(what, None, advice)
    if "podman" not in found.programs and any(each.bare for each in machines):
        install = (Advice("Install it there", "sudo dnf install podman"),)
        yield _unfit("The hypervisor has no podman, which the boards of bare machines run in", None, install)


def _attached(found: Found, machines: tuple[Machine, ...]) -> Iterator[Problem]:
    cards = [card for each in machines for card in each.cards]
    for name in dict.fromkeys(card.network for card in cards if card.network):
        if name in found.stopped:
            yield _unfit(
                f"libvirt's network `{name}` is not up",
                None,
                (Advice("Start it", f"osk host network create {name}"),),
            )
        elif name not in found.networks:
            there = ", ".join(sorted(found.networks)) or "none"
            path = (
                Advice("Make it", f"osk host network create {name}"),
                Advice(
                    "Or name another one", "osk profile explain dataplane.nodesets.NAME.provision.libvirt.nic"
                ),
            )
            yield _unfit(f"libvirt has no network `{name}`", f"There are: {there}", path)
    for name in dict.fromkeys(card.bridge for card in cards if card.bridge):
        if name not in found.bridges:
            yield _unfit(
                f"The hypervisor has no bridge `{name}`", None, (Advice("Make it, or name another one"),)
            )


def _foreign(found: Found, machines: tuple[Machine, ...], profile: str) -> Iterator[Problem]:
    for each in machines:
        made = found.made.get(each.name)
        if each.name in found.domains and (made is None or made.profile != profile):
            whose = f"of the profile `{made.profile}`" if made else "that osk did not make"
            advice = Advice(
                "Give the host another name, or take the other machine away yourself",
                f"virsh dominfo {each.name}",
            )
            yield Problem("OSK1187", f"There is a machine `{each.name}` {whose}", each.name, None, (advice,))


def _boards(found: Found, machines: tuple[Machine, ...], port: int) -> Iterator[Problem]:
    if found.firewalled and any(each.bare for each in machines):
        command = f"sudo firewall-cmd --permanent --zone libvirt --add-port {port}/tcp && sudo firewall-cmd --reload"
        yield _unfit(
            f"The hypervisor's firewall keeps the cluster from the boards (port {port})",
            None,
            (Advice("Open it", command),),
        )


def _unfit(summary: str, detail: str | None, advice: tuple[Advice, ...]) -> Problem:
    return Problem(
        "OSK1185",
        summary,
        "dataplane.hypervisor",
        detail,
        advice,
    )
