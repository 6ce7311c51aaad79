"""asyncssh's servers: each host listens on a loopback port of its own, with sftp, and runs what it is told."""

import asyncio
import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import asyncssh

ADDRESS = "127.0.0.1"
_CHUNK = 32768


@dataclass(frozen=True)
class Keys:
    """The pair that good hosts know."""

    private: str
    public: str

    @classmethod
    def made(cls) -> "Keys":
        """Make a pair."""
        key = asyncssh.generate_private_key("ssh-ed25519")
        return cls(key.export_private_key().decode(), key.export_public_key().decode())


class Hosted(Protocol):
    """What a host is made of (tests.ssh.machines)."""

    @property
    def name(self) -> str:
        """Name it."""
        ...

    @property
    def takes_key(self) -> bool:
        """Whether it knows the key."""
        ...

    def made(self, folder: Path) -> Path:
        """Make its folder, with `bin` and `home`."""
        ...


class _Server(asyncssh.SSHServer):
    """Lets who is logged in have tunnels."""

    def connection_requested(self, *_where: object) -> bool:
        return True


class Servers:
    """Hosts that run, in a thread with a loop of its own; `ports` has each host's."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        self._folder = folder
        self._keys = keys
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="ssh-hosts", daemon=True)
        self._running: list[asyncssh.SSHAcceptor] = []
        self.ports: dict[str, int] = {}
        self.folders: dict[str, Path] = {}
        self.commands: dict[str, list[str]] = {}
        """What each host was told to run."""

    def start(self, machines: Iterable[Hosted]) -> None:
        """Start hosts."""
        if not self._thread.is_alive():
            self._thread.start()
        for machine in machines:
            asyncio.run_coroutine_threadsafe(self._start(machine), self._loop).result(60)

    def stop(self) -> None:
        """End them all."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(60)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(60)
        self._loop.close()

    async def _start(self, machine: Hosted) -> None:
        place = machine.made(self._folder)
        known = self._keys if machine.takes_key else Keys.made()
        acceptor = await asyncssh.create_server(
            _Server,
            ADDRESS,
            0,
            server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
            authorized_client_keys=asyncssh.import_authorized_keys(known.public),
            process_factory=lambda process: self._run(process, machine.name, place),
            sftp_factory=True,
            encoding=None,
            line_editor=False,
        )
        self._running.append(acceptor)
        self.ports[machine.name] = acceptor.get_port()
        self.folders[machine.name] = place
        self.commands[machine.name] = []

    async def _stop(self) -> None:
        for acceptor in self._running:
            acceptor.close()
        for acceptor in self._running:
            await acceptor.wait_closed()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _run(self, process: Any, name: str, place: Path) -> None:
        """Run a command as the host would: its programs, its home."""
        command = process.command or "exit 0"
        self.commands[name].append(command)
        ran = await asyncio.create_subprocess_exec(
            "/bin/sh",
            "-c",
            command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=place / "home",
            env={
                "PATH": str(place / "bin"),
                "HOME": str(place / "home"),
                "LANG": os.environ.get("LANG", "C.UTF-8"),
            },
        )
        feeding = asyncio.create_task(_feed(process.stdin, ran.stdin))
        await asyncio.gather(_pass(ran.stdout, process.stdout), _pass(ran.stderr, process.stderr))
        status = await ran.wait()
        feeding.cancel()
        with suppress(OSError, asyncssh.Error):
            process.exit(status)


async def _feed(source: Any, sink: Any) -> None:
    """Hand input on until it ends; a command may end before it."""
    try:
        with suppress(OSError, asyncssh.Error):
            while data := await source.read(_CHUNK):
                sink.write(data)
                await sink.drain()
    finally:
        sink.close()


async def _pass(source: Any, sink: Any) -> None:
    """Hand output on, for as long as there is somebody to hand it to; the command runs to its end all the same."""
    while data := await source.read(_CHUNK):
        with suppress(OSError, asyncssh.Error):
            sink.write(data)
            await sink.drain()
