"""Names as this machine resolves them."""

import socket


def resolves(name: str) -> bool:
    """Tell whether this machine finds an address for a name."""
    try:
        return bool(socket.getaddrinfo(name, None))
    except OSError:
        return False
