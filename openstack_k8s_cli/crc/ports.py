"""The host as osk needs it, this machine or another one: programs and files, never a shell."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from openstack_k8s_cli.apply.ports import Ran
from openstack_k8s_cli.model.problems import OskError

__all__ = ["LATE", "MISSING", "NOTHING", "Host", "Ran", "UnreadableError"]

NOTHING: Mapping[str, str] = MappingProxyType({})
MISSING = 127
"""Exit code of a program that is not there."""
LATE = 124
"""Exit code of a program that was ended because it took too long."""


class Host(Protocol):
    """A Linux host and the user on it; raises OskError where the host itself cannot be reached."""

    @property
    def environment(self) -> Mapping[str, str]:
        """The user's environment there: HOME, USER, PATH, XDG_RUNTIME_DIR and the like."""
        ...

    def run(
        self,
        argv: Sequence[str],
        *,
        stdin: bytes = b"",
        env: Mapping[str, str] = NOTHING,
        heard: Callable[[str], object] | None = None,
        timeout: float | None = None,
    ) -> Ran:
        """Run a program to its end; secrets go by `stdin` or a file, never by `argv` or `env`.

        `env` is added to the user's own. `heard` takes what it says, from both streams, a line at a time;
        a carriage return ends a line as well, for that is how programs show progress.
        A program that is not there gives 127, one that takes longer than `timeout` seconds is ended and gives 124.
        """
        ...

    def read(self, path: str) -> bytes | None:
        """Read a file; None: not there. Raises UnreadableError (exit 4) for one that is there and not the user's to read."""
        ...

    def write(self, path: str, content: bytes, mode: int) -> None:
        """Put a file there in one stroke, with its folder where need be.

        Raises OskError (exit 4) where it cannot, also over one that cannot be read: what is lost then nobody knows.
        """
        ...

    def which(self, name: str) -> str | None:
        """Find a program on the PATH; None: there is none."""
        ...


class UnreadableError(OskError):
    """A file is there, and cannot be read."""


def readable(host: Host, path: str) -> bytes | None:
    """Read a file for those who merely look; None: not there, or not the user's to read."""
    try:
        return host.read(path)
    except UnreadableError:
        return None


def home(host: Host) -> str:
    """Give the user's own folder."""
    return host.environment.get("HOME") or "/"
