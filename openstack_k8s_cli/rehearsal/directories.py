"""Where a rehearsal cluster keeps its files: in the user's XDG directories, readable by the user only."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Places:
    """The roots of what the rehearsal writes."""

    cache: Path
    """Programs and snapshots; may be deleted at any time."""
    state: Path
    """A folder for each cluster."""

    def cluster(self, name: str) -> Path:
        """Give the folder of one cluster."""
        if not _NAME.fullmatch(name):
            raise OskError(_bad_name(name), exit_code=ExitCode.USAGE)
        return self.state / name


def places(environment: Mapping[str, str] = os.environ) -> Places:
    """Find the roots as the XDG base directory specification says."""
    home = Path(environment.get("HOME") or Path.home())
    return Places(
        cache=_root(environment, "XDG_CACHE_HOME", home / ".cache") / "osk" / "rehearsal",
        state=_root(environment, "XDG_STATE_HOME", home / ".local" / "state") / "osk" / "rehearsal",
    )


def private(folder: Path) -> Path:
    """Make a folder that only the user can enter, and those above it that are missing."""
    if not folder.parent.is_dir():
        private(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def replace(path: Path, text: str) -> None:
    """Write a file that only the user can read, at once or not at all."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
    partial.replace(path)


def _root(environment: Mapping[str, str], variable: str, default: Path) -> Path:
    given = Path(environment.get(variable, ""))
    return given if given.is_absolute() else default


def _bad_name(name: str) -> Problem:
    return Problem(
        code="OSK0907",
        summary=f"`{name}` cannot be the name of a rehearsal cluster",
        detail="A name has up to 40 lower-case letters, digits and dashes, with no dash at its ends",
        advice=(Advice("Choose another name", command="osk rehearse up --rehearsal=lab"),),
    )
