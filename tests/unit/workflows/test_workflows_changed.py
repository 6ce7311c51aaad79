"""What runs on a living cloud after a change, and what is asked to find it out."""

import json

import pytest

from openstack_k8s_cli.dataplane import jobs, records
from openstack_k8s_cli.workflows.dataplane import knowledge
from tests.unit.dataplane import pods
from tests.unit.workflows import fleets
from tests.unit.workflows.test_workflows_deployments import cluster, deployed, settled


@pytest.mark.parametrize(
    "said",
    [
        "dataplane.failure.maxPercent=20",
        "dataplane.env={RUNNER_JOB_TIMEOUT: '7200'}",
        "dataplane.logs=ansible-logs",
    ],
)
def test_another_way_to_run_ansible_runs_nothing(said: str) -> None:
    """What is only said to the pods of Ansible brings nothing else to the hosts."""
    made = cluster()
    deployed(made, settled(made))

    assert not any(settled(made, said).notes.values())


def test_growing_over_the_size_of_a_shard_deploys_the_new_host_only() -> None:
    """The hosts that are there stay where and as they are; the new one comes with a shard of its own."""
    size, made = "dataplane.shards.size=2", cluster()
    deployed(made, settled(made, size))

    plan = settled(made, size, "dataplane.nodesets.compute.count=3")

    hosts = [
        (list(share.hosts), list(share.services)[:1])
        for each in plan.manifests
        if each.id.kind == "OpenStackDataPlaneDeployment"
        for share in (records.purpose_of(each.body) or records.Purpose({})).shares.values()
    ]
    assert hosts[0] == (["edpm-compute-2"], ["repo-setup"])
    assert {services[0] for _, services in hosts[1:]} == {"ssh-known-hosts"}


def test_what_pods_tell_is_written_down_at_once() -> None:
    """Where only pods say on which hosts a service was lost, the record has it before they go, and asks no more."""
    said, made = "dataplane.failure.maxPercent=20", cluster()
    plan = settled(made, said)
    deployed(made, plan)
    purpose = records.purpose_of(
        next(each.body for each in plan.manifests if each.id.kind == fleets.DEPLOYMENTS.kind)
    )
    assert purpose is not None
    left = json.dumps({"totalHosts": 2, "failedHostList": [], "unreachableHostList": []})
    for service in purpose.shares["openstack-edpm-ipam"].services:
        place = None if service in purpose.everywhere else "openstack-edpm-ipam"
        pod = pods.pod(service, "openstack-edpm-ipam", phase="Succeeded", message=left)
        pod["metadata"]["labels"]["job-name"] = jobs.name_of(service, pods.DEPLOYMENT, place)
        made.put(pod)

    knowledge.write(made, plan.profile, "openstack")
    made.log.clear()

    assert not any(settled(made, said).notes.values())
    assert "Pod" not in {each.kind for each in made.log}
