"""`--set PATH=VALUE`: one layer from the command line, typed by the schema."""

from collections.abc import Sequence
from typing import Any

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.profile import outline, paths, redaction
from openstack_k8s_cli.profile.documents import Document, parse
from openstack_k8s_cli.profile.sources import Source

LABEL = "--set"


def document(sets: Sequence[str]) -> Document:
    """Make the layer; raises OskError with every assignment that cannot be read."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for text in sets:
        try:
            path, value = assignment(text)
            _put(values, path, value)
        except ValueError as error:
            problems.append(_problem(text, str(error)))
    if problems:
        raise OskError(*problems, exit_code=ExitCode.USAGE)
    return Document(LABEL, values, {}, {})


def assignment(text: str) -> tuple[paths.Path, Any]:
    """Take `PATH=VALUE` apart; ValueError says what is wrong."""
    head, equals, tail = text.partition("=")
    if not equals:
        raise ValueError("write it as `PATH=VALUE`")
    path = paths.parse(head.strip())
    return path, typed(path, tail)


def typed(path: paths.Path, text: str) -> Any:
    """Read a value as YAML; where the schema wants text, as it stands."""
    try:
        value = parse(Source(LABEL, f"value: {text}\n")).values.get("value") if text else ""
    except OskError as error:
        value, wrong = text, error.problems[0].summary
        if not _is_text(path):
            raise ValueError(wrong) from error
    if value is not None and not isinstance(value, (str, dict, list)) and _is_text(path):
        return text
    return value


def _is_text(path: paths.Path) -> bool:
    spot = outline.find(path)
    return spot is not None and spot.textual


def _put(values: dict[str, Any], path: paths.Path, value: Any) -> None:
    here = values
    for part in path[:-1]:
        below = here.setdefault(_key(part), {})
        if not isinstance(below, dict):
            here[_key(part)] = below = {}
        here = below
    here[_key(path[-1])] = value


def _key(part: str | int) -> str:
    if isinstance(part, int):
        raise ValueError("a list is set as a whole, such as `networks.ctlplane.dns=[.1, .2]`")  # noqa: TRY004  # the text is wrong, not a type
    return part


def _problem(text: str, message: str) -> Problem:
    name, equals, _ = text.partition("=")
    if redaction.assignment(text) != text:
        name = name if equals else redaction.DOTS
        message = "it cannot be read" if equals else "write it as `PATH=VALUE`"
    advice = Advice("Write it as `--set PATH=VALUE`", "osk profile schema", "docs/profile.md")
    return Problem("OSK0109", f"`--set {name}`: {message}", LABEL, None, (advice,))
