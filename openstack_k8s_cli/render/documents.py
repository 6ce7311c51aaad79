"""The objects in a rendered template."""

from collections.abc import Callable, Iterator
from types import NoneType
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from openstack_k8s_cli.components.reading import PAGE
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.render import yamltext

_ADVICE = Advice("Correct the template; `| quoted` and `| yaml` write any value safely", page=PAGE)

_METADATA = (("namespace", str, "text"), ("labels", dict, "mapping"), ("annotations", dict, "mapping"))


def objects(text: str, *, template: str) -> Iterator[tuple[int, Body]]:
    """Give each document that is an object, with its index; OskError has what is not one."""
    bodies = list(read(text, template=template, reader=yamltext.documents))
    problems = [problem for index, body in bodies if (problem := _wrong(body, f"{template}[{index}]"))]
    if problems:
        raise OskError(*problems, exit_code=ExitCode.USAGE)
    yield from bodies


def read(text: str, *, template: str, reader: Callable[[str], list[Any]]) -> Iterator[tuple[int, Any]]:
    """Give each document that is not empty, with its index; OskError says that the text is not YAML."""
    try:
        found = reader(text)
    except (YAMLError, ValueError, RecursionError) as error:
        raise OskError(_invalid(error, text, template), exit_code=ExitCode.USAGE) from error
    yield from ((index, document) for index, document in enumerate(found) if document is not None)


def refuse(body: Any, subject: str) -> None:
    """Raise OskError for what is not an object."""
    problem = _wrong(body, subject)
    if problem:
        raise OskError(problem, exit_code=ExitCode.USAGE)


def _invalid(error: Exception, text: str, template: str) -> Problem:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    reason = (error.problem if isinstance(error, MarkedYAMLError) else None) or str(error).partition("\n")[0]
    lines = text.split("\n")
    detail = None
    if mark is not None and mark.line < len(lines):
        detail = f"line {mark.line + 1} of the rendered text: {lines[mark.line].strip()}"
    return Problem("OSK0212", f"The rendered text is not YAML: {reason}", template, detail, (_ADVICE,))


def _wrong(body: Any, subject: str) -> Problem | None:
    summary = wrong(body)
    return Problem("OSK0213", summary, subject, advice=(_ADVICE,)) if summary else None


def wrong(body: Any) -> str | None:
    """Say why a value is no object: osk reads these fields, whatever the kind."""
    if not isinstance(body, dict):
        return "A document is not an object"
    for path in (("apiVersion",), ("kind",), ("metadata", "name")):
        here = get(body, *path)
        if not isinstance(here, str) or not here:
            return f"An object has no {'.'.join(path)}"
    for key, kind, words in _METADATA:
        if not isinstance(body["metadata"].get(key), (kind, NoneType)):
            return f"metadata.{key} of {body['kind']} {body['metadata']['name']} is no {words}"
    return None
