"""The rehearsal's programs, built from the Go modules in this package into the user's cache."""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from openstack_k8s_cli.model.numbers import some
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.rehearsal import directories
from openstack_k8s_cli.rehearsal.directories import Places

Progress = Callable[[str], None]
"""Takes a line; one that begins with a carriage return may take the place of the line before it."""

MODULES = Path(__file__).resolve().parent / "modules"
_KUBERNETES = "1.36.1"
_OLDEST = (1, 21)
"""The first Go that downloads the newer one that a module asks for."""
_INSTALL = Advice(
    "Install Go 1.21 or newer from your distribution or https://go.dev/dl", page="https://go.dev/doc/install"
)
_PROGRAMS = ("controlplane", "olm", "webhooks")
_STALE = "{{if .Stale}}{{.ImportPath}}{{end}}"
"""What `go list` prints of a package that is to be compiled."""
_EVERY = 10.0
"""Seconds between progress lines."""
_KEPT = 30 * 24 * 3600.0
"""Seconds that an unused build is kept."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """Where the built programs are."""

    controlplane: Path
    olm: Path
    webhooks: Path


@dataclass(frozen=True, slots=True)
class Go:
    """A usable go command."""

    path: str
    version: tuple[int, int]


def ensure(
    progress: Progress, *, places: Places, modules: Path = MODULES, go: str = "go", every: float = _EVERY
) -> Binaries:
    """Build what is not in the cache yet, with a line `every` so many seconds.

    Interrupted, it goes on where it was the next time: Go keeps what is compiled.
    """
    found = find_go(go)
    return Binaries(
        **{
            name: _ensure(
                _Work(f"{number} of {len(_PROGRAMS)}", name, found, modules / name, progress, every),
                places.cache,
            )
            for number, name in enumerate(_PROGRAMS, 1)
        }
    )


def find_go(go: str = "go") -> Go:
    """Find Go and its version; an absent or old one is a problem that says what to install."""
    path = shutil.which(go)
    if path is None:
        raise OskError(_absent(), exit_code=ExitCode.REFUSED)
    told = subprocess.run([path, "version"], capture_output=True, text=True, check=False).stdout
    match = re.search(r"\bgo(\d+)\.(\d+)", told)
    version = (int(match[1]), int(match[2])) if match else (0, 0)
    if version < _OLDEST:
        raise OskError(_old(path, told.strip()), exit_code=ExitCode.REFUSED)
    return Go(path, version)


def digest(module: Path, go: Go) -> str:
    """Name a build by all that it is made from: the module's files, the flags and Go's version."""
    sum_ = hashlib.sha256(" ".join((*_arguments(), f"go{go.version[0]}.{go.version[1]}")).encode())
    for file in _sources(module):
        sum_.update(f"\0{file.relative_to(module)}\0".encode() + file.read_bytes())
    return sum_.hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class _Work:
    number: str
    """Which program of how many."""
    name: str
    go: Go
    module: Path
    progress: Progress
    every: float
    """Seconds between words on a build that takes long."""


def _ensure(work: _Work, cache: Path) -> Path:
    folder = directories.private(cache) / f"{work.name}-{digest(work.module, work.go)}"
    binary = folder / work.name
    if not binary.exists():
        with _lock(cache / f"{folder.name}.lock", work):
            if not binary.exists():
                _build(work, folder)
                _prune(cache, work.name)
    os.utime(folder)
    return binary


def _prune(cache: Path, name: str) -> None:
    """Remove builds of earlier releases that nobody has used for long; a running program keeps its file."""
    unused = time.time() - _KEPT
    for folder in cache.glob(f"{name}-*"):
        if folder.is_dir() and folder.stat().st_mtime < unused:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _lock(path: Path, work: _Work) -> Iterator[None]:
    with path.open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            work.progress(f"{work.name}: waiting for another build of it")
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _build(work: _Work, folder: Path) -> None:
    place = folder.with_name(f"{folder.name}.building")
    shutil.rmtree(place, ignore_errors=True)  # of an interrupted build; the lock is ours
    try:
        source = place / "source"
        for file in _sources(work.module):
            target = source / file.relative_to(work.module)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
        result = place / "result"
        result.mkdir()
        _compile(work, source, result / work.name)
        result.rename(folder)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _compile(work: _Work, source: Path, binary: Path) -> None:
    begun = time.monotonic()
    major, minor = work.go.version
    work.progress(
        f"{work.name}: building program {work.number} with go {major}.{minor}; the first time takes minutes"
    )
    total = len(_run(work, ["list", *_arguments(), "-deps", "-f", _STALE, "."], source, _downloaded).split())
    _run(
        work,
        ["build", "-v", *_arguments(), "-o", str(binary), "."],
        source,
        lambda log: f"{_compiled(log)} of {max(total, _compiled(log))} packages compiled",
    )
    work.progress(f"{work.name}: built in {time.monotonic() - begun:.0f} s")


def _run(work: _Work, arguments: list[str], source: Path, told: Callable[[str], str]) -> str:
    """Run go to its end, and tell what comes of its log; gives what it printed."""
    begun = time.monotonic()
    log, printed, again = source.with_name("log"), source.with_name("printed"), ""
    process = _spawn([work.go.path, *arguments], source, log, printed)
    try:
        while not _ended(process, work.every):
            said = told(log.read_text(errors="replace"))
            work.progress(f"{again}{work.name}: {said} after {time.monotonic() - begun:.0f} s")
            again = "\r"
    finally:
        _end(process)
    if process.returncode != 0:
        raise OskError(_failed(work.name, log.read_text(errors="replace")), exit_code=ExitCode.FAILED)
    return printed.read_text(errors="replace")


def _spawn(command: list[str], source: Path, log: Path, printed: Path) -> subprocess.Popen[bytes]:
    environment = {
        name: value for name, value in os.environ.items() if name not in {"GOWORK", "GOOS", "GOARCH"}
    }
    with log.open("wb") as told, printed.open("wb") as output:
        return subprocess.Popen(
            command,
            cwd=source,
            env=environment | {"GOWORK": "off"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=told,
            process_group=0,
        )


def _ended(process: subprocess.Popen[bytes], patience: float) -> bool:
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        return False
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)  # with the compilers that it started
        process.wait()


def _compiled(log: str) -> int:
    return sum(not line.startswith("go: ") for line in log.splitlines())


def _downloaded(log: str) -> str:
    count = sum(line.startswith("go: downloading ") for line in log.splitlines())
    return f"{some(count, 'module')} downloaded"


def _arguments() -> list[str]:
    major, minor, _ = _KUBERNETES.split(".")
    values = {"gitVersion": f"v{_KUBERNETES}", "gitMajor": major, "gitMinor": minor}
    packages = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
    stamps = [f"-X {package}.{key}={value}" for package in packages for key, value in values.items()]
    return ["-trimpath", "-buildvcs=false", "-mod=readonly", "-ldflags", " ".join(["-s", "-w", *stamps])]


def _sources(module: Path) -> list[Path]:
    return sorted(
        file
        for file in module.rglob("*")
        if file.is_file() and file.suffix in {".go", ".mod", ".sum"} and not file.name.endswith("_test.go")
    )


def _absent() -> Problem:
    return Problem(
        code="OSK0901",
        summary="The rehearsal's programs are built with Go, and no `go` was found",
        detail="A rehearsal runs a real Kubernetes API server, built once from its Go modules into your cache",
        advice=(_INSTALL,),
    )


def _old(path: str, version: str) -> Problem:
    return Problem(
        code="OSK0902",
        summary="The rehearsal's programs need Go 1.21 or newer",
        subject=path,
        detail=f"It says: {version or 'nothing'}. From 1.21 on, Go gets the release that a module asks for by itself",
        advice=(_INSTALL,),
    )


def _failed(name: str, log: str) -> Problem:
    lines = [line for line in log.splitlines() if not line.startswith("go: downloading")]
    return Problem(
        code="OSK0903",
        summary=f"The rehearsal's program `{name}` could not be built",
        detail="\n".join(lines[-10:]) or None,
        advice=(
            Advice(
                "Check that Go can get modules (its GOPROXY), then try again", command="osk rehearse build"
            ),
        ),
    )
