"""Rendered steps become a plan."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Step
from openstack_k8s_cli.plan import edges, order
from openstack_k8s_cli.plan.plans import Plan

if TYPE_CHECKING:
    from openstack_k8s_cli.model.objects import ObjectId


def build(steps: Sequence[Step], *, profile: str) -> Plan:
    """Add natural edges, order the steps and take their digest; raises OskError for a cycle or an object made twice."""
    _refuse_duplicates(steps)
    found = edges.of(steps)
    linked = [replace(step, after=frozenset(found[step.id])) for step in steps]
    ordered = order.arrange(linked, found)
    return Plan(profile=profile, steps=ordered, digest=digest(ordered))


def digest(steps: Iterable[Step]) -> str:
    """Take the SHA-256 of everything that steps say, as hexadecimal."""
    text = json.dumps(list(steps), sort_keys=True, default=_plain, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> Any:
    if is_dataclass(value):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)


def _refuse_duplicates(steps: Sequence[Step]) -> None:
    makers: dict[ObjectId, list[str]] = {}
    for step in (each for each in steps if not each.again):
        for manifest in step.manifests:
            makers.setdefault(manifest.id, []).append(f"{step.id} ({manifest.origin.template})")
    problems = tuple(
        Problem(
            "OSK0302",
            f"{target} is made more than once",
            subject=str(target),
            detail="\n".join(places),
            advice=(Advice("keep the object in one component and let the other come `after` it"),),
        )
        for target, places in makers.items()
        if len(places) > 1
    )
    if problems:
        raise OskError(*problems, exit_code=ExitCode.USAGE)
