"""`osk test` on the command line: kuttl as a program, and what is refused."""

import os
from pathlib import Path

import pytest

from tests.unit.cli.test_cli_answers import osk

pytestmark = pytest.mark.usefixtures("home")

_RECORDS = '#!/bin/sh\necho "$KUBECONFIG" "$@" > "$RECORD"\nexit ${STATUS:-0}\n'


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have a kubectl-kuttl that records how it was called."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "kubectl-kuttl"
    program.write_text(_RECORDS)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("RECORD", str(tmp_path / "record"))
    return tmp_path / "record"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Have an operator's repository."""
    folder = tmp_path / "keystone-operator"
    (folder / "test" / "kuttl" / "tests").mkdir(parents=True)
    (folder / "kuttl-test.yaml").write_text("")
    return folder


def test_kuttl_runs_an_operators_tests(record: Path, repository: Path) -> None:
    """With its configuration, its folder, the namespace of the service, the cluster, and kuttl's own options."""
    words = ("test", "kuttl", "keystone", "--suite", repository.name, "--kubeconfig", "kube")
    done = osk(*words, "--results", "out", "--", "--test", "basic")

    assert done.exit_code == 0, done.output
    assert record.read_text().split() == [
        str(Path("kube").absolute()),
        *("test", "--config", "keystone-operator/kuttl-test.yaml", "keystone-operator/test/kuttl/tests"),
        *(
            "--namespace",
            "keystone-kuttl-tests",
            "--artifacts-dir",
            "out",
            "--report",
            "xml",
            "--test",
            "basic",
        ),
    ]


def test_a_folder_of_tests_is_taken_as_it_is(record: Path, tmp_path: Path) -> None:
    """With a configuration that is named, and without a service in kuttl's own namespace."""
    (tmp_path / "mine").mkdir()
    done = osk("test", "kuttl", "--suite", "mine", "--config", "own.yaml", "--kubeconfig", "kube")

    assert done.exit_code == 0, done.output
    assert record.read_text().split()[1:] == ["test", "--config", "own.yaml", "mine"]


def test_tests_that_fail_are_a_failure(
    record: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever kuttl's own status is."""
    monkeypatch.setenv("STATUS", "3")

    assert osk("test", "kuttl", "keystone", "--suite", str(repository)).exit_code == 7
    assert record.exists()


def test_without_kuttl_it_says_what_to_install(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything else."""
    monkeypatch.setenv("PATH", "/nowhere")
    done = osk("test", "kuttl", "keystone", "--suite", str(repository))

    assert (done.exit_code, "OSK0836" in done.stderr) == (4, True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["tempst"], "OSK0830", "Did you mean `tempest`?"),
        (["tempest", "tobiko"], "OSK0838", "one word too many"),
        (["kuttl", "keystone"], "OSK0837", "--suite keystone-operator"),
        (["kuttl", "--suite", "nowhere"], "OSK0837", "is not there"),
    ],
)
def test_what_cannot_be_tested_is_refused(words: list[str], code: str, said: str) -> None:
    """A test or a folder that is not there is a mistake before any cluster is asked."""
    done = osk("test", *words)

    assert 2 == done.exit_code
    assert code in done.stderr
    assert said in done.stderr
