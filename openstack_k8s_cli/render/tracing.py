"""Which line of a template each line of what it renders comes from."""

from collections.abc import Mapping
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
    written = source.split("\n")
    text, lines = "", [1]
    for chunk, near in templates.chunks(path, names=names):
        parts = chunk.split("\n")
        literal = bool(chunk.strip()) and chunk in source
        line = _start(near, parts, written) if literal else near
        if not text.rpartition("\n")[2]:
            lines[-1] = line
        lines += [line + step if literal else line for step in range(1, len(parts))]
        text += chunk
    return Trace(text, tuple(lines), tuple(written))


def _start(near: int, parts: list[str], written: list[str]) -> int:
    """Tell where plain text begins: a block's line break is cut off, so Jinja names the block's own line."""
    first = next(at for at, part in enumerate(parts) if part.strip())
    lines = (near, near + 1)
    return next((line for line in lines if parts[first] in _at(written, line + first)), near)


def _at(written: list[str], line: int) -> str:
    return written[line - 1] if line <= len(written) else ""
