"""The rehearsed test-operator: a pod for each step, one after another, whatever became of those before."""

import pytest

from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.rehearsal.simulators import objects, table
from openstack_k8s_cli.rehearsal.simulators.rows import Row
from openstack_k8s_cli.rehearsal.simulators.world import View, World

TEMPEST: Body = {
    "apiVersion": "test.openstack.org/v1beta1",
    "kind": "Tempest",
    "metadata": {"name": "t", "namespace": "n", "uid": "12345678"},
    "spec": {"workflow": [{"stepName": "a"}, {"stepName": "b"}], "storageClass": "fast"},
}
ROW: Row = next(each for each in table.ROWS if each.kind == "Tempest")


def pod(name: str, phase: str) -> Body:
    """Make a pod at a phase."""
    made = objects.pod(name, "n", {}, container="c", image="i")
    return {**made, "status": {"phase": phase}}


@pytest.mark.parametrize(
    ("there", "made", "over"),
    [
        ([], ["t-s00-a"], False),
        ([pod("t-s00-a", "Running")], ["t-s00-a"], False),
        ([pod("t-s00-a", "Failed")], ["t-s00-a", "t-s01-b"], False),
        ([pod("t-s00-a", "Failed"), pod("t-s01-b", "Succeeded")], ["t-s00-a", "t-s01-b"], True),
    ],
)
def test_steps_come_one_after_another(there: list[Body], made: list[str], over: bool) -> None:
    """The resource is done with the last of them, also where one failed."""
    world = World()
    for each in there:
        world.put(each)
    condition = ROW.ordered(TEMPEST)[-1]
    view = View(world)
    pods = [body for make in condition.makes for body in make(TEMPEST, view)]

    assert [each["metadata"]["name"] for each in pods] == made
    assert {each["metadata"]["labels"]["instanceName"] for each in pods} == {"t"}
    assert all(need(TEMPEST, view) is None for need in condition.needs) is over


def test_its_volume_is_of_the_class_that_it_names() -> None:
    """And is found by the same label as its pods."""
    (condition,) = [each for each in ROW.ordered(TEMPEST) if each.type == "ServiceConfigReady"]
    (claim,) = [body for make in condition.makes for body in make(TEMPEST, View(World()))]

    assert claim["spec"]["storageClassName"] == "fast"
    assert claim["metadata"]["labels"]["instanceName"] == "t"
