"""The user's own editor, on a file that outlives it."""

import hashlib
import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from openstack_k8s_cli.adapters import runs
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

_PLAIN = "vi"
_CODE = "OSK1437"


def words(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Give the command line of the editor: VISUAL, else EDITOR, else vi; no shell reads it."""
    name, line = next(((each, environment[each]) for each in ("VISUAL", "EDITOR") if environment.get(each, "").strip()), ("", _PLAIN))  # fmt: skip
    try:
        return tuple(shlex.split(line))
    except ValueError as error:
        advice = Advice(f"Close its quotes, or unset {name}")
        problem = Problem(_CODE, f"{name} is no command line: {error}", name, line, (advice,))
        raise OskError(problem, exit_code=ExitCode.REFUSED) from error


class Draft:
    """A text while it is edited; its file stays until it is dropped, whatever ends osk."""

    def __init__(self, environment: Mapping[str, str], name: str) -> None:
        self._environment = environment
        self._given = ""
        folder = runs.state_home(environment) / "edits"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, path = tempfile.mkstemp(dir=folder, prefix=f"{name}-", suffix=".yaml")
        os.close(handle)
        self.path = Path(path)

    def edited(self, text: str) -> str:
        """Hand the terminal to the editor, and give what is in the file then; raises OskError where it fails."""
        command = words(self._environment)
        self._given = text
        self.path.write_text(text, encoding="utf-8")
        try:
            code = subprocess.run(
                [*command, str(self.path)], env=dict(self._environment), check=False
            ).returncode
        except OSError as error:
            raise _failed(command, error.strerror or str(error)) from error
        if code:
            raise _failed(command, f"exit status {code}")
        return self._read(command)

    @property
    def touched(self) -> bool:
        """Whether something was written that is nowhere else."""
        return self.path.exists() and self.path.read_bytes() not in {b"", self._given.encode()}

    def _read(self, command: tuple[str, ...]) -> str:
        try:
            return self.path.read_text(encoding="utf-8")
        except (OSError, UnicodeError) as error:
            raise _failed(command, f"its file cannot be read: {error}") from error

    def drop(self) -> None:
        """Remove the file."""
        self.path.unlink(missing_ok=True)


class Earlier:
    """What a file's part was before it was edited last, on this machine."""

    def __init__(self, environment: Mapping[str, str], file: str, name: str) -> None:
        place = hashlib.sha256(str(Path(file).resolve()).encode()).hexdigest()[:16]
        self._path = runs.state_home(environment) / "edited" / f"{name}-{place}.yaml"

    def read(self) -> str | None:
        """Give it; None: this machine knows of no edit."""
        return self._path.read_text(encoding="utf-8") if self._path.is_file() else None

    def keep(self, text: str | None) -> None:
        """Keep it for the way back, where nobody else reads it; None: this machine is to know of no edit."""
        if text is None:
            self._path.unlink(missing_ok=True)
            return
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, path = tempfile.mkstemp(dir=self._path.parent)
        with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123  # of a descriptor
            file.write(text)
        Path(path).replace(self._path)


def _failed(command: tuple[str, ...], why: str) -> OskError:
    advice = Advice("Name another editor in VISUAL or EDITOR, such as `export EDITOR=nano`")
    problem = Problem(_CODE, f"The editor `{shlex.join(command)}` failed: {why}", command[0], None, (advice,))
    return OskError(problem, exit_code=ExitCode.REFUSED)
