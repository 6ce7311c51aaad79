"""The main job where things go wrong: CRDs of the user's, faults of the rehearsal, and a teardown that is killed."""

import copy
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.model.objects import Body, ObjectId, condition
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.rehearsal import crds
from openstack_k8s_cli.rehearsal.directories import Places
from openstack_k8s_cli.rehearsal.lifecycle import Rehearsal
from tests.cluster import listings
from tests.cluster.commands import Ended, at_home
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
        before = listings.everything(cluster)
        ended = osk("deploy", "all", "-p", "crc", f"--rehearsal={NAME}", "-o", "json")
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


def test_killed_teardown_is_finished_by_the_next(troubled: Troubled) -> None:
    """A teardown whose process is killed at a seeded moment ends, with the same command again, with nothing left."""
    deployed = troubled.deployed
    command = ("teardown", "all", "-p", "crc", "--yes", "--keep", "nothing", f"--rehearsal={NAME}")
    moment = random.Random(SEED).randrange(2, len(deployed.ended.of("StepFinished")))  # noqa: S311  # the same each time
    status = killed_after(deployed.osk, command, moment)
    finished = deployed.osk(*command, "-o", "json")

    assert status == -9, "it ended before it was killed"
    assert (finished.code, finished.problems) == (ExitCode.DONE, [])
    assert list(new_or_gone(deployed)) == []
