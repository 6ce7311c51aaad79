"""Folders for secrets that a program wants in a file: gone with the run, and with the next one where it was killed.

A folder is a run's for as long as that has the lock in it, which ends with the process whatever ended that.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from openstack_k8s_cli.adapters import runs

_LOCK = ".lock"


def home(environment: Mapping[str, str]) -> Path:
    """Give the place of all of them."""
    return runs.state_home(environment) / "dev"


@contextmanager
def kept(folder: Path) -> Iterator[Path]:
    """Have a folder of one's own for the length of a block; what killed runs left beside it goes first."""
    sweep(folder.parent)
    lock = _locked(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep(home: Path) -> None:
    """Delete the folders of runs that are no more."""
    for folder in [each for each in home.glob("*") if each.is_dir() and not each.is_symlink()]:
        with suppress(OSError):
            lock = _opened(folder)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)


def _locked(folder: Path) -> int:
    """Make a folder and lock it, again where a sweep took it for one that was left."""
    while True:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            lock = _opened(folder)
            fcntl.flock(lock, fcntl.LOCK_EX)
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(lock), (folder / _LOCK).stat()):
                    return lock
            os.close(lock)


def _opened(folder: Path) -> int:
    return os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
