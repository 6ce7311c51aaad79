"""`osk hosts create` as a whole, on a hypervisor in memory: what it asks for, what it forgets, and what it leaves alone."""

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from openstack_k8s_cli.cli import making
from openstack_k8s_cli.dataplane.records import PURPOSE, Purpose, Share, purpose_of
from openstack_k8s_cli.model.events import Event, RunFinished, TaskRan, Warned
from openstack_k8s_cli.model.problems import ExitCode, OskError, Problem
from openstack_k8s_cli.workflows.dataplane.making import Making
from openstack_k8s_cli.workflows.world import Target, World
from tests.fakes.cluster import FakeCluster
from tests.ssh.servers import Keys
from tests.unit.cli.days import NODESETS, Lab, Work, lab
from tests.unit.workflows import fleets

ZERO, ONE = "edpm-compute-0", "edpm-compute-1"
BARE = NODESETS.replace("libvirt: {}", "libvirt: {bare: true}")


@dataclass
class Alone(Work):
    """What a session can be put to where the cluster does not answer."""

    @property
    def world(self) -> World:
        raise OskError(Problem("OSK0300", "connection refused"), exit_code=ExitCode.REFUSED)


def place(body: str = NODESETS, *, made: str = "", key: bool = True) -> Lab:
    """Give a hypervisor, and a cluster that knows both hosts as deployed; `key`: it has the key of the hosts."""
    found = lab(body, made=made)
    found.work.cluster = FakeCluster(fleets.NODESETS, fleets.DEPLOYMENTS)
    purpose = Purpose({"edpm": Share({"nova": "1"}, {ZERO: "a", ONE: "a"})})
    meta = {"name": "run", "namespace": "openstack", "annotations": {PURPOSE: purpose.written()}}
    kind = {"apiVersion": f"{fleets.GROUP}/v1beta1", "kind": fleets.DEPLOYMENTS.kind}
    found.work.cluster.put({**kind, "metadata": meta})
    if key:
        list(found.work.deploy(Target(("dataplane/keys",))))
    return found


def created(found: Lab, *names: str) -> list[Event]:
    """Run the command."""
    session: Any = found.session
    machines = Making.of(found.hypervisor, found.work.loaded.values)
    return list(making.create(session, names, machines))


def said(events: Sequence[Event]) -> list[str]:
    """Give what tasks came to."""
    ran = (each for each in events if isinstance(each, TaskRan))
    return [f"{each.step.rpartition('/')[2]}: {each.host} {each.task}" for each in ran]


def known(found: Lab) -> list[str]:
    """Name the hosts that count as deployed."""
    (live,) = found.work.cluster.list(fleets.DEPLOYMENTS, "openstack").items
    purpose = purpose_of(live)
    assert purpose
    return list(purpose.shares["edpm"].hosts)


def test_what_is_lost_is_made_and_no_other() -> None:
    """It is forgotten as deployed before it is made; the others stay as they are, and a second run makes nothing."""
    found = place(made="running")
    del found.hypervisor.states[ONE]
    events = created(found)
    again = created(found)
    end = events[-1]

    assert ["record: lab what ran on hosts of these names is forgotten", f"create: {ONE} create"] == said(
        events
    )[:2]
    assert ([ZERO], [f"create {ONE}"]) == (known(found), found.hypervisor.played)
    assert [f"create: {each} it is there already" for each in (ZERO, ONE)] == said(again)
    assert isinstance(end, RunFinished)
    assert (ExitCode.DONE, ("osk dataplane check", "osk deploy dataplane")) == (end.exit_code, end.next)


def test_what_is_named_is_made() -> None:
    """Another that is missing, too, is left for another time."""
    found = place()
    created(found, ZERO)

    assert ([ONE], {ZERO: "running"}) == (known(found), found.hypervisor.states)


def given(key: str) -> Lab:
    """Give a hypervisor, a profile with a key of its own, and a cluster that does not answer."""
    written = json.dumps({"dataplane-ansible-ssh-private-key-secret": {"ssh-privatekey": key}})
    found = lab(f"{NODESETS}secrets: {written}\n")
    work = Alone(found.work.loaded, found.clock, found.cluster)
    return replace(found, session=replace(found.session, work=work))


def test_the_cluster_does_not_answer() -> None:
    """With a key of the profile's hosts are made all the same; that they may count as deployed is said."""
    found = given(Keys.made().private)
    warned = [each.message for each in created(found) if isinstance(each, Warned)]

    assert ["the cluster does not answer (connection refused)"] == [each.partition(":")[0] for each in warned]
    assert {ZERO: "running", ONE: "running"} == found.hypervisor.states


def test_a_key_that_cannot_be_read() -> None:
    """It is refused before anything is made, and is not shown."""
    found = given("topsecret")
    with pytest.raises(OskError, match="The key of the hosts cannot be read") as caught:
        created(found)

    assert (ExitCode.USAGE, []) == (caught.value.exit_code, found.hypervisor.played)
    assert "topsecret" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "secret"),
    [(NODESETS, "dataplane-ansible-ssh-private-key-secret"), (BARE, "openstack/virtual-bmc-secret")],
    ids=["hosts", "bare"],
)
def test_nothing_is_made_without_the_key(body: str, secret: str) -> None:
    """Nor bare machines without the password of their boards: both ways to have it are named, nothing is forgotten."""
    found = place(body, key=False)
    with pytest.raises(OskError) as caught:
        created(found)
    (problem,) = caught.value.problems

    assert ("OSK1190", f"Secret {secret}") == (problem.code, problem.subject)
    assert (ExitCode.REFUSED, 2) == (caught.value.exit_code, len(problem.advice))
    assert ([], [ZERO, ONE]) == (found.hypervisor.played, known(found))


def test_bare_machines_need_no_key() -> None:
    """The password of their boards is the one that the cluster has."""
    found = place(BARE, key=False)
    meta = {"name": "virtual-bmc-secret", "namespace": "openstack"}
    data = {"password": b64encode(b"topsecret").decode()}
    found.work.cluster.put({"apiVersion": "v1", "kind": "Secret", "metadata": meta, "data": data})
    created(found)

    assert ([f"create {ZERO}", f"create {ONE}"], []) == (found.hypervisor.played, known(found))


def test_what_differs_by_now_is_said() -> None:
    """It stays as it is, and the commands that make it anew are named."""
    found = place(NODESETS.replace("libvirt: {}", "libvirt: {vcpus: 8}"))
    for name, each in found.hypervisor.known.items():
        found.hypervisor.known[name] = replace(each, vcpus=2)
        found.hypervisor.states[name] = "running"
    events = created(found, ZERO)
    (warned,) = [each.message for each in events if isinstance(each, Warned)]

    assert f"{ZERO} stays as it is: it has 2 processors, the profile says 8." in warned
    assert f"osk hosts delete {ZERO} && osk hosts create {ZERO}" in warned
    assert [] == found.hypervisor.played


def test_copies_of_machines_that_go_stay_and_are_said() -> None:
    """Those of the snapshots that have the machine's disks, with the command that deletes them; no other copies are."""
    found = place(made="running")
    mine, other = (f"{found.hypervisor.known[each].disks[0].volume}.osk-" for each in (ZERO, ONE))
    found.hypervisor.volumes |= dict.fromkeys((f"{mine}before", f"{other}later", "own.qcow2.osk-x"), "v1")
    session: Any = found.session
    machines = Making.of(found.hypervisor, found.work.loaded.values)
    events = making.delete(session, [ZERO], machines, migrate=False, force=True, yes=True)

    assert [f"delete: {ZERO} delete"] == [each for each in said(list(events)) if "delete:" in each]
    assert ["snapshots stay: before; osk crc snapshot delete NAME deletes one"] == found.session.told
    assert f"{mine}before" in found.hypervisor.volumes
