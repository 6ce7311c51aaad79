"""A way to an API server that can be cut and mended: connections pass through a loopback port."""

import contextlib
import re
import socket
import threading
from pathlib import Path

_SERVER = re.compile(r"https://127\.0\.0\.1:(\d+)")


class Way:
    """Passes bytes on to a server; while it is cut connections are refused, and those that were open are gone."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0), reuse_port=True)
        self.port: int = self._listener.getsockname()[1]
        self._kept = socket.socket()
        """Has the port also while nobody listens there, so that no other process gets it."""
        self._kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._kept.bind(("127.0.0.1", self.port))
        self._accept()

    def cut(self) -> None:
        """Refuse new connections and end the open ones."""
        for each in (self._listener, *self._open):
            _end(each)
        self._listener.close()
        self._open.clear()

    def mend(self) -> None:
        """Take connections again, at the same port."""
        self._listener = socket.create_server(("127.0.0.1", self.port), reuse_port=True)
        self._accept()

    def _accept(self) -> None:
        listener = self._listener

        def work() -> None:
            with contextlib.suppress(OSError):
                while True:
                    near, _ = listener.accept()
                    far = socket.create_connection(self._server)
                    self._open += [near, far]
                    for one, other in ((near, far), (far, near)):
                        threading.Thread(target=_pass, args=(one, other), daemon=True).start()

        threading.Thread(target=work, daemon=True).start()


def _pass(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while received := one.recv(65536):
            other.sendall(received)
    for each in (one, other):
        _end(each)


def _end(each: socket.socket) -> None:
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)


def through(kubeconfig: Path, copy: Path) -> Way:
    """Write a copy of a kubeconfig that leads through a way of its own."""
    text = kubeconfig.read_text()
    found = _SERVER.search(text)
    assert found is not None
    way = Way("127.0.0.1", int(found[1]))
    copy.write_text(text.replace(found[0], f"https://127.0.0.1:{way.port}"))
    copy.chmod(0o600)
    return way
