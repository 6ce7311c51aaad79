"""Hosts of tests: one in memory, and the programs of one as recorded executables."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import ruamel.yaml

from openstack_k8s_cli.adapters.localhost import unread, unwritten
from openstack_k8s_cli.crc.ports import NOTHING, Ran
from tests.fakes.crc import programs

HOME = "/home/ada"
RECORDED = ("crc", "virsh", "systemctl", "loginctl", "curl", "id", "sudo", "nmcli", "update-ca-trust")
_CPUINFO = "processor\t: {}\nflags\t\t: fpu {}\n\n"


class Files:
    """A home folder in memory."""

    def __init__(self) -> None:
        self.texts: dict[str, bytes] = {}
        self.modes: dict[str, int] = {}

    def has(self, path: str) -> bool:
        return self._at(path) in self.texts

    def read(self, path: str) -> str:
        return self.texts[self._at(path)].decode()

    def write(self, path: str, text: str) -> None:
        self.texts[self._at(path)] = text.encode()

    def remove(self, path: str) -> None:
        for each in [each for each in self.texts if each.startswith(self._at(path))]:
            del self.texts[each]

    def disks(self, folder: str) -> list[str]:
        """Name the further disks of a machine, as find(1) does with osk's words."""
        names = [each.removeprefix(f"{folder}/") for each in self.texts if each.startswith(f"{folder}/osk-")]
        return [each for each in names if each.endswith(".qcow2")]

    def _at(self, path: str) -> str:
        return path if path.startswith("/") else f"{HOME}/{path}"


class FakeHost:
    """A host in memory; fit for CRC unless `state` says otherwise."""

    def __init__(self, *, cpus: int = 16, flags: str = "vmx", system: str = "fedora", **state: Any) -> None:
        self.state = programs.fresh(**state)
        self.files = Files()
        self.variables = {
            "HOME": HOME,
            "USER": "ada",
            "PATH": "/usr/bin",
            "XDG_RUNTIME_DIR": "/run/user/1000",
        }
        self.tools = {"curl", "tar", "sha256sum", "sudo", "virsh", "nmcli", "systemctl", "loginctl"}
        self.unreadable: set[str] = set()
        """Files that are not the user's to read."""
        self.interrupted: Callable[[Sequence[str]], object] = len
        """What comes before a program runs."""
        self.broken: Callable[[Sequence[str]], object] = len
        """What comes once it did, before anyone heard of it."""
        """Called before each program; may raise, as a signal does."""
        self.files.texts |= {
            "/proc/cpuinfo": "".join(_CPUINFO.format(each, flags) for each in range(cpus)).encode(),
            "/proc/meminfo": f"MemTotal:       {self.state['memory_kib']} kB\n".encode(),
            "/proc/version": b"Linux version 6.12.0-100.el10.x86_64\n",
            "/etc/os-release": f'ID={system}\nPRETTY_NAME="{system}"\n'.encode(),
            "/sys/module/kvm_intel/parameters/nested": b"Y\n",
        }

    @property
    def environment(self) -> Mapping[str, str]:
        return self.variables

    def run(
        self,
        argv: Sequence[str],
        *,
        stdin: bytes = b"",
        env: Mapping[str, str] = NOTHING,
        heard: Callable[[str], object] | None = None,
        **_: Any,
    ) -> Ran:
        self.interrupted(argv)
        code, out, err = programs.answer(self.state, self.files, list(argv), stdin, env)
        self.broken(argv)
        for line in [*out.splitlines(), *err.splitlines()] if heard else []:
            heard(line) if heard else None
        return Ran(code, out, err)

    def read(self, path: str) -> bytes | None:
        if path in self.unreadable:
            raise unread(path, "Permission denied")
        if any(each.startswith(f"{path}/") for each in self.files.texts):
            raise unread(path, "Is a directory")
        return self.files.texts.get(path)

    def write(self, path: str, content: bytes, mode: int) -> None:
        if path in self.unreadable:
            raise unwritten(path, "Permission denied")
        self.files.texts[path] = content
        self.files.modes[path] = mode

    def which(self, name: str) -> str | None:
        if name == "crc":
            return "/usr/bin/crc" if self.state["installed"] else None
        return f"/usr/bin/{name}" if name in self.tools else None

    @property
    def calls(self) -> list[list[str]]:
        """Every command line that was run."""
        found: list[list[str]] = self.state["log"]
        return found

    @property
    def changes(self) -> list[str]:
        """The command lines that may have changed something."""
        return changing(self.calls)


def changing(calls: Sequence[Sequence[str]]) -> list[str]:
    """Choose those that may change something."""
    plain = [[each for each in call if each not in {"--connect", "qemu:///system"}] for call in calls]
    return [
        " ".join(call)
        for call in plain
        if not any(tuple(call[: len(start)]) == start for start in programs.READING)
    ]


class Recorded:
    """The programs of a host as executables in a folder of their own, with their state in a JSON file."""

    def __init__(self, place: Path, **state: Any) -> None:
        self._state = place / "state.json"
        self.home = place / "home"
        self.programs = place / "bin"
        self.home.mkdir()
        self.programs.mkdir()
        site = str(Path(ruamel.yaml.__file__).parents[2])
        self._state.write_text(json.dumps(programs.fresh(site=site, **state)))
        script = Path(__file__).with_name("recorded.py")
        body = f"#!{sys.executable} -IS\n__import__('runpy').run_path({str(script)!r}, run_name={str(self._state)!r})\n"
        for name in RECORDED:
            (self.programs / name).write_text(body)
            (self.programs / name).chmod(0o755)

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to find them before any other."""
        return {"HOME": str(self.home), "USER": "ada", "PATH": f"{self.programs}:/usr/bin:/bin"}

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._state.read_text())
        return found

    @property
    def calls(self) -> list[list[str]]:
        found: list[list[str]] = self.state["log"]
        return found
