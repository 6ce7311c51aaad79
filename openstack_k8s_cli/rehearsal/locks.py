"""Who is alive, told by file locks: the kernel gives them back however a process ends.

Two for each cluster: its name's, held by the supervisor, and its folder's, held by the supervisor and every program.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

_POLL = 0.05
"""Seconds between tries."""
_PROBE = 0.5
"""Seconds in which another command's look at a lock is over."""


@contextlib.contextmanager
def of_name(state: Path, name: str) -> Iterator[int]:
    """Open the lock of a cluster's name, without taking it."""
    with _opened(state / f".{name}.lock") as lock:
        yield lock


def take(lock: int, *, patience: float = _PROBE) -> bool:
    """Try to take a lock for a while."""
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL)
        else:
            return True


def is_held(state: Path, name: str) -> bool:
    """Say whether a cluster of that name has a supervisor."""
    if not (state / f".{name}.lock").exists():
        return False
    with of_name(state, name) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def alive(directory: Path) -> int:
    """Take the lock of a cluster's folder for this process and those that inherit it."""
    lock = os.open(directory / "alive", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return lock


def await_end(directory: Path, *, patience: float) -> bool:
    """Wait until no process of a cluster is left; False: some did not end."""
    if not (directory / "alive").exists():
        return True
    with _opened(directory / "alive") as lock:
        return take(lock, patience=patience)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield lock
    finally:
        os.close(lock)
