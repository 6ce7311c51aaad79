"""osk as a process: what it loads, pipes, completion, logs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

OSK = [sys.executable, "-m", "openstack_k8s_cli"]


def environment(home: Path, **more: str) -> dict[str, str]:
    """Give a plain environment."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "dumb", **more}


def osk(home: Path, *args: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run osk."""
    return subprocess.run(
        [*OSK, *args], env=environment(home, **more), cwd=home, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "line", ["--help", "--version", "deploy --help", "rehearse --help", "-p crc deploy --help"]
)
def test_help_loads_nothing_heavy(tmp_path: Path, line: str) -> None:
    """Help and version load neither the Kubernetes client nor pydantic, jinja2, ansible or rich."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "openstack_k8s_cli", *line.split()],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {row.rpartition("|")[2].strip().partition(".")[0] for row in done.stderr.splitlines()}

    assert set() == loaded & {
        "kubernetes",
        "pydantic",
        "jinja2",
        "ansible",
        "ansible_runner",
        "rich",
        "ruamel",
        "kopf",
    }


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    """`osk profile schema | head -c1` is quiet, and osk's own exit status is 0."""
    process = subprocess.Popen(
        [*OSK, "profile", "schema"],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    process.stdout.close()
    assert process.stderr

    assert "" == process.stderr.read()
    assert 0 == process.wait()
    process.stderr.close()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("osk dep", {"deploy"}),
        ("osk deploy oper", {"operators"}),
        ("osk deploy operators/met", {"operators/metallb"}),
        ("osk -p c", {"crc"}),
        ("osk profile ex", {"explain"}),
        ("osk teardown contr", {"controlplane"}),
        ("osk render --component operators/cert", {"operators/cert-manager"}),
        ("osk --kube", {"--kubeconfig"}),
        ("osk deploy --kube", {"--kubeconfig"}),
    ],
)
def test_completes_names(tmp_path: Path, words: str, expected: set[str]) -> None:
    """Commands, layers, components, profiles and options are completed in bash."""
    typed = words.split()
    done = osk(tmp_path, _OSK_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=str(len(typed) - 1))

    assert expected <= set(done.stdout.split())
    assert all(each.startswith(typed[-1]) for each in done.stdout.split())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_accepted_by_their_shell(tmp_path: Path, shell: str) -> None:
    """Each shell has a script that calls osk back."""
    script = osk(tmp_path, "completion", shell).stdout

    assert "_OSK_COMPLETE" in script
    assert f"complete_{shell}" in script


def test_the_log_goes_where_it_is_asked_for(tmp_path: Path) -> None:
    """--log-file has what osk says of itself; a file that cannot be written is exit status 2."""
    osk(tmp_path, "profile", "validate", "nothing", "--log-file", "osk.log")

    assert (tmp_path / "osk.log").is_file()
    assert 2 == osk(tmp_path, "version", "--log-file", "no/such/folder.log").returncode


def test_characters_that_a_terminal_lacks_are_no_error(tmp_path: Path) -> None:
    """In a locale without them, arrows and dots become question marks."""
    done = osk(tmp_path, "profile", "show", "nothing", PYTHONIOENCODING="ascii")

    assert 2 == done.returncode
    assert "OSK0103" in done.stderr
