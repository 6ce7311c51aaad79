"""The main job where things go wrong: CRDs of the user's, faults of the rehearsal, and a teardown that is killed."""

import copy
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import not_
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.model.objects import Body, ObjectId, condition, get, id_of
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.rehearsal import crds
from openstack_k8s_cli.rehearsal.directories import Places
from openstack_k8s_cli.rehearsal.lifecycle import Rehearsal
from tests.cluster import histories, listings
from tests.cluster.awaiting import eventually, has, until
from tests.cluster.commands import Ended, at_home
from tests.cluster.listings import Listing
from tests.cluster.stories import Deployed
from tests.cluster.test_main_job import new_or_gone, ready_steps
from tests.cluster.test_main_job_kills import SEED, killed_after

NAME = "troubled"
REPLACED = "openstackclients.client.openstack.org"
FAULTS = """\
faults:
  - {fault: crd-late, kind: NetConfig, after: 6}
  - {fault: webhook-down, kind: OpenStackControlPlane, after: 8}
"""
CRD_LATE, WEBHOOK_DOWN = 6, 8
THERE = ("-p", "crc", f"--rehearsal={NAME}", "-o", "json")
NEVER_READY = "faults: [{fault: never-ready, kind: Galera, name: openstack}]\n"
CLEARS = "faults: [{fault: error-clears, kind: Galera, name: openstack, message: no room, after: %s}]\n"
FAILS = "faults: [{fault: error, kind: OpenStackDataPlaneService, name: bootstrap}]\n"
NOTHING = "faults: []\n"
SOON = 60.0
"""Seconds after a signal; a quiet machine needs less than two, and what is left of the run takes longer."""
OF_HOSTS = {"IPSet", "Reservation", "DNSData"}
PLANE, NODES = (
    ("core.openstack.org", "OpenStackControlPlane"),
    ("nmstate.io", "NodeNetworkConfigurationPolicy"),
)


@dataclass(frozen=True, slots=True)
class Troubled:
    """A cluster that was ordered to make trouble, and a deployment on it."""

    started: Ended
    deployed: Deployed


@pytest.fixture(scope="module")
def troubled(places: Places, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Troubled]:
    """Start a cluster as a user does, with other CRDs and with faults, and deploy everything."""
    home = tmp_path_factory.mktemp("home")
    newer = home / "newer"
    newer.mkdir()
    (newer / "client.json").write_text(json.dumps(with_new_field(places)))
    (home / "faults.yaml").write_text(FAULTS)
    osk = at_home(home, places.state)
    ordered = ("--crds", newer, "--faults", home / "faults.yaml", "--pace", "instant")
    try:
        started = osk("rehearse", "up", f"--rehearsal={NAME}", *ordered, "-o", "json")
        assert started.code == ExitCode.DONE, started.stderr
        told = json.loads(started.stdout)
        rehearsal = Rehearsal(NAME, places.cluster(NAME), Path(told["kubeconfig"]), told["pid"])
        cluster = kubernetes.connect(str(rehearsal.kubeconfig))
        before = listings.quiet(cluster)
        ended = osk("deploy", "all", *THERE)
        yield Troubled(started, Deployed(osk, rehearsal, before, ended, listings.everything(cluster)))
    finally:
        osk("rehearse", "down", f"--rehearsal={NAME}")


def with_new_field(places: Places) -> Body:
    """Give a CRD with one field more in its status than the release has."""
    body: Body = copy.deepcopy(crds.collect(print, cache=places.cache).bodies[REPLACED])
    for version in body["spec"]["versions"]:
        status = version["schema"]["openAPIV3Schema"]["properties"]["status"]
        status["properties"]["newerRelease"] = {"type": "string"}
    return body


def test_webhooks_of_other_crds_are_left_out(troubled: Troubled) -> None:
    """`--crds` takes the place of the CRD, and a line says whose webhooks are not registered for it; the others are."""
    after = troubled.deployed.after
    versions = after[ObjectId("apiextensions.k8s.io", "CustomResourceDefinition", "", REPLACED)]["spec"][
        "versions"
    ]
    hooks = {
        hook["name"]
        for target, body in after.items()
        if target.kind in {"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"}
        for hook in body["webhooks"]
    }

    assert "the webhooks of OpenStackClient are not registered" in troubled.started.stderr
    assert "newerRelease" in json.dumps(versions)
    assert [name for name in hooks if "openstackclient" in name] == []
    assert [name for name in hooks if "openstackcontrolplane" in name]


def only(troubled: Troubled, kind: str) -> Body:
    """Give the one object of a kind."""
    (found,) = [body for target, body in troubled.deployed.after.items() if target.kind == kind]
    return found


def seconds(text: str) -> float:
    """Read a time of the API server's."""
    return datetime.fromisoformat(text).timestamp()


def reasons(ended: Ended, kind: str) -> set[str]:
    """Give every reason that a run gave for objects of a kind."""
    return {each["verdict"]["reason"] for each in ended.of("ObjectJudged") if each["object"]["kind"] == kind}


def test_faults_that_pass_are_waited_for(troubled: Troubled) -> None:
    """A kind that is served late and webhooks that refuse at first are waited for, by name, and everything gets Ready."""
    ended = troubled.deployed.ended
    operator = only(troubled, "OpenStack")
    initialized = condition(operator, "Ready")
    made = {
        kind: seconds(only(troubled, kind)["metadata"]["creationTimestamp"])
        for kind in ("NetConfig", "OpenStackControlPlane")
    }

    assert initialized is not None
    assert "webhook unreachable" in reasons(ended, "OpenStackDataPlaneService")
    assert made["NetConfig"] >= seconds(operator["metadata"]["creationTimestamp"]) + CRD_LATE - 1
    assert made["OpenStackControlPlane"] >= seconds(initialized["lastTransitionTime"]) + WEBHOOK_DOWN - 1
    assert (ended.code, ended.problems) == (ExitCode.DONE, [])
    assert ready_steps(ended) == {step["id"] for step in ended.of("PlanMade")[0]["steps"]}


def order(troubled: Troubled, faults: str) -> None:
    """Order other faults of the running cluster."""
    written = troubled.deployed.osk.home / "faults.new"
    written.write_text(faults)
    written.replace(troubled.deployed.osk.home / "faults.yaml")


def await_trouble(troubled: Troubled) -> None:
    """Wait until the control plane shows that something is wrong."""
    cluster = troubled.deployed.cluster
    plane = cluster.resource(*PLANE)
    assert plane is not None
    ready = has("Ready")
    until(cluster, plane, lambda body: not ready(body), name="openstack-galera-network-isolation")


def test_what_never_gets_ready_is_named(troubled: Troubled) -> None:
    """A database that never gets ready ends the run at its deadline, with code 6 and the database as the deepest cause."""
    order(troubled, NEVER_READY)
    await_trouble(troubled)
    command = ("deploy", "control-plane", "--only", "--yes", "--set", "timeouts.scale=0.008")
    ended = troubled.deployed.osk(*command, *THERE)
    (problem,) = ended.problems

    assert (ended.code, ended.events[-1]["outcome"]) == (ExitCode.STALLED, "stalled")
    assert problem["subject"] == "OpenStackControlPlane openstack/openstack-galera-network-isolation"
    assert "deepest cause: Galera openstack/openstack: " in problem["detail"]


def test_error_that_clears_is_waited_for(troubled: Troubled) -> None:
    """An error that clears by itself does not end the run, which is Ready once it is gone."""
    order(troubled, CLEARS % 600)
    await_trouble(troubled)
    osk = troubled.deployed.osk
    with osk.begun("deploy", "control-plane", "--only", "--yes", *THERE) as process:
        assert process.stdout is not None
        judged = next(each for each in map(json.loads, process.stdout) if each["type"] == "ObjectJudged")
        order(troubled, CLEARS % 1)
        last = [json.loads(line) for line in process.stdout][-1]

        assert process.wait() == ExitCode.DONE, last
    assert judged["verdict"]["state"] != "ready"
    assert last["outcome"] == "ready"


def down(troubled: Troubled, layer: str) -> Listing:
    """Take a layer and those above it down; give what is there then."""
    ended = troubled.deployed.osk("teardown", layer, "--yes", *THERE)

    assert (ended.code, ended.problems) == (ExitCode.DONE, [])
    return listings.everything(troubled.deployed.cluster)


def of_group(listing: Listing, *groups: str) -> dict[ObjectId, str]:
    """Give the objects of some groups in the cloud's namespace, each by its own identity."""
    return {
        target: body["metadata"]["uid"]
        for target, body in listing.items()
        if target.group in groups and target.namespace == "openstack"
    }


def test_dataplane_goes_alone_and_fails_and_comes_back(troubled: Troubled) -> None:
    """The data plane goes and the rest stays; a service that fails for good is code 8, and the same command again ends it."""
    deployed = troubled.deployed
    below = ("core.openstack.org", "keystone.openstack.org", "network.openstack.org", "operators.coreos.com")
    after = down(troubled, "dataplane")
    order(troubled, FAILS)
    failed = deployed.osk("deploy", "dataplane", "--only", "--yes", *THERE)
    order(troubled, NOTHING)
    again = deployed.osk("deploy", "dataplane", "--only", "--yes", *THERE)
    kept = {
        target: uid for target, uid in of_group(deployed.after, *below).items() if target.kind not in OF_HOSTS
    }

    assert of_group(deployed.after, "dataplane.openstack.org")
    assert of_group(after, "dataplane.openstack.org") == {}
    assert kept.items() <= of_group(after, *below).items()
    assert failed.code == ExitCode.DATAPLANE_FAILED
    (problem,) = failed.problems
    assert problem["subject"].startswith("Pod openstack/bootstrap-edpm-deployment-openstack-edpm-ipam-")
    assert (again.code, again.problems) == (ExitCode.DONE, [])
    assert ready_steps(again) == {step["id"] for step in again.of("PlanMade")[0]["steps"]}


def test_control_plane_goes_with_what_is_above_it(troubled: Troubled) -> None:
    """The control plane takes the data plane along; networks, operators, volumes and claims stay.

    Beside the operators no service can stand by itself: nobody fills in its image, and nothing of it is written.
    """
    before = listings.everything(troubled.deployed.cluster)
    after = down(troubled, "controlplane")
    alone = troubled.deployed.osk("deploy", "service", "placement", "--standalone", "--yes", *THERE)
    kept = {
        target
        for target in before
        if target.kind in {"NetConfig", "NodeNetworkConfigurationPolicy", "Subscription", "PersistentVolume"}
        or (target.kind, target.namespace) == ("PersistentVolumeClaim", "openstack")
    }

    assert {each.kind for each in kept} >= {"NetConfig", "Subscription", "PersistentVolumeClaim"}
    assert kept <= after.keys()
    assert of_group(after, "core.openstack.org", "keystone.openstack.org", "dataplane.openstack.org") == {}
    assert (alone.code, alone.of("ObjectChanged")) == (ExitCode.REFUSED, [])
    (problem,) = alone.problems
    assert (problem["code"], "spec.containerImage: Required value" in problem["detail"]) == ("OSK1445", True)


def test_interfaces_go_before_their_policy(troubled: Troubled) -> None:
    """Without the networks a node has none of their interfaces: its policy says so, and was met, before it goes."""
    cluster = troubled.deployed.cluster
    policies = cluster.resource(*NODES)
    assert policies is not None
    listed = cluster.list(policies)
    (policy,) = listed.items
    after = down(troubled, "networks")
    seen = histories.until_gone(cluster, id_of(policy), since=listed.resource_version)
    wanted = {each["name"] for each in policy["spec"]["desiredState"]["interfaces"]}
    states = get(seen[-1], "spec", "desiredState", "interfaces")

    assert id_of(policy) not in after
    assert {each["name"]: each["state"] for each in states} == dict.fromkeys(wanted, "absent")
    assert get(condition(seen[-1], "Available") or {}, "status") == "True"
    assert any(target.kind == "Subscription" for target in after)


def test_terminated_run_ends_cleanly_and_is_finished_by_the_next(troubled: Troubled) -> None:
    """SIGTERM in the middle of a deployment that watches ends it within seconds, its end said last; the next one gets Ready."""
    osk = troubled.deployed.osk
    with osk.begun("deploy", "all", "--yes", *THERE) as process:
        assert process.stdout is not None
        for event in map(json.loads, process.stdout):
            if event["type"] == "ObjectJudged" and event["object"]["kind"] == PLANE[1]:
                break
        process.terminate()
        asked = time.monotonic()
        rest = [json.loads(line) for line in process.stdout]
        status, seconds = process.wait(), time.monotonic() - asked
    finished = osk("deploy", "all", "--yes", *THERE)

    assert (status, seconds < SOON) == (ExitCode.TERMINATED, True), seconds
    assert (rest[-1]["type"], rest[-1]["outcome"]) == ("RunFinished", "stopped")
    assert "osk deploy all" in rest[-1]["next"][0]
    assert (finished.code, finished.problems) == (ExitCode.DONE, [])
    assert ready_steps(finished) == {step["id"] for step in finished.of("PlanMade")[0]["steps"]}


def test_killed_teardown_is_finished_by_the_next(troubled: Troubled) -> None:
    """A teardown whose process is killed at a seeded moment ends, with the same command again, with nothing left."""
    deployed = troubled.deployed
    command = ("teardown", "all", "-p", "crc", "--yes", "--keep", "nothing", f"--rehearsal={NAME}")
    moment = random.Random(SEED).randrange(2, len(deployed.ended.of("StepFinished")))
    status = killed_after(deployed.osk, command, moment)
    finished = deployed.osk(*command, "-o", "json")

    assert status == -9, "it ended before it was killed"
    assert (finished.code, finished.problems) == (ExitCode.DONE, [])
    assert eventually(lambda: list(new_or_gone(deployed)), not_) == []
