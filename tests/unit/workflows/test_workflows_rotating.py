"""New keys: on the hosts before they are used, in the Secret between, the old one out at last; interrupted anywhere."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, Resource
from openstack_k8s_cli.dataplane.choosing import Asked
from openstack_k8s_cli.model.events import RunFinished
from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.workflows import planning, recalling
from openstack_k8s_cli.workflows.dataplane import abandoned, deployments
from openstack_k8s_cli.workflows.dataplane.rotating import COMPONENT, Rotation
from openstack_k8s_cli.workflows.dataplane.unfinished import SERVICE
from openstack_k8s_cli.workflows.telling import Story, Task
from tests.fakes.cluster import FakeCluster
from tests.unit.workflows import ansibles, fleets

SSH = ObjectId("", "Secret", "openstack", fleets.KEY)
MIGRATION = ObjectId("", "Secret", "openstack", "nova-migration-ssh-key")
KEPT = ObjectId("", "Secret", "osk-system", f"osk.crc.keys.{fleets.KEY}")
QUICK = Options(recheck=0.05, settle=0.05, backoff=0.01, command="dataplane rotate-keys")


class Lab:
    """Two computes with keys, and their operator."""

    def __init__(self, *sets: str) -> None:
        self.world, self.cluster, self.operator = ansibles.world(*sets)
        for target in (SSH, MIGRATION):
            pair = {"ssh-privatekey": "old private", "ssh-publickey": "ssh-rsa OLD osk", "authorized_keys": "ssh-rsa OLD osk"}  # fmt: skip
            self.put(target, pair)

    def put(self, target: ObjectId, data: dict[str, str]) -> None:
        """Have a Secret."""
        meta = {"name": target.name, "namespace": target.namespace}
        encoded = {key: base64.b64encode(text.encode()).decode() for key, text in data.items()}
        self.cluster.put({"apiVersion": "v1", "kind": "Secret", "metadata": meta, "data": encoded})

    def data(self, target: ObjectId) -> dict[str, str]:
        """Read a Secret."""
        found = (self.cluster.peek(target) or {})["data"]
        return {key: base64.b64decode(text).decode() for key, text in found.items()}

    def tasks(self, target: ObjectId = SSH) -> Sequence[Task]:
        """Give the steps."""
        rotation = Rotation(self.world, QUICK, target)
        steps = rotation.make_known("ssh") if target == SSH else rotation.bring("migration")
        return rotation.tasks("ssh" if target == SSH else "migration", steps)

    def run(self, tasks: Sequence[Task]) -> ExitCode:
        """Take steps to the end."""
        return self.end(tasks).exit_code

    def end(self, tasks: Sequence[Task]) -> RunFinished:
        """Take steps to the end, and tell how it was."""
        *_, last = Story(self.world, QUICK, COMPONENT, tasks).events()
        assert isinstance(last, RunFinished)
        return last

    @property
    def done(self) -> list[tuple[str, str]]:
        """Give what was done on hosts: let in or shut out, and which key."""
        found = (each.get("ansibleExtraVars") or {} for each in self.operator.ran)
        return [(each["osk_state"], each["osk_key"]) for each in found if each]

    @property
    def kept(self) -> bool:
        """Whether anything is left of a rotation."""
        kinds = ("OpenStackDataPlaneDeployment", "OpenStackDataPlaneService")
        return any(each == KEPT or each.kind in kinds for each in self.cluster.ids())


def test_the_key_of_the_hosts() -> None:
    """The new one is let in with the old one, the Secret has it then, and with it the old one is shut out."""
    lab = Lab()
    rotation = Rotation(lab.world, QUICK, SSH)
    assert not rotation.check()
    seen: list[str] = []
    lab.cluster.reactions.append(
        lambda event: seen.append(event.body["kind"] + " " + event.body["metadata"]["name"])
    )
    code = lab.run(lab.tasks())
    new = lab.data(SSH)

    assert ExitCode.DONE is code
    assert new["ssh-publickey"] == new["authorized_keys"] != "ssh-rsa OLD osk"
    assert "PRIVATE KEY" in new["ssh-privatekey"]
    assert [("present", new["ssh-publickey"].strip()), ("absent", "ssh-rsa OLD osk")] == lab.done
    order = [each.split("-")[1] for each in dict.fromkeys(seen) if "Deployment keys-" in each or each == f"Secret {SSH.name}"]  # fmt: skip
    assert ["present", "ansible", "absent"] == order
    assert not lab.kept


def test_each_run_is_on_all_hosts() -> None:
    """By a service of osk's own with the playbook as text, without a limit; hosts that come later get it too."""
    lab, larger = Lab(), Lab("dataplane.nodesets.compute.count=3")
    list(lab.tasks()[0].work())
    larger.put(KEPT, lab.data(KEPT))
    names = []
    for each in (lab, larger):
        list(each.tasks()[1].work())
        names += [id_.name for id_ in each.cluster.ids() if id_.kind == "OpenStackDataPlaneDeployment"]
    spec = lab.operator.ran[0]

    assert ([SERVICE], None) == (spec["servicesOverride"], spec.get("ansibleLimit"))
    assert names[0] != names[1]


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_it_goes_on_wherever_it_was_interrupted(at: int) -> None:
    """With the keys that it had made: nothing is done twice, no host is left with a key that is gone, and nothing is left over.

    A deployment of all between the two deletes nothing of it, and says that it goes on.
    """
    lab = Lab()
    for task in lab.tasks()[:at]:
        list(task.work())
    before = lab.data(KEPT)
    whole = deployments.left(lab.cluster, planning.bearings(lab.world)[1], "openstack", Asked())
    told = abandoned.told(whole)
    between = recalling.deletions(recalling.ledger_of(lab.world), whole, Layer)
    goes_on = Rotation(lab.world, QUICK, SSH).check()
    code = lab.run(lab.tasks())

    assert (
        f"the new key of {SSH.name} is not everywhere yet: `osk dataplane rotate-keys` goes on with it",
    ) == told
    assert (True, ExitCode.DONE) == (goes_on, code)
    assert ([], [], False) == (
        between,
        recalling.deletions(recalling.ledger_of(lab.world), whole, Layer),
        lab.kept,
    )
    assert before["new.ssh-publickey"] == lab.data(SSH)["ssh-publickey"]
    assert ["present", "absent"] == [state for state, _ in lab.done]


def test_a_host_that_fails_keeps_the_earlier_key() -> None:
    """The Secret stays as it is until all hosts let the new key in; the same command goes on."""
    lab = Lab()
    lab.operator.failing = {SERVICE: ["edpm-compute-1"]}
    failed = lab.run(lab.tasks())
    kept = lab.data(SSH)
    again = lab.run(lab.tasks())

    assert ExitCode.DONE is not failed
    assert "old private" == kept["ssh-privatekey"]
    assert ExitCode.DONE is again
    assert "old private" != lab.data(SSH)["ssh-privatekey"]


@pytest.mark.parametrize(("target", "service"), [(SSH, SERVICE), (MIGRATION, "nova")])
def test_a_host_that_is_gone_on_without_counts_as_failed(target: ObjectId, service: str) -> None:
    """A deployment that ended well without a host, as profiles may let it, lets nothing come next; it runs again."""
    lab = Lab()
    lab.operator.losing = {service: ["edpm-compute-1"]}
    failed = lab.end(lab.tasks(target))
    kept = lab.data(target)["ssh-privatekey"]
    ran = len(lab.operator.ran)
    again = lab.run(lab.tasks(target))

    assert ExitCode.DATAPLANE_FAILED is failed.exit_code
    assert [("OSK1237", "edpm-compute-1")] == [(each.code, each.subject) for each in failed.problems]
    assert target == MIGRATION or kept == "old private"
    assert (1, ExitCode.DONE) == (ran, again)
    assert service in lab.operator.ran[1]["servicesOverride"]
    assert not lab.kept


def test_node_sets_that_only_the_profile_has() -> None:
    """Nothing is done for them: a deployment would wait for them for ever."""
    lab = Lab("dataplane.shards.size=2", "dataplane.nodesets.compute.count=3")
    first, second = (each.name for each in lab.cluster.ids() if each.kind == fleets.NODESETS.kind)
    lab.cluster.delete(fleets.NODESETS, "openstack", second)
    codes = {lab.run(lab.tasks(target)) for target in (SSH, MIGRATION)}

    assert {ExitCode.DONE} == codes
    assert [[first]] * 3 == [each["nodeSets"] for each in lab.operator.ran]


def test_others_that_the_key_opens() -> None:
    """Node sets that the profile has no more, but the cluster has, let the new key in, too; those with another key do not."""
    lab = Lab()
    for name, secret in (("gone", fleets.KEY), ("other", "another")):
        meta = {"name": name, "namespace": "openstack"}
        spec = {"nodeTemplate": {"ansibleSSHPrivateKeySecret": secret}}
        kind = {"apiVersion": "dataplane.openstack.org/v1beta1", "kind": "OpenStackDataPlaneNodeSet"}
        lab.cluster.put({**kind, "metadata": meta, "spec": spec})
    lab.run(lab.tasks())

    assert [["openstack-edpm-ipam", "gone"]] * 2 == [each["nodeSets"] for each in lab.operator.ran]


def test_the_key_of_live_migration() -> None:
    """The Secret has it, then nova brings it to all hosts that have nova."""
    lab = Lab()
    code = lab.run(lab.tasks(MIGRATION))

    assert ExitCode.DONE is code
    assert "ssh-rsa OLD osk" != lab.data(MIGRATION)["ssh-publickey"]
    assert [["nova"]] == [each["servicesOverride"] for each in lab.operator.ran]
    assert not lab.kept


class Shut:
    """A cluster whose user may not read Secrets of `osk-system`."""

    def __init__(self, over: FakeCluster) -> None:
        self._over = over

    def __getattr__(self, name: str) -> Any:
        return getattr(self._over, name)

    def get(self, resource: Resource, namespace: str, name: str) -> Body | None:
        """Read an object."""
        if (resource.kind, namespace) == ("Secret", KEPT.namespace):
            raise ClusterError(ErrorKind.FORBIDDEN, "secrets is forbidden")
        return self._over.get(resource, namespace, name)


def test_without_the_right_to_keep_keys() -> None:
    """It is refused before anything is made, with the command that prints the right."""
    lab = Lab()
    shut: Any = Shut(lab.cluster)
    with pytest.raises(OskError) as caught:
        Rotation(replace(lab.world, cluster=shut), QUICK, SSH).check()
    (problem,) = caught.value.problems

    assert (ExitCode.REFUSED, "secrets is forbidden") == (caught.value.exit_code, problem.detail)
    assert ["osk rbac --rotate-keys --user USER"] == [each.command for each in problem.advice]


def test_keys_that_are_not_osks() -> None:
    """Those that the profile gives must be others first; those that osk does not make are left alone."""
    same = Lab("secrets.dataplane-ansible-ssh-private-key-secret.ssh-privatekey=old private")
    foreign = Lab("dataplane.generateKeys=false")

    with pytest.raises(OskError, match="gives what is in use already") as caught:
        Rotation(same.world, QUICK, SSH).check()
    with pytest.raises(OskError, match="is not made by osk"):
        Rotation(foreign.world, QUICK, SSH).check()
    assert ExitCode.REFUSED is caught.value.exit_code
