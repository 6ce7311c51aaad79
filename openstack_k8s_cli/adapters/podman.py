"""Runs podman: builds an image, and pushes it.

A token is given by a file that nobody else can read, and that is gone when podman has ended, or with the next `osk dev` where osk was killed; never by an argument.
"""

import base64
import json
import tempfile
import uuid
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path

from openstack_k8s_cli.adapters import keeping, programs
from openstack_k8s_cli.developing.building import FILES, Registry
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

_USER = "osk"
"""OpenShift's registry takes any name with a token."""


class Podman:
    """The program, in the user's environment."""

    def __init__(
        self, environment: Mapping[str, str], told: Callable[[str], None], program: str = "podman"
    ) -> None:
        self._program = program
        self._environment = environment
        self._told = told

    def build(self, folder: str) -> str:
        """Build the image of a folder; raises OskError."""
        if not any((Path(folder) / each).is_file() for each in FILES):
            advice = Advice("Name the checkout, or write a Containerfile in it")
            summary = "There is no Containerfile or Dockerfile in the folder"
            problem = Problem("OSK1424", summary, folder, None, (advice,))
            raise OskError(problem, exit_code=ExitCode.USAGE)
        with tempfile.TemporaryDirectory(prefix="osk-build-") as name:
            written = Path(name) / "id"
            status, tail = self._followed("build", "--iidfile", str(written), folder)
            if status or not written.is_file():
                advice = Advice("Mend what it says, or see it alone", f"podman build {folder}")
                raise _failed("OSK1424", f"The build failed: podman ended with status {status}", tail, advice)
            return written.read_text(encoding="utf-8").strip()

    def push(self, image: str, destination: str, registry: Registry) -> None:
        """Push an image; raises OskError."""
        folder = keeping.home(self._environment) / f"push.{uuid.uuid4().hex[:8]}"
        with keeping.kept(folder) if registry.token or registry.ca else nullcontext():
            options = _options(registry, folder)
            status, tail = self._followed("push", *options, image, f"docker://{destination}")
        if status:
            login = (
                Advice("Log in as a user who may push there", "oc policy can-i create imagestreams")
                if registry.token
                else Advice("Log in to it", f"podman login {registry.push.partition('/')[0]}")
            )
            raise _failed("OSK1425", f"{destination} cannot be pushed", tail, login)

    def _followed(self, *arguments: str) -> tuple[int, str]:
        try:
            return programs.followed([self._program, *arguments], self._environment, self._told)
        except OSError as error:
            advice = (Advice("Install it; on Fedora and RHEL", "sudo dnf install podman"),)
            problem = Problem(
                "OSK1423",
                f"podman cannot be started: {error.strerror or error}",
                self._program,
                None,
                advice,
            )
            raise OskError(problem, exit_code=ExitCode.REFUSED) from error


def _options(registry: Registry, folder: Path) -> list[str]:
    host = registry.push.partition("/")[0]
    options: list[str] = []
    if registry.token:
        login = base64.b64encode(f"{_USER}:{registry.token}".encode()).decode()
        programs.private(folder / "auth.json", json.dumps({"auths": {host: {"auth": login}}}))
        options += ["--authfile", str(folder / "auth.json")]
    if registry.ca:
        authorities = folder / "authorities"
        authorities.mkdir()
        (authorities / "ca.crt").write_text(registry.ca, encoding="utf-8")
        options += ["--cert-dir", str(authorities)]
    return options


def _failed(code: str, summary: str, tail: str, advice: Advice) -> OskError:
    return OskError(Problem(code, summary, "podman", tail, (advice,)), exit_code=ExitCode.FAILED)
