"""The state of etcd right after installation, kept in the cache: a cluster starts from a copy of it."""

import fcntl
import hashlib
import shutil
from pathlib import Path

from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.rehearsal import controlplane, directories, installing
from openstack_k8s_cli.rehearsal.binaries import Progress
from openstack_k8s_cli.rehearsal.crds import Definitions
from openstack_k8s_cli.rehearsal.processes import Crew

_FORMAT = 1
"""Raised when installing changes what it does."""
_BLOCK = 64 * 1024
_ZEROS = bytes(_BLOCK)


def restore(
    directory: Path, definitions: Definitions, *, binary: Path, cache: Path, progress: Progress
) -> None:
    """Give a cluster that has no state yet the state after installation; made first when it is not in the cache."""
    target = directory / "etcd"
    if target.exists():
        return
    kept = cache / f"snapshot-{_key(definitions, binary)}"
    directories.private(cache)
    with (cache / f"{kept.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            progress(f"installing {len(definitions.bodies)} kinds for the first time, and keeping a snapshot")
            _make(kept, definitions, binary)
    partial = directory / "etcd.restoring"
    shutil.rmtree(partial, ignore_errors=True)
    _copy(kept, partial)
    partial.rename(target)


def _key(definitions: Definitions, binary: Path) -> str:
    parts = (str(_FORMAT), definitions.digest, installing.bare_text(), binary.parent.name)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def _make(kept: Path, definitions: Definitions, binary: Path) -> None:
    work = kept.with_name(f"{kept.name}.making")
    shutil.rmtree(work, ignore_errors=True)  # of an interrupted run; the lock is ours
    try:
        plane = controlplane.prepare(work)
        with Crew(work / "logs") as crew:
            for program in controlplane.programs(binary, plane, one_process=True):
                crew.start(program)
            installing.everything(kubernetes.connect(str(plane.kubeconfig)), definitions)
        _copy(work / "etcd", work / "compact")
        (work / "compact").rename(kept)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    """Copy a folder; blocks of zeros, which etcd reserves for its log, take no space."""
    target.mkdir(mode=0o700)
    for each in sorted(source.iterdir()):
        if each.is_dir():
            _copy(each, target / each.name)
        else:
            _copy_file(each, target / each.name)


def _copy_file(source: Path, target: Path) -> None:
    with source.open("rb") as reader, target.open("wb") as writer:
        target.chmod(0o600)
        while block := reader.read(_BLOCK):
            if block == _ZEROS[: len(block)]:
                writer.seek(len(block), 1)
            else:
                writer.write(block)
        writer.truncate(reader.tell())
