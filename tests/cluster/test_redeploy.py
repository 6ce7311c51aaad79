"""One service of a cloud that stands is made anew, its databases dropped, through a kill; nothing else is touched."""

import pytest

from openstack_k8s_cli.model.objects import ObjectId, get
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.workflows.developing import dropping
from tests.cluster.commands import Ended
from tests.cluster.stories import Deployed, Story

SPACE = "openstack"
NOVA = ObjectId("nova.openstack.org", "Nova", SPACE, "nova")
CELLS = {
    "nova_api": "openstack-galera-0",
    "nova_cell0": "openstack-galera-0",
    "nova_cell1": "openstack-cell1-galera-0",
}
OTHER = ("placement", "openstack-galera-0")


@pytest.fixture(scope="module")
def deployed(story: Story) -> Deployed:
    """Have a deployment in the cluster; it stays as the profile has it."""
    return story.standing()


def osk(deployed: Deployed, *words: str) -> Ended:
    """Run a command against it."""
    return deployed.osk(*words, "-p", "crc", "-o", "json", f"--rehearsal={deployed.rehearsal.name}")


def sql(deployed: Deployed, pod: str, statements: str) -> str:
    """Let root's client say something in a pod."""
    ran = dropping.ask(deployed.cluster, SPACE, pod, statements)
    assert (0, "") == (ran.exit_code, ran.stderr)
    return ran.stdout


def everything(deployed: Deployed) -> dict[str, tuple[str, int]]:
    """Give UID and generation of all resources of OpenStack's kinds and workloads, by name."""
    cluster, found = deployed.cluster, dict[str, tuple[str, int]]()
    for resource in cluster.resources():
        if resource.namespaced and (resource.group.endswith("openstack.org") or resource.group == "apps"):
            for body in cluster.list(resource, SPACE).items if "list" in resource.verbs else ():
                meta = body["metadata"]
                found[f"{resource.kind} {meta['name']}"] = (meta["uid"], int(meta.get("generation") or 0))
    return found


def is_novas(name: str) -> bool:
    """Tell what belongs to nova, by its name; hosts have a service of that name."""
    return "nova" in name.lower() and not name.startswith("OpenStackDataPlane")


def test_nova_is_made_anew(deployed: Deployed) -> None:
    """Killed once nova is held with nothing below it, it goes on: new resources on new databases in all cells, and others as they were."""
    for name, pod in (*CELLS.items(), OTHER):
        sql(deployed, pod, f"CREATE TABLE {name}.osk_was_here (id INT)")
    before = everything(deployed)
    name = f"--rehearsal={deployed.rehearsal.name}"
    command = ("redeploy", "nova", "--drop-db", "-y", "-p", "crc", name, "-o", "json")
    with deployed.osk.led(*command) as (_, events):
        for event in events:
            if event["type"] == "StepFinished" and event["step"].endswith("/gone"):
                break
    held = deployed.cluster.resource(NOVA.group, NOVA.kind)
    assert held is not None
    body = deployed.cluster.get(held, SPACE, NOVA.name)
    done = osk(deployed, "redeploy", "nova", "-y")
    after = everything(deployed)
    changed = {each for each in before.keys() | after.keys() if before.get(each) != after.get(each)}

    assert ["osk.openstack.org/redeploy"] == get(body or {}, "metadata", "finalizers")
    assert (ExitCode.DONE, []) == (done.code, done.problems)
    assert {each for each in before if not is_novas(each)} == {each for each in after if not is_novas(each)}
    assert set(filter(is_novas, before)) <= changed
    assert set() == {each for each in changed if not is_novas(each)}
    assert ["", "", ""] == [sql(deployed, pod, f"SHOW TABLES FROM {name}") for name, pod in CELLS.items()]
    assert "osk_was_here\n" == sql(deployed, OTHER[1], f"SHOW TABLES FROM {OTHER[0]}")


def test_databases_stay_unless_asked(deployed: Deployed) -> None:
    """Placement is made anew on the one that it had."""
    before = everything(deployed)["PlacementAPI placement"]
    done = osk(deployed, "redeploy", "placement", "-y")

    assert (ExitCode.DONE, []) == (done.code, done.problems)
    assert before != everything(deployed)["PlacementAPI placement"]
    assert "osk_was_here\n" == sql(deployed, OTHER[1], f"SHOW TABLES FROM {OTHER[0]}")
