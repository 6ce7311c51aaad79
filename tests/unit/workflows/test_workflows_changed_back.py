"""What is changed back while a deployment of the change is still at work: the run that ends well leaves the hosts as wanted."""

from random import Random

import pytest

from tests.unit.workflows.operating import Operator
from tests.unit.workflows.test_workflows_deployments import cluster
from tests.unit.workflows.test_workflows_fleet_model import Profile, Run

EDITS = {
    "option": Profile(option=1),
    "variables": Profile(variables={"one": 1}),
    "snippet": Profile(snippet=1),
    "name": Profile(name="edpm-other", option=1),
    "waves": Profile(waves=True, option=1),
}


def changing(edited: Profile, *, at: int) -> Run:
    """Deploy, change something, and be killed once the deployment of the change is made and so many times at work."""
    run = Run(Operator(cluster(), Random(3)), Random(3), lossless=True)
    run.deploy()
    run.profile = edited
    run.begin()
    for _ in range(at):
        run.operator.tick()
    return run


@pytest.mark.parametrize("at", range(8))
@pytest.mark.parametrize("edit", sorted(EDITS))
def test_hosts_end_as_wanted(edit: str, at: int) -> None:
    """Whatever the other deployment has come to: it is waited for, and what it brings is undone."""
    run = changing(EDITS[edit], at=at)
    run.profile = Profile()

    run.deploy()

    assert run.done
    run.check()
