"""When the machines of a pool are through."""

from typing import Any

import pytest

from openstack_k8s_cli import readiness
from openstack_k8s_cli.model.objects import Body, id_of
from openstack_k8s_cli.model.verdicts import State
from tests.unit.readiness.test_readiness_judging import body, said


def pool(
    wanted: str, there: str, *conditions: tuple[str, str, str], generation: int = 2, **spec: Any
) -> Body:
    """Make a MachineConfigPool that is to have one configuration and has another."""
    status = said(*conditions, configuration={"name": there}, observedGeneration=2, machineCount=3)
    spec = {"configuration": {"name": wanted}, **spec}
    kind = ("machineconfiguration.openshift.io/v1", "MachineConfigPool")
    return body(*kind, generation=generation, spec=spec, status={**status, "updatedMachineCount": 1})


UPDATED, UPDATING = ("Updated", "True", ""), ("Updated", "False", "")


@pytest.mark.parametrize(
    ("seen", "state", "words"),
    [
        pytest.param(pool("a", "a", UPDATED), State.READY, "", id="every node has it"),
        pytest.param(
            pool("b", "a", UPDATED),
            State.PROGRESSING,
            "1 of 3",
            id="Updated from before the new configuration",
        ),
        pytest.param(
            pool("a", "a", UPDATED, generation=3),
            State.WAITING,
            "not answered",
            id="a generation not looked at",
        ),
        pytest.param(pool("b", "a", UPDATING), State.PROGRESSING, "1 of 3 nodes", id="under way"),
        pytest.param(
            pool("b", "a", UPDATING, ("Degraded", "True", "1 nodes")),
            State.FAILING,
            "Degraded 1",
            id="a bad node",
        ),
        pytest.param(
            pool("b", "a", UPDATING, paused=True), State.FAILING, "paused", id="nobody lets it begin"
        ),
    ],
)
def test_a_pool_of_machines_is_through_when_all_run_its_newest_configuration(
    seen: Body, state: State, words: str
) -> None:
    """`Updated` alone is not enough: it stays True until the controller has looked at the new configuration."""
    verdict = readiness.judge(id_of(seen), seen)

    assert state is verdict.state
    assert words in verdict.message
