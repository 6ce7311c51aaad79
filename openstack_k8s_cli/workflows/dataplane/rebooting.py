"""Hosts are rebooted in batches, by the operator's own service, and no server goes down with its host unasked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.dataplane import kinds, rounds
from openstack_k8s_cli.dataplane.limits import short
from openstack_k8s_cli.dataplane.rounds import MARK, SERVICE, Round
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import AGAIN, Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows.dataplane import errands
from openstack_k8s_cli.workflows.dataplane.computes import Computes
from openstack_k8s_cli.workflows.dataplane.errands import Errand
from openstack_k8s_cli.workflows.dataplane.reaching import Known
from openstack_k8s_cli.workflows.telling import Task, Told
from openstack_k8s_cli.workflows.world import World

COMPONENT = "dataplane/reboot"
_REASON = "osk dataplane reboot"
_FORCE = {"edpm_reboot_strategy": "force"}
"""Otherwise a host that nova has been configured on is left alone (edpm_reboot)."""
_PAUSE, _PATIENCE = 5.0, 900.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked for."""

    batch: str = "1"
    """How many at once: a number, or percent of all."""
    migrate: bool = False
    regardless: bool = False
    """Whether hosts are rebooted also where servers run."""
    restart: bool = False
    """Whether an interrupted round is begun anew."""
    names: tuple[str, ...] = ()
    """How the hosts are named; none: all."""


@dataclass(slots=True)
class Rebooting:
    """A round."""

    world: World
    options: Options
    hosts: Sequence[Known]
    wishes: Wishes
    round: Round = field(init=False)
    size: int = field(init=False)
    _seen: dict[str, Any] = field(default_factory=dict)
    """When nova last heard of each host before it was rebooted."""

    def __post_init__(self) -> None:
        """Find the round that was interrupted, or begin one; raises OskError or ClusterError."""
        names = [each.host for each in self.hosts]
        found = rounds.size(self.wishes.batch, len(names))
        if found is None:
            raise _no_size(self.wishes.batch)
        self.size = found
        before = None if self.wishes.restart else rounds.interrupted(names, self._live(), self.wishes.names)
        self.round = before or rounds.begun(names, self.world.clock.now(), self.wishes.names)

    def check(self) -> None:
        """Refuse where servers would go down with their host, or there are no hosts yet; raises OskError (exit 4)."""
        errands.check(self.world, dict.fromkeys(each.nodeset for each in self.hosts))
        if self.wishes.regardless:
            return
        computes = self._computes(self.round.left)
        if not computes.has_cloud:
            raise _unknown(self.world.namespace)
        computes.check(migrate=self.wishes.migrate)

    def tasks(self) -> Sequence[Task]:
        """Give the steps: the batches, each with what comes before and after."""
        found = [Task("before", self._before)]
        batches = list(self.round.batches(self.size))
        for at, batch in enumerate(batches, start=1):
            found += self._batch(batch, f"-{at}" if len(batches) > 1 else "")
        return (*found, Task("done", self._tidy))

    def _batch(self, batch: Sequence[str], number: str) -> Iterator[Task]:
        computes = self._computes(batch)
        yield Task(f"drain{number}", lambda: self._drain(computes))
        yield Task(f"reboot{number}", lambda: self._reboot(batch, f"{COMPONENT}/reboot{number}"))
        yield Task(f"back{number}", lambda: self._back(computes))

    def _computes(self, hosts: Sequence[str]) -> Computes:
        world = self.world
        return Computes(world.cluster, world.clock, world.namespace, hosts, _REASON)

    def _before(self) -> Iterator[Told]:
        """Bring back what an interrupted run left switched off on hosts that are through."""
        done = tuple(each for each in self.round.hosts if each in self.round.done)
        for host in done:
            yield Told(host, "was rebooted before", "ok")
        computes = self._computes(done)
        if done and computes.has_cloud:
            yield from self._back(computes)

    def _drain(self, computes: Computes) -> Iterator[Told]:
        if not computes.has_cloud:
            return
        computes.look()
        self._seen |= {host: each.get("Updated At") for host, each in computes.services.items()}
        if not self.wishes.regardless:
            yield from computes.disable()
            if self.wishes.migrate:
                yield from computes.migrate()
            try:
                computes.check(migrate=False)
            except OskError:
                yield from computes.enable()
                raise

    def _reboot(self, batch: Sequence[str], step: str) -> Iterator[Event]:
        nodesets = dict.fromkeys(each.nodeset for each in self.hosts if each.host in batch)
        name = self.round.name(batch)
        errand = Errand(
            name,
            tuple(nodesets),
            (SERVICE,),
            batch,
            vars=_FORCE,
            notes={MARK: self.round.mark()},
            once=True,
        )
        yield from errands.run(self.world, self.options, step, [errand.body(self.world.namespace)])
        self.round = replace(self.round, done=self.round.done | set(batch))
        over = list(rounds.earlier(self.round, name, self._live()))
        yield from errands.remove(self.world, self.options, f"{step}-tidy", over)

    def _back(self, computes: Computes) -> Iterator[Told]:
        """Wait until services and agents are alive again, and take back that nothing is started there."""
        if not computes.has_cloud:
            return
        clock, began = self.world.clock, self.world.clock.monotonic()
        patience = _PATIENCE * float(self.world.loaded.values["timeouts"]["scale"])
        while missing := self._missing(computes):
            if clock.monotonic() - began > patience:
                raise _lost(missing)
            clock.sleep(_PAUSE)
        for host in computes.names:
            yield Told(host, "is back", "ok")
        yield from computes.enable()

    def _missing(self, computes: Computes) -> Mapping[str, str]:
        """Name the hosts that are not back, and what is missing there."""
        computes.look()
        found = {
            host: "its compute service is down"
            for host, each in computes.services.items()
            if each["State"] != "up" or (host in self._seen and each.get("Updated At") == self._seen[host])
        }
        for each in computes.client.ask("network", "agent", "list"):
            host = short(str(each["Host"]))
            if host in computes.names and each["Alive"] not in (True, ":-)"):
                found.setdefault(host, f"its {each['Agent Type']} is not alive")
        return found

    def _tidy(self) -> Iterator[Event]:
        """Let the batches of rounds that are through go, with their pods; the one that tells it goes last."""
        done = list(rounds.finished(self._live()))
        for some in (done[:-1], done[-1:]):
            yield from errands.remove(self.world, self.options, f"{COMPONENT}/done", some)

    def _live(self) -> Sequence[Body]:
        """Read the batches that are there."""
        live = lookups.listed(self.world.cluster, kinds.GROUP, kinds.DEPLOYMENT, self.world.namespace)
        return errands.told(self.world, [each for each in live if get(each, "metadata", "annotations", MARK)])


def _no_size(text: str) -> OskError:
    advice = Advice("Give a number of hosts, or a part of all", f"{AGAIN} --batch 25%")
    problem = Problem("OSK1197", f"`{text}` is no number of hosts", "--batch", None, (advice,))
    return OskError(problem, exit_code=ExitCode.USAGE)


def _unknown(namespace: str) -> OskError:
    advice = (
        Advice("See how the control plane is", "osk status controlplane"),
        Advice("Or reboot them with whatever runs there", f"{AGAIN} --ignore-servers"),
    )
    summary = "Whether servers run on these hosts is not known: the cloud's client is not there, or not ready"
    problem = Problem("OSK1198", summary, f"Pod {namespace}/openstackclient", None, advice)
    return OskError(problem, exit_code=ExitCode.REFUSED)


def _lost(missing: Mapping[str, str]) -> OskError:
    problems = (
        Problem(
            "OSK1199",
            f"{host} is not back after its reboot: {why}",
            host,
            None,
            (Advice("Look at it there, then run the same command again", f"osk hosts ssh {host}"),),
        )
        for host, why in missing.items()
    )
    return OskError(*problems, exit_code=ExitCode.DATAPLANE_FAILED)
