"""Who runs this, as leases name it, and whether one who held a lease surely ended."""

import getpass
import hashlib
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_PROCESSES = Path("/proc/self/ns/pid")


def holder() -> str:
    """Name this process: `user@host pid since place`."""
    since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{_user()}@{socket.gethostname()} {os.getpid()} {since} {_place()}"


def is_dead(holder: str) -> bool:
    """Tell whether a holder was a process of this machine that is no more; in doubt it lives."""
    words = holder.split()
    if len(words) != 4 or not words[1].isdecimal() or words[3] != _place():  # noqa: PLR2004  # the words of `holder`
        return False
    try:
        os.kill(int(words[1]), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _place() -> str:
    """Tell apart where process ids mean different processes: machines, boots, containers."""
    try:
        known = f"{_BOOT.read_text()}{_PROCESSES.readlink()}"
    except OSError:
        known = os.urandom(8).hex()  # of no other place
    return hashlib.sha256(known.encode()).hexdigest()[:8]
