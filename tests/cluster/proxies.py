"""A door in front of an API server that a test can shut for good, or open again."""

import asyncio
import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_BLOCK = 64 * 1024


@dataclass(slots=True)
class Door:
    """Passes TCP connections on to a server until it is shut."""

    target: int
    port: int
    _loop: asyncio.AbstractEventLoop
    _server: asyncio.Server | None = None

    def shut(self) -> None:
        """End every connection and refuse new ones."""
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result()

    def open(self) -> None:
        """Pass connections on, again at the same port."""
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()

    async def _open(self) -> None:
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", self.port, reuse_port=True)

    async def _shut(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in asyncio.all_tasks(self._loop) - {asyncio.current_task(self._loop)}:
            task.cancel()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError):
            answers, questions = await asyncio.open_connection("127.0.0.1", self.target)
            try:
                await asyncio.gather(_pump(reader, questions), _pump(answers, writer))
            finally:
                questions.transport.abort()
                writer.transport.abort()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while block := await source.read(_BLOCK):
        sink.write(block)
        await sink.drain()
    sink.close()


@contextlib.contextmanager
def before(kubeconfig: Path, copy: Path) -> Iterator[Door]:
    """Have an open door before the server of a kubeconfig; `copy` becomes one that goes through the door."""
    config = json.loads(kubeconfig.read_text())
    target = urlsplit(config["clusters"][0]["cluster"]["server"]).port
    assert target is not None
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    with socket.socket() as kept:  # has the port also while the door is shut: no other process gets it
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        kept.bind(("127.0.0.1", 0))
        door = Door(target, kept.getsockname()[1], loop)
        try:
            door.open()
            config["clusters"][0]["cluster"]["server"] = f"https://127.0.0.1:{door.port}"
            copy.write_text(json.dumps(config))
            yield door
        finally:
            door.shut()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()
