"""Services of a control plane that runs, its secret values, and hooks, on a real API server."""

import json
from collections.abc import Iterator

import pytest

from openstack_k8s_cli.model.objects import ObjectId, get
from openstack_k8s_cli.model.problems import ExitCode
from tests.cluster.commands import Ended
from tests.cluster.stories import Deployed, Story

HEAT = ObjectId("heat.openstack.org", "Heat", "openstack", "heat")
MANILA = ObjectId("manila.openstack.org", "Manila", "openstack", "manila")


@pytest.fixture(scope="module")
def deployed(story: Story) -> Iterator[Deployed]:
    """Have a deployment in the cluster, and give it back as the profile crc says it."""
    standing = story.standing()
    yield standing
    again = osk(standing, "deploy", "all", "-p", "crc", "--yes", "-o", "json")
    assert (ExitCode.DONE, []) == (again.code, again.problems)


def osk(deployed: Deployed, *words: str) -> Ended:
    """Run a command against it."""
    return deployed.osk(*words, f"--rehearsal={deployed.rehearsal.name}")


def is_there(deployed: Deployed, target: ObjectId) -> bool:
    """Tell whether an object is in the cluster and not about to go."""
    resource = deployed.cluster.resource(target.group, target.kind)
    body = deployed.cluster.get(resource, target.namespace, target.name) if resource else None
    return body is not None and not get(body, "metadata", "deletionTimestamp")


def test_a_service_is_switched_on_and_off(deployed: Deployed) -> None:
    """It comes up in the control plane that runs, the next deployment would revert it and asks, a switch of another leaves it."""
    on = osk(deployed, "deploy", "service", "heat", "-p", "crc", "-o", "json")
    came = is_there(deployed, HEAT)
    asked = osk(deployed, "deploy", "all", "-p", "crc")
    other = osk(deployed, "deploy", "service", "manila", "-p", "crc", "-o", "json")
    stayed = is_there(deployed, HEAT)
    off = osk(deployed, "teardown", "service", "heat", "-p", "crc", "--yes", "-o", "json")
    kept = is_there(deployed, MANILA)
    back = osk(deployed, "teardown", "service", "manila", "-p", "crc", "--yes", "-o", "json")

    assert (ExitCode.DONE, []) == (on.code, on.problems)
    assert {"controlplane/control-plane/services"} == {each["step"] for each in on.of("StepStarted")}
    assert came
    assert "heat is on in the cluster and not in the profile" in on.stderr
    assert ExitCode.USAGE == asked.code
    assert "spec.heat.enabled: true → false" in asked.stderr
    assert ExitCode.DONE == other.code
    assert "left as it is in the cluster, and not so in the profile: heat is on" in other.stderr
    assert stayed
    assert ExitCode.DONE == off.code
    assert not is_there(deployed, HEAT)
    assert kept
    assert ExitCode.DONE == back.code


def test_a_service_that_is_not_there_is_refused(deployed: Deployed) -> None:
    """A misspelt one with the nearest name, before anything is asked of the cluster."""
    done = osk(deployed, "deploy", "service", "heet", "-p", "crc")

    assert ExitCode.USAGE == done.code
    assert "Did you mean `heat`?" in done.stderr


def test_secret_values_are_listed_shown_and_made_anew(deployed: Deployed) -> None:
    """All of them are there, one is shown, and a new one is another."""
    found = json.loads(osk(deployed, "secrets", "list", "-p", "crc", "-o", "json").stdout)
    before = osk(deployed, "secrets", "show", "DatabasePassword", "-p", "crc").stdout
    rotated = osk(deployed, "secrets", "rotate", "DatabasePassword", "-p", "crc")
    after = osk(deployed, "secrets", "show", "DatabasePassword", "-p", "crc").stdout

    assert {True} == {each["there"] for each in found}
    assert {"generated"} == {each["origin"] for each in found}
    assert ExitCode.DONE == rotated.code, rotated.stderr
    assert before != after
    assert after.strip() not in rotated.stdout + rotated.stderr


def test_a_hook_runs_once_against_the_cluster(deployed: Deployed) -> None:
    """A command after the control plane gets the kubeconfig; the second deployment finds it done."""
    (deployed.osk.home / "own.yaml").write_text(
        "apiVersion: osk/v1\nkind: Profile\nname: crc\nextends: [crc]\nhooks:\n"
        "  check: {after: control-plane, outputs: {there: bool},\n"
        '    command: \'test -f "$KUBECONFIG" && echo ran >> ran && echo "{\\"there\\": true}" > "$OSK_OUTPUTS"\'}\n'
    )
    first = osk(deployed, "deploy", "hooks", "--only", "--yes", "-p", "own.yaml", "-o", "json")
    second = osk(deployed, "deploy", "hooks", "--only", "--yes", "-p", "own.yaml", "-o", "json")

    assert (ExitCode.DONE, []) == (first.code, first.problems)
    assert ["created"] == [each["change"] for each in first.of("ObjectChanged")]
    assert ["unchanged"] == [each["change"] for each in second.of("ObjectChanged")]
    assert "ran\n" == (deployed.osk.home / "ran").read_text()
