"""`osk profile import cluster` on a real API server: a cloud becomes a profile that would change nothing of it."""

import json

import pytest

from openstack_k8s_cli.model.problems import ExitCode
from tests.cluster.commands import Ended
from tests.cluster.stories import Deployed, Story


@pytest.fixture(scope="module")
def deployed(story: Story) -> Deployed:
    """Have a cloud that is up; it is only looked at."""
    return story.standing()


@pytest.fixture(scope="module")
def imported(deployed: Deployed) -> Ended:
    """Read it into a profile."""
    return deployed.osk("profile", "import", "cluster", f"--rehearsal={deployed.rehearsal.name}")


def test_the_profile_is_small(imported: Ended) -> None:
    """What the server and the webhooks have filled in is not written as if somebody had chosen it."""
    assert ExitCode.DONE == imported.code, imported.stderr
    assert "extends: [openshift]" in imported.stdout
    assert len(imported.stdout.splitlines()) < 20, imported.stdout


def test_a_plan_with_it_has_no_change(deployed: Deployed, imported: Ended) -> None:
    """The cloud can be taken over as it is."""
    (deployed.osk.home / "taken.yaml").write_text(imported.stdout)
    there = ("-p", "taken.yaml", f"--rehearsal={deployed.rehearsal.name}")
    planned = deployed.osk("plan", "all", *there, "--exit-code", "-o", "json")

    changes = [each for each in json.loads(planned.stdout)["objects"] if each["change"] != "unchanged"]
    assert (ExitCode.DONE, []) == (planned.code, changes), planned.stderr
