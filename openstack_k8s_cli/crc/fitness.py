"""Whether a host is fit for CRC as the profile wants it: a rule is a function of facts and wishes.

Most rules have their like in crc's preflight checks (pkg/crc/preflight); these come before the first change, all at once.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from ipaddress import ip_network
from types import MappingProxyType

from openstack_k8s_cli.crc import pullsecrets
from openstack_k8s_cli.crc.answers import expanded
from openstack_k8s_cli.crc.facts import DOMAIN, HostFacts
from openstack_k8s_cli.crc.sizing import DISK, MONITORING, least
from openstack_k8s_cli.crc.wanted import OLDEST, Wanted
from openstack_k8s_cli.model.checks import Result, State

_OK = Result(State.OK)
_SILENT = Result(State.UNKNOWN, "libvirt does not tell", "See to `libvirt` and `group` first")
_CPUINFO = "/proc/cpuinfo"
_NET = ip_network("192.168.130.0/24")
"""The network `crc` of libvirt: pkg/crc/machine/libvirt/templates_linux.go."""
_SPARE = 2048
"""MiB that the host itself should keep."""
_ROOM = 35
"""GiB that must be free for the bundle, packed and unpacked: docs of crc, minimum system requirements."""


def _unseen(place: str) -> Result:
    return Result(State.UNKNOWN, f"{place} does not tell", "See that it can be read there", f"cat {place}")


Rule = Callable[[HostFacts, Wanted], Result]


def judge(facts: HostFacts, wanted: Wanted) -> Mapping[str, Result]:
    """Judge a host by every rule, in their order."""
    return MappingProxyType({name: rule(facts, wanted) for name, rule in _RULES.items()})


def _failed(detail: str, remedy: str, command: str = "") -> Result:
    return Result(State.FAILED, detail, remedy, command)


def _user(facts: HostFacts, _wanted: Wanted) -> Result:
    if facts.is_root:
        return _failed(
            "crc does not run as root", "Log in as an ordinary user who may use sudo, and run osk there"
        )
    return Result(State.OK, facts.user)


def _system(facts: HostFacts, _wanted: Wanted) -> Result:
    name = facts.system.get("PRETTY_NAME") or facts.system.get("ID") or ""
    if "microsoft" in facts.kernel.lower():
        return _failed("crc does not run in WSL2", "Use a Linux host, or crc for Windows itself")
    family = {facts.system.get("ID", ""), *facts.system.get("ID_LIKE", "").split()}
    if not family & {"rhel", "centos", "fedora", "debian", "ubuntu"}:
        return Result(
            State.WARNING,
            f"crc is not tested on {name or 'this system'}",
            "Use Fedora, CentOS Stream or RHEL",
        )
    return Result(State.OK, name)


def _processor(facts: HostFacts, _wanted: Wanted) -> Result:
    if not facts.flags:
        return _unseen(_CPUINFO)
    if facts.flags & {"vmx", "svm"}:
        return _OK
    if "hypervisor" in facts.flags:
        remedy = "It is a virtual machine: turn nested virtualization on where it runs, and give it the CPU mode host-passthrough"
        return _failed("the CPU offers neither vmx nor svm", remedy)
    return _failed(
        "the CPU offers neither vmx nor svm", "Turn virtualization (VT-x, AMD-V) on in the firmware"
    )


def _kvm(facts: HostFacts, _wanted: Wanted) -> Result:
    if facts.has_kvm:
        return _OK
    module = "kvm_amd" if "svm" in facts.flags else "kvm_intel"
    return _failed("there is no /dev/kvm", "Load the module", f"sudo modprobe {module}")


def _nested(facts: HostFacts, wanted: Wanted) -> Result:
    if not wanted.nested:
        return Result(State.SKIPPED, "no host of the profile is a virtual machine here")
    if facts.nested is None:
        return Result(State.UNKNOWN, "neither kvm_intel nor kvm_amd tells", "See that one is loaded", "lsmod")
    if facts.nested:
        return _OK
    module = "kvm_amd" if "svm" in facts.flags else "kvm_intel"
    remedy = f"Set `options {module} nested=1` in /etc/modprobe.d/kvm.conf and load the module anew, with all machines stopped"
    return Result(State.WARNING, "guests of virtual machines cannot use KVM", remedy)


def _cpus(facts: HostFacts, wanted: Wanted) -> Result:
    if not facts.cpus:
        return _unseen(_CPUINFO)
    smallest = least(wanted.preset).cpus
    requested = wanted.requests.cpus if wanted.requests else 0
    asked = smallest + requested
    found = f"{facts.cpus} CPUs; the machine is to have {wanted.sizes.cpus}"
    if small := _small(wanted, wanted.sizes.cpus, smallest, requested, "CPUs"):
        return _failed(small, "Correct `platform.crc.cpus`", "osk profile set platform.crc.cpus auto")
    if facts.cpus < min(asked, wanted.sizes.cpus):
        return _failed(found, "Use a larger host, or take services out of the profile")
    if facts.cpus < wanted.sizes.cpus:
        return Result(State.WARNING, f"{found}; it will be slow", "Use a larger host, or take services out")
    return Result(State.OK, found)


def _small(wanted: Wanted, given: int, smallest: int, requested: int, unit: str) -> str:
    """Say why a size of the machine will not do: crc refuses it, or the plan's pods find no room."""
    alone = f"the preset {wanted.preset}" + (" with monitoring" if wanted.is_monitored else "")
    if given < smallest:
        return f"{alone} takes at least {smallest} {unit}, not {given}"
    if given < smallest + requested:
        return f"{alone} takes {smallest} {unit} and the plan requests {requested}, more than the {given} of the machine"
    return ""


def _memory(facts: HostFacts, wanted: Wanted) -> Result:
    if not facts.memory:
        return _unseen("/proc/meminfo")
    needs, smallest = wanted.sizes.memory, least(wanted.preset).memory
    smallest += MONITORING if wanted.is_monitored else 0
    requested = wanted.requests.memory if wanted.requests else 0
    if small := _small(wanted, needs, smallest, requested, "MiB"):
        return _failed(small, "Correct `platform.crc.memory`", "osk profile set platform.crc.memory auto")
    found = f"{facts.memory} MiB; the machine is to have {needs}"
    remedy = "Use a larger host, take services out of the profile, or set `platform.crc.memory`"
    if facts.memory < needs:
        return _failed(found, remedy)
    if facts.memory < needs + _SPARE:
        return Result(State.WARNING, f"{found}, which leaves little to the host", remedy)
    return Result(State.OK, found)


def _disk(facts: HostFacts, wanted: Wanted) -> Result:
    if wanted.sizes.disk < DISK:
        return _failed(
            f"the disk has at least {DISK} GiB, not {wanted.sizes.disk}", "Correct `platform.crc.disk`"
        )
    wants = DISK + (wanted.requests.disk if wanted.requests else 0)
    if wanted.sizes.disk < wants:
        found = f"the disk has {wanted.sizes.disk} GiB; images and volumes of the plan can grow to {wants}"
        return Result(
            State.WARNING, found, "Correct `platform.crc.disk`", "osk profile set platform.crc.disk auto"
        )
    if facts.free is None:
        command = f"df {facts.home}"
        return Result(State.UNKNOWN, "what is free cannot be told", "See what df says", command)
    has_machine = facts.crc.machine is not None
    needs = wanted.sizes.disk + sum(each.size for each in wanted.disks) if not has_machine else 0
    found = f"{facts.free} GiB are free in {facts.home}"
    remedy = "Make room, or link ~/.crc to a larger disk"
    if facts.free < (2 if has_machine else _ROOM):
        return _failed(found, remedy)
    if facts.free < needs:
        return Result(State.WARNING, f"{found}; the disks can grow to {needs}", remedy)
    return Result(State.OK, found)


def _groups(facts: HostFacts, _wanted: Wanted) -> Result:
    if "virsh" not in facts.tools:
        return Result(State.SKIPPED, "libvirt is not installed")
    if not facts.libvirt.trouble and "libvirt" in facts.groups:
        return _OK
    if "libvirt" not in facts.entitled:
        return _failed(
            f"{facts.user} is not in the group libvirt",
            "Add the user to it, and log in anew",
            f"sudo usermod --append --groups libvirt {facts.user}",
        )
    if "libvirt" not in facts.groups:
        return _failed("this login does not have the group libvirt yet", "Log out and in again")
    return _OK


def _libvirt(facts: HostFacts, _wanted: Wanted) -> Result:
    if "virsh" not in facts.tools:
        command = _installing(
            facts,
            "libvirt libvirt-daemon-kvm qemu-kvm",
            "libvirt-daemon-system libvirt-clients qemu-system-x86 qemu-utils",
        )
        return _failed("libvirt is not installed", "Install it", command)
    if facts.libvirt.trouble:
        detail = facts.libvirt.trouble.splitlines()[-1].removeprefix("error: ")
        return _failed(detail, "Start libvirt, and see to the group", "sudo systemctl enable --now libvirtd")
    return _OK


def _installing(facts: HostFacts, fedora: str, debian: str) -> str:
    """Give the command that installs packages, which have other names there and there."""
    family = {facts.system.get("ID"), *facts.system.get("ID_LIKE", "").split()}
    if {"debian", "ubuntu"} & family:
        return f"sudo apt-get install -y {debian}"
    return f"sudo dnf install -y {fedora}"


def _session(facts: HostFacts, _wanted: Wanted) -> Result:
    if not facts.has_session:
        command = f"sudo loginctl enable-linger {facts.user}"
        remedy = "Log in by ssh or at the console, not by su or sudo; lingering starts the user's systemd"
        return _failed("the user's own systemd does not answer, which crc's daemon needs", remedy, command)
    if facts.over_ssh and not facts.lingers:
        command = f"loginctl enable-linger {facts.user}"
        remedy = "Let the user linger, so that crc's daemon outlives this login"
        return Result(State.WARNING, "crc's daemon ends with the last login", remedy, command)
    return _OK


def _resolver(facts: HostFacts, wanted: Wanted) -> Result:
    if wanted.network_mode != "system":
        return Result(State.SKIPPED, "the network mode user does without")
    if "systemd-networkd" in facts.units:
        remedy = "Let NetworkManager have the network, and switch systemd-networkd off"
        return _failed("systemd-networkd runs, which the network mode system does not go with", remedy)
    if not facts.has_nmcli:
        command = _installing(facts, "NetworkManager", "network-manager")
        return _failed("NetworkManager is not installed", "Install it", command)
    if "NetworkManager" not in facts.units:
        command = "sudo systemctl enable --now NetworkManager"
        return _failed("NetworkManager does not run", "Start it", command)
    if facts.resolver.startswith("/run/systemd/resolve/") and "systemd-resolved" not in facts.units:
        command = "sudo systemctl enable --now systemd-resolved"
        return _failed("/etc/resolv.conf is systemd-resolved's, which does not run", "Start it", command)
    return _OK


def _interface(facts: HostFacts, wanted: Wanted) -> Result:
    if not wanted.interfaces:
        return Result(State.SKIPPED, "the profile wants no further interface")
    if facts.libvirt.trouble:
        return _SILENT
    for card in wanted.interfaces:
        key = "interface" if card.role == "default" else f"interfaces.{card.role}"
        if card.network not in facts.libvirt.networks:
            remedy = f"Make it, or name another in `platform.crc.{key}.network`; libvirt's own `default` comes with the package libvirt-daemon-config-network"
            return _failed(f"libvirt has no network `{card.network}`", remedy, card.maker)
        if card.network not in facts.libvirt.active:
            command = f"virsh --connect qemu:///system net-start {card.network}"
            remedy = "Start it, and let it start by itself (`net-autostart`)"
            return _failed(f"the libvirt network `{card.network}` is not active", remedy, command)
    return _OK


def _networks(facts: HostFacts, wanted: Wanted) -> Result:
    if facts.libvirt.trouble:
        return _SILENT
    if wanted.network_mode != "system":
        return _OK
    up = facts.libvirt.active | facts.libvirt.starting
    for name, nets in facts.libvirt.networks.items():
        taken = any(net.version == _NET.version and net.overlaps(_NET) for net in nets)
        if name != DOMAIN and name in up and taken:
            virsh = "virsh --connect qemu:///system"
            stop = f"{virsh} net-destroy {name}; " if name in facts.libvirt.active else ""
            return _failed(
                f"the libvirt network `{name}` has addresses of {_NET}, which crc's own takes",
                "Stop it for good, or give it others",
                f"{stop}{virsh} net-autostart {name} --disable",
            )
        if name != DOMAIN and facts.libvirt.bridges.get(name) == DOMAIN:
            return _failed(
                f"the bridge of the libvirt network `{name}` has the name of crc's own",
                "Give it another name",
                f"virsh --connect qemu:///system net-edit {name}",
            )
    return _OK


def _pull_secret(facts: HostFacts, wanted: Wanted) -> Result:
    found = _given_secret(facts, wanted)
    if found.state is State.FAILED and _has_secret(facts, wanted):
        detail = f"{found.detail}; the cluster keeps the one of its first start"
        return replace(found, state=State.WARNING, detail=detail)
    return found


def _has_secret(facts: HostFacts, wanted: Wanted) -> bool:
    """Tell whether the machine stays, was started once, and is not to be told of another file."""
    machine, kept = facts.crc.machine, facts.crc.settings.values.get("pull-secret-file", "")
    stays = machine and (machine.preset, machine.network_mode) == (wanted.preset, wanted.network_mode)
    same = not wanted.pull_secret or expanded(wanted.pull_secret, facts.home) == kept
    return bool(stays and facts.crc.has_access and same)


def _given_secret(facts: HostFacts, wanted: Wanted) -> Result:
    if wanted.preset == "okd":
        return Result(State.SKIPPED, "the preset okd needs none")
    remedy = "Download it from https://console.redhat.com/openshift/create/local"
    if wanted.pull_secret is None:
        return _failed(
            "the profile names no pull secret", remedy, "osk profile set platform.crc.pullSecret.file PATH"
        )
    if facts.pull_secret is None:
        return _failed(f"{wanted.pull_secret} is not there, or cannot be read", remedy)
    trouble = pullsecrets.trouble(facts.pull_secret, wanted.registries)
    return _failed(f"{wanted.pull_secret}: {trouble}", remedy) if trouble else _OK


def _version(facts: HostFacts, wanted: Wanted) -> Result:
    crc = facts.crc
    if crc.path is None:
        lost = sorted({"curl", "tar", "sha256sum"} - facts.tools)
        if lost:
            return _failed(f"{', '.join(lost)}: not there, and crc is to be downloaded", "Install them")
        return Result(State.OK, "crc is not there and will be downloaded")
    number = crc.version.number
    if number is None:
        detail = f"crc does not tell its release ({crc.version.crc or 'nothing'})"
        return Result(State.WARNING, detail, "Take a release, unless you built it yourself", "crc version")
    needs: tuple[int, ...] = OLDEST[wanted.preset]
    if wanted.version:
        needs = max(needs, tuple(map(int, wanted.version.split("."))))
    if number < needs:
        text = ".".join(map(str, needs))
        remedy = f"Take {crc.path} away, so that `osk crc setup` downloads one, or install {text} yourself"
        return _failed(f"crc {crc.version.crc} is too old; it takes {text} or later", remedy)
    return Result(State.OK, crc.version.crc)


_RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "user": _user,
        "system": _system,
        "processor": _processor,
        "kvm": _kvm,
        "nested": _nested,
        "cpus": _cpus,
        "memory": _memory,
        "disk": _disk,
        "libvirt": _libvirt,
        "group": _groups,
        "session": _session,
        "network manager": _resolver,
        "networks": _networks,
        "interface": _interface,
        "pull secret": _pull_secret,
        "crc": _version,
    }
)
CHECKS = tuple(_RULES)
"""The names of all of them."""
