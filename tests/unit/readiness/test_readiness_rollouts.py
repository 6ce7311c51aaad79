"""What a workload says of itself while its pods are replaced."""

from openstack_k8s_cli import readiness
from openstack_k8s_cli.model.objects import id_of
from tests.unit.readiness.test_readiness_judging import body


def test_a_rollout_tells_what_is_ready_from_what_is_updated() -> None:
    """Old pods that are ready are not those that are wanted; those above the number are not counted."""
    made = body(
        "apps/v1",
        "StatefulSet",
        spec={"replicas": 3},
        status={"observedGeneration": 1, "readyReplicas": 3, "updatedReplicas": 1},
    )
    surplus = {"observedGeneration": 1, "readyReplicas": 4, "updatedReplicas": 3}

    assert "3 ready, 1 of 3 updated" == readiness.judge(id_of(made), made).message
    assert "3 of 3 ready" == readiness.judge(id_of(made), made | {"status": surplus}).message
