"""The check as a Job of the cluster; tests/ssh shows that what ansible-runner prints there is read right."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, Ran
from openstack_k8s_cli.dataplane.checks import Checked
from openstack_k8s_cli.dataplane.hearing import TASK
from openstack_k8s_cli.dataplane.playing import Asked
from openstack_k8s_cli.dataplane.shells import UNREACHED, Place
from openstack_k8s_cli.model.checks import State
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows import planning
from openstack_k8s_cli.workflows.dataplane import checking, incluster
from tests.fakes.ansible import FakeAnsible
from tests.fakes.clock import FakeClock
from tests.fakes.cluster import FakeCluster
from tests.unit.workflows import fleets

RUNNER = "dataplane.runner=registry/runner:1"


class Kubelet(FakeClock):
    """A clock with whose passing the pods of Jobs come and end."""

    def __init__(self, cluster: FakeCluster, phase: str = "Succeeded") -> None:
        super().__init__()
        self.cluster, self.phase = cluster, phase
        self.jobs: list[Body] = []
        self.files: list[Body] = []

    def sleep(self, seconds: float) -> None:
        """Start what there is to start."""
        super().sleep(seconds)
        self.jobs, self.files = left(self.cluster)
        for body in self.jobs:
            name = body["metadata"]["name"]
            meta = {"name": f"{name}-x", "namespace": "openstack", "labels": {"job-name": name}}
            waiting = {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}
            status = {"phase": self.phase, "containerStatuses": [{"state": waiting}]}
            self.cluster.put({"apiVersion": "v1", "kind": "Pod", "metadata": meta, "status": status})


def left(cluster: FakeCluster) -> tuple[list[Body], list[Body]]:
    """List the Jobs and ConfigMaps that are there."""
    kinds = [cluster.resource("batch", "Job"), cluster.resource("", "ConfigMap")]
    jobs, files = ([*cluster.list(each).items] if each else [] for each in kinds)
    return jobs, files


@dataclass
class Look:
    """A look at the two hosts of a profile."""

    kubelet: Kubelet
    run: Callable[[], tuple[Checked, ...]]


def prepared(*sets: str, log: str = "", phase: str = "Succeeded") -> Look:
    """Have a pod that ends so and printed that."""
    made = fleets.world(*sets)
    assert isinstance(made.cluster, FakeCluster)
    made.cluster.on_log = lambda *_: log
    kubelet = Kubelet(made.cluster, phase)
    world, plan = replace(made, clock=kubelet), planning.bearings(made)[1]
    found = checking.hosts(plan, world.loaded.values, None)
    return Look(kubelet, lambda: incluster.look(world, plan, found))


def printed(*hosts: str) -> str:
    """Give the events of good hosts as a pod prints them."""
    heard: list[Any] = []
    FakeAnsible().play(Asked("check.yaml", {"all": {"hosts": dict.fromkeys(hosts)}}), hear=heard.append)
    return "\n".join(["a word of the image", *map(json.dumps, heard)])


def test_the_log_comes_to_the_same_table() -> None:
    """Each host that the pod told of is judged; one that it did not come to is unknown."""
    first, second = prepared(RUNNER, log=printed("edpm-compute-0")).run()

    assert (State.OK, State.UNKNOWN) == (first.results["sudo"].state, second.results["ssh"].state)


def test_the_job_is_as_ansibles_own_pods() -> None:
    """Its image, the networks of the node sets, the key from its Secret and on no command line."""
    look = prepared(RUNNER, log=printed("edpm-compute-0"))
    look.run()
    (job,) = look.kubelet.jobs
    pod = get(job, "spec", "template") or {}
    networks = json.loads(get(pod, "metadata", "annotations", "k8s.v1.cni.cncf.io/networks"))

    assert "registry/runner:1" == get(pod, "spec", "containers", 0, "image")
    assert [{"name": "ctlplane", "namespace": "openstack"}] == networks
    assert {"secretName": fleets.KEY, "defaultMode": 0o440} == get(pod, "spec", "volumes", 2, "secret")
    assert "-j" in get(pod, "spec", "containers", 0, "args")


def test_the_inventory_is_in_the_config_map() -> None:
    """Beside playbook and probe; it names the file of the key, not the key."""
    look = prepared(RUNNER, log=printed("edpm-compute-0"))
    look.run()
    (files,) = look.kubelet.files
    inventory = json.loads(files["data"]["hosts.json"])

    assert {"check.yaml", "probe.sh", "hosts.json"} == set(files["data"])
    assert {"edpm-compute-0", "edpm-compute-1"} == set(inventory["all"]["hosts"])
    assert {"ansible_ssh_private_key_file": "/runner/osk/ssh-privatekey"} == inventory["all"]["vars"]


def test_a_script_from_a_pod() -> None:
    """Its exit status and words are each host's; one that the pod did not reach says why, and nothing is left."""
    answers = [
        {"event": "runner_on_ok", "event_data": {"host": "one", "task": TASK, "res": {"stdout": "done\n@osk exit 3\n"}}},
        {"event": "runner_on_unreachable", "event_data": {"host": "two", "res": {"msg": "No route to host"}}},
    ]  # fmt: skip
    made = fleets.world(RUNNER)
    assert isinstance(made.cluster, FakeCluster)
    made.cluster.on_log = lambda *_: "\n".join(map(json.dumps, answers))
    kubelet = Kubelet(made.cluster)
    world, plan = replace(made, clock=kubelet), planning.bearings(made)[1]
    places = [Place(each, "192.0.2.1", "cloud-admin") for each in ("one", "two")]
    ran = incluster.run(world, plan, places, fleets.KEY, "systemctl stop it")

    assert {"one": Ran(3, "done", ""), "two": Ran(UNREACHED, "", "No route to host")} == ran
    assert "systemctl stop it" == kubelet.files[0]["data"]["script.sh"]
    assert "script.yaml" in get(kubelet.jobs[0], "spec", "template", "spec", "containers", 0, "args")
    assert ([], []) == left(made.cluster)


def test_nothing_is_left() -> None:
    """Neither when it went well, nor when the log tells of no host."""
    good, bad = prepared(RUNNER, log=printed("edpm-compute-0")), prepared(RUNNER, log="no such image")
    good.run()
    with pytest.raises(OskError, match="before it looked at any host"):
        bad.run()

    assert ([], []) == left(good.kubelet.cluster)
    assert ([], []) == left(bad.kubelet.cluster)


def test_a_run_that_is_killed_leaves_nothing_for_long() -> None:
    """The Job goes by itself in the end, and its files are the Job's."""
    look = prepared(RUNNER, log=printed("edpm-compute-0"))
    look.run()
    (job,), (files,) = look.kubelet.jobs, look.kubelet.files
    (owner,) = files["metadata"]["ownerReferences"]

    assert ("Job", job["metadata"]["uid"]) == (owner["kind"], owner["uid"])
    assert 600 == job["spec"]["ttlSecondsAfterFinished"]


def test_what_cannot_be_taken_away_hides_nothing() -> None:
    """The reason for which a look failed is the one that is told."""
    look = prepared(RUNNER, log="no such image")
    denied = ClusterError(ErrorKind.FORBIDDEN, "no deletions today", status=403)
    look.kubelet.cluster.fail(denied, verb="delete", times=2)

    with pytest.raises(OskError, match="before it looked at any host"):
        look.run()


def test_a_pod_that_does_not_start() -> None:
    """After ten minutes, with the reason that Kubernetes gives."""
    look = prepared(RUNNER, phase="Pending")
    with pytest.raises(OskError) as caught:
        look.run()

    assert (ExitCode.STALLED, "ImagePullBackOff no such image") == (
        caught.value.exit_code,
        caught.value.problems[0].detail,
    )
    assert 600 < look.kubelet.slept < 610


def test_many_hosts_are_looked_at_in_turn() -> None:
    """A ConfigMap holds the inventory of so many."""
    look = prepared(
        RUNNER,
        "networks.ctlplane.cidr=10.64.0.0/16",
        "dataplane.networks=[ctlplane]",
        "dataplane.nodesets.compute.count=501",
        log=printed("edpm-compute-0"),
    )

    assert 501 == len(look.run())
    assert ["edpm-compute-500"] == list(
        json.loads(look.kubelet.files[0]["data"]["hosts.json"])["all"]["hosts"]
    )


def test_the_operators_own_image() -> None:
    """It is what the OpenStackVersion says, unless the profile names one; without either there is a refusal."""
    look = prepared(log=printed("edpm-compute-0"))
    with pytest.raises(OskError, match="no OpenStackVersion yet"):
        look.run()
    meta = {"name": "cloud", "namespace": "openstack"}
    status = {"containerImages": {"ansibleeeImage": "quay.io/runner:2"}}
    look.kubelet.cluster.put(
        {
            "apiVersion": "core.openstack.org/v1beta1",
            "kind": "OpenStackVersion",
            "metadata": meta,
            "status": status,
        }
    )
    look.run()

    assert "quay.io/runner:2" == get(
        look.kubelet.jobs[0], "spec", "template", "spec", "containers", 0, "image"
    )


def test_a_rehearsal_runs_nothing() -> None:
    """Its pods are made up, so there is a refusal and no Job."""
    look = prepared(RUNNER, "platform.provider=rehearsal")
    with pytest.raises(OskError, match="hosts of a rehearsal do not exist"):
        look.run()

    assert [] == look.kubelet.jobs
