"""The Jinja environment of templates, and what its errors say."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from traceback import extract_tb
from typing import Any

from jinja2 import BaseLoader, Environment, TemplateError, TemplateNotFound, TemplateSyntaxError

from openstack_k8s_cli.components.codes import Codes
from openstack_k8s_cli.components.expressions import MissingError, Sandbox, path_to, scope
from openstack_k8s_cli.components.reading import PAGE, nearest
from openstack_k8s_cli.components.schema import Expression
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.render.functions import RefusedError, filters, functions

FAILURES = (
    TemplateError,
    TypeError,
    ValueError,
    LookupError,
    ArithmeticError,
    AttributeError,
    RecursionError,
    MemoryError,
)
"""What a template can raise."""


class _Catalogue(BaseLoader):
    def __init__(self, templates: Mapping[str, str]) -> None:
        self._templates = templates

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        del environment
        if template not in self._templates:
            raise TemplateNotFound(template)
        return self._templates[template], template, lambda: True


class Templates:
    """Renders templates of one catalogue for one profile."""

    def __init__(
        self,
        templates: Mapping[str, str],
        values: Mapping[str, Any],
        facts: Facts,
        codes: Codes | None = None,
    ) -> None:
        names = scope(values, facts)
        self._texts = templates
        self._names = names
        self._sandbox = Sandbox(codes, loader=_Catalogue(templates), trim_blocks=True, lstrip_blocks=True)
        self._sandbox.filters.update(filters())
        self._sandbox.globals.update({**names, **functions(values, facts)})

    def file(self, path: str, *, names: Mapping[str, Any]) -> str:
        """Render a template; OskError names the line and the missing path."""
        try:
            return self._sandbox.get_template(path).render(names)
        except FAILURES as error:
            raise OskError(self._problem(error, path), exit_code=ExitCode.USAGE) from error

    def source(self, path: str) -> str:
        """Give a template as it is written."""
        return self._texts[path]

    def chunks(self, path: str, *, names: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
        """Render a template piece by piece, each with the line of the template that writes it."""
        template = self._sandbox.get_template(path)
        running: Any = template.root_render_func(template.new_context(dict(names)))
        for chunk in running:
            yield chunk, template.get_corresponding_lineno(running.gi_frame.f_lineno)

    def text(self, source: str, *, names: Mapping[str, Any], subject: str) -> str:
        """Render a short text of a component, such as a gate's name."""
        if "{" not in source:
            return source
        try:
            return self._sandbox.from_string(source).render(names)
        except FAILURES as error:
            found = self._problem(error, subject, source=source)
            raise OskError(found, exit_code=ExitCode.USAGE) from error

    def value(self, source: Expression, *, names: Mapping[str, Any], subject: str) -> bool:
        """Evaluate an expression of a component."""
        if isinstance(source, bool):
            return source
        return bool(self.text(f"{{{{ 1 if ({source}) else '' }}}}", names=names, subject=subject))

    def _problem(self, error: Exception, path: str, *, source: str | None = None) -> Problem:
        where, line = self._spot(error, path)
        subject = path if line is None or source is not None else f"{where}:{line}"
        if isinstance(error, MissingError):
            text = self._texts.get(where, "") if source is None else source
            dotted = path_to(self._sandbox, text, error, line=line if source is None else None)
            summary = f"`{dotted}` is not in the profile or the facts{nearest(error.name, error.known or self._names)}"
            advice = Advice("Add the value to the profile, or correct the template", "osk profile show")
            return Problem("OSK0210", summary, subject, advice=(advice,))
        if isinstance(error, TemplateNotFound):
            summary = f"The template includes `{error.name}`, which is not in the catalogue{nearest(str(error.name), self._texts)}"
            advice = Advice(
                "Name it by its path in the catalogue, such as `networks/nodes/macros.j2`", page=PAGE
            )
            return Problem("OSK0211", summary, subject, advice=(advice,))
        if isinstance(error, RefusedError):
            advice = Advice(
                "Change in the profile what it names, or take another cluster", "osk profile show"
            )
            summary = f"The profile cannot be had: {error}"
            return Problem("OSK1388", summary, subject, advice=(advice,))
        advice = Advice("Correct the template", page=PAGE)
        reason = "there is no memory for what it makes" if isinstance(error, MemoryError) else error
        return Problem("OSK0211", f"The template fails: {reason}", subject, advice=(advice,))

    def _spot(self, error: Exception, path: str) -> tuple[str, int | None]:
        if isinstance(error, TemplateSyntaxError):
            return error.name or path, error.lineno
        frames = [
            frame for frame in extract_tb(error.__traceback__) if _is_template(frame.filename, self._texts)
        ]
        return (frames[-1].filename, frames[-1].lineno) if frames else (path, None)


def _is_template(filename: str, texts: Mapping[str, str]) -> bool:
    return filename in texts and PurePosixPath(filename).suffix == ".j2"
