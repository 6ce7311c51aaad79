"""What the code promises of its own shape: sizes, documented errors, events and exit codes."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from openstack_k8s_cli.model import events
from openstack_k8s_cli.model.problems import ExitCode

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "openstack_k8s_cli"
MODULES = sorted(each for each in PACKAGE.rglob("*.py") if "_shipped" not in each.parts)
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def named(paths: list[Path]) -> list[str]:
    """Give names that tell modules apart in a report."""
    return [str(each.relative_to(ROOT)) for each in paths]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Walk over a module's functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=named([*MODULES, *TESTS]))
def test_sizes(path: Path) -> None:
    """No module has more than 350 lines, no function more than 60."""
    assert len(path.read_text().splitlines()) <= 350
    assert [] == [each.name for each in functions(path) if (each.end_lineno or 0) - each.lineno >= 60]


@pytest.mark.parametrize("path", MODULES, ids=named(MODULES))
def test_module_docstrings(path: Path) -> None:
    """Every module says what it owns."""
    text = path.read_text()

    assert not text.strip() or ast.get_docstring(ast.parse(text))


def problems() -> Iterator[tuple[str, ast.Call]]:
    """Walk over every construction of a Problem."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Problem":
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def advice(call: ast.Call) -> ast.expr | None:
    """Find the advice among what a Problem is made with."""
    named = [word.value for word in call.keywords if word.arg == "advice"]
    return next(iter([*named, *call.args[4:]]), None)


def is_bare(call: ast.Call) -> bool:
    """Tell whether a Problem is made without advice, or with nothing in it."""
    given = advice(call)
    return given is None or ast.unparse(given) in {"()", "None", "tuple()"}


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ("Problem('OSK1', 'x')", True),
        ("Problem('OSK1', 'x', advice=())", True),
        ("Problem('OSK1', 'x', None, None, ())", True),
        ("Problem('OSK1', 'x', advice=(Advice('y'),))", False),
        ("Problem('OSK1', 'x', None, None, found)", False),
    ],
)
def test_an_error_without_advice_is_found(made: str, *, expected: bool) -> None:
    """What the next test looks for."""
    call = ast.parse(made, mode="eval").body

    assert isinstance(call, ast.Call)
    assert expected is is_bare(call)


def test_every_error_has_advice() -> None:
    """No error leaves the user without a remedy."""
    assert [] == [place for place, call in problems() if is_bare(call)]
    assert 100 < len(list(problems()))


def test_every_error_code_is_documented() -> None:
    """docs/errors.md or docs/lint.md has every code that the package can print, and no other."""
    used = {code for path in MODULES for code in re.findall(r"OSK\d{4}", path.read_text())}
    pages = [(ROOT / "docs" / name).read_text() for name in ("errors.md", "lint.md")]
    documented = {code for text in pages for code in re.findall(r"OSK\d{4}", text)}

    assert used == documented


@pytest.mark.parametrize("code", list(ExitCode), ids=lambda code: code.name)
def test_every_exit_code_is_documented(code: ExitCode) -> None:
    """docs/exit-codes.md has every exit code."""
    assert re.search(rf"^\| {code.value} \|", (ROOT / "docs" / "exit-codes.md").read_text(), re.MULTILINE)


@pytest.mark.parametrize("event", events.Event.__args__, ids=lambda event: event.__name__)
def test_every_event_is_documented(event: type[events.Event]) -> None:
    """docs/events.md has every event with every field."""
    text = (ROOT / "docs" / "events.md").read_text()
    section = re.search(rf"^## {event.__name__}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)

    assert section is not None
    assert set() == {each.name for each in fields(event) if f"`{each.name}`" not in section.group(1)}
