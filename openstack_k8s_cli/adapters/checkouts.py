"""Looks at a folder of this machine that is to be mounted into pods."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from openstack_k8s_cli.developing.mounting import Checkout

_EXPORTS = Path("/var/lib/nfs/etab")
"""What the kernel's NFS server exports now; exportfs writes it, and anybody may read it."""


def look(folder: Path, wanted: Iterable[str], exports: Path = _EXPORTS) -> Checkout:
    """Say what of a checkout is there, whether others may read it, and what this machine exports."""
    real = folder.expanduser().resolve()
    present = frozenset(each for each in wanted if (real / each).exists())
    closed = tuple(str(each) for each in (real, *(real / name for name in sorted(present))) if _closed(each))
    return Checkout(str(real), present, closed, tuple(_exported(exports)))


def _closed(path: Path) -> bool:
    """Tell whether others may not read a file, or not enter a folder."""
    if not path.exists():
        return False
    mode = path.stat().st_mode
    needed = stat.S_IROTH | (stat.S_IXOTH if path.is_dir() else 0)
    return mode & needed != needed


def _exported(exports: Path) -> Iterator[str]:
    """Read the folders, in which blanks and others are written in octal."""
    try:
        lines = exports.read_text(encoding="latin-1").splitlines()
    except OSError:
        return
    for line in lines:
        path = line.partition("\t")[0]
        yield os.fsdecode(path.encode("latin-1").decode("unicode_escape").encode("latin-1"))
