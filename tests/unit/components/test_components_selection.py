"""Which components, items and steps a profile needs."""

from dataclasses import replace

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.model.steps import Policy
from tests.unit.components.catalogues import FACTS, catalogue, component, selected
from tests.unit.refusals import refused


@pytest.mark.parametrize(("isolation", "ids"), [(True, ["operators/one"]), (False, [])])
def test_when_chooses(isolation: bool, ids: list[str]) -> None:
    """A component whose `when` is false is not there."""
    found = catalogue(one=component("when: networks.isolation"))

    chosen = selected(found, {"networks": {"isolation": isolation}})

    assert [each.id for each in chosen] == ids


def test_a_step_is_chosen_on_its_own() -> None:
    """A step whose `when` is false is left out of a component that is there."""
    steps = "steps: [{name: a, when: false, await: [{kind: Node, name: n}]}, {name: b, await: [{kind: Node, name: n}]}]"

    [one] = selected(catalogue(one=component(steps)))

    assert [step.id for step in one.steps] == ["operators/one/b"]


def test_used_if_skips_the_operator() -> None:
    """An operator that is there is not installed; what belongs to the cloud still is."""
    steps = "steps: [{name: operator, await: [{kind: Node, name: n}]}, {name: pools, await: [{kind: Node, name: n}]}]"
    found = catalogue(one=component("used_if: facts.operators.metallb", steps))

    chosen = selected(found, facts=replace(FACTS, operators=frozenset({"metallb"})))

    assert [step.id for one in chosen for step in one.steps] == ["operators/one/pools"]


def test_an_operator_of_another_cloud_is_recorded_as_it_is() -> None:
    """What another cloud of osk's brought is in the plan, so that its users are counted, and is never changed."""
    steps = "steps: [{name: operator, manifests: [a.j2]}, {name: instance, manifests: [a.j2]}]"
    files = {"operators/one/component.yaml": component("used_if: facts.operators.metallb", steps)}
    found = components.parse(files | {"operators/one/a.j2": ""})
    there = frozenset({"metallb"})

    [one] = selected(found, facts=replace(FACTS, operators=there, shared=there))

    assert [(step.id, step.spec.policy) for step in one.steps] == [
        ("operators/one/operator", Policy.CREATE),
        ("operators/one/instance", Policy.CREATE),
    ]


def test_for_each_over_a_list() -> None:
    """A component comes once for each item, in the order of the list."""
    chosen = selected(catalogue(one=component("for_each: facts.workers")))

    assert [(each.id, each.item, each.value) for each in chosen] == [
        (f"operators/one[{name}]", name, name) for name in ("w0", "w1", "w2")
    ]


def test_for_each_over_a_map() -> None:
    """The keys are the items, what they stand for is the value, and steps see both."""
    steps = "steps: [{name: a, when: value.count > 0, await: [{kind: Node, name: n}]}]"
    found = catalogue(one=component("for_each: nodesets", steps))

    chosen = selected(found, {"nodesets": {"compute": {"count": 1}, "none": {"count": 0}}})

    assert [(each.id, each.value) for each in chosen] == [("operators/one[compute]", {"count": 1})]


@pytest.mark.parametrize("expression", ["'abc'", "3", "[{'a': 1}]"])
def test_for_each_gives_names(expression: str) -> None:
    """Texts, numbers and lists of maps are refused."""
    [problem] = refused(lambda: selected(catalogue(one=component(f'for_each: "{expression}"'))))

    assert problem.code == "OSK0208"


def test_a_missing_path_is_named() -> None:
    """The whole path is named, with the nearest key beside it and where it is written."""
    found = catalogue(one=component("when: networks.isolaton"))

    [problem] = refused(lambda: selected(found, {"networks": {"isolation": True}}))

    assert problem.subject == "operators/one/component.yaml:2:1"
    assert (
        problem.summary == "`networks.isolaton` is not in the profile or the facts; did you mean `isolation`?"
    )


def test_every_failing_expression_is_named() -> None:
    """Two components that ask for what is not there are two problems."""
    found = catalogue(one=component("when: nope"), two=component("when: 1 / 0"))

    assert len(refused(lambda: selected(found))) == 2


@pytest.mark.parametrize(
    "expression", ["().__class__.__mro__", "facts.workers.append('x')", "lipsum()", "[1] | random"]
)
def test_expressions_are_sandboxed(expression: str) -> None:
    """Python's inside, changes and chance are out of reach."""
    assert refused(lambda: selected(catalogue(one=component(f'when: "{expression}"'))))
    assert FACTS.workers == ("w0", "w1", "w2")


def test_a_key_named_as_a_method_of_maps_is_a_key() -> None:
    """`items` in a profile means what the profile says."""
    found = catalogue(one=component("for_each: thing.items"))

    assert [each.item for each in selected(found, {"thing": {"items": ["a"]}})] == ["a"]


def test_facts_know_what_there_could_be() -> None:
    """A capability or operator that a cluster lacks is false, one that nobody knows is an error."""
    found = catalogue(one=component("when: facts.capabilities.olm and not facts.capabilities.routes"))
    unknown = catalogue(one=component("when: facts.capabilities.rotes"))

    assert len(selected(found)) == 1
    assert "did you mean `routes`" in refused(lambda: selected(unknown))[0].summary
