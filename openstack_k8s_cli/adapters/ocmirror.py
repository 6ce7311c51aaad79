"""Runs oc-mirror (openshift/oc-mirror, its second version): what it is given, and what it leaves.

Logins and authority are given by files that nobody else can read, and that are gone when it has ended.
"""

import tempfile
from collections.abc import Callable, Iterable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from openstack_k8s_cli.adapters import programs
from openstack_k8s_cli.apply import forms
from openstack_k8s_cli.model.mirrors import Job
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

_WORKING = "working-dir"
_RESOURCES = "cluster-resources"
_TRUSTED = "/etc/ssl/certs:/etc/pki/tls/certs"
"""Where Go looks for authorities, unless SSL_CERT_DIR says otherwise."""
_KINDS = {
    1: "a general error",
    2: "release images",
    4: "operators' images",
    8: "additional images",
    16: "Helm",
}
"""What the bits of its exit status are about."""


class OcMirror:
    """The program, in the user's environment."""

    def __init__(self, program: str, environment: Mapping[str, str], told: Callable[[str], None]) -> None:
        self._program = program
        self._environment = environment
        self._told = told

    def run(self, job: Job) -> tuple[Body, ...]:
        """Mirror, and give the objects that it has written for the cluster; raises OskError where it fails."""
        with tempfile.TemporaryDirectory(prefix="osk-mirror-") as name:
            folder = Path(name)
            arguments, environment = self._prepared(job, folder)
            status, tail = self._followed(arguments, environment)
        if status:
            raise _failed(self._program, status, tail, job.workspace)
        return tuple(_written(Path(job.workspace)))

    def _prepared(self, job: Job, folder: Path) -> tuple[list[str], dict[str, str]]:
        imageset = folder / "imageset.yaml"
        text = StringIO()
        YAML(typ="safe", pure=True).dump(job.image_set, text)
        imageset.write_text(text.getvalue(), encoding="utf-8")
        arguments = [self._program, "--v2", "--config", str(imageset), *job.arguments]
        environment = dict(self._environment)
        if job.auth is not None:
            logins = folder / "auth.json"
            programs.private(logins, _joined(job.auth, known_logins(self._environment)))
            arguments += ["--authfile", str(logins)]
        if job.ca is not None:
            authorities = folder / "authorities"
            authorities.mkdir()
            (authorities / "mirror.pem").write_text(job.ca, encoding="utf-8")
            others = environment.get("SSL_CERT_DIR") or _TRUSTED
            environment["SSL_CERT_DIR"] = f"{authorities}:{others}"
        return [*arguments, job.destination], environment

    def _followed(self, arguments: list[str], environment: Mapping[str, str]) -> tuple[int, str]:
        try:
            return programs.followed(arguments, environment, self._told)
        except OSError as error:
            raise _missing(self._program, error) from error


def known_logins(environment: Mapping[str, str]) -> str | None:
    """Read the logins of this machine's user, where podman and docker keep them; None: there are none."""
    home = environment.get("HOME") or "/"
    places = (
        environment.get("REGISTRY_AUTH_FILE"),
        f"{environment['XDG_RUNTIME_DIR']}/containers/auth.json"
        if environment.get("XDG_RUNTIME_DIR")
        else None,
        f"{environment.get('XDG_CONFIG_HOME') or f'{home}/.config'}/containers/auth.json",
        f"{home}/.docker/config.json",
    )
    found = next((Path(each) for each in places if each and Path(each).is_file()), None)
    return found.read_text(encoding="utf-8") if found else None


def _joined(auth: str, known: str | None) -> str:
    try:
        return forms.formed("joined", auth, known)
    except ValueError as error:
        advice = Advice("Give a `.dockerconfigjson`", "osk profile explain mirror.auth")
        problem = Problem(
            "OSK0524",
            f"`mirror.auth`, or the logins of this machine, cannot be used: {error}",
            "mirror.auth",
            None,
            (advice,),
        )
        raise OskError(problem, exit_code=ExitCode.USAGE) from None


def _written(workspace: Path) -> Iterable[Body]:
    """Read the objects that it leaves for the cluster."""
    folder = workspace / _WORKING / _RESOURCES
    reader = YAML(typ="safe", pure=True)
    for path in sorted(folder.glob("*.yaml")):
        try:
            documents: list[Any] = list(reader.load_all(path.read_text(encoding="utf-8")))
        except (OSError, YAMLError) as error:
            raise _unreadable(path, error) from error
        yield from (each for each in documents if isinstance(each, dict) and "kind" in each)


def _failed(program: str, status: int, tail: str, workspace: str) -> OskError:
    kinds = ", ".join(text for bit, text in _KINDS.items() if status & bit) if 0 < status < 32 else ""  # noqa: PLR2004
    problem = Problem(
        "OSK0823",
        f"oc-mirror ended with status {status}{f': {kinds}' if kinds else ''}",
        subject=program,
        detail=tail,
        advice=(Advice(f"Its logs are in {workspace}/{_WORKING}/logs; the same command goes on"),),
    )
    return OskError(problem, exit_code=ExitCode.FAILED)


def _missing(program: str, error: OSError) -> OskError:
    problem = Problem(
        "OSK0822",
        f"oc-mirror cannot be started: {error.strerror or error}",
        subject=program,
        advice=(
            Advice(
                "Install it from OpenShift's client tools, or name it", "osk mirror push --oc-mirror PATH"
            ),
        ),
    )
    return OskError(problem, exit_code=ExitCode.REFUSED)


def _unreadable(path: Path, error: Exception) -> OskError:
    summary = f"What oc-mirror wrote cannot be read: {error}"
    advice = Advice("Move the file away, and run the same command again")
    return OskError(Problem("OSK0823", summary, str(path), None, (advice,)), exit_code=ExitCode.FAILED)
