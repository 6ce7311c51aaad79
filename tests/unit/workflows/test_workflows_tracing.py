"""Where a finding comes from: the template's line, and the value of the profile that makes the field."""

from typing import Any

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.validation.findings import Finding, Path, Severity
from openstack_k8s_cli.workflows import planning, tracing
from openstack_k8s_cli.workflows.world import Target
from tests.unit.workflows.worlds import Profile, values

COMPONENT = "summary: Two\nfor_each: \"['red-one']\"\nsteps: [{name: apply, manifests: [map.yaml.j2]}]\n"
MAP = """\
{% from "operators/one/parts.j2" import more %}
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ item }}", namespace: openstack}
data:
  colour: "{{ platform.colour }}"
  {% if platform.loud %}
  loud: "yes"
  {% endif %}
  fixed: "blue"
  {{ more() }}
spec: {{ platform.more | json }}
"""
FILES = {
    "operators/one/component.yaml": COMPONENT,
    "operators/one/map.yaml.j2": MAP,
    "operators/one/parts.j2": '{% macro more() -%}\nother: "x"\n{%- endmacro %}\n',
}
WHERE = ObjectId("", "ConfigMap", "openstack", "red-one")


def traced(*path: str, code: str = "OSK0804", patches: tuple[Any, ...] = ()) -> Finding:
    """Trace one finding."""
    known = {**values(colour="red", loud=True, more={"deep": {"key": 1}}), "patches": list(patches)}
    catalogue = components.parse(FILES)
    loaded = Profile(known, provenance={"platform.colour": "lab.yaml:3:4", "platform.more": "lab.yaml:5:1"})
    plan = planning.offline(loaded, catalogue, Target())
    finding = Finding(code, Severity.ERROR, WHERE, path, "wrong", "")
    (found,) = tracing.traced([finding], plan, loaded, catalogue)
    return found


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("kind",), "map.yaml.j2:3"),
        (("data", "colour"), "map.yaml.j2:6"),
        (("data", "loud"), "map.yaml.j2:8"),
        (("data", "fixed"), "map.yaml.j2:10"),
        (("data", "missing"), "map.yaml.j2:5"),
        (("data", "other"), "parts.j2:2"),
    ],
)
def test_the_templates_line(path: Path, line: str) -> None:
    """A field is where the template has it, one of a macro where the macro has it, one that is missing where it belongs."""
    assert f"operators/one/{line}" == traced(*map(str, path)).place


@pytest.mark.parametrize(
    ("path", "profile"),
    [
        (("data", "colour"), "platform.colour, lab.yaml:3:4"),
        (("data", "fixed"), None),
        (("spec", "deep", "key"), "platform.more.deep.key, lab.yaml:5:1"),
    ],
)
def test_the_profiles_value(path: Path, profile: str | None) -> None:
    """A value that changes with the profile names it and its place; what no value changes names none."""
    assert profile == traced(*map(str, path)).profile


def test_an_unknown_field_with_fields_below() -> None:
    """The key of a mapping that the profile passes on is found by its name."""
    assert "platform.more.deep, lab.yaml:5:1" == traced("spec", "deep", code="OSK0801").profile


def test_a_patched_field() -> None:
    """A field that only a patch makes names the patch."""
    patch = {"target": {"kind": "ConfigMap"}, "merge": {"data": {"extra": "x"}}}

    assert "patches[0], default" == traced("data", "extra", patches=(patch,)).profile


def test_other_findings_stay() -> None:
    """What is about no object of the plan is left as it is."""
    finding = Finding("OSK0881", Severity.WARNING, None, (), "wrong", "waits.yaml")
    loaded, catalogue = Profile(values(colour="red", loud=False, more={})), components.parse(FILES)
    plan = planning.offline(loaded, catalogue, Target())

    assert [finding] == tracing.traced([finding], plan, loaded, catalogue)
