"""Commands that run and are refused before there is a plan: the end of their stream, and that nothing is left."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from openstack_k8s_cli.adapters import runs
from openstack_k8s_cli.cli.main import app

CASES = {
    "deploy all": (4, "OSK04"),
    "deploy nothing-of-that-name": (2, "OSK0303"),
    "deploy --rehearsal=gone": (4, "OSK0909"),
    "deploy -p gone": (2, "OSK0103"),
    "wait": (4, "OSK04"),
    "teardown all --yes": (4, "OSK04"),
    "rehearse": (4, "OSK09"),
    "rehearse --keep": (4, "OSK09"),
    "rehearse --faults gone.yaml": (2, "OSK0960"),
    "rehearse --rehearsal=No_Name --keep": (2, "OSK0907"),
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run where there is no cluster, no Go and nothing built."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("OSK_PROFILE", "KUBECONFIG", "XDG_STATE_HOME", "XDG_CACHE_HOME", "KUBEBUILDER_ASSETS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.parametrize("line", CASES)
def test_a_refused_command_ends_with_an_event_and_leaves_nothing(home: Path, line: str) -> None:
    """With `-o json` the one line is RunFinished, as docs/events.md has it; there is no run to keep."""
    code, problem = CASES[line]

    done = CliRunner().invoke(app, [*line.split(), "-o", "json"])

    (event,) = [json.loads(each) for each in done.stdout.splitlines()]
    assert code == done.exit_code
    assert (1, "RunFinished", "refused", code) == (
        event["version"],
        event["type"],
        event["outcome"],
        event["exit_code"],
    )
    assert event["problems"][0]["code"].startswith(problem)
    assert [] == list(runs.kept(home / ".local" / "state" / "osk"))


@pytest.mark.parametrize("line", CASES)
def test_a_refused_command_tells_people(line: str) -> None:
    """As text the problem is on stderr once, and the result says that nothing was done."""
    done = CliRunner().invoke(app, line.split())

    assert 1 == done.stderr.count("error OSK")
    assert "runs on" not in done.stderr
    assert "Refused: nothing was done" in done.stdout
