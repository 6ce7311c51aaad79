"""Which components, items and steps a profile needs, and what each step comes after."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from jinja2 import TemplateError

from openstack_k8s_cli.components.catalogue import Catalogue, Component
from openstack_k8s_cli.components.codes import Codes
from openstack_k8s_cli.components.edges import Edges
from openstack_k8s_cli.components.expressions import MissingError, Sandbox, evaluate, path_to, scope
from openstack_k8s_cli.components.reading import nearest, place, position
from openstack_k8s_cli.components.schema import Expression, StepSpec
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Layer, Policy

OPERATOR_STEP = "operator"
"""The step that a component with a true `used_if` skips, unless what is used is another cloud's of osk's: then this
cloud is counted among the users of the component's objects, which stay as they are."""


@dataclass(frozen=True, slots=True)
class SelectedStep:
    """A step that the profile needs."""

    id: str
    spec: StepSpec
    after: frozenset[str]


@dataclass(frozen=True, slots=True)
class Selected:
    """A component, or one item of it, that the profile needs."""

    id: str
    """`layer/component`, or `layer/component[item]`."""
    layer: Layer
    name: str
    steps: tuple[SelectedStep, ...]
    templates: Mapping[str, str] = field(repr=False)
    """Of the whole catalogue, by path."""
    item: Any = None
    value: Any = None
    """With for_each over a map: what the key `item` stands for."""
    codes: Codes = field(repr=False, compare=False, default_factory=Codes)
    """Of the whole catalogue."""

    @property
    def folder(self) -> str:
        """Give where its templates are in the catalogue."""
        return f"{self.layer}/{self.name}"


@dataclass(frozen=True, slots=True)
class _Instance:
    id: str
    item: Any
    value: Any
    chosen: tuple[str, ...]
    """Names of its steps."""
    shared: bool = False
    """Its operator is another cloud's of osk's."""


def select(catalogue: Catalogue, values: Mapping[str, Any], facts: Facts) -> tuple[Selected, ...]:
    """Choose what a profile needs; OskError has every expression that cannot be evaluated."""
    foreign = replace(facts, operators=facts.operators - facts.shared)
    chooser = _Chooser(Sandbox(catalogue.codes), scope(values, facts), scope(values, foreign))
    instances = {component.id: chooser.instances(component) for component in catalogue.components}
    if chooser.problems:
        raise OskError(*chooser.problems, exit_code=ExitCode.USAGE)
    edges = Edges(
        catalogue, {key: {each.id: each.chosen for each in some} for key, some in instances.items()}
    )
    return tuple(
        _selected(catalogue, component, instance, edges)
        for component in catalogue.components
        for instance in instances[component.id]
        if instance.chosen
    )


def _selected(catalogue: Catalogue, component: Component, instance: _Instance, edges: Edges) -> Selected:
    steps = tuple(
        SelectedStep(
            f"{instance.id}/{spec.name}",
            _as_used(spec, instance),
            edges.of(component, instance.id, spec.name),
        )
        for spec in component.spec.steps
        if spec.name in instance.chosen
    )
    return Selected(
        instance.id,
        component.layer,
        component.name,
        steps,
        catalogue.templates,
        instance.item,
        instance.value,
        catalogue.codes,
    )


def _as_used(spec: StepSpec, instance: _Instance) -> StepSpec:
    """Let a step leave alone what another cloud of osk's brought."""
    if instance.shared and spec.policy is Policy.APPLY:
        return spec.model_copy(update={"policy": Policy.CREATE})
    return spec


class _Chooser:
    """Evaluates expressions and collects what is wrong with them."""

    def __init__(self, sandbox: Sandbox, names: Mapping[str, Any], foreign: Mapping[str, Any]) -> None:
        self._names = names
        self._foreign = foreign
        """The same where no other cloud of osk's is known."""
        self._sandbox = sandbox
        self.problems: list[Problem] = []

    def instances(self, component: Component) -> list[_Instance]:
        """Give a component's items that are needed; none when it is not."""
        spec = component.spec
        if not self._value(component, spec.when, ("when",), self._names):
            return []
        there = bool(self._value(component, spec.used_if, ("used_if",), self._names))
        used = bool(self._value(component, spec.used_if, ("used_if",), self._foreign))
        shared = there and not used
        if spec.for_each is None:
            return [self._instance(component, component.id, None, None, used=used, shared=shared)]
        found = self._value(component, spec.for_each, ("for_each",), self._names)
        if found is None:
            return []
        pairs = self._pairs(component, found)
        return [
            self._instance(component, f"{component.id}[{item}]", item, value, used=used, shared=shared)
            for item, value in pairs
        ]

    def _pairs(self, component: Component, found: Any) -> list[tuple[Any, Any]]:
        if isinstance(found, Mapping):
            return list(found.items())
        if isinstance(found, (list, tuple)) and all(isinstance(each, (str, int)) for each in found):
            return [(each, each) for each in found]
        self._complain(component, ("for_each",), "`for_each` must give a list of names or a map", "OSK0208")
        return []

    def _instance(
        self, component: Component, name: str, item: Any, value: Any, *, used: bool, shared: bool
    ) -> _Instance:
        names = {**self._names, "item": item, "value": value}
        chosen = tuple(
            step.name
            for number, step in enumerate(component.spec.steps)
            if not (used and step.name == OPERATOR_STEP)
            and self._value(component, step.when, ("steps", number, "when"), names)
        )
        return _Instance(name, item, value, chosen, shared)

    def _value(
        self,
        component: Component,
        source: Expression,
        location: tuple[str | int, ...],
        names: Mapping[str, Any],
    ) -> Any:
        try:
            return evaluate(self._sandbox, source, names)
        except MissingError as error:
            path = path_to(self._sandbox, f"{{{{ {source} }}}}", error)
            near = nearest(error.name, error.known or names)
            self._complain(
                component, location, f"`{path}` is not in the profile or the facts{near}", "OSK0209"
            )
        except (TemplateError, TypeError, ValueError, LookupError, ArithmeticError) as error:
            self._complain(component, location, f"`{source}` cannot be evaluated: {error}", "OSK0209")
        return None

    def _complain(
        self, component: Component, location: tuple[str | int, ...], summary: str, code: str
    ) -> None:
        spot = place(component.path, position(component.node, location))
        advice = Advice("Correct the expression, or add the value to the profile", "osk profile show")
        problem = Problem(code, summary, spot, advice=(advice,))
        if problem not in self.problems:
            self.problems.append(problem)
