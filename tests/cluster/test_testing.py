"""`osk test` on a real API server: to its results, to a failure, and on after it was killed."""

from collections.abc import Iterator

import pytest

from openstack_k8s_cli.model.objects import ObjectId, get
from openstack_k8s_cli.model.problems import ExitCode
from tests.cluster.staging import NO_FAULTS, Stage
from tests.cluster.stories import Deployed, Story

PROFILE = """\
apiVersion: osk/v1
kind: Profile
name: crc
extends: [crc]
tests:
  cloud: {kind: tempest, include: [tempest.api.compute], steps: {api: {}, scenario: {tempestRun: {smoke: true}}}}
"""
FAILS = "faults:\n- {fault: error, kind: TestPod, name: cloud-tests-s00-api}\n"


def tempest(name: str) -> ObjectId:
    """Name the resource of a test."""
    return ObjectId("test.openstack.org", "Tempest", "openstack", f"{name}-tests")


@pytest.fixture(scope="module")
def deployed(story: Story, stage: Stage) -> Iterator[Deployed]:
    """Have a cloud that is up; what is tested in it leaves nothing there."""
    standing = story.standing()
    (standing.osk.home / "own.yaml").write_text(PROFILE)
    yield standing
    stage.faults.write_text(NO_FAULTS)


def is_there(deployed: Deployed, target: ObjectId) -> bool:
    """Tell whether an object is in the cluster."""
    resource = deployed.cluster.resource(target.group, target.kind)
    return bool(resource and deployed.cluster.get(resource, target.namespace, target.name))


def words(deployed: Deployed, *more: str) -> tuple[str, ...]:
    """Give a command line on the run's cluster."""
    return ("test", *more, "-p", "own.yaml", f"--rehearsal={deployed.rehearsal.name}", "-o", "json")


def test_tempest_to_its_results(deployed: Deployed) -> None:
    """The pod is followed to its end, its volume is copied, and nothing of it is left."""
    done = deployed.osk(*words(deployed, "tempest"))
    folder = deployed.osk.home / "test-results" / "tempest"
    judged = [(each["object"]["kind"], each["verdict"]["state"]) for each in done.of("ObjectJudged")]

    assert (ExitCode.DONE, []) == (done.code, done.problems), done.stderr
    assert ("Pod", "ready") in judged
    assert ["created", "deleted"] == [each["change"] for each in done.of("ObjectChanged")]
    assert (folder / "tempest-tests" / "tempest_results.xml").is_file()
    assert (folder / "logs" / "tempest-tests.log").is_file()
    assert not is_there(deployed, tempest("tempest"))
    assert not is_there(deployed, ObjectId("", "Pod", "openstack", "tempest-tests-reader"))


def test_a_step_that_fails_is_named(deployed: Deployed, stage: Stage) -> None:
    """The others run all the same, and the results of all are fetched."""
    stage.faults.write_text(FAILS)
    done = deployed.osk(*words(deployed, "cloud", "--results", "out"))
    (problem,) = done.problems

    assert ExitCode.FAILED == done.code
    assert "Step `api` of cloud failed: exit status 1" == problem["summary"]
    assert "Pod openstack/cloud-tests-s00-api" == problem["subject"]
    assert (deployed.osk.home / "out" / "logs" / "cloud-tests-s01-scenario.log").is_file()
    assert not is_there(deployed, tempest("cloud"))


def test_what_was_killed_is_gone_on_with(deployed: Deployed, stage: Stage) -> None:
    """The same resource is followed, not another one made."""
    stage.faults.write_text(NO_FAULTS)
    with deployed.osk.led(*words(deployed, "cloud")) as (_, events):
        assert any(each.get("change") == "created" for each in events)
    target = tempest("cloud")
    resource = deployed.cluster.resource(target.group, target.kind)
    assert resource is not None
    before = deployed.cluster.get(resource, target.namespace, target.name)
    done = deployed.osk(*words(deployed, "cloud", "--keep"))
    after = deployed.cluster.get(resource, target.namespace, target.name)
    anew = deployed.osk(*words(deployed, "cloud"))

    assert ExitCode.DONE == done.code, done.stderr
    assert get(before or {}, "metadata", "uid") == get(after or {}, "metadata", "uid")
    assert ["unchanged"] == [each["change"] for each in done.of("ObjectChanged")]
    assert ["deleted", "created", "deleted"] == [each["change"] for each in anew.of("ObjectChanged")]
