"""What templates and expressions compile to, so that none is compiled twice.

Compiling evaluates nothing: a code is what its text and Jinja make it, and holds no outcome of a function of osk's.
"""

import hashlib
import importlib.util
import json
from collections.abc import Callable, Iterable, Mapping
from types import CodeType
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame

_FORMAT = 2
"""Of the codes; raised when the sandbox lets Jinja write others for the same text."""


class Codes:
    """Codes by what they were made from; filled as they are needed."""

    def __init__(self, earlier: Mapping[str, CodeType] | None = None) -> None:
        self.earlier = {} if earlier is None else earlier
        """Those of earlier runs, each asked for only when it is needed."""
        self.used: dict[str, CodeType] = {}
        self.made: set[str] = set()
        """Those that were not known at first."""

    def of(self, key: str, make: Callable[[], CodeType]) -> CodeType:
        """Give a code, made where it is not known."""
        found = self.used.get(key)
        if found is None:
            found = self.earlier.get(key)
            if found is None:
                found = make()
                self.made.add(key)
            self.used[key] = found
        return found


class Unfolded(CodeGenerator):
    """Leaves constants as they are written: Jinja would call filters on them while it compiles."""

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        if isinstance(node, (nodes.TemplateData, nodes.Const)):
            return super()._output_child_to_const(node, frame, finalize)
        raise nodes.Impossible

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802  # the name is Jinja's
        """Join with the environment's own function, which knows how much is too much."""
        self.write("environment.concat(map(str, (")
        for each in node.nodes:
            self.visit(each, frame)
            self.write(", ")
        self.write(")))")


def dialect(environment: jinja2.Environment) -> str:
    """Name all but the text that a code depends on."""
    names = [_signatures(environment.filters), _signatures(environment.tests)]
    spaces = [environment.trim_blocks, environment.lstrip_blocks, environment.keep_trailing_newline]
    return digest(_FORMAT, jinja2.__version__, importlib.util.MAGIC_NUMBER.hex(), *names, *spaces)


def digest(*parts: Any) -> str:
    """Name a code by what it is made from."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _signatures(functions: Mapping[str, Any]) -> Iterable[str]:
    """Name functions, each with what it is passed before its arguments: a code has both."""
    return [f"{name} {getattr(functions[name], 'jinja_pass_arg', '')}" for name in sorted(functions)]
