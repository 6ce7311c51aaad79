"""Reads the secret values that a profile points at: a file, a variable, a command, another Secret."""

import os
import subprocess
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openstack_k8s_cli.apply.ports import Cluster, ClusterError
from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.secrets import SecretText
from openstack_k8s_cli.profile import paths

_PATIENCE = 60.0
"""Seconds that a command may take."""


class ProfileSecrets:
    """The values under a profile's `secrets`, `hooks`, `mirror` and `labs`, read when they are asked for."""

    def __init__(self, values: Mapping[str, Any], cluster: Cluster | None) -> None:
        self._values = {key: values.get(key) or {} for key in ("secrets", "hooks", "mirror", "labs")}
        self._cluster = cluster

    def resolve(self, path: str) -> SecretText:
        """Give the value at a profile path such as `secrets.NAME."a.key"`; raises OskError (exit 4) when it cannot be read."""
        try:
            written = paths.get(self._values, paths.parse(path))
        except (KeyError, ValueError) as error:
            raise _unreadable(path, KeyError("the profile has no such value")) from error
        if isinstance(written, SecretText):
            return written
        if not isinstance(written, Mapping):
            return SecretText(str(written))
        try:
            return SecretText(self._read(written))
        except (OSError, KeyError, ValueError, subprocess.SubprocessError, ClusterError) as error:
            raise _unreadable(path, error) from error

    def _read(self, source: Mapping[str, Any]) -> str:
        if source.get("file"):
            return Path(str(source["file"])).expanduser().read_text(encoding="utf-8").rstrip("\n")
        if source.get("env"):
            return os.environ[str(source["env"])]
        if source.get("command"):
            return _output(source["command"])
        return self._from_secret(str(source["secret"]))

    def _from_secret(self, place: str) -> str:
        namespace, name, key = place.split("/", 2)
        resource = self._cluster.resource("", "Secret") if self._cluster else None
        body = self._cluster.get(resource, namespace, name) if self._cluster and resource else None
        encoded = get(body or {}, "data", key)
        if encoded is None:
            text = f"Secret {namespace}/{name} has no key {key}"
            raise KeyError(text)
        return b64decode(encoded).decode()


def _output(command: str | list[str]) -> str:
    shell = isinstance(command, str)
    done = subprocess.run(  # the profile's own command line
        command, shell=shell, capture_output=True, text=True, check=True, timeout=_PATIENCE
    )
    return done.stdout.rstrip("\n")


def _unreadable(path: str, error: Exception) -> OskError:
    """Say what went wrong without repeating what a command printed."""
    match error:
        case subprocess.CalledProcessError():
            why = f"the command ended with status {error.returncode}"
        case subprocess.TimeoutExpired():
            why = f"the command took longer than {_PATIENCE:.0f} s"
        case KeyError():
            why = f"not set: {error.args[0]}"
        case OSError(filename=str(name), strerror=str(said)):
            why = f"{name}: {said[:1].lower()}{said[1:]}"
        case _:
            why = str(error)
    instead = ", or leave it out and osk generates one" if path.startswith("secrets.") else ""
    problem = Problem(
        code="OSK0440",
        summary=f"The secret value `{path}` cannot be read: {why}",
        subject=path,
        advice=(Advice(f"Correct where it comes from{instead}", f"osk profile explain {path}"),),
    )
    return OskError(problem, exit_code=ExitCode.REFUSED)
