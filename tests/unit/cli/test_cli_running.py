"""How runs end: by themselves, by errors, by signals, by readers and disks that go away."""

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from openstack_k8s_cli.adapters import runs
from openstack_k8s_cli.cli.main import app
from openstack_k8s_cli.model.events import Outcome, RunFinished
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.report import jsonlines

PATIENCE = 60


def environment(state: Path) -> dict[str, str]:
    """Give the environment of a pipe without colours."""
    return {"PATH": os.environ["PATH"], "HOME": str(state), "XDG_STATE_HOME": str(state), "TERM": "xterm"}


def start(state: Path, *args: str) -> subprocess.Popen[str]:
    """Start an act."""
    command = [sys.executable, "-m", "tests.unit.cli.stage", *args]
    return subprocess.Popen(
        command, env=environment(state), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
    )


def run(state: Path, *args: str) -> tuple[int, str, str]:
    """Run an act to its end."""
    process = start(state, *args)
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


def until(process: subprocess.Popen[str], word: str) -> None:
    """Read stderr up to a line with this word."""
    assert process.stderr
    for line in process.stderr:
        if word in line:
            return
    raise AssertionError(word)


def recorded(state: Path) -> list[dict[str, Any]]:
    """Read the events of the only run."""
    (folder,) = runs.kept(state / "osk")
    return [json.loads(line) for line in (folder / runs.EVENTS).read_text().splitlines()]


def test_a_run_says_how_it_went(tmp_path: Path) -> None:
    """The result, what to do next and the report's place are data; what happened on the way is narration."""
    code, out, err = run(tmp_path, "succeeds")

    (folder,) = runs.kept(tmp_path / "osk")
    assert 0 == code
    assert "Ready in 3.0s: 1 of 1 steps done" in out
    assert "osk openstack endpoint list" in out
    assert f"report: {folder / runs.REPORT}" in out
    assert "00:01  networks/metallb/pools  started" in err
    assert "warning: the sky is grey" in err


def test_the_record_is_the_users_alone(tmp_path: Path) -> None:
    """Folder and files of a run are closed to others."""
    run(tmp_path, "succeeds")

    (folder,) = runs.kept(tmp_path / "osk")
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in [folder, *folder.iterdir()]}
    assert {folder.name: 0o700, runs.EVENTS: 0o600, runs.REPORT: 0o600, runs.LOG: 0o600} == modes


def test_json_lines_are_the_record(tmp_path: Path) -> None:
    """With `-o json` stdout has the events and nothing else, the same that are recorded, and stderr is silent."""
    code, out, err = run(tmp_path, "succeeds", "json")

    assert (0, "") == (code, err)
    assert recorded(tmp_path) == [json.loads(line) for line in out.splitlines()]


def test_a_failed_run_prints_its_problems(tmp_path: Path) -> None:
    """A failed run exits with its code and prints what is wrong, where, and what to do."""
    code, out, err = run(tmp_path, "fails")

    assert 7 == code
    assert "error OSK0501: It does not fit\n  at Secret a/b\n  → Mend it\n      osk plan" in err
    assert "Failed in 3.0s" in out


@pytest.mark.parametrize("form", [(), ("json",)], ids=["text", "json"])
def test_a_refused_run_ends_with_an_event(tmp_path: Path, form: tuple[str, ...]) -> None:
    """A run that is refused before its plan still ends its stream with RunFinished; no record of it is kept."""
    code, out, err = run(tmp_path, "is_refused", *form)

    assert (4, []) == (code, list(runs.kept(tmp_path / "osk")))
    assert "OSK0501" in (out if form else err)
    assert form or "report:" not in out
    if form:
        last = json.loads(out.splitlines()[-1])
        assert ("RunFinished", "refused", 4) == (last["type"], last["outcome"], last["exit_code"])


def test_a_fault_of_osk_shows_no_traceback(tmp_path: Path) -> None:
    """A fault is one line and the log's place; the traceback is in the log only."""
    code, out, err = run(tmp_path, "breaks")

    (folder,) = runs.kept(tmp_path / "osk")
    assert 1 == code
    assert "Traceback" not in out + err
    assert f"The traceback is in {folder / runs.LOG}" in err
    assert "Traceback" in (folder / runs.LOG).read_text()


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
    ids=str,
)
def test_a_signal_ends_a_run_cleanly(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """A signal stops the run, its record ends with RunFinished, and the last words say how to go on."""
    process = start(tmp_path, "waits")
    until(process, "started")

    process.send_signal(number)
    out, _ = process.communicate(timeout=PATIENCE)

    assert code == process.returncode
    assert "osk deploy all   # goes on from here" in out
    assert ("RunFinished", "stopped") == (recorded(tmp_path)[-1]["type"], recorded(tmp_path)[-1]["outcome"])


def test_a_run_that_is_stopped_before_it_begins_leaves_nothing(tmp_path: Path) -> None:
    """As after Ctrl-C during the first build: it says how to begin again, and keeps no report of nothing."""
    process = start(tmp_path, "prepares", "anew")
    until(process, "preparing")

    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=PATIENCE)

    assert ["Stopped: nothing was done", "osk deploy all   # anew"] == out.splitlines()
    assert (130, []) == (process.returncode, list(runs.kept(tmp_path / "osk")))


def test_the_list_of_runs_says_how_they_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has its time, its command and its result; one without a last word has none. As JSON they are folders."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    ended = runs.start("dev image", at=0.0, state=tmp_path / "osk", warn=pytest.fail)
    ended.append(runs.EVENTS, jsonlines.line(RunFinished(65.0, Outcome.READY, ExitCode.DONE, 65.0)) + "\n")
    killed = runs.start("deploy", at=70.0, state=tmp_path / "osk", warn=pytest.fail)

    said = CliRunner().invoke(app, ["report", "list"]).stdout.splitlines()

    assert ["BEGAN", "RUN", "RESULT", "FOLDER"] == said[0].split()
    assert said[1].startswith("1970-01-01 00:00:00Z  dev-image  Ready (1m05s)  ")
    assert ["1970-01-01", "00:01:10Z", "deploy", "-", str(killed.folder)] == said[2].split()
    told = json.loads(CliRunner().invoke(app, ["report", "list", "-o", "json"]).stdout)
    assert [str(ended.folder), str(killed.folder)] == told


@pytest.mark.parametrize("act", ["waits", "succeeds", "fails", "is_refused", "breaks"])
def test_a_secret_of_the_command_line_is_kept_nowhere(tmp_path: Path, act: str) -> None:
    """No file of a run and nothing that it prints has the value of `--set secrets.…`; the hint has dots for it."""
    process = start(tmp_path, act, "--set", "secrets.osp-secret.AdminPassword=HUNTER2")
    if act == "waits":
        until(process, "started")
        process.send_signal(signal.SIGINT)
    said = "".join(process.communicate(timeout=PATIENCE))
    kept = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())

    assert "HUNTER2" not in said + kept
    assert act != "waits" or "--set secrets.osp-secret.AdminPassword=•••   # goes on from here" in said


def test_a_run_that_clings_is_ended_all_the_same(tmp_path: Path) -> None:
    """What does not end within its grace is ended."""
    process = start(tmp_path, "clings")
    until(process, "started")

    process.send_signal(signal.SIGTERM)

    assert 143 == process.wait(timeout=PATIENCE)
    process.communicate()


def test_a_second_interrupt_ends_at_once(tmp_path: Path) -> None:
    """The second Ctrl-C does not wait for the grace of the first."""
    process = start(tmp_path, "clings")
    until(process, "started")

    process.send_signal(signal.SIGINT)
    until(process, "clinging")
    process.send_signal(signal.SIGINT)

    assert 130 == process.wait(timeout=PATIENCE)
    process.communicate()


def test_an_ignored_signal_stays_ignored(tmp_path: Path) -> None:
    """Under nohup a hangup does not end the run."""
    command = f"trap '' HUP; exec {sys.executable} -m tests.unit.cli.stage waits"
    process = subprocess.Popen(
        ["/bin/sh", "-c", command],
        env=environment(tmp_path),
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    until(process, "started")

    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE)

    assert 143 == process.returncode


@pytest.mark.parametrize("form", [(), ("json",)], ids=["text", "json"])
def test_a_run_goes_on_without_its_reader(tmp_path: Path, form: tuple[str, ...]) -> None:
    """When the reader of stdout goes away the run is finished all the same, quietly."""
    process = start(tmp_path, "talks", *form)
    assert process.stdout
    process.stdout.close()
    assert process.stderr
    err = process.stderr.read()

    assert 0 == process.wait(timeout=PATIENCE)
    assert "reached the end" in err
    assert "Broken pipe" not in err
    assert "Traceback" not in err


def test_a_disk_that_takes_nothing_is_one_warning(tmp_path: Path) -> None:
    """Where no record can be kept the run goes on, and says so once."""
    (tmp_path / "osk").write_text("a file where the folder should be")

    code, out, err = run(tmp_path, "succeeds")

    assert 0 == code
    assert 1 == err.count("the record of this run is not kept")
    assert "Ready in 3.0s" in out
    assert "report:" not in out


def test_a_disk_that_fills_up_is_one_warning(tmp_path: Path) -> None:
    """A record that can no longer be written is given up, once."""
    said: list[str] = []
    record = runs.start("deploy", at=0.0, state=tmp_path, warn=said.append)
    assert record.folder
    (record.folder / runs.EVENTS).symlink_to("/dev/full")

    record.append(runs.EVENTS, "one\n")
    record.append(runs.EVENTS, "two\n")

    assert 1 == len(said)
    assert "No space left on device" in said[0]


def test_the_last_fifty_are_kept(tmp_path: Path) -> None:
    """Older runs make room for newer ones."""
    for second in range(runs.KEPT + 3):
        runs.start("deploy", at=float(second), state=tmp_path, warn=pytest.fail)

    names = [each.name for each in runs.kept(tmp_path)]
    assert runs.KEPT == len(names)
    assert "19700101T000003Z-deploy" == names[0]
