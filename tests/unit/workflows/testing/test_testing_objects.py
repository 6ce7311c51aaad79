"""`osk test`: what becomes of a test of the profile, and what is refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli.adapters.results import Results
from openstack_k8s_cli.apply import Options
from openstack_k8s_cli.model.events import Event, ObjectChanged
from openstack_k8s_cli.workflows.testing import running
from tests.unit.workflows.testing.scenes import TEMPEST, Scene, refused, scene


def test_what_cannot_be_run_is_refused_before_anything(tmp_path: Path) -> None:
    """A test that is not there, an operator that is not there, a resource that is someone's."""
    without, taken = scene(tmp_path, kinds=False), scene(tmp_path)
    meta = {"name": TEMPEST.name, "namespace": TEMPEST.namespace}
    taken.operator.made.put({"apiVersion": "test.openstack.org/v1beta1", "kind": "Tempest", "metadata": meta})

    assert "Did you mean `tempest`?" in refused(lambda: taken.run("tempst")).advice[0].text
    assert refused(without.run).code == "OSK0831"
    assert refused(taken.run).code == "OSK0551"
    assert "ansibleGitRepo" in refused(lambda: taken.run("ansibletest")).summary
    assert "dashboard" in refused(lambda: taken.run("horizontest")).summary


def specs(tmp_path: Path, overlay: str, name: str) -> Any:
    """Give the spec of a test's resource."""
    played = scene(tmp_path, f"tests: {overlay}\n")
    for _ in iter_until_created(played, name):
        pass
    found = [each for each in played.operator.made.ids() if each.group == "test.openstack.org"]
    return (played.operator.made.peek(found[0]) or {})["spec"]


def iter_until_created(played: Scene, name: str) -> Iterator[Event]:
    """Run a test until its resource is there."""
    for event in running.run(played.world, name, Results(played.folder), Options(), keep=False):
        yield event
        if isinstance(event, ObjectChanged):
            return


@pytest.mark.parametrize(
    ("overlay", "name", "expected"),
    [
        (
            "{}",
            "tempest",
            {
                "storageClass": "local-storage",
                "tempestRun": {"includeList": "tempest.api.identity.v3.*\n", "concurrency": 8},
            },
        ),
        (
            (
                "{mine: {kind: tempest, image: a:1, include: [a, b], exclude: [c], networks: [ctlplane],"
                " steps: {one: {}, two: {tempestRun: {smoke: true}}}, spec: {parallel: true}}}"
            ),
            "mine",
            {
                "storageClass": "local-storage",
                "containerImage": "a:1",
                "networkAttachments": ["ctlplane"],
                "workflow": [{"stepName": "one"}, {"stepName": "two", "tempestRun": {"smoke": True}}],
                "tempestRun": {"includeList": "a\nb\n", "excludeList": "c\n", "concurrency": 8},
                "parallel": True,
            },
        ),
        (
            "{tobiko: {concurrency: 2}}",
            "tobiko",
            {"storageClass": "local-storage", "testenv": "py3", "version": "master", "numProcesses": 2},
        ),
        (
            "{horizontest: {spec: {dashboardUrl: 'https://d', authUrl: 'https://a'}}}",
            "horizontest",
            {
                "storageClass": "local-storage",
                "dashboardUrl": "https://d",
                "authUrl": "https://a",
                "repoUrl": "https://review.opendev.org/openstack/horizon",
                "horizonRepoBranch": "master",
            },
        ),
        (
            "{ansibletest: {spec: {ansibleGitRepo: 'https://g', ansiblePlaybookPath: p.yaml}}}",
            "ansibletest",
            {"storageClass": "local-storage", "ansibleGitRepo": "https://g", "ansiblePlaybookPath": "p.yaml"},
        ),
    ],
)
def test_a_test_of_the_profile_becomes_its_resource(
    tmp_path: Path, overlay: str, name: str, expected: dict[str, Any]
) -> None:
    """Each kind with what the profile says of it, and `spec` over that."""
    assert specs(tmp_path, overlay, name) == expected
