"""`osk test`: a test's pods on their way, its results, and what is left."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli.adapters.results import Results
from openstack_k8s_cli.apply import Options
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, Ran
from openstack_k8s_cli.model.events import Change, ObjectChanged, ObjectJudged
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.workflows.testing import running
from tests.unit.stopping import close
from tests.unit.workflows.testing.scenes import (
    KINDS,
    READER,
    TEMPEST,
    Operator,
    archive,
    changes,
    end,
    scene,
    together,
)


def test_a_test_is_run_to_its_results(tmp_path: Path) -> None:
    """Its last lines are told, its volume and logs are in the folder, and nothing of it stays."""
    played = scene(tmp_path)
    played.operator.passes()
    events = played.run()
    told = [
        each.verdict.message
        for each in events
        if isinstance(each, ObjectJudged) and each.object.kind == "Pod"
    ]

    assert end(events).exit_code is ExitCode.DONE
    assert told[0] == "second"
    assert (played.folder / "tempest" / "results.xml").read_text() == "<ok/>"
    assert (played.folder / "logs" / "tempest-tests.log").read_text() == "first\nlast\n"
    assert not (played.folder / "link").exists()
    assert changes(events) == [Change.CREATED, Change.DELETED]
    assert played.operator.made.peek(TEMPEST) is None
    assert played.operator.made.peek(READER) is None


def test_the_reading_pod_is_the_tests_own_image(tmp_path: Path) -> None:
    """It mounts every volume, and goes with the test's resource."""
    played = scene(tmp_path)
    seen: list[Any] = []

    def keep() -> None:
        body = played.operator.made.peek(READER)
        if body:
            seen.append(body)
        played.operator.reader_runs()

    played.operator.passes()
    played.operator.meanwhile[-1] = lambda: None
    more = together(lambda: played.operator.volume("more"), played.operator.meanwhile[1])
    played.operator.meanwhile[1] = more
    played.operator.meanwhile.append(keep)
    played.run()
    spec = seen[0]["spec"]

    assert spec["containers"][0]["image"] == "tests:1"
    assert [each["persistentVolumeClaim"]["claimName"] for each in spec["volumes"]] == ["logs", "more"]
    assert [each["mountPath"] for each in spec["containers"][0]["volumeMounts"]] == [
        "/results/logs",
        "/results/more",
    ]
    assert seen[0]["metadata"]["ownerReferences"][0]["kind"] == "Tempest"


def test_a_step_that_fails_is_named_with_its_last_lines(tmp_path: Path) -> None:
    """The resource's Ready says nothing of it; the pods' exit codes do. The results are fetched all the same."""
    played = scene(tmp_path)
    said = "".join(f"line {number}\n" for number in range(40))
    played.operator.meanwhile += [
        lambda: played.operator.pod("tempest-tests-s00-api", "Failed", code=3, said=said),
        lambda: played.operator.pod("tempest-tests-s01-scenario", "Succeeded", step=1, code=0),
        together(
            lambda: played.operator.is_done({"type": "Ready", "status": "True"}), played.operator.volume
        ),
        played.operator.reader_runs,
    ]
    finished = end(played.run())
    (problem,) = finished.problems

    assert (finished.exit_code, problem.code) == (ExitCode.FAILED, "OSK0832")
    assert problem.summary == "Step `api` of tempest failed: exit status 3"
    assert problem.subject == "Pod openstack/tempest-tests-s00-api"
    assert (problem.detail or "").splitlines() == [f"line {number}" for number in range(20, 40)]
    assert (played.folder / "tempest" / "results.xml").is_file()


def test_what_an_interrupted_run_began_is_gone_on_with(tmp_path: Path) -> None:
    """The resource stays the same; once it is over with, the next run begins anew."""
    played = scene(tmp_path)
    stopped = running.run(
        played.world, "tempest", Results(played.folder), Options(command="test"), keep=False
    )
    for event in stopped:
        if isinstance(event, ObjectChanged):
            break
    close(stopped)
    played.operator.passes()
    second = played.run(keep=True)
    played.operator.made.output = archive(**{"tempest/results.xml": "<again/>"})
    played.operator.meanwhile.append(lambda: None)
    played.operator.passes()
    third = played.run()

    assert changes(second) == [Change.UNCHANGED]
    assert changes(third) == [Change.DELETED, Change.CREATED, Change.DELETED]


def test_a_changed_test_begins_anew(tmp_path: Path) -> None:
    """What is there of other settings is taken down first."""
    played = scene(tmp_path)
    for event in running.run(played.world, "tempest", Results(played.folder), Options(), keep=False):
        if isinstance(event, ObjectChanged):
            break
    changed = scene(tmp_path, "tests: {tempest: {concurrency: 2}}\n")
    other = replace(
        changed,
        operator=played.operator,
        world=replace(changed.world, cluster=played.operator.made, clock=played.operator),
    )
    played.operator.passes()

    assert changes(other.run()) == [Change.DELETED, Change.CREATED, Change.DELETED]


@pytest.mark.parametrize(
    ("play", "code", "problem"),
    [
        (
            lambda operator: operator.pod("tempest-tests", "Running", said="one\n"),
            ExitCode.STALLED,
            "OSK0834",
        ),
        (
            lambda operator: operator.made.set_status(
                TEMPEST,
                {
                    "observedGeneration": 1,
                    "conditions": [
                        {"type": "Ready", "status": "False"},
                        {"type": "InputReady", "status": "False", "reason": "Error", "message": "no secret"},
                    ],
                },
            ),
            ExitCode.FAILED,
            "OSK0833",
        ),
        (
            lambda operator: operator.made.delete(KINDS[0], "openstack", "tempest-tests"),
            ExitCode.FAILED,
            "OSK0833",
        ),
    ],
    ids=["silent", "not begun", "deleted"],
)
def test_a_test_that_does_not_end(
    tmp_path: Path, play: Callable[[Operator], None], code: ExitCode, problem: str
) -> None:
    """A silent pod, an error with no pod, a resource that someone took: each is said, and stays as it is."""
    played = scene(tmp_path, "tests: {tempest: {stall: 5m}}\n")
    played.operator.meanwhile.append(lambda: play(played.operator))
    finished = end(played.run())

    assert finished.exit_code is code
    assert [each.code for each in finished.problems] == [problem]


def test_results_that_cannot_be_fetched_stay_where_they_are(tmp_path: Path) -> None:
    """The tests passed and the run did not: the same command fetches them."""
    played = scene(tmp_path)
    played.operator.passes()
    played.operator.made.fail(ClusterError(ErrorKind.FORBIDDEN, "no exec"), verb="exec", kind="Pod")
    finished = end(played.run())
    again = played.run()

    assert (finished.exit_code, [each.code for each in finished.problems]) == (ExitCode.FAILED, ["OSK0835"])
    assert changes(again)[0] is Change.UNCHANGED


@pytest.mark.parametrize(("code", "keep", "freed"), [(0, False, True), (1, False, False), (0, True, False)])
def test_local_volumes_can_be_taken_again(tmp_path: Path, code: int, *, keep: bool, freed: bool) -> None:
    """Once they are empty and their claim is gone; nobody else gives back those that osk made."""
    played = scene(tmp_path)
    made = played.operator.made
    labels = {"app.kubernetes.io/managed-by": "osk"}
    made.put(
        {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": "pv1", "labels": labels},
            "spec": {"claimRef": {"name": "logs"}},
            "status": {"phase": "Failed"},
        }
    )
    made.on_exec = lambda _namespace, _pod, command, _stdin: Ran(code if command[0] == "find" else 0, "", "")
    played.operator.passes()
    played.run(keep=keep)
    left = made.peek(ObjectId("", "PersistentVolume", "", "pv1")) or {}

    assert ("claimRef" not in left["spec"]) is freed
