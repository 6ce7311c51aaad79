"""Ansible's progress beside a run: who follows it, and what it says of the hosts that failed."""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import replace

from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import ClusterError
from openstack_k8s_cli.dataplane.following import Following
from openstack_k8s_cli.model.events import Event, Outcome, RunFinished, StepFinished
from openstack_k8s_cli.model.objects import ObjectId, get
from openstack_k8s_cli.model.problems import Problem
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.world import World

_SHORTEST = 8
"""Characters below which a value may be a word of any log."""
_PUBLIC = ("publickey", "public_key", "user", "username", "tls.crt", "ca.crt")


def following(world: World, plan: Plan, options: Options) -> Following | None:
    """Give who follows Ansible; None where nothing of the plan runs it."""
    orders = {
        each.id.name: tuple(get(each.body, "spec", "services") or ())
        for each in plan.manifests
        if each.id.kind == "OpenStackDataPlaneNodeSet"
    }
    named = tuple(each.id for each in plan.manifests if each.id.kind == "Secret")
    found = Following(world.cluster, world.clock, orders, options.again, lambda: tuple(_values(world, named)))
    return found if any(found.goes_with(step) for step in plan.steps) else None


def _values(world: World, named: Iterable[ObjectId]) -> Iterator[str]:
    """Read the values of the profile's Secrets, which no line may show."""
    try:
        resource = world.cluster.resource("", "Secret")
        for each in named if resource else ():
            body = world.cluster.get(resource, each.namespace, each.name) if resource else None
            for key, value in (get(body or {}, "data") or {}).items():
                text = base64.b64decode(value).decode(errors="replace").strip()
                if len(text) >= _SHORTEST and not key.lower().endswith(_PUBLIC):
                    yield text
    except ClusterError:
        return  # who may not read them is not shown them either


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
