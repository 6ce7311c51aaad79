"""Small catalogues and facts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from openstack_k8s_cli import components
from openstack_k8s_cli.components import Catalogue, Selected
from openstack_k8s_cli.model.facts import Facts

FACTS = Facts(
    provider="crc",
    flavour="openshift",
    workers=("w0", "w1", "w2"),
    nics={},
    capabilities=frozenset({"olm"}),
)


def component(*lines: str, step: str = "apply") -> str:
    """Write a component with one step that waits for a node, and more keys."""
    wait = f"steps: [{{name: {step}, await: [{{apiVersion: v1, kind: Node, name: n}}]}}]"
    return "\n".join(
        ["summary: s", *lines, *([] if any(line.startswith("steps") for line in lines) else [wait])]
    )


def catalogue(**texts: str) -> Catalogue:
    """Parse components of the layer operators, `_` in a name standing for `-`."""
    return components.parse(
        {f"operators/{name.replace('_', '-')}/component.yaml": text for name, text in texts.items()}
    )


def selected(
    found: Catalogue, values: Mapping[str, Any] | None = None, *, facts: Facts = FACTS
) -> tuple[Selected, ...]:
    """Choose from a catalogue."""
    return components.select(found, values or {}, facts)


def after(found: Catalogue, values: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, set[str]]:
    """Give what each selected step comes after, `operators/` left out."""
    chosen = selected(found, values, facts=replace(FACTS, **changes))
    return {
        step.id.removeprefix("operators/"): {each.removeprefix("operators/") for each in step.after}
        for one in chosen
        for step in one.steps
    }
