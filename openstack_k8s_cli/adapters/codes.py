"""Compiled templates, kept between runs in the user's cache directory.

To load such a file is to run it, as with Python's own `__pycache__`.
So it counts only as a file of the user's own in a folder that nobody else can write to or look into, and only whole.
A cache that cannot be read or written costs time, nothing else.
"""

import fcntl
import hashlib
import importlib.util
import marshal
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import CodeType

from openstack_k8s_cli.components.codes import Codes

_NAME = f"{sys.implementation.cache_tag}.codes"
_PARTIAL = f"{_NAME}.partial"
_MAGIC = b"osk codes 1 " + importlib.util.MAGIC_NUMBER
_SUM = hashlib.sha256().digest_size
_LARGEST = 32 * 1024 * 1024
_MOST = 1500
"""Codes that are kept; with more, those that a run did not use are dropped."""


class KeptCodes:
    """The codes of earlier runs, and of this one."""

    def __init__(self, cache: Path) -> None:
        self._folder = cache / "templates"
        self.codes = Codes(self._read())

    def save(self) -> None:
        """Keep what this run compiled; of runs that end together one is enough."""
        if self.codes.made:
            with suppress(OSError):
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                with _private(self._folder) as folder:
                    fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    _write(folder, marshal.dumps(_kept(self.codes)))
            self.codes.made.clear()

    def _read(self) -> Mapping[str, CodeType]:
        try:
            with _private(self._folder) as folder:
                return _codes(_bytes(folder))
        except OSError:
            return {}


@contextmanager
def _private(path: Path) -> Iterator[int]:
    """Open a folder, and everything in it by this descriptor: nobody can put another in its place."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        _own(os.fstat(folder), others=0o077)
        yield folder
    finally:
        os.close(folder)


def _own(found: os.stat_result, *, others: int) -> None:
    if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & others:
        raise PermissionError("it is not this user's alone")


def _bytes(folder: int) -> bytes:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with os.fdopen(os.open(_NAME, flags, dir_fd=folder), "rb") as file:
        found = os.fstat(file.fileno())
        _own(found, others=0o022)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
            raise PermissionError("it is no plain file")
        return file.read(_LARGEST)


def _codes(written: bytes) -> Mapping[str, CodeType]:
    """Load codes; a torn file, or one of another Python, has none: what is not whole can crash Python."""
    head = len(_MAGIC) + _SUM
    if written[:head] != _MAGIC + hashlib.sha256(written[head:]).digest():
        return {}
    found: dict[str, CodeType] = marshal.loads(written[head:])  # noqa: S302  # this user's own, as __pycache__ is
    return found


def _kept(codes: Codes) -> dict[str, CodeType]:
    if len(codes.known) <= _MOST:
        return dict(codes.known)
    return {key: code for key, code in codes.known.items() if key in codes.used}


def _write(folder: int, payload: bytes) -> None:
    """Put a whole file in place; whoever has the lock may take away what a killed run left."""
    with suppress(FileNotFoundError):
        os.unlink(_PARTIAL, dir_fd=folder)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(_PARTIAL, flags, 0o600, dir_fd=folder), "wb") as file:
        file.write(_MAGIC + hashlib.sha256(payload).digest() + payload)
    os.replace(_PARTIAL, _NAME, src_dir_fd=folder, dst_dir_fd=folder)
