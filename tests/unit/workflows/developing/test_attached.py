"""Pods whose node cannot mount a checkout."""

import threading
from typing import Any

import pytest

from openstack_k8s_cli.apply.companions import Word
from openstack_k8s_cli.apply.messages import Faulted
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.model.steps import Action, Layer, Step
from openstack_k8s_cli.workflows.developing.attached import Attached
from tests.fakes.cluster import FakeCluster
from tests.unit.workflows import worlds

CLAIM = "osk-dev-neutron-5eed"
STEP = Step("controlplane/control-plane/services", Layer.CONTROLPLANE, "controlplane", Action.APPLY)
DENIED = f'MountVolume.SetUp failed for volume "{CLAIM}" : mount failed: access denied by server'


def cluster(
    message: str = DENIED, *, count: int = 3, claim: str = CLAIM, phase: str = "Pending"
) -> FakeCluster:
    """Make a cluster with a pod that waits, and what its node says."""
    made = FakeCluster()
    worlds.namespace(made, "openstack")
    volumes = [{"name": "config"}, {"name": claim, "persistentVolumeClaim": {"claimName": claim}}]
    meta = {"name": "neutron-0", "namespace": "openstack"}
    pod = made.put(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": meta,
            "spec": {"volumes": volumes},
            "status": {"phase": phase},
        }
    )
    made.put(
        {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": "e", "namespace": "openstack"},
            "involvedObject": {"uid": pod["metadata"]["uid"]},
            "reason": "FailedMount",
            "message": message,
            "count": count,
        }
    )
    return made


def followed(made: FakeCluster, looks: int = 2) -> list[Word]:
    """Follow the step for so many looks."""

    class Counted(threading.Event):
        left = looks

        def wait(self, timeout: float | None = None) -> bool:
            assert timeout == 2.0
            self.left -= 1
            return self.left < 0

    told: list[Word] = []
    Attached(made, "openstack", CLAIM, "osk dev reset neutron").follow(STEP, told.append, Counted())
    return told


def test_what_a_node_cannot_mount_is_told_with_its_words() -> None:
    """Once, with the way back; an API server that is away for a moment is asked again."""
    made = cluster()
    made.fail(ClusterError(ErrorKind.UNREACHABLE, "away"), verb="list", kind="Pod")
    (word,) = followed(made, looks=4)

    assert isinstance(word, Faulted)
    assert ("OSK1428", DENIED) == (word.problem.code, word.problem.detail)
    assert "Pod openstack/neutron-0" == word.problem.subject
    assert "osk dev reset neutron" == word.problem.advice[0].command


@pytest.mark.parametrize(
    "other",
    [
        {"message": 'MountVolume.SetUp failed for volume "config" : secret not found'},
        {"count": 1},
        {"claim": "another"},
        {"phase": "Running"},
    ],
)
def test_other_troubles_are_not_its_own(other: dict[str, Any]) -> None:
    """Another volume's, a single failure, another pod's, and one that is over."""
    assert [] == followed(cluster(**other))


def test_it_goes_with_the_control_plane_only() -> None:
    """Other steps have no pods of services."""
    assert not Attached(FakeCluster(), "openstack", CLAIM, "").goes_with(STEP)
