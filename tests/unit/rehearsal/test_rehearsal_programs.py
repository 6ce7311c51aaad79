"""The commands of rehearsed pods, run as exec runs them."""

import io
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from openstack_k8s_cli.rehearsal import programs
from openstack_k8s_cli.rehearsal.cloud import hosts, state

FOLDER = Path(programs.__file__).parent

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run programs in a cluster's folder, isolated and without an environment."""
    (tmp_path / "programs").symlink_to(FOLDER)

    def run(name: str, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", str(tmp_path / "programs" / f"{name}.py"), *arguments]
        return subprocess.run(
            command, input=stdin, capture_output=True, text=True, check=False, env={"PATH": ""}
        )

    return run


def test_discovers_hosts(run: Run, tmp_path: Path) -> None:
    """`nova-manage cell_v2 discover_hosts` maps hosts that registered; nothing but their number is new to the client."""
    with state.opened(tmp_path) as cloud:
        hosts.register(cloud, "nova", [("one", "one.example.com", "192.0.2.1")])
    before = run("openstack", "hypervisor", "list", "-f", "value")
    quiet = run("nova_manage", "cell_v2", "discover_hosts")
    verbose = run("nova_manage", "cell_v2", "discover_hosts", "--verbose")
    after = run("openstack", "hypervisor", "list", "-f", "value")

    assert (quiet.returncode, quiet.stdout) == (0, "")
    assert (verbose.returncode, verbose.stdout.splitlines()[0]) == (0, "Found 2 cell mappings.")
    assert "" == before.stdout
    assert "one.example.com QEMU 192.0.2.1 up" in after.stdout


def test_configures_ceph(run: Run) -> None:
    """`bash /scripts/configure.sh` in the Ceph pod succeeds, and says so."""
    ended = run("bash", "/scripts/configure.sh")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "pools" in ended.stdout


@pytest.mark.parametrize("name", ["bash", "find", "nova_manage", "openstack", "ovn_sbctl", "sh", "tar"])
def test_says_what_it_does_not_play(run: Run, name: str) -> None:
    """Another command is an error on stderr, not a success."""
    ended = run(name, "no", "such", "command")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert "rehears" in ended.stderr


@pytest.mark.parametrize(
    ("form", "first"),
    [("table", "+"), ("json", "["), ("value", "keystone identity public")],
)
def test_lists_in_each_format(run: Run, form: str, first: str) -> None:
    """Lists come as a table, JSON or plain values."""
    ended = run("openstack", "endpoint", "list", "-f", form)

    assert ended.returncode == 0
    assert ended.stdout.startswith(first)


def test_reads_commands_from_stdin(run: Run) -> None:
    """Without arguments every line of stdin is a command; the worst status is the program's."""
    good = run("openstack", stdin="endpoint list -f value\n\nhypervisor list\n")
    bad = run("openstack", stdin="endpoint list\nno such\n")

    assert (good.returncode, bad.returncode) == (0, 2)
    assert good.stdout.startswith("keystone identity public\n")


def test_tells_its_version(run: Run) -> None:
    """`openstack --version` says that it is a rehearsal."""
    assert run("openstack", "--version").stdout == "openstack (rehearsed)\n"


def test_archives_results() -> None:
    """`tar` in the pod that reads results gives files of the test that the pod is named for."""
    command = [sys.executable, "-I", str(FOLDER / "tar.py"), "-C", "/results", "-cf", "-", "."]
    ended = subprocess.run(
        command, capture_output=True, check=True, env={"OSK_POD": "openstack/smoke-reader"}
    )
    with tarfile.open(fileobj=io.BytesIO(ended.stdout)) as archive:
        assert "smoke/tempest_results.xml" in archive.getnames()
