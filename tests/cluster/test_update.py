"""A minor update of a cloud on a real API server: told beforehand, step by step, killed, paused and gone on with."""

import json

import pytest

from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.apply.ports import Resource
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.workflows.update.rules import STEPS
from tests.cluster import awaiting, listings
from tests.cluster.commands import Ended, Osk, at_home
from tests.cluster.staging import Stage
from tests.cluster.test_main_job_kills import killed_after

OLD, NEW = "1.0.6", "1.0.7"
"""Releases with the same OVN: then its deployment on the hosts has to be seen, and hosts have to be there."""
PROFILE = """\
apiVersion: osk/v1
kind: Profile
name: lab
extends: [crc]
operators:
  openstack: {{channel: stable-v1.0, approval: manual, version: {version}}}
"""
VERSION = ObjectId(
    "core.openstack.org", "OpenStackVersion", "openstack", "openstack-galera-network-isolation"
)
NOVA = ObjectId("apps", "Deployment", "openstack-operators", "nova-operator-controller-manager")
FIX = "quay.io/me/nova-operator:fix"
SUBSCRIPTIONS, PLANS = (
    Resource("operators.coreos.com", "v1alpha1", kind, f"{kind.lower()}s", namespaced=True)
    for kind in ("Subscription", "InstallPlan")
)
STAGES = (
    "operators/openstack-operator/operator",
    "operators/update/approve",
    "operators/update/operator",
    "controlplane/update/version",
    "controlplane/update/ovn-controlplane",
    "dataplane/update/ovn-dataplane",
    "controlplane/update/rabbitmq",
    "controlplane/update/mariadb",
    "controlplane/update/memcached",
    "controlplane/update/keystone",
    "controlplane/update/controlplane",
    "dataplane/update/dataplane",
    "controlplane/update/deployed",
)


class Cloud:
    """A cloud of the older release, with the command that is pointed at it."""

    def __init__(self, stage: Stage, osk: Osk) -> None:
        self.rehearsal = stage.fresh()
        self.osk = osk
        self.cluster = kubernetes.connect(str(self.rehearsal.kubeconfig))

    def profile(self, version: str) -> None:
        """Write the profile: which version the operator starts with."""
        (self.osk.home / "lab.yaml").write_text(PROFILE.format(version=version))

    @property
    def to(self) -> tuple[str, ...]:
        return ("-p", "lab.yaml", f"--rehearsal={self.rehearsal.name}")

    def __call__(self, *words: str) -> Ended:
        return self.osk(*words, *self.to, "-o", "json")

    def approve(self) -> None:
        """Approve the first InstallPlan of the operator, as somebody has to who wants to decide when it is upgraded."""
        namespace, name = "openstack-operators", "openstack-operator"
        awaiting.until(
            self.cluster,
            SUBSCRIPTIONS,
            lambda body: bool(get(body, "status", "installPlanRef")),
            name=name,
            namespace=namespace,
        )
        found = self.cluster.get(SUBSCRIPTIONS, namespace, name) or {}
        plan = get(found, "status", "installPlanRef", "name")
        self.cluster.merge(PLANS, namespace, str(plan), {"spec": {"approved": True}})

    def live(self, target: ObjectId) -> Body:
        """Read an object."""
        return listings.everything(self.cluster)[target]

    @property
    def image(self) -> str:
        """Give the image of nova's operator."""
        return str(get(self.live(NOVA), "spec", "template", "spec", "containers", 0, "image"))

    @property
    def hosts_jobs(self) -> list[str]:
        """Name the deployments of the data plane that an update has made."""
        found = listings.everything(self.cluster)
        return sorted(
            each.name.rpartition("-")[0]
            for each in found
            if each.kind == "OpenStackDataPlaneDeployment" and each.name.startswith("update-")
        )


@pytest.fixture(scope="module")
def cloud(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Cloud:
    """Have the control plane of the older release, without hosts."""
    made = Cloud(stage, at_home(tmp_path_factory.mktemp("update"), stage.places.state))
    made.profile(f"openstack-operator.v{OLD}")
    with made.osk.begun("deploy", "controlplane", "--yes", *made.to, "-o", "json") as process:
        made.approve()
        told, _ = process.communicate(timeout=600)
    assert (ExitCode.DONE, "RunFinished") == (process.returncode, json.loads(told.splitlines()[-1])["type"])
    return made


def test_a_cloud_without_hosts_is_told_before_anything_is_written(cloud: Cloud) -> None:
    """Check and run say that the operator would wait for ever; not even the operator is upgraded."""
    cloud.profile("null")

    checked = json.loads(cloud("update", "check").stdout)
    refused = cloud("update", "run", "--yes")

    assert (OLD, True) == (checked["deployed"], checked["differs"])
    assert f"openstack-operator.v{NEW}" == checked["operator"]["offered"]
    assert ["OSK0714"] == [each["code"] for each in checked["problems"]]
    assert ExitCode.REFUSED == refused.code
    assert "OSK0714" in refused.stderr + refused.stdout
    assert OLD == get(cloud.live(VERSION), "status", "availableVersion")


def test_an_update_goes_through_its_order_whatever_interrupts_it(cloud: Cloud) -> None:
    """Killed while the hosts get their OVN, paused after the control plane, gone on with to the end; no step twice."""
    cloud.profile(f"openstack-operator.v{OLD}")
    done = cloud("deploy", "dataplane", "--yes")
    assert (ExitCode.DONE, []) == (done.code, done.problems)
    cloud.profile("null")
    swapped = cloud("dev", "image", "nova", FIX)

    statuses = [killed_after(cloud.osk, ("update", "run", "--yes", *cloud.to), moment) for moment in (9, 14)]
    paused = cloud("update", "run", "--yes", "--pause-after", "controlplane")
    between = cloud.live(VERSION)
    checked = json.loads(cloud("update", "check").stdout)
    made = cloud.hosts_jobs
    ended = cloud("update", "run", "--yes")

    assert (ExitCode.DONE, []) == (swapped.code, swapped.problems)
    assert [-9, -9] == statuses
    assert (ExitCode.DONE, []) == (paused.code, paused.problems)
    assert [*STEPS[:7]] == [each for each in STEPS if is_true(between, each)]
    assert (OLD, NEW) == (get(between, "status", "deployedVersion"), get(between, "spec", "targetVersion"))
    assert checked["under_way"]
    assert any(each["name"] == "keystoneAPIImage" for each in checked["images"])
    assert ["update-ovn"] == made
    assert (ExitCode.DONE, []) == (ended.code, ended.problems)
    assert [*STAGES] == [each["step"] for each in ended.of("StepFinished") if each["step"] in STAGES]
    after = cloud.live(VERSION)
    assert NEW == get(after, "status", "deployedVersion")
    assert not [each for each in STEPS if is_true(after, each)]
    assert ["update-hosts", "update-ovn"] == cloud.hosts_jobs


def test_an_operators_image_outlives_an_upgrade_and_goes_with_a_reset(cloud: Cloud) -> None:
    """OLM gives the newer package the Subscription's environment too; then the newer release's own image runs."""
    upgraded = cloud.image
    back = cloud("dev", "reset", "nova")

    assert FIX == upgraded
    assert (ExitCode.DONE, []) == (back.code, back.problems)
    assert cloud.image.endswith(f"/nova-operator:{NEW}")


def test_what_is_up_to_date_is_left_alone(cloud: Cloud) -> None:
    """Nothing to update, and a run that changes nothing; the profile's deployment is the same as before."""
    checked = json.loads(cloud("update", "check").stdout)
    again = cloud("update", "run", "--yes")

    assert (NEW, False, []) == (checked["deployed"], checked["differs"], checked["images"])
    assert ExitCode.DONE == again.code
    assert ["update-hosts", "update-ovn"] == cloud.hosts_jobs
    assert set() == {each["change"] for each in again.of("ObjectChanged")} - {"unchanged"}


def is_true(body: Body, kind: str) -> bool:
    """Tell whether a condition is True."""
    return any(
        each["type"] == kind and each["status"] == "True" for each in get(body, "status", "conditions") or ()
    )
