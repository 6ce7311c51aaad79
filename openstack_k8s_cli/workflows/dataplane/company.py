"""Ansible's progress beside a run: who follows it, and what it says of the hosts that failed."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.dataplane import kinds
from openstack_k8s_cli.dataplane.following import Following
from openstack_k8s_cli.model.events import Event, Outcome, RunFinished, StepFinished
from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.model.problems import Problem
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.dataplane import hiding
from openstack_k8s_cli.workflows.world import World


def following(world: World, plan: Plan, options: Options) -> Following | None:
    """Give who follows Ansible; None where nothing of the plan runs it."""
    if plan.notes and not any(plan.notes.values()):
        return None  # all of it ran to its end
    secrets = partial(hiding.hidden, world, plan)
    found = Following(world.cluster, world.clock, orders(plan), options.again, secrets)
    return found if any(found.goes_with(step) for step in plan.steps) else None


def orders(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Give the services of each node set."""
    return {
        each.id.name: tuple(get(each.body, "spec", "services") or ())
        for each in plan.manifests
        if each.id.kind == kinds.NODESET
    }


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
