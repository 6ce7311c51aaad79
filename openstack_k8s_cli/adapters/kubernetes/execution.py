"""Commands in pods, over the websocket channel protocol."""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from openstack_k8s_cli.adapters.kubernetes import errors
from openstack_k8s_cli.adapters.kubernetes.transport import Transport
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, Ran
from openstack_k8s_cli.model.objects import get

_STDIN, _STDOUT, _STDERR, _ERROR, _CLOSE = 0, 1, 2, 3, 255
_V5 = "v5.channel.k8s.io"
_CHUNK = 32 * 1024
_EXIT_STATUS = re.compile(r"exit status (\d+)\s*$")


def run(
    transport: Transport,
    path: str,
    command: tuple[str, ...],
    container: str | None,
    stdin: Iterable[bytes] | None,
    *,
    into: Callable[[bytes], object] | None = None,
) -> Ran:
    """Run a command to its end; raises ClusterError when it could not be started. `into` takes its output."""
    query = [("command", word) for word in command]
    query += [("stdout", "true"), ("stderr", "true")]
    query += [("stdin", "true")] if stdin is not None else []
    query += [("container", container)] if container else []
    target = f"{path}?{urlencode(query)}"
    spent = transport.access
    try:
        connection = _open(transport, target)
    except ClusterError as error:
        if error.kind is not ErrorKind.UNAUTHORIZED:
            raise
        transport.renew(spent)
        connection = _open(transport, target)
    try:
        return _converse(connection, stdin, into)
    finally:
        connection.shutdown()


def _open(transport: Transport, target: str) -> Any:
    from kubernetes.stream.ws_client import create_websocket, get_websocket_url  # noqa: PLC0415  # heavy
    from websocket import WebSocketBadStatusException, WebSocketException  # noqa: PLC0415  # heavy

    access = transport.access
    headers = {key.lower(): value for key, value in transport.authorization(access).items()}
    try:
        url = get_websocket_url(access.server + target)
        connection = create_websocket(access.configuration, url, headers)
    except WebSocketBadStatusException as cause:
        raise errors.from_status(cause.status_code, _status(cause.resp_body)) from cause
    except (WebSocketException, OSError) as cause:
        message = f"no websocket to {access.server}: {cause}"
        raise ClusterError(ErrorKind.UNREACHABLE, message) from cause
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return connection


def _status(body: bytes | None) -> dict[str, Any]:
    try:
        parsed = json.loads(body or b"")
    except ValueError:
        return {"message": (body or b"").decode(errors="replace")[:500]}
    return parsed if isinstance(parsed, dict) else {}


def _converse(connection: Any, stdin: Iterable[bytes] | None, into: Callable[[bytes], object] | None) -> Ran:
    from websocket import WebSocketException  # noqa: PLC0415  # heavy

    refused = threading.Event()
    if stdin is not None:
        _feed(connection, stdin, refused)
    channels: dict[int, bytearray] = {_STDOUT: bytearray(), _STDERR: bytearray(), _ERROR: bytearray()}
    broken: Exception | None = None
    try:
        _read(connection, channels, into)
    except (WebSocketException, OSError) as cause:
        broken = cause
    if refused.is_set():
        message = "this API server cannot tell a command that its input ended; Kubernetes 1.30 or newer can"
        raise ClusterError(ErrorKind.OTHER, message)
    if not channels[_ERROR]:
        message = f"the connection ended while a command ran: {broken or 'no exit code came'}"
        raise ClusterError(ErrorKind.UNREACHABLE, message) from broken
    return _end(channels)


def _feed(connection: Any, stdin: Iterable[bytes], refused: threading.Event) -> None:
    """Send input as it comes, beside the reader, so that neither side waits for the other with full buffers."""
    answered = {key.lower(): value for key, value in (connection.getheaders() or {}).items()}
    ends = answered.get("sec-websocket-protocol") == _V5

    def send() -> None:
        with suppress(Exception):  # the command may end before its input; the reader has the reason
            for chunk in stdin:
                if not ends:
                    refused.set()
                    connection.abort()
                    return
                for start in range(0, len(chunk), _CHUNK):
                    connection.send_binary(bytes([_STDIN]) + chunk[start : start + _CHUNK])
            if ends:
                connection.send_binary(bytes([_CLOSE, _STDIN]))

    threading.Thread(target=send, name="exec-stdin", daemon=True).start()


def _read(connection: Any, channels: dict[int, bytearray], into: Callable[[bytes], object] | None) -> None:
    from websocket import ABNF  # noqa: PLC0415  # heavy

    while True:
        opcode, frame = connection.recv_data_frame(control_frame=True)
        if opcode == ABNF.OPCODE_CLOSE:
            return
        if opcode in {ABNF.OPCODE_BINARY, ABNF.OPCODE_TEXT} and frame.data:
            channel, data = frame.data[0], frame.data[1:]
            if channel == _STDOUT and into is not None:
                into(data)
            else:
                channels.setdefault(channel, bytearray()).extend(data)


def _end(channels: dict[int, bytearray]) -> Ran:
    status = _status(bytes(channels[_ERROR]))
    code = _exit_code(status)
    if code is None:
        raise errors.from_status(int(status.get("code") or 500), status)
    stdout, stderr = (channels[each].decode(errors="replace") for each in (_STDOUT, _STDERR))
    return Ran(code, stdout, stderr)


def _exit_code(status: dict[str, Any]) -> int | None:
    if status.get("status") == "Success":
        return 0
    for cause in get(status, "details", "causes") or ():
        if cause.get("reason") == "ExitCode":
            return int(cause["message"])
    found = _EXIT_STATUS.search(status.get("message", ""))  # KWOK reports an exit as an internal error
    return int(found.group(1)) if found else None
