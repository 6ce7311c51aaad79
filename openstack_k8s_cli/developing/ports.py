"""Programs of this machine that development needs: protocols."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from openstack_k8s_cli.developing.building import Registry


class Program(Protocol):
    """One that was started; nothing of it outlives osk, however osk ends."""

    @property
    def process(self) -> int:
        """Its process id."""
        ...

    def wait(self, seconds: float | None = None) -> int | None:
        """Wait for its end, or so long; give its exit code (a signal as a negative number), None: it runs on."""
        ...

    def end(self) -> int:
        """End it with all that it started: asked, told, killed; give its exit code."""
        ...


class Programs(Protocol):
    """Who starts them; raises OskError where that is not possible."""

    def start(self, argv: Sequence[str], *, folder: str, environment: Mapping[str, str]) -> Program:
        """Start one; what it prints goes where osk's own narration goes."""
        ...

    def listens(self, port: int) -> bool:
        """Tell whether somebody listens on a local port."""
        ...


class Images(Protocol):
    """Who builds images and pushes them; raises OskError where that fails."""

    def build(self, folder: str) -> str:
        """Build the image of a folder with a Containerfile or Dockerfile; give its id."""
        ...

    def push(self, image: str, destination: str, registry: Registry) -> None:
        """Push an image by its id."""
        ...
