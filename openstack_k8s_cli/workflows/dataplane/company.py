"""Ansible's progress beside a run: who follows it, and what it says of the hosts that failed."""

import base64
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from typing import Any

from openstack_k8s_cli.apply.changes import MANAGER
from openstack_k8s_cli.apply.labels import MANAGED_BY
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import ClusterError, Resource
from openstack_k8s_cli.dataplane.following import Following
from openstack_k8s_cli.model.events import Event, Outcome, RunFinished, StepFinished
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import Problem
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.world import World

_SHORTEST = 8
"""Characters below which a value may be a word of any log."""
_PUBLIC = ("publickey", "public_key", "user", "username", "tls.crt", "ca.crt")


def following(world: World, plan: Plan, options: Options) -> Following | None:
    """Give who follows Ansible; None where nothing of the plan runs it."""
    if plan.notes and not any(plan.notes.values()):
        return None  # all of it ran to its end
    found = Following(
        world.cluster, world.clock, orders(plan), options.again, lambda: tuple(hidden(world, plan))
    )
    return found if any(found.goes_with(step) for step in plan.steps) else None


def orders(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Give the services of each node set."""
    return {
        each.id.name: tuple(get(each.body, "spec", "services") or ())
        for each in plan.manifests
        if each.id.kind == "OpenStackDataPlaneNodeSet"
    }


def hidden(world: World, plan: Plan) -> Iterator[str]:
    """Give what no line may show: values of the profile's Secrets, and of the variables that Ansible is given.

    Who may not read Secrets is not shown their values either.
    """
    for each in plan.manifests:
        if each.id.kind == "OpenStackDataPlaneDeployment":
            yield from _texts(get(each.body, "spec", "ansibleExtraVars"))
    named = frozenset(each.id for each in plan.manifests if each.id.kind == "Secret")
    with suppress(ClusterError):
        resource = world.cluster.resource("", "Secret")
        for body in _secrets(world, resource, named) if resource else ():
            for key, value in (get(body, "data") or {}).items():
                text = base64.b64decode(value).decode(errors="replace").strip()
                if len(text) >= _SHORTEST and not key.lower().endswith(_PUBLIC):
                    yield text


def _texts(value: Any) -> Iterator[str]:
    """Give the texts of a value that are neither words of any log nor paths."""
    if isinstance(value, Mapping):
        yield from chain.from_iterable(map(_texts, value.values()))
    elif isinstance(value, (list, tuple)):
        yield from chain.from_iterable(map(_texts, value))
    elif isinstance(value, (str, int)) and len(str(value)) >= _SHORTEST and not str(value).startswith("/"):
        yield str(value)


def _secrets(world: World, resource: Resource, named: Collection[ObjectId]) -> Iterator[Body]:
    """Read osk's own in one request a namespace, for machines have one each; those of others one by one."""
    found: set[ObjectId] = set()
    for namespace in sorted({each.namespace for each in named}):
        listed = world.cluster.list(resource, namespace, labels=f"{MANAGED_BY}={MANAGER}").items
        ours = {ObjectId("", "Secret", namespace, str(each["metadata"]["name"])): each for each in listed}
        found |= ours.keys()
        yield from (body for target, body in ours.items() if target in named)
    for each in sorted(set(named) - found):
        yield world.cluster.get(resource, each.namespace, each.name) or {}


def concluded(found: Following | None, events: Iterable[Event]) -> Iterator[Event]:
    """Pass a run's events on; a step whose Ansible failed ends with the hosts, tasks and causes."""
    known: dict[Problem, tuple[Problem, ...]] = {}
    for event in events:
        match event:
            case StepFinished(outcome=Outcome.FAILED | Outcome.STALLED, problem=Problem() as problem):
                told = found.problems(event.step) if found else ()
                known[problem] = told or (problem,)
                yield replace(event, problem=known[problem][0])
            case RunFinished():
                each = (deeper for one in event.problems for deeper in known.get(one, (one,)))
                yield replace(event, problems=tuple(dict.fromkeys(each)))
            case _:
                yield event
