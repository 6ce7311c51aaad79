"""Development state on a real API server with the real OLM: swapped, kept, seen by others, interrupted, and undone."""

import json
from collections.abc import Iterator
from operator import not_
from typing import Any

import pytest

from openstack_k8s_cli.developing import telling
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.workflows.developing import store
from tests.cluster import listings
from tests.cluster.awaiting import eventually
from tests.cluster.commands import Document, Ended
from tests.cluster.listings import Listing
from tests.cluster.stories import Deployed, Story
from tests.cluster.test_main_job_kills import killed_after

FIX, OTHER = "quay.io/me/nova-operator:fix", "quay.io/me/keystone-operator:fix"
OPERATORS = "openstack-operators"
SUBSCRIPTION = ObjectId("operators.coreos.com", "Subscription", OPERATORS, "openstack-operator")
INIT = ObjectId("apps", "Deployment", OPERATORS, "openstack-operator-controller-init")
NOVA = ObjectId("apps", "Deployment", OPERATORS, "nova-operator-controller-manager")
VARIABLE = {"name": "RELATED_IMAGE_NOVA_OPERATOR_MANAGER_IMAGE_URL", "value": FIX}
_TURNING = frozenset({"Pod", "ReplicaSet", "EndpointSlice", "Endpoints", "ControllerRevision"})
"""Kinds that a Deployment which rolls out has others of each time."""
_COUNTED = ("resourceVersion", "generation", "managedFields")


@pytest.fixture(scope="module")
def deployed(story: Story) -> Iterator[Deployed]:
    """Have a deployment in the cluster; it is given back without development state."""
    standing = story.standing()
    yield standing
    assert [] == told(standing)


@pytest.fixture
def before(deployed: Deployed) -> Listing:
    """List all objects before something is changed."""
    return listings.quiet(deployed.cluster)


def osk(deployed: Deployed, *words: str, **environment: str) -> Ended:
    """Run a command against it."""
    return deployed.osk(*words, "-p", "crc", f"--rehearsal={deployed.rehearsal.name}", **environment)


def told(deployed: Deployed) -> list[Document]:
    """Give what there is of development state."""
    return [telling.document(each) for each in store.read(deployed.cluster)]


def live(deployed: Deployed, target: ObjectId) -> Body:
    """Read an object."""
    resource = deployed.cluster.resource(target.group, target.kind)
    assert resource is not None
    return deployed.cluster.get(resource, target.namespace, target.name) or {}


def container(body: Body) -> Any:
    """Give a Deployment's only container."""
    (found,) = get(body, "spec", "template", "spec", "containers")
    return found


def image(deployed: Deployed, target: ObjectId = NOVA) -> str:
    """Give the image that a Deployment runs."""
    return str(container(live(deployed, target))["image"])


def shape(listing: Listing) -> dict[ObjectId, Body]:
    """Give all objects as far as they can be compared: without what counts changes, and without status."""
    return {target: _shape(body) for target, body in listing.items() if target.kind not in _TURNING}


def _shape(body: Body) -> Body:
    meta = {key: value for key, value in body["metadata"].items() if key not in _COUNTED}
    annotations = {k: v for k, v in (meta.pop("annotations", None) or {}).items() if "revision" not in k}
    return {key: value for key, value in body.items() if key != "status"} | {
        "metadata": meta | {"annotations": annotations}
    }


def same(deployed: Deployed, before: Listing) -> None:
    """Wait until all objects are those of before, and all of them as Ready as they were."""
    assert {} == eventually(lambda: differences(before, listings.everything(deployed.cluster)), not_)


def differences(before: Listing, after: Listing) -> dict[str, tuple[Body | None, Body | None]]:
    """Give what is not the same, as it was and as it is."""
    both = (shape(before), shape(after)), (listings.settled(before), listings.settled(after))
    return {
        str(target): (first.get(target), second.get(target))
        for first, second in both
        for target in first.keys() | second.keys()
        if first.get(target) != second.get(target)
    }


def test_an_image_reaches_its_operator_through_olm_and_goes_without_a_trace(
    deployed: Deployed, before: Listing
) -> None:
    """The Subscription's environment is the init operator's, the operator runs with it; status and plan say so first."""
    release = image(deployed)
    made = osk(deployed, "dev", "image", "nova", FIX, "-o", "json", LOGNAME="ann")
    between = (get(live(deployed, SUBSCRIPTION), "spec", "config"), container(live(deployed, INIT))["env"])
    ran = image(deployed)
    (kept,) = json.loads(osk(deployed, "dev", "status", "-o", "json").stdout)
    status = osk(deployed, "status", "operators").stdout.splitlines()
    plan = osk(deployed, "plan", "openstack-operator", "--only", "-v").stdout
    back = osk(deployed, "dev", "reset", "nova", "-o", "json", LOGNAME="ann")

    assert (ExitCode.DONE, []) == (made.code, made.problems)
    assert {"env": [VARIABLE]} == between[0]
    assert [VARIABLE] == [each for each in between[1] if each["name"] == VARIABLE["name"]]
    assert (FIX, release) == (ran, image(deployed))
    assert ("image", "nova", "there", FIX) == tuple(kept[key] for key in ("kind", "name", "state", "value"))
    assert kept["by"].startswith("ann@")
    assert status[0].startswith(f"dev: image nova = {FIX} (ann@")
    assert f"Subscription {OPERATORS}/openstack-operator  unchanged  (dev: nova by ann@" in plan
    assert (ExitCode.DONE, []) == (back.code, back.problems)
    same(deployed, before)


def test_two_developers_see_each_other_and_a_deployment_changes_nothing(
    deployed: Deployed, before: Listing
) -> None:
    """Two images at once; one that is the other's is not taken without asking; all of it is kept, then goes at once."""
    for name, reference, who in (("nova", FIX, "ann"), ("keystone", OTHER, "bob")):
        assert ExitCode.DONE == osk(deployed, "dev", "image", name, reference, LOGNAME=who).code
    taken = osk(deployed, "dev", "image", "nova", OTHER, LOGNAME="bob")
    found = [(each["name"], each["by"][:3]) for each in told(deployed)]
    ahead = listings.versions(listings.quiet(deployed.cluster))
    deployment = osk(deployed, "deploy", "all", "-o", "json")
    behind = listings.versions(listings.everything(deployed.cluster))
    running = (
        image(deployed),
        image(deployed, ObjectId("apps", "Deployment", OPERATORS, "keystone-operator-controller-manager")),
    )
    back = osk(deployed, "dev", "reset", "--yes")

    assert ExitCode.USAGE == taken.code
    assert "ann@" in taken.stderr
    assert [("nova", "ann"), ("keystone", "bob")] == found
    assert (ExitCode.DONE, []) == (deployment.code, deployment.problems)
    assert {"unchanged"} == {each["change"] for each in deployment.of("ObjectChanged")}
    (said,) = [each["message"] for each in deployment.of("Warned") if "development" in each["message"]]
    assert "image nova" in said
    assert "image keystone" in said
    assert {target for target in ahead if ahead[target] != behind.get(target)} <= ledgers(behind)
    assert (FIX, OTHER) == running
    assert ExitCode.DONE == back.code
    assert release_of(before, NOVA) == image(deployed)
    noted = ledgers(listings.versions(before))
    same(deployed, {**before, **{target: live(deployed, target) for target in noted}})


def ledgers(found: dict[ObjectId, str]) -> set[ObjectId]:
    """Name what osk notes of a run: the digest of its plan."""
    return {each for each in found if each.namespace == "osk-system" and each.kind == "ConfigMap"}


def release_of(listing: Listing, target: ObjectId) -> str:
    """Give the image that a Deployment had."""
    return str(container(listing[target])["image"])


def test_what_is_killed_in_the_middle_is_explained_and_restored(deployed: Deployed, before: Listing) -> None:
    """A swap and a reset, each killed early and late: the status says how far it is, the next reset ends it."""
    to = ("-p", "crc", f"--rehearsal={deployed.rehearsal.name}")
    states = []
    for moment in (1, 7):
        assert -9 == killed_after(deployed.osk, ("dev", "image", "nova", FIX, *to), moment)
        states.append([each["state"] for each in told(deployed)])
    explained = osk(deployed, "dev", "status").stdout
    again = osk(deployed, "dev", "image", "nova", FIX)
    whole = [each["state"] for each in told(deployed)]
    for moment in (1, 7):
        assert -9 == killed_after(deployed.osk, ("dev", "reset", "nova", *to), moment)
        states.append([each["state"] for each in told(deployed)])
    back = osk(deployed, "dev", "reset", "--yes")

    assert [["pending"], ["pending"], ["leaving"], ["leaving"]] == states
    assert "not finished: the same command goes on" in explained
    assert (ExitCode.DONE, ["there"]) == (again.code, whole)
    assert ExitCode.DONE == back.code, back.stderr
    same(deployed, before)


def test_what_cannot_be_is_refused_before_anything_is_written(deployed: Deployed, before: Listing) -> None:
    """An operator or an image that cannot be, and a reset of nothing."""
    wrong = [
        osk(deployed, "dev", "image", "nvoa", FIX),
        osk(deployed, "dev", "image", "nova", "Quay.io/Me"),
        osk(deployed, "dev", "reset", "nova"),
    ]

    assert [ExitCode.USAGE] * 3 == [each.code for each in wrong]
    assert ["OSK1400", "OSK1406", "OSK1407"] == [
        next(code for code in ("OSK1400", "OSK1406", "OSK1407") if code in each.stderr) for each in wrong
    ]
    assert before[SUBSCRIPTION]["spec"] == live(deployed, SUBSCRIPTION)["spec"]
