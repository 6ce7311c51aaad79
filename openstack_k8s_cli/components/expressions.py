"""Sandboxed Jinja over a profile's values and the facts: no I/O, no clock, no randomness, nothing undefined."""

import re
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.environment import TemplateExpression
from jinja2.exceptions import UndefinedError
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from openstack_k8s_cli.components import limits
from openstack_k8s_cli.components.codes import Codes, Unfolded, dialect, digest
from openstack_k8s_cli.components.schema import Expression
from openstack_k8s_cli.model import hooks
from openstack_k8s_cli.model.facts import Facts

CAPABILITIES = ("olm", "routes", "scc", "marketplace", "machineConfig", "frrK8s", "nmstate", "clusterDns")
OPERATORS = (
    *("nmstate", "metallb", "certManager", "openstack"),
    *("lvms", "loki", "netobserv", "clusterObservability", "rook", "baremetal"),
)


class MissingError(UndefinedError):
    """A name that the profile and the facts do not have."""

    def __init__(self, message: str, name: str, known: tuple[str, ...]) -> None:
        super().__init__(message)
        self.name = name
        self.known = known
        """Names beside it that exist."""


class _Missing(StrictUndefined):
    """Raises MissingError at every use."""

    __slots__ = ()

    def __init__(
        self, hint: str | None = None, obj: Any = missing, name: Any = None, exc: Any = None
    ) -> None:
        known = tuple(map(str, obj)) if isinstance(obj, Mapping) else ()

        def raised(message: str | None) -> MissingError:
            return MissingError(message or "", str(name), known)

        super().__init__(hint, obj, name, exc if exc is not None and exc is not UndefinedError else raised)  # type: ignore[arg-type]  # jinja calls it with a message only


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja for components and templates; keys of mappings win over methods of dict.

    It takes its functions before it compiles anything.
    """

    code_generator_class = Unfolded
    intercepted_binops = frozenset({"+", "*", "**", "%"})
    concat = staticmethod(limits.joined)

    def __init__(self, codes: Codes | None = None, **options: Any) -> None:
        super().__init__(
            undefined=_Missing, autoescape=False, keep_trailing_newline=True, optimized=False, **options
        )
        self.globals.pop("lipsum")
        self.filters.pop("random")
        self.filters["format"] = limits.formatting(self.filters["format"])
        for name in limits.PADDING:
            self.filters[name] = limits.padding(self.filters[name])
        self._codes = codes or Codes()

    @cached_property
    def _dialect(self) -> str:
        return dialect(self)

    def compile(  # the signature is Jinja's
        self,
        source: str | nodes.Template,
        name: str | None = None,
        filename: str | None = None,
        raw: bool = False,  # noqa: FBT001, FBT002
        defer_init: bool = False,  # noqa: FBT001, FBT002
    ) -> Any:
        """Compile a template, or give what was made of the same text before."""
        make = partial(super().compile, source, name, filename, raw=raw, defer_init=defer_init)
        if raw or defer_init or not isinstance(source, str):
            return make()
        return self._codes.of(digest(self._dialect, "template", name, filename, source), make)

    def compile_expression(self, source: str, undefined_to_none: bool = True) -> TemplateExpression:  # noqa: FBT001, FBT002  # Jinja's
        """Compile an expression, or give what was made of the same text before."""
        code = self._codes.of(
            digest(self._dialect, "expression", source), lambda: self.compile(self._assigning(source))
        )
        template = Template.from_code(self, code, self.make_globals(None), None)
        return TemplateExpression(template, undefined_to_none)

    def _assigning(self, source: str) -> nodes.Template:
        parser = Parser(self, source, state="variable")
        found = parser.parse_expression()
        if not parser.stream.eos:
            parser.fail("chunk after expression", parser.stream.current.lineno)
        found.set_environment(self)
        return nodes.Template([nodes.Assign(nodes.Name("result", "store"), found, lineno=1)], lineno=1)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Refuse what would take all memory."""
        limits.check_operation(operator, left, right)
        return super().call_binop(context, operator, left, right)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Refuse what would take all memory."""
        limits.check_call(obj, args, kwargs)
        return super().call(context, obj, *args, **kwargs)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Look up a key first, so that a profile may have a key named `items`."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


def scope(values: Mapping[str, Any], facts: Facts, **more: Any) -> dict[str, Any]:
    """Give the names that expressions and templates see."""
    outputs = {name: _outputs(name, hook) for name, hook in (values.get("hooks") or {}).items()}
    return {**values, "hooks": outputs, "facts": _facts(facts), **more}


def _outputs(name: str, hook: Mapping[str, Any]) -> dict[str, Any]:
    """Give a hook as templates see it: each of its outputs as the mark that stands for it."""
    return {"outputs": {key: hooks.mark(name, key) for key in hook.get("outputs") or {}}}


def _facts(facts: Facts) -> dict[str, Any]:
    return {
        "provider": facts.provider,
        "flavour": facts.flavour,
        "workers": list(facts.workers),
        "nics": dict(facts.nics),
        "capabilities": {
            name: name in facts.capabilities for name in (*CAPABILITIES, *sorted(facts.capabilities))
        },
        "operators": {name: name in facts.operators for name in (*OPERATORS, *sorted(facts.operators))},
        "catalogs": list(facts.catalogs),
        "serverVersion": facts.server_version,
        "live": facts.cluster_id is not None,
    }


def compiled(sandbox: Sandbox, source: str) -> Callable[..., Any]:
    """Compile an expression; TemplateSyntaxError says what is wrong with it."""
    return sandbox.compile_expression(source, undefined_to_none=False)


def syntax_problem(sandbox: Sandbox, source: str) -> str | None:
    """Say what is wrong with an expression; None: nothing."""
    try:
        compiled(sandbox, source)
    except TemplateSyntaxError as error:
        return error.message or str(error)
    return None


def evaluate(sandbox: Sandbox, source: Expression, names: Mapping[str, Any]) -> Any:
    """Give an expression's value; MissingError names what is not there."""
    if isinstance(source, bool):
        return source
    found = compiled(sandbox, source)(**names)
    bool(found)  # an undefined result raises here
    return found


def path_to(sandbox: Sandbox, source: str, error: MissingError, *, line: int | None = None) -> str:
    """Give the dotted path that ends in the missing name, as it is written in a template."""
    try:
        tree = sandbox.parse(source)
    except TemplateSyntaxError:
        return error.name
    for node in tree.find_all((nodes.Getattr, nodes.Getitem)):
        dotted = _dotted(node)
        if (
            dotted
            and re.split(r"[.\[]", dotted)[-1].rstrip("]") == error.name
            and line in {None, node.lineno}
        ):
            return dotted
    return error.name


def _dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_dotted(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return f"{_dotted(node.node)}.{node.arg.value}"
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Name):
        return f"{_dotted(node.node)}[{node.arg.name}]"
    return "…"
