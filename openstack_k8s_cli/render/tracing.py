"""Which line of a template each line of what it renders comes from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from openstack_k8s_cli.render.environment import Templates


@dataclass(frozen=True, slots=True)
class Trace:
    """A rendered template."""

    text: str = field(repr=False)
    lines: tuple[int, ...] = field(repr=False)
    """By line of the text, from 0, the line of the template, from 1."""
    source: tuple[str, ...] = field(repr=False)
    """The template's lines."""

    def line(self, rendered: int) -> int:
        """Give the template's line for a line of the text, both from 1."""
        return self.lines[min(rendered, len(self.lines)) - 1]


def trace(templates: Templates, path: str, *, names: Mapping[str, Any]) -> Trace:
    """Render a template, keeping for every line where it was written."""
    source = templates.source(path)
    text, lines = "", [1]
    for chunk, line in templates.chunks(path, names=names):
        parts = chunk.split("\n")
        literal = len(parts) > 1 and chunk in source
        if not text.rpartition("\n")[2]:
            lines[-1] = line
        lines += _following(line, len(parts) - 1, literal=literal)
        text += chunk
    return Trace(text, tuple(lines), tuple(source.split("\n")))


def _following(line: int, count: int, *, literal: bool) -> Iterator[int]:
    for step in range(1, count + 1):
        yield line + step if literal else line
