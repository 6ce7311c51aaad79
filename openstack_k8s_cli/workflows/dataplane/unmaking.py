"""Machines are taken away, and what cluster and cloud know of them; what is gone already stands in nobody's way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.dataplane.making.looks import Found
from openstack_k8s_cli.dataplane.making.wanted import Machine
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows.dataplane.forgetting import forget
from openstack_k8s_cli.workflows.dataplane.leaving import Leaving
from openstack_k8s_cli.workflows.dataplane.making import Making
from openstack_k8s_cli.workflows.telling import Task, Told

_GROUP, _KIND = "metal3.io", "BareMetalHost"
_DETACHED = "baremetalhost.metal3.io/detached"
"""With it a BareMetalHost goes without its machine being touched: that one is about to be deleted."""
_PAUSE, _PATIENCE = 2.0, 600.0


@dataclass(frozen=True, slots=True)
class Unmaking:
    """What is to go."""

    making: Making
    found: Found
    names: tuple[str, ...]
    clock: Clock
    cluster: Cluster | None = None
    """None: it does not answer."""
    namespace: str = ""
    """The cloud's."""
    leaving: Leaving | None = None
    """None: there is no cloud that knows of hosts."""
    migrate: bool = False
    force: bool = False
    """Whether servers that run there may be lost."""

    def tasks(self) -> Sequence[Task]:
        """Give the steps: the cloud's records go last, since a machine that runs registers itself again.

        What ran there is forgotten first: where the rest is interrupted, a service may run once too often, never too seldom.
        """
        leaving = self.leaving
        return (
            *(leaving.before(migrate=self.migrate, regardless=self.force) if leaving else ()),
            *([Task("record", self._forget)] if self.cluster else ()),
            *([Task("baremetal", self._baremetal)] if self.cluster and self._bare else ()),
            Task("delete", self._delete),
            *(leaving.after() if leaving else ()),
        )

    @property
    def _bare(self) -> tuple[Machine, ...]:
        return tuple(each for each in self.making.machines if each.bare and each.name in self.names)

    def _baremetal(self) -> Iterator[Told]:
        resource = self.cluster.resource(_GROUP, _KIND) if self.cluster else None
        if resource is None or self.cluster is None:
            return
        there = [each for each in self._bare if self.cluster.get(resource, each.namespace, each.name)]
        for each in there:
            mark = {"metadata": {"annotations": {_DETACHED: ""}}}
            self.cluster.merge(resource, each.namespace, each.name, mark)
            self.cluster.delete(resource, each.namespace, each.name)
        began = self.clock.monotonic()
        for each in there:
            while self.cluster.get(resource, each.namespace, each.name):
                if self.clock.monotonic() - began > _PATIENCE:
                    raise _staying(each)
                self.clock.sleep(_PAUSE)
            yield Told(each.name, "its BareMetalHost is deleted")

    def _delete(self) -> Iterator[Told]:
        own, made = self.making.volumes(self.found, self.names), self.found.made
        left = {each.name for each in self.making.machines if each.bare} & set(made) - set(self.names)
        boards = bool(self.found.boards) and not left
        changed = set()
        for told in self.making.delete(own, self.found, boards=boards):
            changed.add(told.host)
            yield told
        for name in self.names:
            if name not in changed:
                yield Told(name, "there is nothing left of it", "ok")

    def _forget(self) -> Iterator[Told]:
        """Have all services run on hosts that are made anew."""
        if self.cluster:
            hosts = frozenset(self.making.hosts(self.names))
            forget(self.cluster, self.making.profile, self.namespace, hosts)
            yield Told(self.making.profile, "what ran on them is forgotten", "ok")


def _staying(machine: Machine) -> OskError:
    what = f"{_KIND} {machine.namespace}/{machine.name}"
    advice = (
        Advice(
            "See what holds it up", f"kubectl describe baremetalhost -n {machine.namespace} {machine.name}"
        ),
        Advice(
            "Where the operator that would let it go is gone, take its finalizer away",
            f"kubectl patch baremetalhost -n {machine.namespace} {machine.name} --type merge"
            """ -p '{"metadata":{"finalizers":null}}'""",
        ),
        Advice("Then run the same command again; its machine is still there"),
    )
    return OskError(Problem("OSK1192", f"{what} does not go", what, None, advice), exit_code=ExitCode.FAILED)
