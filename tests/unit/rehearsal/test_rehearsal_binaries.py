"""Building the rehearsal's programs, with a recorded `go`."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.rehearsal import binaries
from openstack_k8s_cli.rehearsal.directories import Places

NAMES = ("controlplane", "olm", "webhooks")

# A go that says its version, lists two packages to compile, counts its builds, and writes the file that -o names.
GO = """#!/bin/sh
if [ "$1" = version ]; then echo "go version go{version} linux/amd64"; exit 0; fi
if [ "$1" = list ]; then
  echo "go: downloading something" >&2
{listing}
  echo internal/one; echo internal/two; exit 0
fi
echo "$PWD" >> {record}
while [ "$1" != -o ]; do shift; done
echo "internal/one" >&2
{before}
echo binary > "$2"
{after}
"""


class Ground:
    """Modules, a cache and a recorded go."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.places = Places(cache=root / "cache", state=root / "state")
        self.modules = root / "modules"
        self.lines: list[str] = []
        for name in NAMES:
            (self.modules / name).mkdir(parents=True)
            (self.modules / name / "go.mod").write_text(f"module {name}\n")
            (self.modules / name / "main.go").write_text("package main\n")
            (self.modules / name / "README.md").write_text("no source\n")

    def go(self, version: str = "1.26.8", *, before: str = "", after: str = "", listing: str = "") -> str:
        """Record a go and give its path."""
        path = self.root / "go"
        text = GO.format(
            version=version, record=self.root / "record", before=before, after=after, listing=listing
        )
        path.write_text(text)
        path.chmod(0o755)
        return str(path)

    def ensure(self, go: str) -> binaries.Binaries:
        """Build with it."""
        return binaries.ensure(self.lines.append, places=self.places, modules=self.modules, go=go)

    def builds(self) -> list[str]:
        """List the folders that were built in."""
        record = self.root / "record"
        return record.read_text().splitlines() if record.exists() else []


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    """Give fresh ground."""
    return Ground(tmp_path)


def test_builds_into_the_cache_and_never_into_the_package(ground: Ground) -> None:
    """All three programs are built from copies in the cache; the modules stay as they are, and can be read-only."""
    before = {path: path.stat().st_mtime_ns for path in ground.modules.rglob("*")}
    for name in NAMES:
        (ground.modules / name).chmod(stat.S_IRUSR | stat.S_IXUSR)

    built = ground.ensure(ground.go())

    assert [path.read_text() for path in (built.controlplane, built.olm, built.webhooks)] == ["binary\n"] * 3
    assert all(Path(folder).is_relative_to(ground.places.cache) for folder in ground.builds())
    assert before == {path: path.stat().st_mtime_ns for path in ground.modules.rglob("*")}
    assert sorted(ground.places.cache.glob("*.building")) == []


def test_the_second_time_builds_nothing(ground: Ground) -> None:
    """A built program is found again by the hash of its module."""
    go = ground.go()
    first = ground.ensure(go)
    builds = ground.builds()

    assert ground.ensure(go) == first
    assert ground.builds() == builds


def test_a_changed_module_is_built_again(ground: Ground) -> None:
    """A source file or Go's own version changes the hash; a test, or a file that is no source, does not."""
    go = ground.go()
    first = ground.ensure(go)
    (ground.modules / "olm" / "README.md").write_text("changed\n")
    (ground.modules / "olm" / "main_test.go").write_text("package main\n")
    assert ground.ensure(go) == first

    (ground.modules / "olm" / "main.go").write_text("package main // changed\n")
    second = ground.ensure(go)

    assert (second.controlplane, second.webhooks) == (first.controlplane, first.webhooks)
    assert second.olm != first.olm
    assert ground.ensure(ground.go("1.27.0")).olm != second.olm


def test_old_builds_go(ground: Ground) -> None:
    """A build makes room: one of the same program that was last used long ago is removed, others stay."""
    go = ground.go()
    first = ground.ensure(go)
    for path in (first.olm, first.webhooks):
        os.utime(path.parent, (0, 0))
    (ground.modules / "olm" / "main.go").write_text("package main // changed\n")
    ground.ensure(go)

    assert not first.olm.exists()
    assert first.webhooks.exists()
    assert first.webhooks.parent.stat().st_mtime > 0


def test_says_what_it_does(ground: Ground) -> None:
    """Every program has a line at its start and its end, and between them the count of compiled packages."""
    ready = ground.root / "ready"
    os.mkfifo(ready)

    def told(line: str) -> None:
        ground.lines.append(line)
        if ": 1 of 2 packages compiled" in line and ready.exists():
            ready.write_text("go on\n")  # the build waits for it, so that there is a line in the middle
            ready.unlink()

    go = ground.go(before=f"[ ! -p {ready} ] || read line < {ready}")
    binaries.ensure(told, places=ground.places, modules=ground.modules, go=go, every=0.05)

    assert ground.lines[0] == (
        "controlplane: building program 1 of 3 with go 1.26; the first time takes minutes"
    )
    assert any(
        line.lstrip("\r").startswith("controlplane: 1 of 2 packages compiled after ") for line in ground.lines
    )
    assert any(line.startswith("webhooks: built in ") for line in ground.lines)


def test_says_what_it_downloads(ground: Ground) -> None:
    """Before there is a package to count, its modules are; a line takes the place of the one before it."""
    ready = ground.root / "ready"
    os.mkfifo(ready)

    def told(line: str) -> None:
        ground.lines.append(line)
        if line.startswith("\rcontrolplane: 1 module downloaded") and ready.exists():
            ready.write_text("go on\n")
            ready.unlink()

    go = ground.go(listing=f"  [ ! -p {ready} ] || read line < {ready}")
    binaries.ensure(told, places=ground.places, modules=ground.modules, go=go, every=0.05)

    waits = [line for line in ground.lines if "downloaded" in line]
    assert waits[0].startswith("controlplane: ")
    assert any(line.startswith("\rcontrolplane: 1 module downloaded after ") for line in waits)


def test_an_interrupted_build_leaves_nothing_and_is_repeated(ground: Ground) -> None:
    """Ctrl-C in the middle of a build ends go with all it started; the same command then builds."""
    pid, never = ground.root / "pid", ground.root / "never"
    os.mkfifo(never)

    def interrupt(line: str) -> None:
        if "packages compiled" in line and pid.exists():
            raise KeyboardInterrupt

    go = ground.go(before=f"echo $$ > {pid}.new; mv {pid}.new {pid}; read line < {never}")
    with pytest.raises(KeyboardInterrupt):
        binaries.ensure(interrupt, places=ground.places, modules=ground.modules, go=go, every=0.05)

    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)
    assert sorted(ground.places.cache.glob("*.building")) == []
    assert ground.ensure(ground.go()).olm.exists()


def test_a_killed_build_is_repeated(ground: Ground) -> None:
    """What a killed osk left of a build is cleared away."""
    go = ground.go()
    name = f"olm-{binaries.digest(ground.modules / 'olm', binaries.find_go(go))}.building"
    (ground.places.cache / name / "source").mkdir(parents=True)

    assert ground.ensure(go).olm.exists()
    assert not (ground.places.cache / name).exists()


def test_two_at_once_build_once(ground: Ground) -> None:
    """A second osk waits for the first one's build and uses it."""
    ready = ground.root / "ready"
    os.mkfifo(ready)
    go = ground.go(before=f"[ ! -p {ready} ] || read line < {ready}")
    program = (
        "import sys; from pathlib import Path; from openstack_k8s_cli.rehearsal import binaries, directories;"
        "root = Path(sys.argv[1]); places = directories.Places(root / 'cache', root / 'state');"
        "binaries.ensure(print, places=places, modules=root / 'modules', go=sys.argv[2])"
    )
    command = [sys.executable, "-u", "-c", program, str(ground.root), go]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        first.stdout.readline()  # it is building, and holds the lock

        def told(line: str) -> None:
            ground.lines.append(line)
            if "waiting for another build" in line:
                ready.write_text("go on\n")
                ready.unlink()

        binaries.ensure(told, places=ground.places, modules=ground.modules, go=go)
        first.stdout.read()

    assert ground.lines[0] == "controlplane: waiting for another build of it"
    assert len(ground.builds()) == len(NAMES)


def test_a_failed_build_says_why(ground: Ground) -> None:
    """The end of go's own words is in the problem, without its downloads."""
    with pytest.raises(OskError) as raised:
        ground.ensure(ground.go(after="echo 'main.go:1: broken' >&2; exit 1"))

    (problem,) = raised.value.problems
    assert (problem.code, raised.value.exit_code) == ("OSK0903", ExitCode.FAILED)
    assert problem.detail == "internal/one\nmain.go:1: broken"


@pytest.mark.parametrize(
    ("version", "code"),
    [("1.20.14", "OSK0902"), ("1.4", "OSK0902"), ("0.9", "OSK0902")],
)
def test_an_old_go_is_refused(ground: Ground, version: str, code: str) -> None:
    """Go before 1.21 cannot get the release that a module asks for: one problem that says what to install."""
    with pytest.raises(OskError) as raised:
        ground.ensure(ground.go(version))

    (problem,) = raised.value.problems
    assert (problem.code, raised.value.exit_code) == (code, ExitCode.REFUSED)
    assert f"go{version}" in str(problem.detail)
    assert problem.advice[0].text.startswith("Install Go 1.21 or newer")


def test_an_absent_go_is_refused(ground: Ground) -> None:
    """Without Go: one problem that says what to install."""
    with pytest.raises(OskError) as raised:
        ground.ensure(str(ground.root / "nowhere"))

    (problem,) = raised.value.problems
    assert (problem.code, raised.value.exit_code) == ("OSK0901", ExitCode.REFUSED)
    assert problem.advice[0].text.startswith("Install Go 1.21 or newer")


@pytest.mark.parametrize("name", NAMES)
def test_modules_pin_exact_versions(name: str) -> None:
    """Every shipped module has a go.mod that asks for a release, and a go.sum."""
    module = binaries.MODULES / name

    assert "\nrequire (" in (module / "go.mod").read_text()
    assert "latest" not in (module / "go.mod").read_text()
    assert (module / "go.sum").stat().st_size > 0
