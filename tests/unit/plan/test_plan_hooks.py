"""Where hooks stand in the graph."""

from typing import Any

import pytest

from openstack_k8s_cli.model.hooks import OutputKind
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.model.secrets import Given, SecretKey, SecretText
from openstack_k8s_cli.model.steps import Action, Layer, Manifest, Origin, Policy, Step
from openstack_k8s_cli.plan import building, hooks
from openstack_k8s_cli.profile.schema import Profile
from openstack_k8s_cli.profile.sources import Source

ONE, TWO, THREE = "operators/one/main", "networks/two/main", "controlplane/three/main"


def step(name: str, *after: str, body: dict[str, Any] | None = None, kind: str = "ConfigMap") -> Step:
    """Make a step of one object."""
    layer, component, _ = name.split("/")
    target = ObjectId("", kind, "cloud", component)
    whole = {"apiVersion": "v1", "kind": kind, "metadata": {"name": component, "namespace": "cloud"}}
    manifest = Manifest(target, "v1", {**whole, **(body or {})}, component, Origin("t", 0))
    return Step(name, Layer(layer), f"{layer}/{component}", Action.APPLY, (manifest,), after=frozenset(after))


STEPS = (step(ONE), step(TWO, ONE), step(THREE, TWO))


def insert(written: dict[str, Any], *steps: Step, **values: Any) -> dict[str, Step]:
    """Put hooks among steps, by the profile's schema."""
    read = Profile.model_validate({"name": "lab", "hooks": written}).model_dump(by_alias=True)
    files = {
        f"hooks.{name}.{key}": Source(hook[key], "text", hook[key])
        for name, hook in written.items()
        for key in ("playbook",)
        if key in hook
    }
    known = frozenset({"absent", "one", "two", "three", *Layer})
    found = hooks.insert(
        steps or STEPS, {**values, "name": "lab", "hooks": read["hooks"]}, files=files, known=known
    )
    return {each.id: each for each in building.build(found, profile="lab").steps}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"after": "one", "before": "three"}, "operators/hooks/it"),
        ({"after": ["one", "networks"]}, "networks/hooks/it"),
        ({"before": ["three", "networks/two"]}, "networks/hooks/it"),
        ({"before": "three/main"}, "controlplane/hooks/it"),
    ],
)
def test_a_hook_is_of_the_layer_that_it_stands_in(written: dict[str, Any], expected: str) -> None:
    """The last layer that it comes after, or the first that it is before."""
    assert expected in insert({"it": {"command": "true", **written}})


def test_edges_follow_after_and_before() -> None:
    """Layers, components and steps stand for all of their steps; other hooks go by their name."""
    found = insert(
        {
            "it": {"command": "true", "after": "operators", "before": "networks"},
            "that": {"command": "true", "after": "hooks/it", "before": ["three"]},
        }
    )

    assert {ONE} == found["operators/hooks/it"].after
    assert {ONE, "operators/hooks/it"} == found[TWO].after
    assert {"operators/hooks/it"} == found["operators/hooks/that"].after
    assert {TWO, "operators/hooks/that"} == found[THREE].after


def test_what_the_catalogue_has_and_the_plan_has_not_is_no_edge() -> None:
    """A component that this profile does not need holds nothing up."""
    assert frozenset() == insert({"it": {"command": "true", "after": ["absent"]}})["operators/hooks/it"].after


def test_a_name_that_nothing_has_is_refused_with_the_nearest() -> None:
    """A misspelt node is an error at the hook."""
    with pytest.raises(OskError, match=r"hook `it` is after `thre`.*did you mean `three`"):
        insert({"it": {"command": "true", "after": "thre"}})


def test_a_circle_is_named() -> None:
    """A hook after what it is before is a cycle, printed step by step."""
    with pytest.raises(OskError, match=r"cycle: .*hooks/it"):
        insert({"it": {"command": "true", "after": "two", "before": "one"}})


GIVES = {"it": {"playbook": "p.yml", "after": "one", "outputs": {"id": "str", "key": "secret"}}}


@pytest.mark.parametrize(
    ("using", "values"),
    [
        (step(THREE, body={"data": {"a": "x ${hooks.it.outputs.id}"}}), {}),
        (step(THREE, body={"stringData": {"a": "${hooks.it.outputs.key}"}}, kind="Secret"), {}),
    ],
)
def test_using_an_output_is_an_edge(using: Step, values: dict[str, Any]) -> None:
    """Whoever has the mark of an output comes after its hook."""
    found = insert(GIVES, *STEPS[:2], using, **values)

    assert "operators/hooks/it" in found[THREE].after
    assert {"it"} == found[THREE].uses


def test_a_value_that_the_profile_gives_a_secret_may_be_an_output() -> None:
    """A mark under `secrets` is an edge for the step that writes the Secret."""
    key = SecretKey("a", Given("secrets.three.a"))
    plain = step(THREE, kind="Secret")
    manifest = plain.manifests[0]
    ensured = Manifest(
        manifest.id, "v1", manifest.body, "three", Origin("t", 0), Policy.ENSURE, secret_keys=(key,)
    )
    using = Step(THREE, Layer.CONTROLPLANE, "controlplane/three", Action.APPLY, (ensured,))
    values = {"secrets": {"three": {"a": SecretText("${hooks.it.outputs.key}")}}}

    assert {"it"} == insert(GIVES, *STEPS[:2], using, **values)[THREE].uses


@pytest.mark.parametrize(
    ("using", "why"),
    [
        (step(THREE, body={"data": {"a": "${hooks.it.outputs.idd}"}}), "no hook gives.*it.outputs.id`"),
        (step(THREE, body={"data": {"a": "${hooks.it.outputs.key}"}}), "secret output"),
    ],
    ids=["unknown", "exposed"],
)
def test_wrong_uses_are_refused(using: Step, why: str) -> None:
    """An output that is not declared, and a secret one in an object that is no Secret, are errors."""
    with pytest.raises(OskError, match=why):
        insert(GIVES, *STEPS[:2], using)


def test_a_secret_output_is_no_argument_of_a_command() -> None:
    """Anyone on the machine could read it there."""
    written = {**GIVES, "that": {"command": ["echo", "${hooks.it.outputs.key}"], "after": "hooks/it"}}

    with pytest.raises(OskError, match="secret output"):
        insert(written)


def test_a_hook_knows_what_it_follows_and_what_it_is_made_of() -> None:
    """Objects of the steps before it, its outputs' kinds, and a digest that its definition changes."""
    hook = insert(GIVES)["operators/hooks/it"].hook
    other = insert({"it": {**GIVES["it"], "vars": {"a": 1}}})["operators/hooks/it"].hook

    assert hook is not None
    assert other is not None
    assert (ObjectId("", "ConfigMap", "cloud", "one"),) == hook.follows
    assert {"id": OutputKind.STR, "key": OutputKind.SECRET} == hook.outputs
    assert hook.digest != other.digest
