"""Machines before a deployment, and machines that go with what cluster and cloud know of them."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.dataplane.making import looks
from openstack_k8s_cli.dataplane.making.seeds import Access
from openstack_k8s_cli.dataplane.playing import Asked, Ended
from openstack_k8s_cli.dataplane.records import PURPOSE, Purpose, Share, purpose_of
from openstack_k8s_cli.model.events import Event, RunFinished, StepBlocked, TaskRan
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows.dataplane import remaking, unmade
from openstack_k8s_cli.workflows.dataplane.leaving import Leaver, Leaving
from openstack_k8s_cli.workflows.dataplane.making import Making, State
from openstack_k8s_cli.workflows.dataplane.unmaking import Unmaking
from openstack_k8s_cli.workflows.telling import Story, Task
from openstack_k8s_cli.workflows.world import Target, World
from tests.fakes.ansible import FakeAnsible
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import FakeCloud
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served
from tests.unit.dataplane.machines import BARE, PLAIN, TWO, machines, probe, values
from tests.unit.workflows import fleets
from tests.unit.workflows.test_workflows_leaving import FakeShells

MACHINES = served("metal3.io", "v1alpha1", "BareMetalHost", "baremetalhosts")
ONE = "edpm-compute-1"
ACCESS = Access("cloud-admin", "ssh-ed25519 AAAA")


def making(output: str, *sets: str) -> tuple[Making, FakeAnsible]:
    """Have a hypervisor tell something."""
    ansible = FakeAnsible({"hypervisor": output})
    return Making.of(ansible, values(*sets or PLAIN)), ansible


@pytest.mark.parametrize(
    ("output", "sets", "expected"),
    [
        (probe(), PLAIN, [State.MISSING, State.MISSING]),
        (probe(machines(*PLAIN)[0]), PLAIN, [State.MADE, State.MISSING]),
        (probe(*machines(*PLAIN), state="shut off"), PLAIN, [State.OFF, State.OFF]),
        (probe(*machines(*BARE), state="shut off"), BARE, [State.MADE, State.MADE]),
        (probe(*machines(*BARE), without=("containers",)), BARE, [State.BOARDLESS, State.BOARDLESS]),
        (probe(*machines(*BARE), known=machines(*BARE)[:1]), BARE, [State.MADE, State.BOARDLESS]),
        (probe(*machines(*BARE), served="earlier"), BARE, [State.BOARDLESS, State.BOARDLESS]),
        (probe(*machines(*BARE), own={"port": 8001}), BARE, [State.BOARDLESS, State.BOARDLESS]),
        (probe(*machines(*BARE)), (*BARE, TWO[0].replace("2", "1")), [State.MADE]),
        (probe(more="domain edpm-compute-1"), PLAIN, [State.MISSING, State.FOREIGN]),
        (
            probe(*machines(*PLAIN, "dataplane.nodesets.compute.provision.libvirt.vcpus=9")),
            PLAIN,
            [State.DIFFERS] * 2,
        ),
    ],
)
def test_how_machines_are(output: str, sets: tuple[str, ...], expected: list[State]) -> None:
    """Bare ones are off until they are provisioned, and need boards that run with what they are to know."""
    work, _ = making(output, *sets)
    found = work.look()

    assert expected == [work.state(each, found) for each in work.machines]


def test_what_the_hypervisor_is_asked() -> None:
    """With one's own key and host keys that are known, unlike hosts; the boards' port only where there are some."""
    there = ("dataplane.hypervisor={address: lab, user: me, key: /k, options: [ProxyJump=b]}",)
    work, ansible = making(probe(), *BARE, *there)
    work.look()
    (asked,) = ansible.asked
    told = asked.inventory["all"]["vars"]

    assert ("lab", "me", "/k") == tuple(
        told[name] for name in ("ansible_host", "ansible_user", "ansible_ssh_private_key_file")
    )
    assert ["uri=qemu:///system", "pool=osk", "boards=osk-sushy-crc", "port=8000"] == told["osk_wishes"]
    assert "StrictHostKeyChecking=accept-new" in asked.settings["ANSIBLE_SSH_ARGS"]
    assert asked.settings["ANSIBLE_SSH_ARGS"].endswith("-o ProxyJump=b")

    work, ansible = making(probe())
    work.look()

    assert "local" == ansible.asked[0].inventory["all"]["vars"]["ansible_connection"]


class Failing(FakeAnsible):
    """Ansible whose second machine fails, and whose hypervisor goes away in the end."""

    def play(
        self,
        asked: Asked,
        *,
        hear: Callable[[Mapping[str, Any]], None],
        stopped: Callable[[], bool] = lambda: False,
    ) -> Ended:
        """Tell of tasks as ansible-runner does."""
        assert not stopped()
        self.asked.append(asked)
        task = {"task": "Start the machine", "res": {"changed": True}}
        hear({"event": "runner_on_ok", "event_data": {"host": "edpm-compute-0", **task}})
        bad = {**task, "res": {"msg": "non-zero return code", "stderr": "error: Failed to start domain"}}
        hear({"event": "runner_on_failed", "event_data": {"host": ONE, **bad}})
        gone = {"host": "hypervisor", "task": "Start the boards", "res": {"msg": "Connection reset"}}
        hear({"event": "runner_on_unreachable", "event_data": gone})
        return Ended(2)


def test_machines_that_fail_are_named() -> None:
    """Each with its task and what was said, once the others are through; the hypervisor by its own name."""
    work = Making.of(Failing(), values(*PLAIN, "dataplane.hypervisor.address=lab"))
    told: list[str] = []
    with pytest.raises(OskError) as caught:
        told += [each.host for each in work.create(work.machines, looks.read(probe()), ACCESS, None)]

    assert [("OSK1189", ONE), ("OSK1189", "lab")] == [
        (each.code, each.subject) for each in caught.value.problems
    ]
    assert "error: Failed to start domain" in str(caught.value.problems[0].detail)
    assert ExitCode.FAILED == caught.value.exit_code


def test_what_a_machine_is_made_of_reaches_ansible_encoded() -> None:
    """Nothing in its texts is taken for Ansible's own language."""
    work, ansible = making(probe(), *PLAIN)
    list(work.create(work.machines, looks.read(probe()), ACCESS, None))
    hosts = ansible.asked[0].inventory["all"]["children"]["machines"]["hosts"]
    form = hosts[ONE]["osk_machine"]

    assert "<name>edpm-compute-1</name>" in b64decode(form["xml"]).decode()
    assert [True, True, True] == ["{" not in each for each in form["files"]]


def gate(output: str, *words: str, world: World | None = None, **ansible: Any) -> str:
    """Gate a deployment of hosts on a hypervisor that tells something."""
    work, fake = making(output)
    made = Making(replace(fake, **ansible), work.profile, work.hypervisor, work.machines)
    return unmade.gate(world or fleets.world(*PLAIN[1:]), Target(words or ("all",)), made)


def test_hosts_that_are_not_made_are_a_refusal() -> None:
    """They are named with the command that makes them; a deployment of something else goes on."""
    with pytest.raises(OskError) as caught:
        gate(probe(machines(*PLAIN)[0]))
    (problem,) = caught.value.problems

    assert ("OSK1186", "host edpm-compute-1") == (problem.code, problem.subject)
    assert (ExitCode.REFUSED, "osk hosts create") == (caught.value.exit_code, problem.advice[0].command)
    assert ("", "") == (gate(probe(*machines(*PLAIN))), gate(probe(), "controlplane"))


def test_only_hosts_that_the_deployment_is_for_must_be_made() -> None:
    """One outside of its limit may be made later."""
    limit = "dataplane.deployment.spec.ansibleLimit=edpm-compute-0"

    assert "" == gate(probe(machines(*PLAIN)[0]), world=fleets.world(*PLAIN[1:], limit))


def test_what_cannot_be_known_is_no_reason_to_stop() -> None:
    """A hypervisor that does not answer, or no Ansible, is a word."""
    far = gate("", unreachable={"hypervisor": "Connection refused"})
    without = gate("", here=False)

    assert "cannot be looked at" in far
    assert "Ansible is not installed" in without


@dataclass
class Lab:
    """Bare and other machines in a cloud."""

    cluster: FakeCluster = field(default_factory=lambda: FakeCluster(MACHINES))
    cloud: FakeCloud = field(
        default_factory=lambda: FakeCloud([f"edpm-compute-{each}" for each in range(12)])
    )

    def bare(self, *names: str) -> "Lab":
        """Have BareMetalHosts."""
        for name in names:
            meta = {"name": name, "namespace": "openstack"}
            self.cluster.put({"apiVersion": "metal3.io/v1alpha1", "kind": "BareMetalHost", "metadata": meta})
        return self

    def deleted(
        self, *names: str, sets: tuple[str, ...] = PLAIN, cluster: Cluster | None = None, cloud: bool = True
    ) -> list[Event]:
        """Delete machines, and give what is told."""
        plain = ("containers",) if sets == PLAIN else ()
        work, self.ansible = making(probe(*machines(*sets), without=plain), *sets)
        leavers = [Leaver(each) for each in names]
        leaving = Leaving(self.cloud.over(self.cluster), FakeClock(), "openstack", leavers, FakeShells())
        if cloud:
            leaving.check(migrate=False)
        found = work.look()
        gone = Unmaking(work, found, names, FakeClock(), cluster, "openstack", leaving if cloud else None)
        return list(Story(fleets.world(), Options(), "dataplane/hosts", gone.tasks()).events())

    def doomed(self) -> dict[str, Any]:
        """Give what Ansible was told to delete."""
        inventory = self.ansible.asked[-1].inventory["all"]
        hosts = inventory["children"]["machines"]["hosts"]
        return {name: each["osk_machine"]["volumes"] for name, each in hosts.items()}

    @property
    def boards(self) -> bool:
        """Tell whether the boards go."""
        return self.ansible.asked[-1].inventory["all"]["vars"]["osk_boards"] is not None


def said(events: list[Event]) -> list[str]:
    """Give what was told."""
    return [f"{each.step.rpartition('/')[2]} {each.host}" for each in events if isinstance(each, TaskRan)]


def test_a_machine_goes_with_its_records() -> None:
    """Nova's service is disabled first and forgotten last, after the machine that would register itself again."""
    lab = Lab()
    events = lab.deleted(ONE, cluster=lab.cluster)
    found = said(events)

    assert ["disable", "record", "delete", "services", "chassis", "agents"] == [
        each.split()[0] for each in found
    ]
    assert {ONE: ["edpm-compute-1.qcow2", "edpm-compute-1-seed.iso"]} == lab.doomed()
    assert {f"edpm-compute-1{end}" for end in ("", "0", "1")} & {each.split()[1] for each in found} == {ONE}


def test_a_server_that_came_after_the_look_holds_its_machine() -> None:
    """The machine stays, and takes servers again; with --force they are lost."""
    for force, gone in ((False, []), (True, [ONE])):
        lab = Lab()
        leaving = Leaving(lab.cloud.over(lab.cluster), FakeClock(), "openstack", [Leaver(ONE)], FakeShells())
        leaving.check(migrate=False)
        lab.cloud.servers["id-web"] = {"Name": "web", "Status": "ACTIVE", "host": ONE}
        work, lab.ansible = making(probe(*machines(*PLAIN)))
        unmaking = Unmaking(
            work, work.look(), (ONE,), FakeClock(), lab.cluster, "openstack", leaving, force=force
        )
        story = Story(fleets.world(), Options(), "dataplane/hosts", unmaking.tasks())
        found = [each.partition(" ")[2] for each in said(list(story.events())) if each.startswith("delete ")]

        assert gone == found
        assert force == bool(lab.cloud.disabled)


def deployed() -> FakeCluster:
    """Make a cluster with a deployment that has brought both hosts what they need."""
    made = FakeCluster(MACHINES, *fleets.world().cluster.resources())
    purpose = Purpose({"edpm": Share({"nova": "1"}, {"edpm-compute-0": "a", ONE: "a"})})
    meta = {"name": "run", "namespace": "openstack", "annotations": {PURPOSE: purpose.written()}}
    made.put({"apiVersion": f"{fleets.GROUP}/v1beta1", "kind": fleets.DEPLOYMENTS.kind, "metadata": meta})
    return made


def known(cluster: FakeCluster) -> list[str]:
    """Name the hosts that the deployment still speaks for."""
    (live,) = cluster.list(fleets.DEPLOYMENTS, "openstack").items
    slim = purpose_of(live)
    assert slim
    return list(slim.shares["edpm"].hosts)


def test_what_ran_on_it_is_forgotten() -> None:
    """A machine that is made anew gets all of its services, whatever the record and live deployments have of it."""
    lab = Lab(deployed())
    lab.deleted(ONE, cluster=lab.cluster, cloud=False)

    assert ["edpm-compute-0"] == known(lab.cluster)


def test_what_ran_on_it_is_forgotten_also_where_the_rest_fails() -> None:
    """Interrupted or refused by the hypervisor: no machine that is gone, or half gone, counts as deployed."""
    cluster = deployed()
    work = Making.of(Failing(), values(*PLAIN))
    gone = Unmaking(work, looks.read(probe(*machines(*PLAIN))), (ONE,), FakeClock(), cluster, "openstack")
    events = Story(fleets.world(), Options(), "dataplane/hosts", gone.tasks()).events()
    (ended,) = [each for each in events if isinstance(each, RunFinished)]

    assert (ExitCode.FAILED, ["edpm-compute-0"]) == (ended.exit_code, known(cluster))


def test_which_machines_begin_anew() -> None:
    """Those that are not there, and those whose disks are gone; one that is merely off keeps what ran on it."""
    both = machines(*PLAIN)
    disks = "\n".join(f"volume {disk.volume}" for disk in both[0].disks)
    cases = {
        probe(both[0]): [ONE],
        probe(*both): [],
        probe(*both, state="shut off", more=disks): [ONE],
    }
    for output, expected in cases.items():
        work, _ = making(output)

        assert expected == [each.name for each in work.anew(work.look(), work.machines)]


def test_a_machine_that_was_lost_and_is_made_again() -> None:
    """What ran on its like is forgotten before it is made: also where that fails, all services are left to do there."""
    cluster = deployed()
    world = fleets.over(cluster)
    work = Making.of(Failing(), values(*PLAIN))
    made = Task("create", lambda: work.create(work.machines, looks.read(probe()), ACCESS, None))
    story = Story(world, Options(), "dataplane/hosts", [remaking.task(world, [ONE]), made])
    (ended,) = [each for each in story.events() if isinstance(each, RunFinished)]

    assert (ExitCode.FAILED, ["edpm-compute-0"]) == (ended.exit_code, known(cluster))


def test_the_control_plane_is_gone() -> None:
    """The machine goes all the same."""
    lab = Lab()

    assert ["delete edpm-compute-1"] == said(lab.deleted(ONE, cloud=False))
    assert (False, [ONE]) == (lab.boards, list(lab.doomed()))


def test_a_bare_machine_goes_with_its_baremetalhost() -> None:
    """Detached, so that nothing is done on it; the boards stay as long as there is another machine of theirs."""
    lab = Lab().bare("edpm-compute-0", ONE)
    events = lab.deleted(ONE, sets=BARE, cluster=lab.cluster, cloud=False)
    left = [each["metadata"]["name"] for each in lab.cluster.list(MACHINES, "openstack").items]

    assert ["record crc", "baremetal edpm-compute-1", "delete edpm-compute-1"] == said(events)
    assert (["edpm-compute-0"], False) == (left, lab.boards)

    lab.deleted("edpm-compute-0", ONE, sets=BARE, cluster=lab.cluster, cloud=False)

    assert lab.boards


def test_a_baremetalhost_that_stays() -> None:
    """Its machine is left alone, and the object is named; the same command goes on."""
    lab = Lab()
    meta = {"name": ONE, "namespace": "openstack", "finalizers": ["baremetalhost.metal3.io"]}
    lab.cluster.put({"apiVersion": "metal3.io/v1alpha1", "kind": "BareMetalHost", "metadata": meta})
    events = lab.deleted(ONE, sets=BARE, cluster=lab.cluster, cloud=False)
    (ended,) = [each for each in events if isinstance(each, RunFinished)]

    assert [("OSK1192", ExitCode.FAILED)] == [(each.code, ended.exit_code) for each in ended.problems]
    assert ["dataplane/hosts/delete"] == [each.step for each in events if isinstance(each, StepBlocked)]
    assert looks.read("").libvirt
