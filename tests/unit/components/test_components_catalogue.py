"""Components against each other, and against their templates."""

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.model.steps import Layer
from tests.unit.components.catalogues import catalogue, component
from tests.unit.refusals import refused


@pytest.mark.parametrize(
    "path",
    [
        "component.yaml",
        "operators/component.yaml",
        "storage/x/component.yaml",
        "operators/a/b/component.yaml",
    ],
)
def test_a_component_is_a_folder_of_a_layer(path: str) -> None:
    """One that is elsewhere is refused with the layers."""
    [problem] = refused(lambda: components.parse({path: component()}))

    assert problem.subject == path
    assert "operators, networks, controlplane, dataplane" in problem.advice[0].text


def test_components_come_layer_by_layer() -> None:
    """The order is that of the layers, then of the names."""
    files = {
        f"{place}/component.yaml": component()
        for place in ("dataplane/a", "operators/z", "networks/b", "operators/y")
    }

    found = components.parse(files)

    assert [each.id for each in found.components] == [
        "operators/y",
        "operators/z",
        "networks/b",
        "dataplane/a",
    ]
    assert found.components[0].layer is Layer.OPERATORS


def test_a_short_name_is_unique() -> None:
    """Two layers cannot have a component of the same name."""
    files = {f"{layer}/same/component.yaml": component() for layer in ("operators", "networks")}

    [problem] = refused(lambda: components.parse(files))

    assert problem.summary == "Two components have the name same: operators/same and networks/same"


def test_after_names_what_is_there() -> None:
    """An unknown component is found at its place, with the nearest one."""
    [problem] = refused(lambda: catalogue(metallb=component(), nodes=component("after:", "- metalb")))

    assert problem.subject == "operators/nodes/component.yaml:3:3"
    assert problem.summary.endswith("did you mean `metallb`?")


def test_after_of_a_step_names_what_is_there() -> None:
    """An unknown step is found too."""
    steps = "steps: [{name: a, after: [metallb/poools], await: [{kind: Node, name: n}]}]"

    [problem] = refused(lambda: catalogue(metallb=component(step="pools"), nodes=component(steps)))

    assert problem.summary.endswith("did you mean `metallb/pools`?")


@pytest.mark.parametrize(
    "written", ["metallb", "metallb/apply", "operators/metallb", "operators/metallb/apply"]
)
def test_after_takes_four_forms(written: str) -> None:
    """A component or a step, each with or without its layer."""
    found = catalogue(metallb=component()).find(written)

    assert found is not None
    assert (found[0].id, found[1].name) == ("operators/metallb", "apply")


@pytest.mark.parametrize("written", ["networks/metallb", "metallb/other", "a/b/c/d", "operators"])
def test_after_takes_nothing_else(written: str) -> None:
    """Another layer, another step and a layer alone are unknown."""
    assert catalogue(metallb=component()).find(written) is None


def test_a_template_must_be_there() -> None:
    """A manifest that is not in the folder is refused with the nearest that is."""
    files = {
        "operators/one/component.yaml": component("steps: [{name: a, manifests: [operater.yaml.j2]}]"),
        "operators/one/operator.yaml.j2": "",
        "operators/two/operater.yaml.j2": "",
    }

    [problem] = refused(lambda: components.parse(files))

    assert problem.summary == "The template `operater.yaml.j2` is not there; did you mean `operator.yaml.j2`?"


@pytest.mark.parametrize("line", ["when: networks.", "for_each: '[1,'", "used_if: a b"])
def test_expressions_are_checked(line: str) -> None:
    """What Jinja cannot read is refused before anything is rendered."""
    [problem] = refused(lambda: catalogue(one=component(line)))

    assert problem.code == "OSK0207"
    assert (problem.subject or "").startswith("operators/one/component.yaml:2")
