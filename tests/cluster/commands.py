"""The command `osk` as a process of its own, with a home of its own."""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import RawIOBase
from pathlib import Path
from typing import Any

_OSK = Path(sys.executable).parent / "osk"
_PATIENCE = 1200.0
"""Seconds; on a machine with too much to do KWOK's watch of pods was once silent until the API server ended it, after 510 s."""

_PACKET = 64 * 1024
"""Bytes; of a packet that is longer than what is read the rest is lost."""
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def events(self) -> list[Document]:
        """Read stdout as JSON lines."""
        return [json.loads(line) for line in self.stdout.splitlines()]

    def of(self, kind: str) -> list[Document]:
        """Give the events of one type."""
        return [event for event in self.events if event["type"] == kind]

    @property
    def problems(self) -> list[Document]:
        """Give the problems of the run's end."""
        return [problem for end in self.of("RunFinished") for problem in end["problems"]]


@dataclass(frozen=True, slots=True)
class Osk:
    """The command, pointed at a home."""

    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    """Beside HOME, the cache, PATH and PYTHONPATH; nothing else of the environment is passed on."""

    def __call__(self, *words: str | Path, **more: str) -> Ended:
        """Run it to its end."""
        done = subprocess.run(
            self.command(*words),
            cwd=self.home,
            env=self.variables | more,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def command(self, *words: str | Path) -> list[str]:
        """Give the command line."""
        return [str(_OSK), *map(str, words)]

    @contextmanager
    def begun(self, *words: str | Path) -> Iterator[subprocess.Popen[str]]:
        """Have it running for the length of a block; what still runs then is killed."""
        with subprocess.Popen(
            self.command(*words),
            cwd=self.home,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    @contextmanager
    def led(self, *words: str | Path) -> Iterator[tuple["subprocess.Popen[bytes]", Iterator[Document]]]:
        """Have it running as `begun` does, with its events: it writes one only when the one before has been read.

        So what it does between its events it has not done when it is killed, however late its reader comes to that.
        """
        read, write = os.pipe2(os.O_CLOEXEC | os.O_DIRECT)  # each write is a packet of its own
        fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 1)  # one page, and so one packet
        with (
            os.fdopen(read, "rb", buffering=0) as packets,
            subprocess.Popen(
                self.command(*words),
                cwd=self.home,
                env=self.variables,
                stdin=subprocess.DEVNULL,
                stdout=write,
                stderr=subprocess.DEVNULL,
            ) as process,
        ):
            os.close(write)
            try:
                yield process, _events(packets)
            finally:
                process.kill()

    @property
    def variables(self) -> dict[str, str]:
        """Give its environment."""
        cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        own = {"HOME": str(self.home), "XDG_CACHE_HOME": cache, "PATH": os.environ["PATH"]}
        own |= {"PYTHONPATH": os.environ["PYTHONPATH"]} if "PYTHONPATH" in os.environ else {}
        return own | {"LANG": "C.UTF-8", "TERM": "dumb"} | dict(self.environment)


def _events(packets: RawIOBase) -> Iterator[Document]:
    rest = b""
    while packet := packets.read(_PACKET):
        *lines, rest = (rest + packet).split(b"\n")
        yield from map(json.loads, lines)


def at_home(home: Path, clusters: Path) -> Osk:
    """Make a home whose rehearsal clusters are those in a folder."""
    state = home / ".local" / "state" / "osk"
    state.mkdir(parents=True)
    (state / "rehearsal").symlink_to(clusters)
    return Osk(home)
