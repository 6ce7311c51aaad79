"""A workstation: a host with the recorded executables of CRC, whose own Python sees its processors, memory and system."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openstack_k8s_cli.adapters.remotehost import RemoteHost
from openstack_k8s_cli.adapters.ssh import Reach
from tests.fakes.crc.host import FakeHost, Recorded
from tests.ssh.servers import ADDRESS, Keys, Servers

_SHARED = ("sh", "cat", "sleep", "env", "sha256sum", "mv", "mkdir", "rm")
_PLAIN = {
    "id": 'case "$*" in -u) echo 1000;; -un) echo ada;; *) echo ada wheel libvirt;; esac',
    "test": '[ "$2" = /dev/kvm ] || [ "$@" ]',
    "systemctl": "printf 'active\\nactive\\ninactive\\n'",
    "loginctl": "echo Linger=yes",
    "df": "printf 'Avail\\n300\\n'",
    "readlink": "echo /run/systemd/resolve/stub-resolv.conf",
    **dict.fromkeys(("sudo", "nmcli", "tar"), "exit 0"),
}
"""What a host that is fit answers: a shell's word takes milliseconds, where the recorded programs take Python's start."""
_SEEING = """\
import builtins, os
_open, _root = builtins.open, {root!r}
def _seen(path, *given, **named):
    if isinstance(path, str) and os.path.exists(_root + path):
        path = _root + path
    return _open(path, *given, **named)
builtins.open = _seen
"""
"""The files of the host are below a root of its own, as for the `cat` of other hosts."""


@dataclass
class Workstation:
    """A host as it is to be; fit for CRC unless `state` says otherwise."""

    name: str = "crc-host"
    state: dict[str, Any] = field(default_factory=dict)
    takes_key: bool = True
    python: bool = True
    recorded: Recorded | None = None

    def made(self, folder: Path) -> Path:
        """Make its folder."""
        place = folder / self.name
        place.mkdir(parents=True)
        self.recorded = Recorded(place, **self.state)
        programs = place / "bin"
        for name in _SHARED:
            (programs / name).symlink_to(os.path.realpath(shutil.which(name) or name))
        for name, body in _PLAIN.items():
            (programs / name).write_text(f"#!/bin/sh\n{body}\n")
            (programs / name).chmod(0o755)
        for path, text in FakeHost(**self.state).files.texts.items():
            file = place / "root" / path.lstrip("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text)
        (place / "site").mkdir()
        (place / "site/sitecustomize.py").write_text(_SEEING.format(root=str(place / "root")))
        if self.python:
            body = f'PYTHONPATH={place / "site"} exec {sys.executable} "$@"'
            (programs / "python3").write_text(f"#!/bin/sh\n{body}\n")
            (programs / "python3").chmod(0o755)
        return place


@dataclass
class Served:
    """A host that runs, and how osk reaches it."""

    reach: Reach
    recorded: Recorded
    environment: dict[str, str]
    """Of who runs osk."""
    servers: Servers

    @property
    def there(self) -> str:
        """Name it, as `--host` does."""
        return self.reach.place

    @contextmanager
    def host(self) -> Iterator[RemoteHost]:
        """Connect."""
        found = RemoteHost(self.reach, self.environment)
        yield found
        found.close()


@contextmanager
def served(folder: Path, machine: Workstation | None = None) -> Iterator[Served]:
    """Start a host on a loopback port."""
    machine, keys = machine or Workstation(), Keys.made()
    servers = Servers(folder, keys)
    servers.start([machine])
    key, mine = folder / "key", folder / "mine"
    mine.mkdir()
    key.write_text(keys.private)
    key.chmod(0o600)
    known = f"UserKnownHostsFile={folder / 'known'}"
    reach = Reach(ADDRESS, "ada", servers.ports[machine.name], str(key), (known, "IdentityAgent=none"))
    assert machine.recorded
    with tempfile.TemporaryDirectory(prefix="osk-") as state:  # the sockets of tunnels need a short path
        environment = {"HOME": str(mine), "PATH": os.environ["PATH"], "XDG_STATE_HOME": state}
        yield Served(reach, machine.recorded, environment, servers)
    servers.stop()
