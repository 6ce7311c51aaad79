"""What shows that a swap has reached what it is of, such as an operator's Deployment, which is Ready all along with what it had before."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli import readiness
from openstack_k8s_cli.apply.options import Judge
from openstack_k8s_cli.developing import operators
from openstack_k8s_cli.developing.entries import Entry, Kind
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.steps import Action, Gate, Layer, Step
from openstack_k8s_cli.model.verdicts import State, Verdict

OLM = frozenset({"Subscription", "Operator"})
"""Kinds that tell an operator's state a second after its Deployment shows it."""
_UNDER_WAY = frozenset({State.WAITING, State.PROGRESSING})


@dataclass(frozen=True, slots=True)
class Expected:
    """How a Deployment, or what else runs an image, is to be."""

    image: str | None = None
    """One of its containers has it."""
    at: tuple[str, ...] = ()
    """Where the image is in an object that has no containers."""
    without: str | None = None
    """None of its containers has it."""
    stopped: bool = False
    """It has no pods, or is not there."""


def of(entry: Entry, values: Mapping[str, Any], *, released: str = "") -> dict[ObjectId, Expected]:
    """Say what follows from an entry under a profile's values: from one that leaves, what follows from its going.

    `released` is the image that the installed version has itself, which may be the one that goes.
    """
    if entry.kind not in {Kind.IMAGE, Kind.RUN} or entry.name not in operators.NAMES:
        return {}
    target = operators.deployment(entry.name, str(values["namespaces"]["operators"]))
    override = values["operators"]["overrides"].get(entry.name) or {}
    if override.get("replicas") == 0:
        return {target: Expected(stopped=True)}
    image = override.get("image") or (released if released == entry.note else None)
    if image is None and entry.kind is Kind.IMAGE:
        return {target: Expected(without=entry.note)}
    return {target: Expected(image=image)}


def step(expected: Iterable[ObjectId], layer: Layer, after: Iterable[str]) -> Iterator[Step]:
    """Wait for what is expected, after the steps that lead there."""
    gates = tuple(Gate(target) for target in expected)
    component = f"{layer.value}/dev"
    if gates:
        yield Step(
            f"{component}/rollout", layer, component, Action.AWAIT, gates=gates, after=frozenset(after)
        )


def is_shown(entry: Entry, released: str) -> bool:
    """Tell whether a Deployment changes with an entry, and so shows when what OLM does for it has come to its end."""
    return entry.kind is Kind.IMAGE and entry.note != released


def judged(
    judge: Judge, expected: Mapping[ObjectId, Expected], passed: Container[str] = frozenset()
) -> Judge:
    """Judge Deployments by what is expected of them too; `passed` are kinds that only have to be there without an error."""

    def rule(target: ObjectId, body: Body | None) -> Verdict:
        if target in expected:
            return _verdict(target, body, expected[target])
        verdict = judge(target, body)
        if body is not None and target.kind in passed and verdict.state in _UNDER_WAY:
            return Verdict(State.READY, message="its Deployment is waited for")
        return verdict

    return rule


def _verdict(target: ObjectId, body: Body | None, expected: Expected) -> Verdict:
    if expected.stopped:
        if body is None or not (get(body, "spec", "replicas") or get(body, "status", "replicas")):
            return Verdict(State.READY, message="stopped")
        return Verdict(State.PROGRESSING, message="its pods are still there")
    if body is None:
        return readiness.judge(target, body)
    images = _images(body, expected.at)
    if expected.image is not None and expected.image not in images:
        return Verdict(State.PROGRESSING, message=f"not yet with {expected.image}")
    if expected.without is not None and expected.without in images:
        return Verdict(State.PROGRESSING, message=f"still with {expected.without}")
    return readiness.judge(target, body)


def _images(body: Body, at: tuple[str, ...]) -> list[Any]:
    if at:
        return [get(body, *at)]
    return [each.get("image") for each in get(body, "spec", "template", "spec", "containers") or ()]
