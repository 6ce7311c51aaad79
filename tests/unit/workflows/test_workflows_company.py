"""Who follows Ansible beside a run, what it hides, and what the run says at its end."""

from dataclasses import replace

from openstack_k8s_cli.apply import Options
from openstack_k8s_cli.dataplane.following import Following
from openstack_k8s_cli.model.events import Event, Outcome, RunFinished, StepFinished
from openstack_k8s_cli.model.problems import ExitCode, Problem
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.dataplane import company
from tests.unit.workflows import fleets

STEP = "dataplane/deployment/deploy"


def deploying() -> Plan:
    """Plan the deployment alone."""
    plan = fleets.planned()[2]
    return replace(plan, steps=tuple(each for each in plan.steps if each.id == STEP))


def test_a_plan_without_deployments_has_no_company() -> None:
    """Nothing is followed that does not run Ansible, or has run to its end."""
    world, plan = fleets.world(key=False), deploying()

    for none in (replace(plan, steps=()), replace(plan, notes={STEP: ()})):
        assert company.following(world, none, Options()) is None


class Saying(Following):
    """Has followed a deployment of which two tasks failed."""

    def problems(self, step: str) -> tuple[Problem, ...]:
        """Say what failed."""
        return (ONE, TWO) if step == STEP else ()


ONE, TWO, OTHER, WORD = (Problem("OSK1170", text) for text in ("a failed", "b failed", "no room", "failed"))


def test_the_end_says_what_ansible_said() -> None:
    """The hosts stand in the place of the operator's word, in the step and at the run's end; others stay."""
    world = fleets.world(key=False)
    failed = StepFinished(1.0, STEP, Outcome.FAILED, 1.0, WORD)
    other = StepFinished(1.0, "x", Outcome.FAILED, 1.0, OTHER)
    end = RunFinished(2.0, Outcome.FAILED, ExitCode.DATAPLANE_FAILED, 2.0, (WORD, OTHER))
    events: list[Event] = [failed, other, end]

    told = list(company.concluded(Saying(world.cluster, world.clock), events))

    assert [
        replace(failed, problem=ONE),
        other,
        replace(end, problems=(ONE, TWO, OTHER)),
    ] == told
    assert events == list(company.concluded(None, events))
