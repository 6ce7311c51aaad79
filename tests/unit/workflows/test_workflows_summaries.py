"""Hosts that a service went on without, where the operator's status has no word of them."""

import json
from typing import Any

import pytest

from openstack_k8s_cli.dataplane import jobs, records
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.rehearsal.simulators.playing import Play
from openstack_k8s_cli.workflows.dataplane import summaries
from tests.fakes.cluster import FakeCluster
from tests.unit.dataplane import deployed, pods

HOSTS = ["a", "b"]
PLAY = Play("ovn", HOSTS, {"b": "no"}, tolerated=50)
GONE = Play("ovn", HOSTS, {}, {"b": ""}, tolerated=50)


def nodeset(*, tolerant: bool = True) -> Body:
    """Make a node set."""
    made = deployed.nodeset("compute", HOSTS)
    env = [{"name": "OSK_MAX_FAIL_PERCENT", "value": "50"}] if tolerant else []
    return {**made, "spec": {**made["spec"], "env": env}}


def completed(play: Play, *, left: bool, tolerant: bool = True, **status: Any) -> tuple[Body, FakeCluster]:
    """Complete a deployment whose one pod ended well, and left a summary behind or only its log."""
    cluster = FakeCluster()
    cluster.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": pods.NAMESPACE}})
    pod = pods.pod("ovn", phase="Succeeded", message=json.dumps(play.summary()) if left else "")
    pod["metadata"]["labels"]["job-name"] = jobs.name_of("ovn", pods.DEPLOYMENT, "compute")
    cluster.put(pod)
    lines = "".join(play.parts()).splitlines()
    cluster.say(pods.NAMESPACE, pod["metadata"]["name"], *lines)
    cluster.log.clear()
    body = {**deployed.deployment(pods.DEPLOYMENT, "compute"), "status": status}
    (found,) = summaries.completed(cluster, [body], [nodeset(tolerant=tolerant)], pods.NAMESPACE)
    return found, cluster


@pytest.mark.parametrize("play", [PLAY, GONE], ids=["failed", "unreachable"])
@pytest.mark.parametrize("left", [True, False], ids=["summary", "log"])
def test_the_pods_say_it(play: Play, left: bool) -> None:  # noqa: FBT001
    """What a pod left behind, or else the recap in its log."""
    found, _ = completed(play, left=left)

    assert {"b"} == records.failed_hosts(found, "ovn", "compute")


def test_the_operators_word_is_enough() -> None:
    """Nothing is read where the status has it, nor where any host that fails ends a service."""
    told = {"x": {"failedHostList": ["a"]}}

    for found, cluster in (
        completed(PLAY, left=True, ansibleExecutionSummaries=told),
        completed(PLAY, left=True, tolerant=False),
    ):
        assert not cluster.log
        assert frozenset() == records.failed_hosts(found, "ovn", "compute")
