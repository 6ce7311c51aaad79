"""OpenSSH's client against hosts, with the cluster's key in a private file for as long as it runs."""

import subprocess
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Any

from openstack_k8s_cli.adapters import keyfiles
from openstack_k8s_cli.apply.ports import Ran
from openstack_k8s_cli.dataplane import playing
from openstack_k8s_cli.dataplane.shells import Place
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.secrets import SecretText

_SETTINGS = {
    "IdentitiesOnly": "yes",
    "StrictHostKeyChecking": "no",
    "UserKnownHostsFile": "/dev/null",
    "LogLevel": "ERROR",
    "ConnectTimeout": "20",
}
"""As the pods of the operator have it: hosts are known by their addresses only."""
_ALONE = {"BatchMode": "yes", "ConnectTimeout": "10"}
_LONGEST = 300.0
"""Seconds that a script may take."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How a machine that stays is reached: with the user's own settings of ssh and the same as Ansible has it for a hypervisor."""

    address: str
    user: str | None = None
    port: int | None = None
    key: str | None = None
    options: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Reach":
        """Read `dataplane.hypervisor`."""
        options = tuple(settings["options"])
        return cls(settings["address"], settings["user"], settings["port"], settings["key"], options)

    @property
    def place(self) -> str:
        """Name it, as `--host` does."""
        address = f"[{self.address}]" if self.port and ":" in self.address else self.address
        return "".join((f"{self.user}@" if self.user else "", address, f":{self.port}" if self.port else ""))

    def line(self, environment: Mapping[str, str], *words: str) -> list[str]:
        """Give ssh's command line up to the address, with `words` before it."""
        options = [f"-o{each}" for each in (*playing.KNOWN, *_ALIVE, *self.options)]
        told = {"-l": self.user, "-p": self.port, "-i": self.key}
        named = [word for name, value in told.items() if value is not None for word in (name, str(value))]
        return [client(environment, self.place), *options, *named, *words, "--", self.address]


_ALIVE = ("ConnectTimeout=20", "ServerAliveInterval=15", "ServerAliveCountMax=4", "LogLevel=ERROR")


def client(environment: Mapping[str, str], subject: str) -> str:
    """Find OpenSSH's client; raises OskError (exit 4) where there is none."""
    program = which("ssh", path=environment.get("PATH"))
    if program is None:
        advice = Advice("Install OpenSSH's client, such as the package openssh-clients")
        problem = Problem("OSK1150", "There is no `ssh` on this machine", subject, None, (advice,))
        raise OskError(problem, exit_code=ExitCode.REFUSED)
    return program


class Ssh:
    """Opens shells on hosts from this machine."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def open(self, place: Place, key: SecretText, words: tuple[str, ...]) -> int:
        """Hand this terminal to a shell or a command on a host; gives its exit status."""
        with _kept(key) as file:
            line = self._line(place, file, _SETTINGS)
            return subprocess.run([*line, *words], env=dict(self._environment), check=False).returncode

    def run(self, place: Place, key: SecretText, script: str) -> Ran:
        """Run a script and keep what it says; nobody is asked anything."""
        with _kept(key) as file:
            line = self._line(place, file, {**_SETTINGS, **_ALONE})
            try:
                done = subprocess.run(
                    [*line, script],
                    env=dict(self._environment),
                    check=False,
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    text=True,
                    errors="replace",
                    timeout=_LONGEST,
                )
            except subprocess.TimeoutExpired:
                return Ran(124, "", f"it has not ended after {_LONGEST:.0f} s")
        return Ran(done.returncode, done.stdout, done.stderr)

    def _line(self, place: Place, key: Path, settings: Mapping[str, str]) -> list[str]:
        program = client(self._environment, place.host)
        options = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
        return [
            program,
            "-i",
            str(key),
            *options,
            "-p",
            str(place.port),
            "--",
            f"{place.user}@{place.address}",
        ]


@contextmanager
def _kept(key: SecretText) -> Generator[Path]:
    """Have the key in a file, which goes with its folder."""
    with tempfile.TemporaryDirectory(prefix="osk-", ignore_cleanup_errors=True) as name:
        yield keyfiles.written(Path(name) / "key", key)
