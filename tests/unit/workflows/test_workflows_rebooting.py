"""Hosts are rebooted in batches; servers are looked after, and an interruption costs nothing."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.dataplane.choosing import Asked
from openstack_k8s_cli.dataplane.rounds import Open
from openstack_k8s_cli.model.events import Event, RunFinished, StepFinished, TaskRan
from openstack_k8s_cli.model.objects import ObjectId, id_of
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.rehearsal.cloud import state
from openstack_k8s_cli.workflows import looking, planning, recalling
from openstack_k8s_cli.workflows.dataplane import abandoned, deployments, reaching, undeployed, unfinished
from openstack_k8s_cli.workflows.dataplane.rebooting import COMPONENT, Rebooting, Wishes
from openstack_k8s_cli.workflows.telling import Story
from openstack_k8s_cli.workflows.world import Target
from tests.fakes.clock import FakeClock
from tests.fakes.rehearsed import RehearsedCloud
from tests.unit.workflows import ansibles, fleets

ZERO, ONE = "edpm-compute-0", "edpm-compute-1"
QUICK = Options(recheck=0.05, settle=0.05, backoff=0.01, command="dataplane reboot")


class Lab:
    """Two computes, their cloud and their operator."""

    def __init__(self, folder: Path) -> None:
        self.world, self.cluster, self.operator = ansibles.world()
        self.cloud = RehearsedCloud(folder, (ZERO, ONE))
        self.cloud.over(self.cluster)

    def rebooting(self, wishes: Wishes | None = None) -> Rebooting:
        """Have both rebooted."""
        _, plan = planning.bearings(self.world)
        return Rebooting(self.world, QUICK, reaching.known(plan), wishes or Wishes())

    def run(self, work: Rebooting) -> list[Event]:
        """Run it to its end."""
        return list(Story(self.world, QUICK, COMPONENT, work.tasks()).events())

    @property
    def limits(self) -> Sequence[str]:
        """Give the hosts of each deployment that ran."""
        return [each["ansibleLimit"] for each in self.operator.ran]

    @property
    def disabled(self) -> set[str]:
        """Name the hosts on which nothing is started."""
        with state.opened(self.cloud.folder) as found:
            return {short for short, each in found.hosts.items() if each.compute and not each.compute.enabled}

    @property
    def plan(self) -> Plan:
        """Plan a deployment of all."""
        whole = planning.bearings(self.world)[1]
        return deployments.left(self.cluster, whole, "openstack", Asked())

    @property
    def status(self) -> looking.Status:
        """See how the cloud is."""
        bearings = (planning.bearings(self.world)[0], self.plan)
        return looking.status(replace(self.world, bearings=bearings), Target(("dataplane",), only=True))

    @property
    def pruned(self) -> list[str]:
        """Name what that deletes at its end."""
        return [
            each.name for _, each in recalling.deletions(recalling.ledger_of(self.world), self.plan, Layer)
        ]

    @property
    def left(self) -> list[str]:
        """Name the deployments that are there."""
        return [each.name for each in self.cluster.ids() if each.kind == "OpenStackDataPlaneDeployment"]


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """Have them."""
    return Lab(tmp_path)


def code(events: Sequence[Event]) -> ExitCode:
    """Give a run's exit code."""
    assert isinstance(events[-1], RunFinished)
    return events[-1].exit_code


def test_one_after_another(lab: Lab) -> None:
    """By the operator's service, which is told to do it in any case and not to try again; nothing is left of it."""
    work = lab.rebooting()
    work.check()
    events = lab.run(work)
    spec = lab.operator.ran[0]

    assert ExitCode.DONE is code(events)
    assert [ZERO, ONE] == lab.limits
    assert (["reboot-os"], {"edpm_reboot_strategy": "force"}, 0) == (
        spec["servicesOverride"],
        spec["ansibleExtraVars"],
        spec["backoffLimit"],
    )
    assert (set(), []) == (lab.disabled, lab.left)


def test_all_at_once(lab: Lab) -> None:
    """In one batch, with one deployment."""
    assert ExitCode.DONE is code(lab.run(lab.rebooting(Wishes("100%"))))
    assert [f"{ZERO},{ONE}"] == lab.limits


def test_servers_hold_it_up(lab: Lab) -> None:
    """They are named before anything happens; they may be moved, or be let go down."""
    lab.cloud.start("web", ONE)
    with pytest.raises(OskError, match="Servers run on edpm-compute-1: web") as caught:
        lab.rebooting().check()
    moving = lab.rebooting(Wishes(migrate=True))
    moving.check()
    events = lab.run(moving)
    lab.rebooting(Wishes(regardless=True)).check()

    assert ExitCode.REFUSED is caught.value.exit_code
    assert ExitCode.DONE is code(events)
    assert ["web runs elsewhere"] == [
        each.task for each in events if isinstance(each, TaskRan) and "elsewhere" in each.task
    ][:1]


def test_a_server_that_came_after_the_look(lab: Lab) -> None:
    """Its host is not rebooted, and takes servers again."""
    work = lab.rebooting()
    work.check()
    lab.cloud.start("web", ZERO)
    events = lab.run(work)

    assert (ExitCode.REFUSED, [], set()) == (code(events), lab.limits, lab.disabled)


def test_without_a_cloud(lab: Lab) -> None:
    """Whether servers run is not known, which is a refusal; told not to care, hosts are rebooted."""
    lab.cluster.set_status(ObjectId("", "Pod", "openstack", "openstackclient"), {"conditions": []})
    with pytest.raises(OskError, match="is not known"):
        lab.rebooting().check()
    work = lab.rebooting(Wishes(regardless=True))
    work.check()

    assert ExitCode.DONE is code(lab.run(work))


def test_it_goes_on_after_an_interruption(lab: Lab) -> None:
    """A host that came back is not rebooted again, and takes servers again; --restart begins anew."""
    tasks = {each.name: each for each in lab.rebooting().tasks()}
    for name in ("drain-1", "reboot-1"):
        list(tasks[name].work())
    assert {ZERO} == lab.disabled
    again = lab.rebooting()
    restarted = lab.rebooting(Wishes(restart=True))
    left = (again.round.left, restarted.round.left)
    events = lab.run(again)

    assert ((ONE,), (ZERO, ONE)) == left
    assert ExitCode.DONE is code(events)
    assert [ZERO, ONE] == lab.limits
    assert (set(), []) == (lab.disabled, lab.left)


def test_a_host_that_fails(lab: Lab) -> None:
    """Its batch is the run's end; the next run takes it up again."""
    lab.operator.failing = {"reboot-os": [ZERO]}
    first = lab.run(lab.rebooting())
    second = lab.run(lab.rebooting())

    assert ExitCode.DONE is not code(first)
    assert ExitCode.DONE is code(second)
    assert [ZERO, ZERO, ONE] == lab.limits


def test_a_deployment_of_all_between_two_halves(lab: Lab) -> None:
    """It leaves what tells of the round, so that no host is rebooted twice; but for hosts that are gone by now.

    Until it is through, plan, status and the deployment say so, with the command that goes on.
    """
    tasks = {each.name: each for each in lab.rebooting().tasks()}
    for name in ("drain-1", "reboot-1"):
        list(tasks[name].work())
    batch, pruned = lab.left, lab.pruned
    between = (*unfinished.told(lab.plan), *abandoned.told(lab.plan), *lab.status.unfinished)
    again = lab.run(lab.rebooting())
    assert (
        "a round of reboots is not through, 1 of 2 hosts left: `osk dataplane reboot` goes on with it",
    ) * 3 == between
    assert () == unfinished.told(lab.plan)
    list(tasks["reboot-1"].work())
    lab.cluster.merge(fleets.NODESETS, "openstack", "openstack-edpm-ipam", {"spec": {"nodes": {ZERO: None}}})

    assert ([], ExitCode.DONE, [ZERO, ONE]) == (pruned, code(again), lab.limits[:2])
    assert batch == lab.pruned


def test_two_batches_of_a_round(lab: Lab) -> None:
    """From the second one on, and after a kill, both are there: plan and status say what goes on, and keep both."""
    tasks = {each.name: each for each in lab.rebooting().tasks()}
    list(tasks["reboot-1"].work())
    next(event for event in tasks["reboot-2"].work() if len(lab.left) > 1)
    (second,) = (
        each
        for each in lab.cluster.list(fleets.DEPLOYMENTS, "openstack").items
        if each["spec"]["ansibleLimit"] == ONE
    )
    requested = {"type": "Ready", "status": "False", "reason": "Requested"}
    lab.cluster.set_status(id_of(second), {"conditions": [requested]})
    said = f"a round of reboots is not through, 1 of 2 hosts left, {ONE} being rebooted: `osk dataplane reboot` goes on with it"

    assert ((said,), [said]) == (unfinished.told(lab.plan), [*lab.status.unfinished])
    assert [] == lab.pruned


def test_many_hosts_that_are_being_rebooted() -> None:
    """A few are named and the others counted: a batch may have a thousand."""
    names = tuple(f"h{at}" for at in range(1250))
    (said,) = unfinished.said((), [Open((), 2000, 1500, names, ())])

    assert "1500 of 2000 hosts left, h0, h1, h2, h3, h4 and 1245 more being rebooted: `osk" in said


@pytest.mark.parametrize("changes", [False, True])
def test_a_batch_that_keeps_a_node_set_from_a_change(lab: Lab, *, changes: bool) -> None:
    """It is deleted only then, and it is said that the round begins anew."""
    lab.operator.failing = {"reboot-os": [ONE]}
    lab.run(lab.rebooting())
    requested = {"type": "NodeSetDeploymentReady", "status": "False", "reason": "Requested"}
    (batch,) = lab.cluster.list(fleets.DEPLOYMENTS, "openstack").items
    shown = {"nodeSetConditions": {"openstack-edpm-ipam": [requested]}}
    lab.cluster.set_status(id_of(batch), {**batch["status"], **shown})
    if changes:
        lab.cluster.merge(fleets.NODESETS, "openstack", "openstack-edpm-ipam", {"spec": {"services": []}})
    said = [each for some in lab.plan.notes.values() for each in some if "in the middle" in each]

    assert changes == bool(said)
    assert all("the command that made it then begins anew" in each for each in said)
    assert changes == (not unfinished.told(lab.plan))


def test_a_host_that_the_others_go_on_without(lab: Lab) -> None:
    """It was not rebooted, whatever the profile lets fail: it is named, and the next run takes it up, and only it."""
    lab.operator.losing = {"reboot-os": [ONE]}
    first = lab.run(lab.rebooting(Wishes("100%")))
    second = lab.run(lab.rebooting(Wishes("100%")))
    problems = first[-1].problems if isinstance(first[-1], RunFinished) else ()

    assert [("OSK1237", ONE)] == [(each.code, each.subject) for each in problems]
    assert (ExitCode.DATAPLANE_FAILED, ExitCode.DONE) == (code(first), code(second))
    assert [f"{ZERO},{ONE}", ONE] == lab.limits
    assert (set(), []) == (lab.disabled, lab.left)


def test_a_host_that_does_not_come_back(lab: Lab) -> None:
    """It is named with what is missing there, and the batches after it are not begun."""
    work = lab.rebooting()
    work.world = replace(lab.world, clock=FakeClock())
    with state.opened(lab.cloud.folder) as found:
        found.hosts[ZERO].alive = False
    events = lab.run(work)
    problem = next(each.problem for each in events if isinstance(each, StepFinished) and each.problem)

    assert ("OSK1199", f"{ZERO} is not back after its reboot: its compute service is down") == (
        problem.code,
        problem.summary,
    )
    assert ExitCode.DATAPLANE_FAILED is code(events)
    assert [ZERO] == lab.limits


def test_hosts_that_are_not_deployed_yet(lab: Lab) -> None:
    """There is nothing to reboot where the cluster has no node set: a deployment would wait for ever."""
    lab.cluster.delete(fleets.NODESETS, "openstack", "openstack-edpm-ipam")
    with pytest.raises(OskError, match="is not there") as caught:
        lab.rebooting().check()

    assert ("OSK1124", ExitCode.REFUSED) == (caught.value.problems[0].code, caught.value.exit_code)


def test_hosts_that_only_the_profile_has(lab: Lab) -> None:
    """They are left out, with a word; by name, or where there are no others, they are refused."""
    known = reaching.known(planning.bearings(lab.world)[1])
    lab.cluster.merge(fleets.NODESETS, "openstack", "openstack-edpm-ipam", {"spec": {"nodes": {ONE: None}}})
    standing, word = undeployed.left_out(lab.world, known, ["compute"])
    with pytest.raises(OskError, match=f"{ONE} is in the profile only") as caught:
        undeployed.left_out(lab.world, known, [f"{ONE}.example.com"])
    with pytest.raises(OskError, match="in the profile only"):
        undeployed.left_out(lab.world, known[1:])

    assert ([ZERO], f"{ONE} is not deployed yet, and left out") == ([each.host for each in standing], word)
    assert ExitCode.REFUSED is caught.value.exit_code


def test_hosts_of_another_cloud(lab: Lab) -> None:
    """Those of another profile are not rebooted, whatever this one calls its own."""
    label = {"app.kubernetes.io/managed-by": "osk", "osk.openstack.org/profile": "another"}
    lab.cluster.merge(fleets.NODESETS, "openstack", "openstack-edpm-ipam", {"metadata": {"labels": label}})
    with pytest.raises(OskError, match="another cloud of osk's: another") as caught:
        lab.rebooting().check()

    assert ("OSK0552", ExitCode.REFUSED) == (caught.value.problems[0].code, caught.value.exit_code)


def test_a_size_that_is_none(lab: Lab) -> None:
    """It is refused with the way to write it."""
    with pytest.raises(OskError, match="`half` is no number of hosts"):
        lab.rebooting(Wishes("half"))


def test_what_is_kept_of_a_round(lab: Lab) -> None:
    """The newest batch says what all before it say, so they go as soon as it is through: a round may have hundreds."""
    tasks = {each.name: each for each in lab.rebooting().tasks()}
    names = []
    for at in (1, 2):
        list(tasks[f"reboot-{at}"].work())
        (body,) = lab.cluster.list(fleets.DEPLOYMENTS, "openstack").items
        names.append(body["spec"]["ansibleLimit"])

    assert [ZERO, ONE] == names
    assert () == lab.rebooting().round.left


def test_servers_of_many_hosts_are_asked_for_at_once(lab: Lab) -> None:
    """Each request starts a program in a pod; those on other hosts do not count."""
    lab.cloud.start("web", ONE)
    lab.cloud.told.clear()
    with pytest.raises(OskError, match="Servers run on edpm-compute-1: web") as caught:
        lab.rebooting().check()

    assert 1 == len(caught.value.problems)
    assert 1 == len([each for each in lab.cloud.told if each.startswith("openstack server list")])
