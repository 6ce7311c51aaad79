"""This machine as a host: its programs and files."""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import IO

from openstack_k8s_cli.adapters import programs, wholes
from openstack_k8s_cli.crc.ports import LATE, MISSING, NOTHING, Ran, UnreadableError
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

_GRACE = 5.0
"""Seconds in which the last of what a program said comes."""
_FORBIDDEN = 126
"""A shell's exit status for a program that may not be run."""


class LocalHost:
    """Programs run as the user, in osk's own session, so that sudo can ask at the terminal."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)

    @property
    def environment(self) -> Mapping[str, str]:
        return self._environment

    def run(
        self,
        argv: Sequence[str],
        *,
        stdin: bytes = b"",
        env: Mapping[str, str] = NOTHING,
        heard: Callable[[str], object] | None = None,
        timeout: float | None = None,
    ) -> Ran:
        program = self.which(argv[0])
        if program is None:
            return Ran(MISSING, "", f"{argv[0]}: not found")
        try:
            process = subprocess.Popen(
                [program, *argv[1:]],
                env={**self._environment, **env},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except OSError as error:
            return Ran(_FORBIDDEN, "", f"{argv[0]}: {error.strerror or error}")
        return _followed(process, stdin, heard, timeout)

    def read(self, path: str) -> bytes | None:
        try:
            return Path(path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise unread(path, error.strerror or str(error)) from error

    def write(self, path: str, content: bytes, mode: int) -> None:
        target = Path(path)
        try:
            with suppress(FileNotFoundError, NotADirectoryError), target.open("rb"):
                pass  # one that cannot be read is not replaced
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            wholes.replace(target.resolve(), content, mode)
        except OSError as error:
            raise unwritten(path, error.strerror or str(error)) from error

    def which(self, name: str) -> str | None:
        return shutil.which(name, path=self._environment.get("PATH"))


def unread(path: str, why: str) -> UnreadableError:
    """Say that a file is there and cannot be read."""
    advice = Advice("See that the file is yours to read, or take it away")
    problem = Problem("OSK1366", f"A file is there and cannot be read: {why}", path, None, (advice,))
    return UnreadableError(problem, exit_code=ExitCode.REFUSED)


def unwritten(path: str, why: str) -> OskError:
    """Say that a file cannot be put there."""
    advice = Advice("See that the folder is yours to write to and the disk has room")
    problem = Problem("OSK1240", f"A file cannot be written: {why}", path, None, (advice,))
    return OskError(problem, exit_code=ExitCode.REFUSED)


def _followed(
    process: "subprocess.Popen[bytes]",
    stdin: bytes,
    heard: Callable[[str], object] | None,
    timeout: float | None,
) -> Ran:
    """Hear a program out; one that nobody waits for any longer is ended."""
    said: tuple[list[bytes], list[bytes]] = ([], [])
    threads = [
        Thread(target=_drain, args=(stream, kept, heard), daemon=True)
        for stream, kept in zip((process.stdout, process.stderr), said, strict=True)
        if stream
    ]
    if process.stdin:
        threads.append(Thread(target=_feed, args=(process.stdin, stdin), daemon=True))
    for each in threads:
        each.start()
    try:
        code = process.wait(timeout)
    except subprocess.TimeoutExpired:
        programs.end(process)
        code = LATE
    except BaseException:
        programs.end(process)
        raise
    for each in threads:
        each.join(_GRACE)  # what it left running may hold the pipes for longer
    out, err = (b"".join(each).decode(errors="replace") for each in said)
    return Ran(code, out, err)


def _feed(stream: IO[bytes], content: bytes) -> None:
    with suppress(OSError):
        stream.write(content)
    with suppress(OSError):
        stream.close()


def _drain(stream: IO[bytes], kept: list[bytes], heard: Callable[[str], object] | None) -> None:
    lines = Lines(heard)
    with suppress(OSError, ValueError), stream:
        while found := os.read(stream.fileno(), 65536):
            kept.append(found)
            lines.take(found)
    lines.end()


class Lines:
    """Tells what comes in pieces a line at a time; a carriage return ends one as well."""

    def __init__(self, heard: Callable[[str], object] | None) -> None:
        self._heard = heard
        self._rest = b""

    def take(self, piece: bytes) -> None:
        """Take a piece."""
        *lines, self._rest = (self._rest + piece).replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            self._tell(line)

    def end(self) -> None:
        """Tell what is left."""
        self._tell(self._rest)
        self._rest = b""

    def _tell(self, line: bytes) -> None:
        if self._heard and line.strip():
            self._heard(line.decode(errors="replace").rstrip())
