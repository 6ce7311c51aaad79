"""A websocket server on loopback that plays a pod's exec endpoint once."""

import base64
import hashlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class PodSocket:
    """Channels to send, as (channel, bytes); what came in is kept."""

    def __init__(
        self, *frames: tuple[int, bytes], protocol: str = "v5.channel.k8s.io", listens: bool = True
    ) -> None:
        self.frames = frames
        self.protocol = protocol
        self.request = ""
        self.stdin = bytearray()
        self.stdin_closed = False
        self.heard = threading.Event()
        """Some input came."""
        self._listens = listens
        """To the end of input, before it sends anything."""

    def play(self, listener: socket.socket) -> None:
        """Take one connection, wait for the end of input if any, and send the frames."""
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as reader:
            head = b"".join(iter(reader.readline, b"\r\n"))
            self.request = head.decode()
            connection.sendall(self._handshake())
            while self._listens and "stdin=true" in self.request and not self.stdin_closed:
                if not reader.peek(1):
                    return
                self._hear(_frame(reader.read))
            for channel, data in self.frames:
                connection.sendall(_packed(2, bytes([channel]) + data))
            connection.sendall(_packed(8, struct.pack("!H", 1000)))

    def _handshake(self) -> bytes:
        lines = dict(line.split(": ", 1) for line in self.request.splitlines()[1:] if line)
        key = next(value for name, value in lines.items() if name.lower() == "sec-websocket-key")
        accept = base64.b64encode(hashlib.sha1((key + _MAGIC).encode()).digest()).decode()  # noqa: S324  # RFC 6455
        return (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: {self.protocol}\r\n\r\n"
        ).encode()

    def _hear(self, payload: bytes) -> None:
        if payload[0] == 255:
            self.stdin_closed = True
        else:
            self.stdin += payload[1:]
            self.heard.set()


def _frame(read: Callable[[int], bytes]) -> bytes:
    _, second = read(2)
    length = second & 127
    if length == 126:
        (length,) = struct.unpack("!H", read(2))
    mask = read(4)
    return bytes(byte ^ mask[index % 4] for index, byte in enumerate(read(length)))


def _packed(opcode: int, payload: bytes) -> bytes:
    size = len(payload)
    length = bytes([size]) if size < 126 else b"\x7e" + struct.pack("!H", size)
    return bytes([128 | opcode]) + length + payload


@contextmanager
def listening(pod: PodSocket) -> Iterator[str]:
    """Serve one connection; gives the address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=pod.play, args=(listener,))
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()
