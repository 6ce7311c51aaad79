"""OpenSSH's own server, where it is installed: a host like those of asyncssh, on a loopback port."""

import os
import pwd
import shlex
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import asyncssh

from tests.ssh.machines import Machine
from tests.ssh.servers import ADDRESS, Keys

_PLACES = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
_PATIENCE = 60.0


def program() -> str | None:
    """Find sshd; None: it is not here, or root has no account for it to separate privileges with."""
    with suppress(KeyError):
        if os.getuid() == 0:
            pwd.getpwnam("sshd")
        return shutil.which("sshd", path=_PLACES)
    return None


def start(sshd: str, machine: Machine, keys: Keys, folder: Path) -> tuple["subprocess.Popen[bytes]", int]:
    """Start a host; gives its process and port. Whoever logs in is who runs the tests."""
    place = machine.made(folder)
    (place / "host").write_bytes(asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    (place / "host").chmod(0o600)
    (place / "authorized").write_text(keys.public)
    command = place / "command"
    surroundings = f"env -i PATH={shlex.quote(str(place / 'bin'))} HOME={shlex.quote(str(place / 'home'))}"
    command.write_text(f'#!/bin/sh\nexec {surroundings} /bin/sh -c "$SSH_ORIGINAL_COMMAND"\n')
    command.chmod(0o755)
    port = _free()
    settings = {
        "Port": port,
        "ListenAddress": ADDRESS,
        "HostKey": place / "host",
        "AuthorizedKeysFile": place / "authorized",
        "ForceCommand": command,
        "PidFile": "none",
        "UsePAM": "no",
        "StrictModes": "no",
        "PasswordAuthentication": "no",
    }
    words = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
    ran = subprocess.Popen([sshd, "-D", "-f", os.devnull, *words], stderr=subprocess.DEVNULL)
    _await(port)
    return ran, port


def _free() -> int:
    with socket.socket() as taken:
        taken.bind((ADDRESS, 0))
        return int(taken.getsockname()[1])


def _await(port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection((ADDRESS, port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError(ADDRESS, port)
