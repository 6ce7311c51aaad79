"""What the machine refuses: a full disk, files that nobody may touch, streams that are closed."""

import errno
import logging
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from openstack_k8s_cli.cli import main, printing
from openstack_k8s_cli.cli.scope import Output, Scope
from openstack_k8s_cli.cli.session import Session, bounded


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep records, where there are any, in a folder of the test's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def ended(error: OSError | MemoryError, capsys: pytest.CaptureFixture[str]) -> tuple[object, str]:
    """Give exit code and text of a command that ends with an error of the system."""

    def body(_session: Session) -> None:
        raise error

    with pytest.raises(SystemExit) as caught:
        bounded(body, scope=Scope(), command="osk render")
    return caught.value.code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "place"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "this machine"),
        (PermissionError(errno.EACCES, "Permission denied", "/root/x"), "/root/x"),
        (OSError(errno.ENAMETOOLONG, "File name too long", "/y"), "/y"),
        (MemoryError(), "this machine"),
    ],
)
def test_what_the_system_refuses_is_no_fault_of_osk(
    error: OSError | MemoryError, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told as such, with its place and what to do, and never as unexpected."""
    code, told = ended(error, capsys)

    assert (code, "OSK1342" in told, f"at {place}" in told, "→" in told) == (4, True, True, True)


@pytest.mark.parametrize("error", [OSError(errno.EMFILE, "Too many open files"), MemoryError()], ids=repr)
def test_what_the_system_refuses_in_a_run_fails_it(
    error: OSError | MemoryError, capsys: pytest.CaptureFixture[str]
) -> None:
    """Something may have been written by then: it was not refused before the first write."""

    def body(session: Session) -> None:
        session.keep("deploy")
        raise error

    with pytest.raises(SystemExit) as caught:
        bounded(body, scope=Scope(), command="osk deploy")

    assert (caught.value.code, "OSK1342" in capsys.readouterr().err) == (7, True)


def test_other_errors_of_the_system_are_unexpected(capsys: pytest.CaptureFixture[str]) -> None:
    """A connection that nobody expected to be refused stays a fault of osk's."""
    code, told = ended(ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), capsys)

    assert (code, "OSK1000" in told) == (1, True)


def test_a_full_log_costs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """The log that cannot be written is given up with one line; what was asked for is done."""

    def body(_session: Session) -> None:
        for _ in range(3):
            logging.getLogger("openstack_k8s_cli.x").info("said")

    bounded(body, scope=Scope(log_file=Path("/dev/full")), command="osk render")

    told = capsys.readouterr().err
    assert (told.count("the log is not written any more"), "Traceback" in told) == (1, False)


@pytest.mark.parametrize("line", ["validate --from -", "profile import install_yamls -"])
def test_stdin_that_is_no_text_is_refused(line: str) -> None:
    """Bytes that are no UTF-8 are said to be that."""
    done = CliRunner().invoke(main.app, line.split(), input=b"\xff\xfe\x00A=1\n")

    assert (done.exit_code, "at stdin" in done.stderr) == (2, True)


@pytest.mark.parametrize("name", ["x" * 300, "loop", "a\nb"])
def test_a_source_that_cannot_be_read_is_refused(home: Path, name: str) -> None:
    """`--from` of what is no path, or leads nowhere, is a wrong command line."""
    (home / "loop").symlink_to("loop")

    done = CliRunner().invoke(main.app, ["validate", "--from", name])

    assert (done.exit_code, "OSK0892" in done.stderr) == (2, True)


def test_streams_that_the_caller_closed_are_opened() -> None:
    """With `<&- >&-` osk says nothing, and writes into no file of its own."""
    streams = SimpleNamespace(stdin=None, stdout=None, stderr=None)

    main.open_closed(streams)

    opened = list(vars(streams).values())
    assert [os.devnull] * 3 == [each.name for each in opened]
    for each in opened:
        each.close()


def test_what_a_cluster_says_does_not_act_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """On stdout as on stderr: its escapes are written out, but in a file or secret, and line breaks stay."""
    said = "a\n\tb\x1b]0;mine\x07\n"
    printing.answer(Scope(), {}, lambda: said)
    shown = capsys.readouterr().out
    printing.answer(Scope(), {}, lambda: said, verbatim=True)
    kept = capsys.readouterr().out
    printing.answer(Scope(output=Output.JSON), {"said": "\u200e"}, lambda: said)

    assert ("a\n\tb\\x1b]0;mine\\x07\n", said) == (shown, kept)
    assert '"\u200e"' in capsys.readouterr().out
