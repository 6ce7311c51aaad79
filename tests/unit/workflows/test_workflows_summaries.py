"""Hosts that a service went on without, where the operator's status has no word of them."""

import json
from typing import Any

import pytest

from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
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


def ended(service: str = "ovn", **status: Any) -> Body:
    """Make a deployment of which a service ended well, in the operator's eyes."""
    shown = {"compute": [{"type": jobs.condition_of(service), "status": "True"}]}
    body = deployed.deployment(pods.DEPLOYMENT, "compute")
    body["metadata"]["uid"] = "u1"
    return {**body, "status": {"nodeSetConditions": shown, **status}}


def cluster(play: Play = PLAY, *, left: bool = True) -> FakeCluster:
    """Make one whose one pod ended well, and left a summary behind or only its log."""
    made = FakeCluster()
    made.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": pods.NAMESPACE}})
    pod = pods.pod("ovn", phase="Succeeded", message=json.dumps(play.summary()) if left else "")
    pod["metadata"]["labels"]["job-name"] = jobs.name_of("ovn", pods.DEPLOYMENT, "compute")
    made.put(pod)
    made.say(pods.NAMESPACE, pod["metadata"]["name"], *"".join(play.parts()).splitlines())
    made.log.clear()
    return made


def completed(made: FakeCluster, body: Body, *, tolerant: bool = True, seen: tuple[str, ...] = ()) -> Body:
    """Complete a deployment."""
    nodesets = [nodeset(tolerant=tolerant)]
    (found,) = summaries.completed(made, [body], nodesets, pods.NAMESPACE, seen=seen)
    return found


def brought(body: Body) -> dict[str, list[str]]:
    """Give the hosts that have had each service."""
    share = records.Share({"ovn": "", "nova": ""}, dict.fromkeys(HOSTS, "1"))
    note = {records.PURPOSE: records.Purpose({"compute": share}).written()}
    meta = {**body["metadata"], "annotations": note, "creationTimestamp": "2026-01-01T00:00:00Z"}
    found: dict[str, list[str]] = {}
    for host, done in records.folded({}, [{**body, "metadata": meta}]).get("compute", {}).items():
        for service in done:
            found.setdefault(service, []).append(host)
    return found


@pytest.mark.parametrize("play", [PLAY, GONE], ids=["failed", "unreachable"])
@pytest.mark.parametrize("left", [True, False], ids=["summary", "log"])
def test_the_pods_say_it(play: Play, left: bool) -> None:
    """What a pod left behind, or else the recap in its log."""
    found = completed(cluster(play, left=left), ended())

    assert {"ovn": ["a"]} == brought(found)


def test_what_the_operator_says_of_one_job_is_no_word_of_another() -> None:
    """Each job without a summary is asked for, such as one whose summary was too long for the operator to read."""
    told = {jobs.name_of("nova", pods.DEPLOYMENT, "compute"): {"failedHostList": ["a"]}}
    body = ended(ansibleExecutionSummaries=told)
    body["status"]["nodeSetConditions"]["compute"] += ended("nova")["status"]["nodeSetConditions"]["compute"]

    assert {"ovn": ["a"], "nova": ["b"]} == brought(completed(cluster(), body))


def test_what_nothing_tells_of_did_not_end() -> None:
    """A pod that is gone, a log that cannot be read and one without an end prove nothing of any host."""
    down, cut = cluster(left=False), cluster(Play("ovn", [], {}), left=False)
    down.fail(ClusterError(ErrorKind.UNREACHABLE, "the kubelet does not answer"), verb="log")
    name = next(iter(cut.printed))
    cut.printed[name] = cut.printed[name][:1]

    for made in (FakeCluster(), down, cut):
        assert {} == brought(completed(made, ended()))


def test_what_is_known_is_not_asked_for() -> None:
    """Nothing is read where the status has it, nor where any host that fails ends a service, nor what is written down."""
    told = {jobs.name_of("ovn", pods.DEPLOYMENT, "compute"): {"failedHostList": ["a"]}}
    made = cluster()

    found = completed(made, ended(ansibleExecutionSummaries=told))
    completed(made, ended(), tolerant=False)
    completed(made, ended(), seen=("u1",))

    assert {"ovn": ["b"]} == brought(found)
    assert not made.log
