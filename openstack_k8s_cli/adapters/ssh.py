"""OpenSSH's client against hosts, with the cluster's key in a private file for as long as it runs."""

import subprocess
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import which

from openstack_k8s_cli.adapters import keyfiles
from openstack_k8s_cli.apply.ports import Ran
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
        program = which("ssh", path=self._environment.get("PATH"))
        if program is None:
            advice = Advice("Install OpenSSH's client, such as the package openssh-clients")
            problem = Problem("OSK1150", "There is no `ssh` on this machine", place.host, None, (advice,))
            raise OskError(problem, exit_code=ExitCode.REFUSED)
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
