"""The commands that only look, on a cloud that stands: what they say, and that nothing in the cluster moves for it."""

import json
from base64 import b64decode
from dataclasses import dataclass

import pytest

from openstack_k8s_cli.model.objects import ObjectId, get
from openstack_k8s_cli.model.problems import ExitCode
from tests.cluster import listings, processes
from tests.cluster.commands import Document, Ended
from tests.cluster.listings import Listing
from tests.cluster.stories import Deployed, Story

CHANGED = "spec.memcached.templates.memcached.replicas"
OTHER = "--set=controlplane.spec.memcached.templates.memcached.replicas=2"
PLANE = {
    "group": "core.openstack.org",
    "kind": "OpenStackControlPlane",
    "namespace": "openstack",
    "name": "openstack-galera-network-isolation",
}


@dataclass(frozen=True, slots=True)
class Looks:
    """What each command said, and the cluster around all of them."""

    before: Listing
    after: Listing
    status: Ended
    waited: Ended
    kubeconfig: Ended
    planned: Ended
    """By the kubeconfig's path alone."""
    otherwise: Ended
    """With another value."""
    refused: Ended
    """A deployment of the other value, without a terminal to ask at."""
    variables: Ended
    clouds: Ended
    horizon: Ended


@pytest.fixture(scope="module")
def deployed(story: Story) -> Deployed:
    """Have a deployment in the cluster."""
    return story.standing()


@pytest.fixture(scope="module")
def looks(deployed: Deployed) -> Looks:
    """Look at it in every way; another time where something moved meanwhile, which others do now and then."""
    found = look(deployed)
    return look(deployed) if listings.moved(found.before, found.after) else found


def look(deployed: Deployed) -> Looks:
    """Ask each command once."""
    osk, cluster = deployed.osk, deployed.cluster
    there = ("-p", "crc", f"--rehearsal={deployed.rehearsal.name}")
    before = listings.quiet(cluster)
    kubeconfig = osk("rehearse", "kubeconfig", f"--rehearsal={deployed.rehearsal.name}")
    found = {
        "status": osk("status", *there, "-o", "json"),
        "waited": osk("wait", *there, "-o", "json"),
        "kubeconfig": kubeconfig,
        "planned": osk("plan", "--exit-code", "-o", "json", KUBECONFIG=kubeconfig.stdout.strip()),
        "otherwise": osk("plan", "control-plane", "--only", OTHER, *there, "-o", "json"),
        "refused": osk("deploy", "control-plane", "--only", OTHER, *there),
        "variables": osk("cloud", "env", *there, "-o", "json"),
        "clouds": osk("cloud", "clouds-yaml", *there, "-o", "json"),
        "horizon": osk("cloud", "horizon", *there),
    }
    return Looks(before=before, after=listings.everything(cluster), **found)


def by_change(planned: Document) -> dict[str, set[ObjectId]]:
    """Sort a plan's objects by what would become of them."""
    found: dict[str, set[ObjectId]] = {}
    for row in planned["objects"]:
        found.setdefault(row["change"], set()).add(ObjectId(**row["object"]))
    return found


def test_plan_of_a_bare_cluster_makes_everything(story: Story) -> None:
    """Before the first deployment a plan differs: it creates every object but those that the cluster has already."""
    first = story.uninterrupted()
    assert first.planned is not None
    planned = json.loads(first.planned.stdout)
    changes = by_change(planned)

    assert (first.planned.code, planned["differs"]) == (ExitCode.DIFFERENCES, True)
    assert [row["problem"] for row in planned["objects"] if row["problem"]] == []
    assert changes["created"]
    assert changes["created"] & first.before.keys() == set()
    assert set().union(*changes.values()) - changes["created"] <= first.before.keys()


def test_plan_of_what_stands_has_nothing_to_do(looks: Looks) -> None:
    """A plan by the path of the rehearsal's kubeconfig knows the cluster by its marker, and that nothing differs."""
    planned = json.loads(looks.planned.stdout)

    assert (looks.kubeconfig.code, looks.planned.code) == (ExitCode.DONE, ExitCode.DONE), looks.planned.stderr
    assert planned["differs"] is False
    assert planned["counts"].keys() <= {"unchanged", "skipped"}


def test_plan_names_the_field_that_another_value_changes(looks: Looks) -> None:
    """With another value the one object is configured, and the field is named with the value before and after."""
    (row,) = json.loads(looks.otherwise.stdout)["objects"]

    assert (looks.otherwise.code, row["object"], row["change"]) == (ExitCode.DONE, PLANE, "configured")
    assert row["differences"] == [{"path": CHANGED, "before": 1, "after": 2}]


def test_other_values_are_not_deployed_unasked(looks: Looks) -> None:
    """A deployment with another value shows it on stderr and, without a terminal, ends as bad usage."""
    said = looks.refused.stderr

    assert looks.refused.code == ExitCode.USAGE
    assert "last deployed with other values or another --set: " in said
    assert f"{CHANGED}: 1 → 2" in said
    assert "error OSK1003" in said
    assert "--yes" in said


def test_status_shows_everything_ready(looks: Looks) -> None:
    """Every object of every layer is Ready, and no cause is looked for."""
    status = json.loads(looks.status.stdout)

    assert (looks.status.code, status["ready"]) == (ExitCode.DONE, True)
    assert status["layers"].keys() == {"operators", "networks", "controlplane", "dataplane"}
    assert {row["state"] for row in status["objects"]} == {"ready"}
    assert {row["cause"] for row in status["objects"]} == {None}


def test_wait_ends_at_once(looks: Looks) -> None:
    """Waiting for what is Ready ends Ready, with no object changed."""
    steps = looks.waited.of("StepFinished")

    assert (looks.waited.code, looks.waited.events[-1]["outcome"]) == (ExitCode.DONE, "ready")
    assert steps
    assert {each["outcome"] for each in steps} == {"ready"}
    assert looks.waited.of("ObjectChanged") == []


def test_credentials_are_the_clouds(looks: Looks) -> None:
    """The variables and clouds.yaml have the address that keystone was given and the administrator's password."""
    variables, clouds = json.loads(looks.variables.stdout), json.loads(looks.clouds.stdout)
    passwords = looks.before[ObjectId("", "Secret", "openstack", "osp-secret")]["data"]
    keystone = looks.before[ObjectId("keystone.openstack.org", "KeystoneAPI", "openstack", "keystone")]
    auth = clouds["clouds"]["default"]["auth"]

    assert (looks.variables.code, looks.clouds.code) == (ExitCode.DONE, ExitCode.DONE)
    assert variables["OS_USERNAME"] == auth["username"] == "admin"
    assert auth["password"] == b64decode(passwords["AdminPassword"]).decode()
    assert variables["OS_PASSWORD"] == auth["password"]
    assert variables["OS_AUTH_URL"] == auth["auth_url"]
    assert auth["auth_url"] in get(keystone, "status", "apiEndpoints").values()


def test_no_dashboard_is_said(looks: Looks) -> None:
    """The default cloud has no dashboard, and asking for its address says what switches it on."""
    assert (looks.horizon.code, looks.horizon.stdout) == (ExitCode.REFUSED, "")
    assert "error OSK0421" in looks.horizon.stderr
    assert "osk deploy service horizon" in looks.horizon.stderr


def test_nothing_moved(looks: Looks) -> None:
    """No object has another version than before any of these commands."""
    assert listings.moved(looks.before, looks.after) == set()


def test_whole_cluster_listens_on_loopback_only(deployed: Deployed) -> None:
    """With OLM, catalogs, webhooks and simulators nothing listens beyond the loopback interface."""
    running = processes.of(deployed.rehearsal.directory)

    assert len(running) > 4
    assert processes.listeners(running) == {"0100007F"}
