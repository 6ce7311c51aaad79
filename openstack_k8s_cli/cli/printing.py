"""Writes data to stdout and narration to stderr."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from openstack_k8s_cli.cli import endings
from openstack_k8s_cli.cli.scope import Output, Scope
from openstack_k8s_cli.model.problems import AGAIN, Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.report import jsonlines, wording
from openstack_k8s_cli.report import problems as problem_texts


def answer(scope: Scope, document: Any, text: Callable[[], str], *, verbatim: bool = False) -> None:
    """Print the one document of a command that answers, in the form asked for.

    What a terminal acts on is written as escapes in the text, but where that is `verbatim`: a file, a secret.
    """
    match scope.form:
        case Output.TEXT:
            out(text() if verbatim else wording.visible(text()))
        case Output.JSON:
            out(json_text(document))
        case Output.YAML:
            out(yaml_text(document))


def refused(scope: Scope, problems: Iterable[Problem], exit_code: ExitCode, *, command: str) -> None:
    """Print the problems that end a command: for people on stderr, with `-o json` on stdout as that command answers."""
    if scope.form is Output.JSON and command.partition(" ")[2] in endings.RUNS:
        out(jsonlines.line(endings.failed(time.time(), exit_code, problems)))
    elif scope.form is Output.JSON:
        out(json.dumps(problem_texts.document(problems, exit_code), ensure_ascii=False))
    else:
        tell(problem_texts.text(problems))


def out(text: str) -> None:
    """Write lines to stdout."""
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
    sys.stdout.flush()


def tell(text: str) -> None:
    """Write lines to stderr; a terminal that went away is no reason to stop."""
    text = wording.visible(text)
    try:
        sys.stderr.write(text if text.endswith("\n") else f"{text}\n")
        sys.stderr.flush()
    except OSError:
        return


def follow(text: str) -> None:
    """Write a line of progress; at a terminal one that begins with a carriage return takes the place of the line before."""
    fresh = text.removeprefix("\r")
    if fresh != text and sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb":
        with suppress(OSError):
            sys.stderr.write("\x1b[A\x1b[2K")
    tell(fresh)


def warn(text: str) -> None:
    """Write one warning to stderr."""
    tell(f"warning: {text}")


def abandon_stdout() -> None:
    """Point stdout at nothing, so that the interpreter's last flush does not complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def lines_only(scope: Scope) -> None:
    """Refuse `-o yaml` for a command that runs: it prints JSON lines or text."""
    if scope.form is Output.YAML:
        problem = Problem(
            code="OSK1001",
            summary="A command that runs prints text or JSON lines, not YAML",
            subject="-o yaml",
            advice=(Advice("Ask for JSON lines", f"{AGAIN} -o json"),),
        )
        raise OskError(problem, exit_code=ExitCode.USAGE)


def json_text(document: Any) -> str:
    """Give a document as indented JSON."""
    return json.dumps(document, indent=2, ensure_ascii=False)


def compact(document: Any) -> str:
    """Give a value on one line."""
    return json.dumps(document, ensure_ascii=False, default=str)


def yaml_text(*documents: Any) -> str:
    """Give one or several documents as YAML, keys in their own order; every reader takes it alike."""
    from openstack_k8s_cli.render import yamltext  # only for who asks for YAML

    head = "---\n" if len(documents) > 1 else ""
    return "".join(head + yamltext.dump(each) for each in documents)


def table(rows: Iterable[tuple[str, ...]], *, heads: tuple[str, ...] = ()) -> str:
    """Align rows into columns, two spaces apart."""
    cells = [heads, *rows] if heads else list(rows)
    widths = [max(len(row[at]) for row in cells) for at in range(len(cells[0]))] if cells else []
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )
