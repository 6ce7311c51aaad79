"""Edges, order, cycles and digest of a plan."""

from dataclasses import replace
from typing import Any

import pytest

from openstack_k8s_cli import plan
from openstack_k8s_cli.model.objects import id_of
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.model.steps import Action, Layer, Manifest, Origin, Step


def manifest(kind: str, name: str, *, namespace: str = "", api: str = "v1", **rest: Any) -> Manifest:
    """Make a manifest."""
    meta = {"name": name, **({"namespace": namespace} if namespace else {})}
    body = {"apiVersion": api, "kind": kind, "metadata": meta, **rest}
    return Manifest(id_of(body), api, body, "networks/test", Origin("networks/test/test.yaml.j2", 0))


def step(name: str, *manifests: Manifest, layer: Layer = Layer.NETWORKS, after: tuple[str, ...] = ()) -> Step:
    """Make a step."""
    component = f"{layer.value}/{name}"
    return Step(f"{component}/main", layer, component, Action.APPLY, manifests, after=frozenset(after))


def after(made: plan.Plan, name: str) -> frozenset[str]:
    """Give the edges of one step."""
    return next(each.after for each in made.steps if each.id == name)


def test_namespace_comes_before_what_lives_in_it() -> None:
    """A step with objects in a namespace comes after the step that makes the namespace."""
    user = step("a", manifest("ConfigMap", "c", namespace="cloud"))
    made = plan.build([user, step("b", manifest("Namespace", "cloud"))], profile="p")

    assert [each.id for each in made.steps] == ["networks/b/main", "networks/a/main"]


def test_kind_comes_before_its_objects() -> None:
    """A custom resource comes after the step that brings its definition."""
    definition = manifest(
        "CustomResourceDefinition",
        "things.example.org",
        api="apiextensions.k8s.io/v1",
        spec={"group": "example.org", "names": {"kind": "Thing"}},
    )
    made = plan.build(
        [step("a", manifest("Thing", "t", api="example.org/v1")), step("b", definition)], profile="p"
    )

    assert after(made, "networks/a/main") == {"networks/b/main"}


@pytest.mark.parametrize(
    "spec",
    [
        {"secret": "osp-secret"},
        {"tls": {"secretName": "osp-secret"}},
        {"env": [{"valueFrom": {"secretKeyRef": {"name": "osp-secret", "key": "k"}}}]},
        {"subject": {"kind": "Secret", "name": "osp-secret"}},
    ],
)
def test_named_secret_comes_first(spec: dict[str, Any]) -> None:
    """However a body names a Secret of its namespace, the Secret's step comes before."""
    secret = manifest("Secret", "osp-secret", namespace="cloud")
    user = manifest("Thing", "t", namespace="cloud", api="example.org/v1", spec=spec)
    made = plan.build([step("a", user), step("b", secret)], profile="p")

    assert after(made, "networks/a/main") == {"networks/b/main"}


@pytest.mark.parametrize(
    ("namespace", "spec"), [("cloud", {"title": "osp-secret"}), ("elsewhere", {"secret": "osp-secret"})]
)
def test_same_word_elsewhere_is_no_reference(namespace: str, spec: dict[str, Any]) -> None:
    """A name under another key, or in another namespace, makes no edge."""
    secret = manifest("Secret", "osp-secret", namespace="cloud")
    user = manifest("Thing", "t", namespace=namespace, api="example.org/v1", spec=spec)
    made = plan.build([step("a", user), step("b", secret)], profile="p")

    assert after(made, "networks/a/main") == frozenset()


def test_natural_edge_yields_to_an_explicit_one() -> None:
    """Where `after` says the opposite, the natural edge is left out instead of closing a cycle."""
    namespace = step("a", manifest("Namespace", "cloud"), after=("networks/b/main",))
    made = plan.build([namespace, step("b", manifest("ConfigMap", "c", namespace="cloud"))], profile="p")

    assert [each.id for each in made.steps] == ["networks/b/main", "networks/a/main"]


def test_cycle_is_named_in_order() -> None:
    """A cycle is refused with each step in running order, the first repeated at the end."""
    steps = [
        step("a", after=("networks/c/main",)),
        step("b", after=("networks/a/main",)),
        step("c", after=("networks/b/main",)),
        step("d", after=("networks/a/main",)),
    ]

    with pytest.raises(OskError) as caught:
        plan.build(steps, profile="p")

    problem = caught.value.problems[0]
    assert problem.code == "OSK0301"
    assert problem.summary.endswith("networks/a/main → networks/b/main → networks/c/main → networks/a/main")
    assert problem.advice


def test_object_made_twice_is_refused() -> None:
    """Two steps with one object would undo each other at every run."""
    twice = manifest("Namespace", "cloud")

    with pytest.raises(OskError) as caught:
        plan.build([step("a", twice), step("b", twice)], profile="p")

    assert caught.value.problems[0].code == "OSK0302"


def test_order_is_by_layer_then_as_given() -> None:
    """Free steps keep the order of layers, then the order they came in, whatever their names."""
    steps = [step("z", layer=Layer.DATAPLANE), step("y"), step("x"), step("w", layer=Layer.OPERATORS)]
    made = plan.build(steps, profile="p")

    assert [each.component for each in made.steps] == [
        "operators/w",
        "networks/y",
        "networks/x",
        "dataplane/z",
    ]


def test_digest_follows_content_only() -> None:
    """The same steps have the same digest; one changed leaf has another."""
    one = step("a", manifest("ConfigMap", "c", namespace="n", data={"k": "1"}))
    other = replace(one, manifests=(manifest("ConfigMap", "c", namespace="n", data={"k": "2"}),))
    digests = [plan.build([each], profile="p").digest for each in (one, one, other)]

    assert digests[0] == digests[1] != digests[2]
    assert len(digests[0]) == 64
