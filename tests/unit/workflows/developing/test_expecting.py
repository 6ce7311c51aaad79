"""What is waited for in an operator's Deployment, which is Ready all along with what it had before."""

from collections.abc import Container
from typing import Any

import pytest

from openstack_k8s_cli import readiness
from openstack_k8s_cli.developing import operators
from openstack_k8s_cli.developing.entries import Kind
from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.model.verdicts import State
from openstack_k8s_cli.workflows.developing import expecting
from openstack_k8s_cli.workflows.developing.expecting import Expected
from tests.fakes.entries import FIX, entry

NOVA = operators.deployment("nova", "ops")


def values(**override: Any) -> dict[str, Any]:
    """Give what a profile says of nova's operator."""
    overrides = {"nova": {"image": None, "replicas": None, **override}} if override else {}
    return {"namespaces": {"operators": "ops"}, "operators": {"overrides": overrides}}


def deployment(image: str, replicas: int = 1) -> Body:
    """Make a Deployment that is Ready."""
    pod = {"spec": {"containers": [{"name": "manager", "image": image}]}}
    status = {
        "observedGeneration": 1,
        **dict.fromkeys(("replicas", "readyReplicas", "updatedReplicas"), replicas),
    }
    meta = {"name": NOVA.name, "namespace": "ops", "generation": 1}
    spec = {"replicas": replicas, "template": pod}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec, "status": status}


@pytest.mark.parametrize(
    ("kind", "said", "body", "ready"),
    [
        (Kind.IMAGE, {"image": FIX}, deployment(FIX), True),
        (Kind.IMAGE, {"image": FIX}, deployment("release"), False),
        (Kind.IMAGE, {}, deployment("release"), True),
        (Kind.IMAGE, {}, deployment(FIX), False),
        (Kind.IMAGE, {"image": FIX, "replicas": 0}, deployment("release", 0), True),
        (Kind.RUN, {"replicas": 0}, deployment("release", 0), True),
        (Kind.RUN, {"replicas": 0}, None, True),
        (Kind.RUN, {"replicas": 0}, deployment("release"), False),
        (Kind.RUN, {}, deployment("release"), True),
        (Kind.RUN, {}, deployment("release", 0), True),
        (Kind.RUN, {}, None, False),
        (Kind.RUN, {"image": FIX}, deployment("release"), False),
    ],
)
def test_a_deployment_is_there_as_the_profile_has_it_now(
    kind: Kind, said: dict[str, Any], body: Body | None, *, ready: bool
) -> None:
    """With the image, without the one that goes, or stopped."""
    expected = expecting.of(entry(kind), values(**said))

    verdict = expecting.judged(readiness.judge, expected)(NOVA, body)

    assert {NOVA} == expected.keys()
    assert ready is (verdict.state is State.READY)


def test_other_objects_are_judged_as_ever() -> None:
    """And entries of other kinds expect nothing of operators."""
    pod = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "x"}, "status": {"phase": "Active"}}
    other = operators.deployment("glance", "ops")
    judge = expecting.judged(readiness.judge, expecting.of(entry(), values(image=FIX)))

    assert {} == expecting.of(entry(Kind.MOUNT), values())
    assert readiness.judge(other, pod) == judge(other, pod)
    assert [] == list(expecting.step((), Layer.OPERATORS, ()))


@pytest.mark.parametrize(("released", "ready"), [(FIX, True), ("release", False)])
def test_an_image_that_the_release_has_too_may_stay(released: str, *, ready: bool) -> None:
    """The Deployment would have it for ever after a reset; what is waited for is that it runs it."""
    expected = expecting.of(entry(), values(), released=released)

    verdict = expecting.judged(readiness.judge, expected)(NOVA, deployment(FIX))

    assert ready == (verdict.state is State.READY)


def subscription(*, failed: bool = False) -> Body:
    """Make a Subscription that OLM has not looked at yet, or cannot resolve."""
    said = {"type": "ResolutionFailed", "status": "True", "reason": "ConstraintsNotSatisfiable"}
    meta = {"name": "openstack-operator", "namespace": "ops"}
    body = {"apiVersion": "operators.coreos.com/v1alpha1", "kind": "Subscription", "metadata": meta}
    return body | {"status": {"conditions": [said]}} if failed else body


@pytest.mark.parametrize(
    ("body", "passed", "ready"),
    [
        (subscription(), expecting.OLM, True),
        (subscription(), (), False),
        (subscription(failed=True), expecting.OLM, False),
        (None, expecting.OLM, False),
    ],
)
def test_a_subscription_is_not_waited_for_where_a_deployment_shows_more(
    body: Body | None, passed: Container[str], *, ready: bool
) -> None:
    """An error of it is told all the same."""
    target = ObjectId("operators.coreos.com", "Subscription", "ops", "openstack-operator")

    verdict = expecting.judged(readiness.judge, {NOVA: Expected(image=FIX)}, passed)(target, body)

    assert ready is (verdict.state is State.READY)


def test_a_deployment_shows_another_image_only() -> None:
    """Not one that the release has too, and not that a catalog is another or an operator runs here."""
    kinds = (Kind.IMAGE, Kind.INDEX, Kind.RUN)

    assert [True, False, False] == [expecting.is_shown(entry(kind), "release") for kind in kinds]
    assert not expecting.is_shown(entry(), FIX)
