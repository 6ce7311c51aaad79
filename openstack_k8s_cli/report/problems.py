"""Problems as text for people and as JSON for machines."""

from collections.abc import Iterable, Iterator
from typing import Any

from openstack_k8s_cli.model.problems import Advice, ExitCode, Problem

_INDENT = "  "


def text(problems: Iterable[Problem]) -> str:
    """Give the lines that a person reads, a blank line between problems."""
    return "\n\n".join("\n".join(_lines(problem)) for problem in problems)


def document(problems: Iterable[Problem], exit_code: ExitCode) -> dict[str, Any]:
    """Give the JSON form, the same fields as in RunFinished."""
    return {"exit_code": int(exit_code), "problems": [plain(problem) for problem in problems]}


def plain(problem: Problem) -> dict[str, Any]:
    """Give one problem's JSON form."""
    return {
        "code": problem.code,
        "summary": problem.summary,
        "subject": problem.subject,
        "detail": problem.detail,
        "advice": [
            {"text": each.text, "command": each.command, "page": each.page} for each in problem.advice
        ],
    }


def _lines(problem: Problem) -> Iterator[str]:
    yield f"error {problem.code}: {_one_line(problem.summary)}"
    if problem.subject:
        yield f"{_INDENT}at {_one_line(problem.subject)}"
    if problem.detail:
        yield from (f"{_INDENT}{line}" for line in problem.detail.splitlines())
    for advice in problem.advice:
        yield from _advice(advice)


def _one_line(text: str) -> str:
    return " ".join(text.splitlines())


def _advice(advice: Advice) -> Iterator[str]:
    yield f"{_INDENT}→ {advice.text}"
    if advice.command:
        yield f"{_INDENT}    {advice.command}"
    if advice.page:
        yield f"{_INDENT}    see {advice.page}"
