"""What is on the host: each fact by a program that changes nothing, or a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from xml.etree import ElementTree as ET

from openstack_k8s_cli.crc import answers, starts
from openstack_k8s_cli.crc.answers import Machine, Settings, Status, Version
from openstack_k8s_cli.crc.ports import NOTHING, Host, Ran, home, readable

LIBVIRT = ("virsh", "--connect", "qemu:///system")
DOMAIN = "crc"
"""The libvirt domain and network of CRC."""
FOLDER = ".crc/machines/crc"
"""What crc has of its machine, below the home folder."""
_PATIENCE = 60.0
"""Seconds for a program that only reads."""
_UNITS = ("NetworkManager", "systemd-resolved", "systemd-networkd")
_ENGLISH = {"LC_ALL": "C"}
_UNASKED = {"CRC_CONSENT_TELEMETRY": "no"}
"""Without an answer crc's setup asks, and writes a setting of its own even where it only checks."""


@dataclass(frozen=True, slots=True)
class Libvirt:
    """Virtual machines and networks; from `virsh`."""

    networks: Mapping[str, tuple[IPv4Network | IPv6Network, ...]] = field(default_factory=dict)
    """The subnets of each network that is defined."""
    bridges: Mapping[str, str] = field(default_factory=dict)
    """Network → bridge."""
    active: frozenset[str] = frozenset()
    """The networks that are."""
    starting: frozenset[str] = frozenset()
    """Those that libvirt starts by itself."""
    domains: Mapping[str, bool] = field(default_factory=dict)
    """Domain → whether it runs."""
    trouble: str = ""
    """Why it does not answer."""


@dataclass(frozen=True, slots=True)
class Crc:
    """The program and its cluster; from `crc version`, `config view`, `status` and ~/.crc."""

    path: str | None = None
    """None: it is not installed."""
    version: Version = field(default_factory=Version)
    settings: Settings = field(default_factory=Settings)
    status: Status = field(default_factory=Status)
    machine: Machine | None = None
    """None: no virtual machine was made."""
    is_made: bool = False
    """Whether it was made to its end; of another crc says that there is none, and libvirt lets none be made beside it."""
    is_set_up: bool = False
    has_access: bool = False
    """Whether crc wrote its kubeconfig, which the first start does at its end."""
    is_starting: bool = False
    """Whether a start was begun and not finished, as far as osk began it."""
    is_half: bool = False
    """Whether a setup was begun and neither finished nor undone, as far as osk began it."""
    unready: str = ""
    """What `crc setup --check-only` found to be missing."""


@dataclass(frozen=True, slots=True)
class HostFacts:
    """A host, as far as CRC depends on it."""

    user: str = ""
    is_root: bool = False
    groups: frozenset[str] = frozenset()
    """Of this session, from `id -Gn`."""
    entitled: frozenset[str] = frozenset()
    """Of the user as the system has it now, from `id -Gn USER`: those of the next login."""
    cpus: int = 0
    """From /proc/cpuinfo, as its flags."""
    flags: frozenset[str] = frozenset()
    memory: int = 0
    """MiB, from /proc/meminfo."""
    free: int | None = None
    """GiB free where ~/.crc is, from `df`."""
    has_kvm: bool = False
    nested: bool | None = None
    """Whether guests can have guests, from /sys/module; None: not told."""
    system: Mapping[str, str] = field(default_factory=dict)
    """/etc/os-release."""
    kernel: str = ""
    """/proc/version."""
    units: frozenset[str] = frozenset()
    """Those of NetworkManager, systemd-resolved and systemd-networkd that are active."""
    has_nmcli: bool = False
    resolver: str = ""
    """Where /etc/resolv.conf leads."""
    over_ssh: bool = False
    has_session: bool = False
    """Whether the user's own systemd answers."""
    lingers: bool = False
    tools: frozenset[str] = frozenset()
    """Those of the programs that setup uses which are there."""
    libvirt: Libvirt = field(default_factory=Libvirt)
    crc: Crc = field(default_factory=Crc)
    home: str = "/"
    pull_secret: bytes | None = field(default=None, repr=False)
    """The file's text; None: not there."""


_TOOLS = ("curl", "tar", "sha256sum", "sudo", "virsh")


def look(host: Host, *, pull_secret: str | None = None) -> HostFacts:
    """Read what is; changes nothing."""
    crc = look_at_crc(host)
    own = home(host)
    user = host.environment.get("USER") or _said(host, "id", "-un")
    cpuinfo = _file(host, "/proc/cpuinfo")
    return HostFacts(
        user=user,
        is_root=_said(host, "id", "-u") == "0",
        groups=frozenset(_said(host, "id", "-Gn").split()),
        entitled=frozenset(_said(host, "id", "-Gn", user).split()),
        cpus=answers.processors(cpuinfo),
        flags=answers.flags(cpuinfo),
        memory=answers.memory(_file(host, "/proc/meminfo")),
        free=_free(host, own),
        has_kvm=_run(host, "test", "-e", "/dev/kvm").exit_code == 0,
        nested=_nested(host),
        system=answers.assignments(_file(host, "/etc/os-release")),
        kernel=_file(host, "/proc/version").strip(),
        units=_active(host),
        has_nmcli=host.which("nmcli") is not None,
        resolver=_said(host, "readlink", "-f", "/etc/resolv.conf"),
        over_ssh="SSH_CONNECTION" in host.environment,
        has_session=_run(host, "systemctl", "--user", "show-environment").exit_code == 0,
        lingers=_said(host, "loginctl", "show-user", user, "--property=Linger") == "Linger=yes",
        tools=frozenset(name for name in _TOOLS if host.which(name)),
        libvirt=look_at_libvirt(host),
        crc=crc,
        home=own,
        pull_secret=readable(host, answers.expanded(pull_secret, own)) if pull_secret else None,
    )


def look_at_crc(host: Host) -> Crc:
    """Read what the program says of itself, and its virtual machine, which does not go with the program."""
    found, folder = program(host), f"{home(host)}/{FOLDER}"
    machine = Machine.read(host.read(f"{folder}/config.json"))
    has_access = host.read(f"{folder}/kubeconfig") is not None
    is_made = machine is not None and host.read(f"{folder}/.crc-exist") is not None
    if found is None:
        return Crc(machine=machine, is_made=is_made, has_access=has_access)
    checked = answers.outcome(_run(host, found, "setup", "--check-only", "-o", "json", env=_UNASKED))
    return Crc(
        path=found,
        version=Version.read(_run(host, found, "version", "-o", "json").stdout),
        settings=Settings.read(_run(host, found, "config", "view").stdout),
        status=Status.read(_run(host, found, "status", "-o", "json")),
        machine=machine,
        is_made=is_made,
        is_set_up=checked.success,
        has_access=has_access,
        is_starting=starts.is_begun(host),
        is_half=starts.is_begun(host, starts.SETUP),
        unready=checked.error,
    )


def program(host: Host) -> str | None:
    """Find `crc` on the PATH, or where osk puts it."""
    own = f"{home(host)}/.local/bin/crc"
    return host.which("crc") or (own if _run(host, "test", "-x", own).exit_code == 0 else None)


def look_at_libvirt(host: Host) -> Libvirt:
    """Read the system's virtual networks and machines."""
    names = _run(host, *LIBVIRT, "net-list", "--all", "--name")
    if names.exit_code:
        return Libvirt(trouble=names.stderr.strip() or f"virsh ended with {names.exit_code}")
    running = set(_lines(_run(host, *LIBVIRT, "list", "--name").stdout))
    networks: dict[str, tuple[IPv4Network | IPv6Network, ...]] = {}
    bridges = {}
    for name in _lines(names.stdout):
        told = _run(host, *LIBVIRT, "net-dumpxml", name).stdout
        networks[name], bridges[name] = _network(told)
    domains = {
        name: name in running for name in _lines(_run(host, *LIBVIRT, "list", "--all", "--name").stdout)
    }
    active, starting = (
        frozenset(_lines(_run(host, *LIBVIRT, "net-list", *which, "--name").stdout))
        for which in ((), ("--all", "--autostart"))
    )
    return Libvirt(networks, bridges, active, starting, domains)


def _network(text: str) -> tuple[tuple[IPv4Network | IPv6Network, ...], str]:
    try:
        tree = ET.fromstring(text)  # noqa: S314  # libvirt's own output
    except ET.ParseError:
        return (), ""
    bridge = tree.find("bridge")
    found = []
    for each in tree.findall("ip"):
        length = each.get("prefix") or each.get("netmask")
        if each.get("address") and length:
            found.append(ip_network(f"{each.get('address')}/{length}", strict=False))
    return tuple(found), (bridge.get("name") or "") if bridge is not None else ""


def _active(host: Host) -> frozenset[str]:
    told = _run(host, "systemctl", "is-active", *(f"{name}.service" for name in _UNITS)).stdout.splitlines()
    return frozenset(name for name, state in zip(_UNITS, told, strict=False) if state.strip() == "active")


def _free(host: Host, own: str) -> int | None:
    for folder in (f"{own}/.crc", own):
        told = _run(host, "df", "--block-size=1073741824", "--output=avail", folder)
        number = (_lines(told.stdout) or [""])[-1].strip()
        if told.exit_code == 0 and number.isdigit():
            return int(number)
    return None


def _nested(host: Host) -> bool | None:
    for module in ("kvm_intel", "kvm_amd"):
        told = readable(host, f"/sys/module/{module}/parameters/nested")
        if told is not None:
            return told.decode(errors="replace").strip() in {"1", "Y", "y"}
    return None


def _file(host: Host, path: str) -> str:
    return (readable(host, path) or b"").decode(errors="replace")


def _run(host: Host, *argv: str, env: Mapping[str, str] = NOTHING) -> Ran:
    return host.run(argv, env={**_ENGLISH, **env}, timeout=_PATIENCE)


def _said(host: Host, *argv: str) -> str:
    told = _run(host, *argv)
    return told.stdout.strip() if told.exit_code == 0 else ""


def _lines(text: str) -> Sequence[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
