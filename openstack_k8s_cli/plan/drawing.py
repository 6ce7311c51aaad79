"""The graph of a plan as text for Mermaid or Graphviz."""

from typing import Literal, assert_never

from openstack_k8s_cli.model.steps import Layer, Step
from openstack_k8s_cli.plan.plans import Plan

Style = Literal["mermaid", "dot"]


def graph(plan: Plan, style: Style = "mermaid") -> str:
    """Draw the steps by layer, with an arrow from each to those that wait for it; edges that follow from others are left out."""
    numbers = {step.id: f"s{index}" for index, step in enumerate(plan.steps)}
    arrows = [
        (numbers[before], numbers[step.id])
        for step in plan.steps
        for before in sorted(_direct(step, plan), key=numbers.__getitem__)
    ]
    layers = [(layer, [step for step in plan.steps if step.layer is layer]) for layer in Layer]
    if style == "mermaid":
        return _mermaid(layers, numbers, arrows)
    if style == "dot":
        return _dot(layers, numbers, arrows)
    assert_never(style)


def _direct(step: Step, plan: Plan) -> frozenset[str]:
    """Keep the edges that no other edge implies."""
    above: dict[str, frozenset[str]] = {}
    for each in plan.steps:
        known = each.after & above.keys()
        above[each.id] = known.union(*(above[before] for before in known))
        if each.id == step.id:
            return known - frozenset().union(*(above[before] for before in known))
    return frozenset()


def _label(step: Step) -> str:
    return step.id.partition("/")[2] or step.id


def _mermaid(
    layers: list[tuple[Layer, list[Step]]], numbers: dict[str, str], arrows: list[tuple[str, str]]
) -> str:
    lines = ["flowchart LR"]
    for layer, steps in layers:
        if steps:
            lines += [f"  subgraph {layer.value}"]
            lines += [f'    {numbers[step.id]}["{_label(step)}"]' for step in steps]
            lines += ["  end"]
    lines += [f"  {before} --> {later}" for before, later in arrows]
    return "\n".join(lines) + "\n"


def _dot(
    layers: list[tuple[Layer, list[Step]]], numbers: dict[str, str], arrows: list[tuple[str, str]]
) -> str:
    lines = ["digraph plan {", "  rankdir=LR;", "  node [shape=box];"]
    for layer, steps in layers:
        if steps:
            lines += [f"  subgraph cluster_{layer.value} {{", f'    label="{layer.value}";']
            lines += [f'    {numbers[step.id]} [label="{_label(step)}"];' for step in steps]
            lines += ["  }"]
    lines += [f"  {before} -> {later};" for before, later in arrows]
    return "\n".join([*lines, "}"]) + "\n"
