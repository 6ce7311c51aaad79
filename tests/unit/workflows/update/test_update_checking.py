"""What `osk update check` finds, and what it says."""

from openstack_k8s_cli.cli import updating
from openstack_k8s_cli.workflows.update import checking
from openstack_k8s_cli.workflows.update.asked import Asked
from openstack_k8s_cli.workflows.update.stages import STAGES
from tests.fakes.cluster import FakeCluster
from tests.unit.workflows.update import clouds
from tests.unit.workflows.update.clouds import NEW, OLD, SUBSCRIPTION, VERSION


def pod(made: FakeCluster, name: str, image: str, kind: str, owner: str) -> None:
    """Let something run an image."""
    meta = {"name": name, "namespace": "openstack", "ownerReferences": [{"kind": kind, "name": owner}]}
    spec = {"containers": [{"name": "main", "image": image}]}
    phase = "Succeeded" if kind == "Job" else "Running"
    made.put({"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec, "status": {"phase": phase}})


def on_offer(made: FakeCluster, operator: clouds.Operator) -> None:
    """Let the operator be of the new version, and the cloud of the old one."""
    clouds.install(made, NEW)
    body = made.peek(VERSION) or {}
    known = {OLD: operator.images(OLD), NEW: operator.images(NEW)}
    made.set_status(
        VERSION, {**body["status"], "availableVersion": NEW, "containerImageVersionDefaults": known}
    )


def test_what_changes_and_what_restarts_is_named() -> None:
    """Images that stay are not listed; what runs the others is named by its workload, finished Jobs are not."""
    made, operator = clouds.cloud()
    on_offer(made, operator)
    pod(made, "keystone-6d-x", f"keystone:{OLD}", "ReplicaSet", "keystone-6d")
    pod(made, "bootstrap-x", f"keystone:{OLD}", "Job", "bootstrap")
    pod(made, "ovn-0", f"ovn:{OLD}", "DaemonSet", "ovn-controller")
    pod(made, "heat-x", "heat:1", "ReplicaSet", "heat-6d")

    found = checking.check(clouds.world(made), Asked())

    assert (OLD, NEW, True) == (found.deployed, found.target, found.differs)
    assert ["keystoneAPIImage", "ovnControllerImage"] == [each.name for each in found.changes]
    assert ("DaemonSet ovn-controller", "Deployment keystone") == found.restarts
    assert ("compute",) == found.nodesets
    lines = updating.text(found)
    assert f"keystoneAPIImage    keystone:{OLD} → keystone:{NEW}" in lines
    assert "  Deployment keystone" in lines
    assert f"keystone:{NEW}" == updating.document(found)["images"][0]["after"]


def test_a_newer_operator_is_told_before_its_images_are_known() -> None:
    """The catalog's newest is compared with what is installed."""
    made, _ = clouds.cloud()
    installed = f"openstack-operator.{OLD}"
    made.set_status(SUBSCRIPTION, {"installedCSV": installed, "currentCSV": "openstack-operator.v9"})

    found = checking.check(clouds.world(made), Asked())

    assert found.upgrades
    assert found.differs
    assert () == found.changes
    assert f"operator  {installed} → openstack-operator.v9" in updating.text(found)


def test_a_cloud_that_is_up_to_date_has_nothing_to_do() -> None:
    """No image, no restart, and a sentence."""
    made, _ = clouds.cloud()

    found = checking.check(clouds.world(made), Asked())

    assert (False, (), ()) == (found.differs, found.changes, found.problems)
    assert updating.text(found).endswith("There is nothing to update")


def test_what_would_end_the_update_is_told_beforehand() -> None:
    """A cloud without hosts whose OVN stays is told so by the check, before anybody runs it."""
    made, operator = clouds.cloud(hosts=False, same_ovn=True)
    on_offer(made, operator)

    found = checking.check(clouds.world(made), Asked())

    assert ["OSK0714"] == [each.code for each in found.problems]
    assert "OSK0714" in updating.text(found)


def test_steps_to_pause_after_are_those_of_the_update() -> None:
    """The option completes exactly what the workflow has, in its order."""
    assert list(STAGES) == [each.value for each in updating.Stage]
