"""What is wrong with a `component.yaml`."""

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.model.steps import Action
from tests.unit.components.catalogues import catalogue, component
from tests.unit.refusals import refused


def _problems(text: str) -> list[tuple[str | None, str]]:
    found = refused(lambda: components.parse({"operators/one/component.yaml": text}))
    return [(problem.subject, problem.summary) for problem in found]


def test_an_unknown_key_names_place_and_nearest() -> None:
    """A misspelt key is found at its line and column, with the key that was meant."""
    text = component("steps:", "- name: a", "  manifest: [a.yaml.j2]")

    assert (
        "operators/one/component.yaml:4:3",
        "`steps.0.manifest` is not a key of a component; did you mean `manifests`?",
    ) in _problems(text)


def test_every_problem_of_a_file_comes_at_once() -> None:
    """Two wrong keys and a wrong type are three problems of one error."""
    text = component("whn: true", "after: 3", "in_turn: maybe")

    assert {summary.partition("`")[2].partition("`")[0] for _, summary in _problems(text)} == {
        "whn",
        "after",
        "in_turn",
    }


def test_problems_of_all_files_come_at_once() -> None:
    """A catalogue with two broken components says so of both."""
    files = {f"operators/{name}/component.yaml": "summary: s" for name in ("one", "two")}

    subjects = [problem.subject for problem in refused(lambda: components.parse(files))]

    assert subjects == ["operators/one/component.yaml:1:1", "operators/two/component.yaml:1:1"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "A component is a mapping, this is empty"),
        ("- a", "A component is a mapping"),
        ("summary: [", "This is not YAML"),
        ("summary: a: b", "This is not YAML"),
        ("summary: s\nsummary: t", "This is not YAML"),
    ],
)
def test_what_is_no_component_is_refused(text: str, words: str) -> None:
    """Other YAML, and what is not YAML, is told from a wrong key."""
    [(subject, summary)] = _problems(text)

    assert (subject or "").startswith("operators/one/component.yaml:")
    assert words in summary


@pytest.mark.parametrize("key", ["playbook", "host"])
def test_planned_actions_are_refused_as_planned(key: str) -> None:
    """A playbook or host step is not a typing error."""
    text = component("steps:", "- name: a", "  await: [{kind: Node, name: n, apiVersion: v1}]", f"  {key}: x")

    assert any("is planned" in summary for _, summary in _problems(text))


@pytest.mark.parametrize(
    "step",
    [
        "{name: a}",
        "{name: a, manifests: [a.yaml.j2], await: [{kind: Node, name: n}]}",
        "{name: a, exec: {namespace: n, labels: l, command: [c]}, delete: [{kind: Node, name: n}]}",
    ],
)
def test_a_step_does_exactly_one_thing(step: str) -> None:
    """None and two actions are both refused."""
    assert any("exactly one" in summary for _, summary in _problems(component(f"steps: [{step}]")))


def test_two_steps_of_one_name_are_refused() -> None:
    """A step's name is its id."""
    wait = "{name: a, await: [{kind: Node, name: n}]}"

    assert any("two steps" in summary for _, summary in _problems(component(f"steps: [{wait}, {wait}]")))


@pytest.mark.parametrize(
    ("written", "seconds"), [("30s", 30.0), ("10m", 600.0), ("1h30m", 5400.0), ("2h", 7200.0)]
)
def test_durations_have_units(written: str, seconds: float) -> None:
    """Patience is written with units and read as seconds."""
    text = component(
        "steps:", "- name: a", "  await: [{kind: Node, name: n}]", f"  timeout: {{stall: {written}}}"
    )

    assert catalogue(one=text).components[0].spec.steps[0].timeout.stall == seconds


@pytest.mark.parametrize("written", ["10", "'10'", "ten minutes", "''"])
def test_durations_without_units_are_refused(written: str) -> None:
    """A bare number could be anything."""
    text = component(
        "steps:", "- name: a", "  await: [{kind: Node, name: n}]", f"  timeout: {{stall: {written}}}"
    )

    assert any("a duration such as" in summary for _, summary in _problems(text))


@pytest.mark.parametrize(
    ("step", "action"),
    [
        ("await: [{kind: Node, name: n}]", Action.AWAIT),
        ("exec: {namespace: n, labels: l, command: [c]}", Action.EXEC),
        ("delete: [{kind: Node, name: n}]", Action.DELETE),
    ],
)
def test_the_key_is_the_action(step: str, action: Action) -> None:
    """What a step has says what it does."""
    found = catalogue(one=component(f"steps: [{{name: a, {step}}}]"))

    assert found.components[0].spec.steps[0].action is action
