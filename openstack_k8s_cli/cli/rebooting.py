"""What `osk dataplane reboot` and `osk dataplane rotate-keys` do."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from openstack_k8s_cli.cli import questions
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.numbers import some
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.workflows import planning, refusals
from openstack_k8s_cli.workflows.dataplane import reaching, undeployed
from openstack_k8s_cli.workflows.dataplane.reaching import Known
from openstack_k8s_cli.workflows.dataplane.rebooting import COMPONENT, Rebooting, Wishes
from openstack_k8s_cli.workflows.dataplane.rotating import COMPONENT as ROTATION
from openstack_k8s_cli.workflows.dataplane.rotating import Rotation
from openstack_k8s_cli.workflows.telling import Story, Task
from openstack_k8s_cli.workflows.world import World

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.session import Session


def reboot(session: "Session", wishes: Wishes, *, yes: bool) -> Iterator[Event]:
    """Reboot hosts in batches."""
    work, names = session.work, wishes.names
    world = work.informed
    options = work.options()
    hosts, others = refusals.reading(lambda: undeployed.left_out(world, _chosen(world, names), names))
    if others:
        session.tell(others)
    rebooting = refusals.reading(lambda: Rebooting(world, options, hosts, wishes))
    refusals.reading(rebooting.check)
    left = rebooting.round.left
    if len(left) < len(hosts):
        session.tell(
            f"goes on with {some(len(left), 'host')}: {len(hosts) - len(left)} of {len(hosts)} were rebooted"
            " before it was interrupted; --restart begins anew"
        )
    questions.confirm(f"Reboot {some(len(left), 'host')}, {rebooting.size} at a time?", yes=yes or not left)
    yield from Story(world, options, COMPONENT, rebooting.tasks()).events(
        after=(f"the hosts are back: {session.pointed('dataplane', 'status')}",)
    )


def rotate(session: "Session", which: Sequence[str], *, yes: bool) -> Iterator[Event]:
    """Give hosts new keys."""
    work = session.work
    world, options = work.informed, work.options()
    values = world.loaded.values["dataplane"]
    tasks: list[Task] = []
    said: list[str] = []
    for kind, name in (("ssh", values["sshSecret"]), ("migration", values["migrationSecret"])):
        if kind in which:
            rotation = Rotation(world, options, ObjectId("", "Secret", world.namespace, str(name)))
            goes_on = refusals.reading(rotation.check)
            steps = rotation.make_known(kind) if kind == "ssh" else rotation.bring(kind)
            tasks += rotation.tasks(kind, steps)
            said.append(f"{name} (goes on)" if goes_on else str(name))
    if "migration" in which:
        session.tell("between hosts with the new key and hosts with the earlier one no server can be moved")
    new = refusals.reading(lambda: undeployed.parted(world, reaching.known(planning.bearings(world)[1])))[1]
    if new:
        session.tell(f"{undeployed.said(new)}: let the new key in there before you deploy")
    questions.confirm(f"Make new keys for {' and '.join(said)}?", yes=yes)
    yield from Story(world, options, ROTATION, tasks).events(after=("the new keys are in use on all hosts",))


def _chosen(world: World, names: Sequence[str]) -> list[Known]:
    """Find the hosts that are meant: all, or those of node sets and hosts that are named; raises OskError."""
    _, plan = planning.bearings(world)
    known = reaching.known(plan)
    if not known:
        raise reaching.none()
    return reaching.chosen(plan, world.loaded.values, names) if names else list(known)
