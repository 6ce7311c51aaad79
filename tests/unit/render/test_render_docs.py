"""docs/components.md against the code."""

import re
from pathlib import Path

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.components.schema import ComponentSpec, ExecSpec, GateSpec, StepSpec
from openstack_k8s_cli.profile import loading
from openstack_k8s_cli.render import functions, render
from tests.unit.render.rendered import FACTS

TEXT = (Path(__file__).parents[3] / "docs" / "components.md").read_text(encoding="utf-8")


def _blocks() -> list[str]:
    return [re.sub(r"(?m)^    ", "", block) for block in re.findall(r"(?:^    .*\n)+", TEXT, re.MULTILINE)]


def test_the_example_is_a_component() -> None:
    """The component of the five minutes renders beside the built-in ones."""
    _, spec, template, *_ = _blocks()
    folder = "operators/monitoring"
    texts = {**files.catalogue(), f"{folder}/component.yaml": spec, f"{folder}/operator.yaml.j2": template}
    values = loading.load("crc", reader=files.ProfileFiles()).values

    rendered = render(components.select(components.parse(texts), values, FACTS), values, FACTS)

    [step] = [each for each in rendered if each.component == folder]
    assert [each.id.kind for each in step.manifests] == ["Namespace", "OperatorGroup", "Subscription"]


def test_every_key_and_function_is_documented() -> None:
    """Each key of `component.yaml`, and each thing that templates can call, has its word in the page."""
    models = (ComponentSpec, StepSpec, GateSpec, ExecSpec)
    keys = {field.alias or name for model in models for name, field in model.model_fields.items()}
    calls = {*functions.functions({}, FACTS), *functions.filters()}

    assert sorted(word for word in keys | calls if not re.search(rf"\b{re.escape(word)}\b", TEXT)) == []
