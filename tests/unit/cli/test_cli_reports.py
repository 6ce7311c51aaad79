"""`osk report list` over folders that are not as osk left them."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from openstack_k8s_cli.adapters import runs
from openstack_k8s_cli.cli import main
from openstack_k8s_cli.model.events import Outcome, RunFinished
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.report import jsonlines

END = jsonlines.line(RunFinished(100.0, Outcome.READY, ExitCode.DONE, 3.0))
LASTS = {
    "list": "[1]",
    "field": END.replace('"outcome":', '"other":'),
    "time": END.replace('"at":', '"other":'),
    "outcome": END.replace('"ready"', '"splendid"').replace('"Ready"', '"Splendid"'),
    "seconds": END.replace('"seconds":3.0', '"seconds":"long"'),
}


def listed(home: Path, monkeypatch: pytest.MonkeyPatch, found: dict[str, str]) -> list[list[str]]:
    """List runs by the names of their folders and their events."""
    monkeypatch.setenv("XDG_STATE_HOME", str(home))
    for name, text in found.items():
        folder = home / "osk" / "runs" / name
        folder.mkdir(parents=True)
        (folder / runs.EVENTS).write_text(text, encoding="utf-8")
    done = CliRunner().invoke(main.app, ["report", "list"])
    assert 0 == done.exit_code, done.output
    return [line.rsplit(None, 1)[0].split("  ") for line in done.stdout.splitlines()[1:]]


def test_one_bad_folder_costs_no_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be read is a dash, be it the end or the name; the others are there."""
    bad = {f"20261126T20300{at}Z-deploy": text for at, text in enumerate(LASTS.values())}
    rows = listed(tmp_path, monkeypatch, {**bad, "20261126T203100Z-up": f"{END}\n", "mine": END})
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]

    assert [["deploy", "-"]] * len(bad) == [row[1:] for row in cells[:-2]]
    assert ["2026-11-26 20:31:00Z", "up", "Ready (3.0s)"] == cells[-2]
    assert ["-", "mine", "Ready (3.0s)"] == cells[-1]


@pytest.mark.parametrize(
    ("text", "last"),
    [("", ""), ("one", "one"), ("one\ntwo\n", "two"), (f"one\n{'é' * 40_000}\n", "é" * 40_000)],
    ids=["empty", "one", "two", "long"],
)
def test_the_last_line_is_read_from_the_end(tmp_path: Path, text: str, last: str) -> None:
    """However long it is, and whether or not it was ended."""
    file = tmp_path / "events.jsonl"
    file.write_text(text, encoding="utf-8")

    assert last == runs.last_line(file)
