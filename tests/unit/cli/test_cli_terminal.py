"""What a person sees at a terminal, and where plain lines take its place."""

import io
import os
import pty
import re
import subprocess
import sys
from contextlib import redirect_stderr
from pathlib import Path

import pytest

from openstack_k8s_cli.cli import printing
from tests.unit.cli.test_cli_running import PATIENCE, environment

HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "term", "sent"),
    [
        (Terminal(), "xterm", "one\n\x1b[A\x1b[2Ktwo\nthree\n"),
        (Terminal(), "dumb", "one\ntwo\nthree\n"),
        (io.StringIO(), "xterm", "one\ntwo\nthree\n"),
    ],
    ids=["terminal", "dumb", "pipe"],
)
def test_progress_stays_in_its_line_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, term: str, sent: str
) -> None:
    """Minutes of building are one line there, and one after the other in a log."""
    monkeypatch.setenv("TERM", term)
    with redirect_stderr(stream):
        for line in ("one", "\rtwo", "three"):
            printing.follow(line)

    assert sent == stream.getvalue()


def at_terminal(state: Path, act: str, **more: str) -> str:
    """Run an act with stderr at a terminal; gives what the terminal was sent."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.unit.cli.stage", act],
        env={**environment(state), **more},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    sent = b""
    while True:
        try:
            sent += os.read(ours, 65536)
        except OSError:  # the other side is closed
            break
    process.wait(timeout=PATIENCE)
    os.close(ours)
    return sent.decode()


def colours(sent: str) -> set[int]:
    """Find the colours among what was sent: foreground and background, plain, bright and from a palette."""
    numbers = {
        int(number)
        for styles in re.findall(r"\x1b\[([\d;]*)m", sent)
        for number in styles.split(";")
        if number
    }
    return {each for each in numbers if 30 <= each <= 48 or 90 <= each <= 107}


def test_a_terminal_sees_the_tree(tmp_path: Path) -> None:
    """At a terminal the run is a live tree with the failed step, the layer's progress, and the cursor back at the end."""
    sent = at_terminal(tmp_path, "fails")

    assert HIDE in sent
    assert sent.rindex(SHOW) > sent.rindex(HIDE)
    assert "✗ " in sent
    assert "0/1" in sent
    assert "warning" not in sent


@pytest.mark.parametrize("setting", [{"CI": "true"}, {"TERM": "dumb"}], ids=str)
def test_simple_terminals_see_lines(tmp_path: Path, setting: dict[str, str]) -> None:
    """In CI and at a dumb terminal there are plain lines without control characters."""
    sent = at_terminal(tmp_path, "succeeds", **setting)

    assert "00:01  networks/metallb/pools  started" in sent
    assert "\x1b" not in sent


def test_no_color_means_none(tmp_path: Path) -> None:
    """With NO_COLOR the tree has no colours; without it, it has."""
    assert set() == colours(at_terminal(tmp_path, "fails", NO_COLOR="1"))
    assert set() != colours(at_terminal(tmp_path, "fails"))
