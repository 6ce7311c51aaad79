"""What programs and files say, read; as crc-org/crc has them in cmd/crc/cmd and pkg/crc."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openstack_k8s_cli.crc.ports import Ran

SECRET = frozenset({"kubeadmin-password", "developer-password"})
"""Settings whose values are not kept."""
RUNNING = "Running"
_LOGGED = re.compile(r'level=(?:error|fatal) msg="((?:[^"\\]|\\.)*)"')

_TOLD = re.compile(r'level=(\w+) msg="((?:[^"\\]|\\.)*)"')
_BAR = re.compile(r"\d%")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether crc did what it was asked; its exit status does not say."""

    success: bool
    error: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """`crc version -o json`."""

    crc: str = ""
    openshift: str = ""

    @property
    def number(self) -> tuple[int, ...] | None:
        """Give it for comparison; None: not told, as one that was built from source."""
        found = re.match(r"(\d+)\.(\d+)\.(\d+)", self.crc)
        numbers = tuple(map(int, found.groups())) if found else None
        return numbers if numbers and any(numbers) else None

    @classmethod
    def read(cls, text: str) -> "Version":
        """Read what the command says."""
        told = _mapping(text)
        return cls(*(str(told.get(key) or "") for key in ("version", "openshiftVersion")))


@dataclass(frozen=True, slots=True)
class Settings:
    """`crc config view`: what is set and not the default."""

    values: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> "Settings":
        """Read what the command says; values of passwords are left out."""
        found = {}
        for line in text.splitlines():
            name, colon, value = line.removeprefix("-").partition(":")
            if line.startswith("- ") and colon and name.strip() not in SECRET:
                found[name.strip()] = value.strip()
        return cls(found)


@dataclass(frozen=True, slots=True)
class Status:
    """`crc status -o json`."""

    success: bool = False
    error: str = ""
    machine: str = ""
    """Running, Stopped, …"""
    openshift: str = ""
    """Running, Starting, Degraded, Unreachable, Stopped."""
    version: str = ""
    preset: str = ""
    disk_usage: int = 0
    """Bytes."""
    memory_usage: int = 0
    """Bytes."""

    @property
    def is_down(self) -> bool:
        """Whether the cluster in the machine does not answer."""
        return self.success and self.openshift in {"Stopped", "Unreachable"}

    @property
    def is_running(self) -> bool:
        """Whether the virtual machine is up."""
        return self.success and self.machine == RUNNING

    @classmethod
    def read(cls, ran: Ran) -> "Status":
        """Read what the command says."""
        told = _mapping(ran.stdout)
        done = outcome(ran)
        machine, openshift, version, preset = (
            str(told.get(key) or "") for key in ("crcStatus", "openshiftStatus", "openshiftVersion", "preset")
        )
        sizes = [_count(told.get(key)) for key in ("diskUsage", "ramUsage")]
        return cls(done.success, done.error, machine, openshift, version, preset, *sizes)


@dataclass(frozen=True, slots=True)
class Machine:
    """The virtual machine as crc made it: ~/.crc/machines/crc/config.json."""

    preset: str = ""
    network_mode: str = ""
    bundle: str = ""
    cpus: int = 0
    memory: int = 0
    """MiB."""
    disk: int = 0
    """GiB."""

    @classmethod
    def read(cls, text: bytes | None) -> "Machine | None":
        """Read the file; None: there is none."""
        if text is None:
            return None
        driver = _mapping(text.decode(errors="replace")).get("Driver")
        told: Mapping[str, Any] = driver if isinstance(driver, dict) else {}
        bundle = str(told.get("BundleName") or "")
        return cls(
            preset_of(bundle),
            "user" if told.get("VSock") else "system",
            bundle,
            _count(told.get("CPU")),
            _count(told.get("Memory")),
            _count(told.get("DiskCapacity")) // 1024**3,
        )


def preset_of(bundle: str) -> str:
    """Tell the preset by a bundle's name, such as crc_okd_libvirt_4.22.0_amd64."""
    return next((each for each in ("okd", "microshift") if f"_{each}_" in bundle), "openshift")


def outcome(ran: Ran) -> Outcome:
    """Read whether it went well: `success` where there is JSON, whatever the exit status says."""
    told = _mapping(ran.stdout)
    if "success" in told:
        done = bool(told["success"])
        return Outcome(done, "" if done else str(told.get("error") or "crc does not say why"))
    if ran.exit_code == 0:
        return Outcome(success=True)
    return Outcome(success=False, error=complaint(ran.stderr) or f"crc ended with {ran.exit_code}")


def heard(line: str) -> str:
    """Give what a line of crc's log tells people: its message, or the bar of a download; never its answer."""
    found = _TOLD.search(line)
    if found:
        level, text = found.groups()
        return ("" if level == "info" else f"{level}: ") + text.replace('\\"', '"')
    return line.strip() if _BAR.search(line) and "{" not in line else ""


def complaint(stderr: str) -> str:
    """Give crc's own words out of what it logs."""
    logged = [each.replace('\\"', '"') for each in _LOGGED.findall(stderr)]
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    return logged[-1] if logged else (lines[-1] if lines else "")


def assignments(text: str) -> Mapping[str, str]:
    """Read lines of NAME=VALUE."""
    pairs = (line.partition("=") for line in text.splitlines())
    return {name.strip(): value.strip().strip("\"'") for name, sign, value in pairs if sign}


def processors(cpuinfo: str) -> int:
    """Count the CPUs of /proc/cpuinfo."""
    return len(re.findall(r"(?m)^processor\s*:", cpuinfo))


def flags(cpuinfo: str) -> frozenset[str]:
    """Give the CPU's flags."""
    found = re.search(r"(?m)^(?:flags|Features)\s*:(.*)$", cpuinfo)
    return frozenset(found[1].split()) if found else frozenset()


def memory(meminfo: str) -> int:
    """Give all memory in MiB, rounded down."""
    found = re.search(r"(?m)^MemTotal:\s*(\d+) kB", meminfo)
    return int(found[1]) // 1024 if found else 0


def expanded(path: str, home: str) -> str:
    """Write a path out that begins at the user's folder; a relative one counts from there as well."""
    if path.startswith("/"):
        return path
    return f"{home}/{path.removeprefix('~/')}"


def _mapping(text: str) -> Mapping[str, Any]:
    """Read an object, which bars of progress may stand before."""
    try:
        told = json.loads(text[text.index("{") :])
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _count(value: Any) -> int:
    return int(value) if isinstance(value, (int, float)) else 0
