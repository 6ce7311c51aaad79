"""The catalogue: every component with its templates, checked against each other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from openstack_k8s_cli.components.codes import Codes
from openstack_k8s_cli.components.expressions import Sandbox, syntax_problem
from openstack_k8s_cli.components.reading import PAGE, nearest, place, position, read
from openstack_k8s_cli.components.schema import ComponentSpec, Expression, StepSpec
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.model.yamlnodes import Node

_FILE = "component.yaml"


@dataclass(frozen=True, slots=True)
class Component:
    """One folder of the catalogue."""

    layer: Layer
    name: str
    spec: ComponentSpec
    node: Node | None = field(repr=False, compare=False, default=None)
    """The document as written, which knows its positions."""

    @property
    def id(self) -> str:
        """Give `layer/component`."""
        return f"{self.layer}/{self.name}"

    @property
    def path(self) -> str:
        """Give where its `component.yaml` is in the catalogue."""
        return f"{self.id}/{_FILE}"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Components in a stable order, and the text of every template."""

    components: tuple[Component, ...]
    templates: Mapping[str, str]
    codes: Codes = field(repr=False, compare=False, default_factory=Codes)
    """What was compiled of it."""

    def find(self, written: str) -> tuple[Component, StepSpec] | None:
        """Find what `component`, `component/step` or either with its layer names; a component means its last step."""
        parts = written.split("/")
        layer = parts.pop(0) if len(parts) > 1 and parts[0] in set(Layer) else None
        if len(parts) not in {1, 2}:
            return None
        for component in self.components:
            if component.name == parts[0] and layer in {None, component.layer}:
                steps = component.spec.steps
                wanted = steps[-1:] if len(parts) == 1 else [each for each in steps if each.name == parts[1]]
                return (component, wanted[0]) if wanted else None
        return None

    def names(self) -> Iterator[str]:
        """Walk over everything that `after` may name."""
        for component in self.components:
            yield component.name
            yield from (f"{component.name}/{step.name}" for step in component.spec.steps)


def parse(files: Mapping[str, str], codes: Codes | None = None) -> Catalogue:
    """Read a catalogue from its files, by their paths relative to it; OskError has every problem of every file.

    `codes` are those that are known of an earlier run.
    """
    problems: list[Problem] = []
    components: list[Component] = []
    for path in sorted(files):
        layer, _, rest = path.partition("/")
        folder = rest.rpartition("/")[0]
        if path.rpartition("/")[2] != _FILE:
            continue
        if layer not in set(Layer) or not folder or "/" in folder:
            problems.append(_misplaced(path))
            continue
        spec, node, found = read(path, files[path])
        problems += found
        if spec is not None:
            components.append(Component(Layer(layer), folder, spec, node))
    order = list(Layer)
    components.sort(key=lambda each: (order.index(each.layer), each.name))
    catalogue = Catalogue(tuple(components), files, codes or Codes())
    problems += _checked(catalogue)
    if problems:
        raise OskError(*problems, exit_code=ExitCode.USAGE)
    return catalogue


def _misplaced(path: str) -> Problem:
    layers = ", ".join(Layer)
    advice = Advice(f"Put it in LAYER/COMPONENT/{_FILE}, with LAYER one of {layers}", page=PAGE)
    return Problem("OSK0203", "A component is a folder in the folder of its layer", path, advice=(advice,))


def _checked(catalogue: Catalogue) -> Iterator[Problem]:
    sandbox = Sandbox(catalogue.codes)
    seen: dict[str, Component] = {}
    for component in catalogue.components:
        if component.name in seen:
            yield _ambiguous(seen[component.name], component)
        seen[component.name] = component
        yield from _edges(catalogue, component)
        yield from _templates(catalogue, component)
        yield from _expressions(sandbox, component)


def _ambiguous(first: Component, second: Component) -> Problem:
    advice = Advice("Rename one of the folders: components are called by their short name everywhere")
    summary = f"Two components have the name {second.name}: {first.id} and {second.id}"
    return Problem("OSK0204", summary, second.path, advice=(advice,))


def _edges(catalogue: Catalogue, component: Component) -> Iterator[Problem]:
    written: list[tuple[tuple[str | int, ...], str]] = [
        (("after", index), name) for index, name in enumerate(component.spec.after)
    ]
    for number, step in enumerate(component.spec.steps):
        written += [(("steps", number, "after", index), name) for index, name in enumerate(step.after)]
    for location, name in written:
        if catalogue.find(name) is None:
            summary = (
                f"`after` names `{name}`, which is not in the catalogue{nearest(name, catalogue.names())}"
            )
            advice = Advice("Write a component, component/step, or either with its layer in front", page=PAGE)
            spot = place(component.path, position(component.node, location))
            yield Problem("OSK0205", summary, spot, advice=(advice,))


def _templates(catalogue: Catalogue, component: Component) -> Iterator[Problem]:
    folder = f"{component.id}/"
    for number, step in enumerate(component.spec.steps):
        for index, name in enumerate(step.manifests):
            if folder + name not in catalogue.templates:
                here = [each.removeprefix(folder) for each in catalogue.templates if each.startswith(folder)]
                spot = place(component.path, position(component.node, ("steps", number, "manifests", index)))
                summary = f"The template `{name}` is not there{nearest(name, here)}"
                yield Problem(
                    "OSK0206", summary, spot, advice=(Advice(f"Add it to the folder {component.id}"),)
                )


def _expressions(sandbox: Sandbox, component: Component) -> Iterator[Problem]:
    for location, source in written_expressions(component.spec):
        wrong = syntax_problem(sandbox, source) if isinstance(source, str) else None
        if wrong is not None:
            spot = place(component.path, position(component.node, location))
            advice = Advice(
                "Write a Jinja expression without braces, such as `networks.isolation`", page=PAGE
            )
            yield Problem("OSK0207", f"`{source}` is not an expression: {wrong}", spot, advice=(advice,))


def written_expressions(spec: ComponentSpec) -> Iterator[tuple[tuple[str | int, ...], Expression | None]]:
    """Walk over a component's expressions and where they stand."""
    yield ("when",), spec.when
    yield ("for_each",), spec.for_each
    yield ("used_if",), spec.used_if
    for number, step in enumerate(spec.steps):
        yield ("steps", number, "when"), step.when
        for key, gates in (("gates", step.gates), ("await", step.awaits)):
            for index, gate in enumerate(gates):
                yield ("steps", number, key, index, "when"), gate.when
