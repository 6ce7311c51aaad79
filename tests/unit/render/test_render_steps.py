"""Steps: gates, commands, deletions, deadlines."""

from collections.abc import Mapping
from typing import Any

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.steps import Action, Exec, Fate, Gate, Policy, Step, Timeout
from openstack_k8s_cli.render import render
from tests.unit.refusals import refused
from tests.unit.render.rendered import FACTS, MAP, one


def _step(written: str, values: Mapping[str, Any] | None = None, *, head: str = "") -> Step:
    named = {"name": "lab", "space": "n", **(values or {})}
    texts = {"operators/one/component.yaml": f"summary: s\n{head}\nsteps: [{{name: do, {written}}}]"}
    [found] = render(components.select(components.parse(texts), named, FACTS), named, FACTS)
    return found


def test_a_gate_takes_its_group_from_what_is_rendered() -> None:
    """A kind that a template has needs no apiVersion; its texts are templates."""
    template = "apiVersion: metallb.io/v1beta1\nkind: MetalLB\nmetadata: {name: m, namespace: n}\n"
    gate = "gates: [{kind: MetalLB, namespace: '{{ space }}', name: m, condition: Available, stall: 2m}]"

    found = one(template, {"space": "n"}, step=gate)

    assert found.gates == (Gate(ObjectId("metallb.io", "MetalLB", "n", "m"), "Available", 120.0),)


def test_a_gate_on_another_kind_says_its_group() -> None:
    """A kind that nothing renders needs apiVersion."""
    waiting = _step("await: [{apiVersion: apps/v1, kind: Deployment, namespace: n, name: d}]")
    [problem] = refused(lambda: one(MAP % "m", step="gates: [{kind: ConfigMp, name: d}]"))

    assert waiting.action is Action.AWAIT
    assert waiting.gates == (Gate(ObjectId("apps", "Deployment", "n", "d")),)
    assert problem.code == "OSK0215"
    assert "did you mean `ConfigMap`?" in problem.summary


def test_a_gate_may_be_left_out() -> None:
    """A gate whose `when` is false is not there."""
    found = _step(
        "await: [{apiVersion: v1, kind: Node, name: a, when: x}, {apiVersion: v1, kind: Node, name: b}]",
        {"x": False},
    )

    assert [gate.target.name for gate in found.gates] == ["b"]


def test_a_command_in_a_pod() -> None:
    """Every text of it is a template."""
    found = _step(
        "exec: {namespace: '{{ space }}', labels: 'app={{ item }}', command: [echo, '{{ item }}']}",
        head="for_each: facts.workers",
    )

    assert found.action is Action.EXEC
    assert found.exec == Exec("n", "app=w0", None, ("echo", "w0"))
    assert found.id == "operators/one[w0]/do"


def test_deletions() -> None:
    """A delete step names what goes."""
    found = _step("delete: [{apiVersion: v1, kind: Node, name: '{{ space }}'}]")

    assert found.action is Action.DELETE
    assert found.deletes == (ObjectId("", "Node", "", "n"),)


def test_a_missing_path_in_a_text_is_named() -> None:
    """A text of a component fails as a template does."""
    [problem] = refused(lambda: _step("exec: {namespace: '{{ spce }}', labels: l, command: [c]}"))

    assert problem.subject == "operators/one/component.yaml"
    assert problem.summary.startswith("`spce` is not in the profile or the facts; did you mean `space`?")


def test_policy_and_fate_are_the_steps() -> None:
    """Each manifest knows how it is written and what becomes of it."""
    [manifest] = one(MAP % "m", step="policy: create, on_teardown: data").manifests

    assert (manifest.policy, manifest.on_teardown) == (Policy.CREATE, Fate.DATA)
    assert (manifest.component, manifest.api_version) == ("operators/one", "v1")


@pytest.mark.parametrize(
    ("timeouts", "expected"),
    [
        ({}, Timeout(600.0, 1200.0)),
        ({"scale": 2.0, "steps": {}}, Timeout(1200.0, 2400.0)),
        ({"steps": {"operators/one": {"stall": "1m", "total": None}}}, Timeout(60.0, 1200.0)),
        ({"steps": {"operators/one/apply": {"stall": None, "total": "2h"}}}, Timeout(600.0, 7200.0)),
        (
            {
                "scale": 0.5,
                "steps": {"operators/one": {"stall": "1m"}, "operators/one/apply": {"stall": "2m"}},
            },
            Timeout(60.0, 600.0),
        ),
        ({"steps": {"operators/one": {"stall": "1h"}}}, Timeout(3600.0, 3600.0)),
    ],
)
def test_deadlines_of_the_profile(timeouts: Mapping[str, Any], expected: Timeout) -> None:
    """A step's own entry wins over its component's, and `scale` multiplies what results."""
    found = one(MAP % "m", {"timeouts": timeouts}, step="timeout: {stall: 10m, total: 20m}")

    assert found.timeout == expected


def test_deadlines_of_no_component_are_refused() -> None:
    """An entry that would have no effect is an error with the nearest component."""
    timeouts = {"steps": {"operators/on": {"stall": "1m"}, "operators/one[x]/apply": {"stall": "1m"}}}

    [problem] = refused(lambda: one(MAP % "m", {"timeouts": timeouts}))

    assert problem.subject == "timeouts.steps.operators/on"
    assert problem.summary.endswith("there is no component operators/on; did you mean `operators/one`?")
