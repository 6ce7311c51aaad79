"""Ports of the loopback interface, and answers from them."""

import http.client
import random
import socket
import ssl

_LOWEST, _HIGHEST = 18000, 29999
"""Below the ports that the kernel gives to outgoing connections, so that none of those takes ours during a restart."""
_TRIES = 200
_LIMIT = 2.0
"""Seconds that a port may take to answer."""


def free_port() -> int:
    """Find a port that nobody listens on; whoever uses it may still lose it to another, and then tries again."""
    chance = random.SystemRandom()
    for _ in range(_TRIES):
        port = chance.randint(_LOWEST, _HIGHEST)
        if _is_free(port):
            return port
    text = f"no free port between {_LOWEST} and {_HIGHEST}"
    raise OSError(text)


def answers(port: int, path: str, context: ssl.SSLContext, *, token: str | None = None) -> bool:
    """Say whether a GET on a loopback port succeeds."""
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=_LIMIT)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def listens(port: int) -> bool:
    """Say whether something accepts connections on a loopback port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_LIMIT):
            return True
    except OSError:
        return False


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
