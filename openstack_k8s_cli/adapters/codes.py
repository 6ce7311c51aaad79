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
from itertools import accumulate, pairwise
from pathlib import Path
from types import CodeType

from openstack_k8s_cli.components.codes import Codes

_NAME = f"{sys.implementation.cache_tag}.codes"
_PARTIAL = f"{_NAME}.partial"
_MAGIC = b"osk codes 2 " + importlib.util.MAGIC_NUMBER
_SUM = hashlib.sha256().digest_size
_LENGTH = 8
_LARGEST = 32 * 1024 * 1024
_MOST = 1500
"""Codes that are kept; with more, those that a run did not use are dropped."""


class _Stored(Mapping[str, CodeType]):
    """Codes as they were written, each loaded when it is asked for: all of them would take three times their room."""

    def __init__(self, places: Mapping[str, tuple[int, int]], body: memoryview) -> None:
        self._places, self._body = places, body

    def __getitem__(self, key: str) -> CodeType:
        found: CodeType = marshal.loads(self.written(key))  # noqa: S302  # this user's own, as __pycache__ is
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def written(self, key: str) -> memoryview:
        """Give one as it is in the file."""
        start, end = self._places[key]
        return self._body[start:end]


_NONE = _Stored({}, memoryview(b""))


class KeptCodes:
    """The codes of earlier runs, and of this one."""

    def __init__(self, cache: Path) -> None:
        self._folder = cache / "templates"
        self._stored = self._read()
        self.codes = Codes(self._stored)

    def save(self) -> None:
        """Keep what this run compiled; of runs that end together one is enough."""
        if self.codes.made:
            with suppress(OSError):
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                with _private(self._folder) as folder:
                    fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    _write(folder, _payload(self._kept))
            self.codes.made.clear()

    @property
    def _kept(self) -> Mapping[str, bytes | memoryview]:
        """Give what is kept; of too many only those that this run used."""
        stored, used = self._stored, self.codes.used
        keys = {*stored, *used}
        chosen = keys if len(keys) <= _MOST else used
        return {
            key: stored.written(key) if key in stored else marshal.dumps(used[key]) for key in sorted(chosen)
        }

    def _read(self) -> _Stored:
        try:
            with _private(self._folder) as folder:
                return _codes(_bytes(folder))
        except OSError:
            return _NONE


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


def _codes(written: bytes) -> _Stored:
    """Find codes; a torn file, or one of another Python, has none: what is not whole can crash Python."""
    head = len(_MAGIC) + _SUM
    payload = memoryview(written)[head:]
    if written[:head] != _MAGIC + hashlib.sha256(payload).digest():
        return _NONE
    start = _LENGTH + int.from_bytes(payload[:_LENGTH])
    places: dict[str, tuple[int, int]] = marshal.loads(payload[_LENGTH:start])  # noqa: S302  # this user's own, too
    return _Stored(places, payload[start:])


def _payload(codes: Mapping[str, bytes | memoryview]) -> bytes:
    """Write where each code is, and then the codes."""
    ends = [*accumulate(map(len, codes.values()), initial=0)]
    places = marshal.dumps(dict(zip(codes, pairwise(ends), strict=True)))
    return b"".join((len(places).to_bytes(_LENGTH), places, *codes.values()))


def _write(folder: int, payload: bytes) -> None:
    """Put a whole file in place; whoever has the lock may take away what a killed run left."""
    with suppress(FileNotFoundError):
        os.unlink(_PARTIAL, dir_fd=folder)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(_PARTIAL, flags, 0o600, dir_fd=folder), "wb") as file:
        file.write(_MAGIC + hashlib.sha256(payload).digest() + payload)
    os.replace(_PARTIAL, _NAME, src_dir_fd=folder, dst_dir_fd=folder)
