"""What a host is: files under a root of its own, and the only programs that it has.

Commands that come over SSH run as real processes of this machine, with a PATH that has nothing but the host's folder:
the programs that it shares with this machine are links, those that ask about the machine are scripts that tell of the host.
"""

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_SHARED = (
    "sh",
    "sed",
    "grep",
    "tr",
    "cut",
    "uname",
    "mkdir",
    "chmod",
    "rm",
    "mv",
    "env",
    "sleep",
    "dd",
    "true",
    "head",
)
_FLAGS = "fpu vme msr sse2 vmx hypervisor"
_OS = 'NAME="CentOS Stream"\nID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="9"\nPRETTY_NAME="CentOS Stream 9"\n'
GIB = 1024 * 1024


@dataclass(frozen=True)
class Machine:
    """A host as it is to be; by default a good compute host."""

    name: str
    files: Mapping[str, str] = field(default_factory=dict)
    """Over those of a good host, by path."""
    memory: int = 8 * GIB
    disk: int = 40 * GIB
    space: int = 30 * GIB
    flags: str = _FLAGS
    interfaces: tuple[str, ...] = ("lo", "eth0")
    fqdn: str = "{name}.example.com"
    gateway: str = "192.168.122.1"
    mtu: int = 1500
    """Packets up to this size reach the gateway; 0: none does."""
    unresolved: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()
    """Parts of addresses that curl does not reach."""
    clock: int = 0
    """Seconds that it is ahead."""
    sudo: bool = True
    python: bool = True
    containers: tuple[str, ...] = ()
    takes_key: bool = True

    def made(self, folder: Path) -> Path:
        """Make its folder, with `bin`, `root` and `home`."""
        place = folder / self.name
        for part in ("bin", "root", "home"):
            (place / part).mkdir(parents=True)
        for path, text in {**self._files(), **self.files}.items():
            file = place / "root" / path.lstrip("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        for name in _SHARED:
            found = shutil.which(name)
            if found:
                (place / "bin" / name).symlink_to(os.path.realpath(found))
        if self.python:
            _program(place, "python3", f'exec {sys.executable} "$@"')
        for name, body in self._programs(place / "root").items():
            _program(place, name, body)
        return place

    def _files(self) -> dict[str, str]:
        nics = {f"/sys/class/net/{name}/mtu": f"{self.mtu or 1500}\n" for name in self.interfaces}
        return {
            "/etc/os-release": _OS,
            "/proc/cpuinfo": f"processor\t: 0\nflags\t\t: {self.flags}\n",
            "/proc/misc": "232 kvm\n" if "vmx" in self.flags else "183 hw_random\n",
            "/proc/meminfo": f"MemTotal:       {self.memory} kB\n",
            "/etc/yum.repos.d/centos.repo": "[baseos]\n",
            **nics,
        }

    def _programs(self, root: Path) -> dict[str, str]:
        """Give the scripts that tell of this host and not of the machine that it is on."""
        within = f'for each; do case $each in /*) set -- "$@" "{root}$each";; *) set -- "$@" "$each";; esac; shift; done'
        unresolved = "|".join(self.unresolved) or "-"
        unreached = "|".join(f"*{each}*" for each in self.unreached) or "-"
        refused = 'echo "curl: (7) Failed to connect" >&2; exit 7'
        return {
            "cat": f'{within}\nexec {shutil.which("cat")} "$@"',
            "ls": f'{within}\nexec {shutil.which("ls")} "$@"',
            "id": "echo 1000",
            "date": f'exec {shutil.which("date")} -d "{self.clock} seconds" "$@"',
            "df": f'case $2 in /) a={self.disk};; *) a={self.disk};; esac\necho Filesystem\necho "/dev/vda1 $a 1 {self.space} 1% $2"',
            "hostname": f"echo {self.fqdn.replace('{name}', self.name)}",
            "ip": f'case "$*" in *route*) echo "default via {self.gateway} dev eth0";; *) echo "$3 dev eth0 FAILED";; esac'
            if self.gateway
            else "exit 0",
            "ping": f'size=56\nwhile [ $# -gt 1 ]; do [ "$1" = -s ] && size=$2; shift; done\n[ $((size + 28)) -le {self.mtu} ]',
            "getent": f"case $2 in {unresolved}) exit 2;; esac\necho 127.0.0.1 $2",
            "curl": f"while [ $# -gt 1 ]; do shift; done\ncase $1 in {unreached}) {refused};; esac",
            "podman": "".join(f"echo {each}\n" for each in self.containers) or "exit 0",
            "sudo": _SUDO if self.sudo else 'echo "sudo: a password is required" >&2; exit 1',
        }


_SUDO = """\
while :; do case $1 in -u) shift 2;; -*) shift;; *) break;; esac; done
exec "$@"
"""


def _program(place: Path, name: str, body: str) -> None:
    file = place / "bin" / name
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o755)
