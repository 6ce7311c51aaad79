"""The far end of a remote host: a Python program at the other end of one SSH connection, asked a line of JSON at a time.

Its text is sent to the `python3` there (3.8 or later, as Ansible asks for), so it has nothing of osk's.
What it runs is in a session of its own and is ended with the connection: whoever asked is gone then.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from typing import IO, Any

GRACE = 5.0
"""Seconds between asking a program to end and ending it."""
MISSING, FORBIDDEN, LATE = 127, 126, 124


class Agent:
    """Answers requests in their order; `source` and `sink` are the connection."""

    def __init__(self, source: IO[bytes], sink: IO[bytes]) -> None:
        self._source = source
        self._sink = sink
        self._telling = threading.Lock()
        self._asked: queue.Queue[dict[str, Any]] = queue.Queue()
        self._child: subprocess.Popen[bytes] | None = None
        self._over = threading.Event()

    def serve(self) -> None:
        """Say hello with the user's environment, then answer for as long as somebody listens."""
        self._tell(osk=1, environment=dict(os.environ))
        threading.Thread(target=self._listen, daemon=True).start()
        while True:
            asked = self._asked.get()
            self._tell(id=asked["id"], **getattr(self, "_" + asked["do"])(asked))

    def give_up(self) -> None:
        """End what runs, and itself."""
        self._over.set()
        self._end()
        os._exit(1)

    def _listen(self) -> None:
        with contextlib.suppress(ValueError):  # of a request that was cut off
            for line in self._source:
                self._asked.put(json.loads(line))
        self.give_up()

    def _tell(self, **told: Any) -> None:
        try:
            with self._telling:
                self._sink.write(json.dumps(told).encode() + b"\n")
                self._sink.flush()
        except OSError:
            self.give_up()

    def _run(self, asked: dict[str, Any]) -> dict[str, Any]:
        name = asked["argv"][0]
        program = shutil.which(name)
        if program is None:
            return {"code": MISSING, "why": name + ": not found"}
        try:
            child = subprocess.Popen(
                [program, *asked["argv"][1:]],
                env={**os.environ, **asked["env"]},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            return {"code": FORBIDDEN, "why": name + ": " + (error.strerror or str(error))}
        self._child = child
        if self._over.is_set():
            self._end()
        return {"code": self._followed(child, asked), "why": ""}

    def _followed(self, child: subprocess.Popen[bytes], asked: dict[str, Any]) -> int:
        threads = [
            threading.Thread(target=self._drain, args=(asked["id"], "out", child.stdout), daemon=True),
            threading.Thread(target=self._drain, args=(asked["id"], "err", child.stderr), daemon=True),
            threading.Thread(target=_feed, args=(child.stdin, base64.b64decode(asked["stdin"])), daemon=True),
        ]
        for each in threads:
            each.start()
        try:
            code = child.wait(asked["timeout"])
        except subprocess.TimeoutExpired:
            self._end()
            code = LATE
        for each in threads:
            each.join(GRACE)  # what it left running may hold the pipes for longer
        return code

    def _drain(self, number: int, name: str, stream: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError), stream:
            while found := os.read(stream.fileno(), 65536):
                self._tell(id=number, stream=name, data=_text(found))

    def _end(self) -> None:
        """End the program that runs, with all that it started."""
        child = self._child
        if child is None or child.poll() is not None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(child.pid, number)
            except OSError:
                child.send_signal(number)
            try:
                child.wait(GRACE)
            except subprocess.TimeoutExpired:
                continue
            return

    def _read(self, asked: dict[str, Any]) -> dict[str, Any]:  # one of the answers
        try:
            with open(asked["path"], "rb") as file:  # noqa: PTH123  # plain
                return {"data": _text(file.read()), "why": ""}
        except (FileNotFoundError, NotADirectoryError):
            return {"data": None, "why": ""}
        except OSError as error:
            return {"data": None, "why": error.strerror or str(error)}

    def _write(self, asked: dict[str, Any]) -> dict[str, Any]:  # one of the answers
        try:
            _put(asked["path"], base64.b64decode(asked["data"]), asked["mode"])
        except OSError as error:
            return {"why": error.strerror or str(error)}
        return {"why": ""}

    def _which(self, asked: dict[str, Any]) -> dict[str, Any]:  # one of the answers
        return {"path": shutil.which(asked["name"])}


def _put(path: str, content: bytes, mode: int) -> None:
    """Write a file in one stroke, never over one that cannot be read."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError), open(path, "rb"):  # noqa: PTH123  # plain
        pass
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)  # noqa: PTH103, PTH120  # plain
    target = os.path.realpath(path)
    folder, base = os.path.split(target)
    handle, name = tempfile.mkstemp(dir=folder, prefix="." + base + ".")
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, mode)
            file.write(content)
            file.flush()
            os.fsync(handle)
        os.replace(name, target)  # noqa: PTH105  # plain
    except BaseException:
        os.unlink(name)  # noqa: PTH108  # plain
        raise


def _feed(stream: IO[bytes], content: bytes) -> None:
    for act in (lambda: stream.write(content), stream.close):
        with contextlib.suppress(OSError):
            act()


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def main(streams: tuple[IO[bytes], IO[bytes]] | None = None) -> None:
    """Serve whoever is at the other end."""
    source, sink = streams or (sys.stdin.buffer, sys.stdout.buffer)
    agent = Agent(source, sink)
    for number in (signal.SIGTERM, signal.SIGHUP):
        # in a thread of its own: this one may be waiting for the program, with the lock that the wait needs
        signal.signal(number, lambda *_: threading.Thread(target=agent.give_up).start())
    agent.serve()


if __name__ == "__main__":
    main()
