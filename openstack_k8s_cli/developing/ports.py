"""A program that runs on this machine for as long as osk waits for it: a protocol."""

from collections.abc import Mapping, Sequence
from typing import Protocol


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
