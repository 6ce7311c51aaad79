"""How the hosts are: what ran on them to its end, what is left to do there, and whether their services are alive."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.dataplane import kinds, records, variants
from openstack_k8s_cli.dataplane.limits import short
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import OskError, Problem
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows import planning
from openstack_k8s_cli.workflows.clients import Client
from openstack_k8s_cli.workflows.dataplane import knowledge, reaching
from openstack_k8s_cli.workflows.world import World

_NOVA = "nova"
ABSENT = "absent"
"""How a compute service is that was deployed and has not registered itself."""


class Standing(StrEnum):
    """How a host is, the worst first."""

    FAILED = "failed"
    """A service failed there, and has not run to its end since."""
    DOWN = "down"
    """Deployed, but its compute service or an agent is not alive."""
    RUNNING = "running"
    DUE = "due"
    """Something is left to do there."""
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Hosted:
    """One host."""

    host: str
    nodeset: str
    standing: Standing
    done: tuple[str, ...]
    """Services that ran to their end there."""
    due: tuple[str, ...]
    """Services that the next run brings there."""
    failed: tuple[str, ...] = ()
    compute: str | None = None
    """up, down, disabled or absent; None: none is due there, or the cloud was not asked."""
    agents: tuple[int, int] | None = None
    """How many network agents are alive, of how many."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """All hosts, the worst first."""

    hosts: tuple[Hosted, ...]
    versions: Mapping[str, str | None]
    """By node set, the version that was deployed on it; None: none yet, or it is not there."""
    wanted: str | None = None
    """The version of the control plane."""
    unknown: str = ""
    """Why the cloud was not asked for services and agents."""

    @property
    def counts(self) -> Mapping[Standing, int]:
        """Count hosts by how they are."""
        found = Counter(each.standing for each in self.hosts)
        return {each: found[each] for each in Standing if found[each]}


@dataclass(frozen=True, slots=True)
class _Alive:
    """What the cloud says of hosts, by short name."""

    compute: Mapping[str, str]
    agents: Mapping[str, tuple[int, int]]
    asked: bool = True


@dataclass(frozen=True, slots=True)
class _Known:
    """What the cluster says of hosts, by node set and short name."""

    done: Mapping[tuple[str, str], tuple[str, ...]]
    due: Mapping[tuple[str, str], tuple[str, ...]]
    failed: Mapping[tuple[str, str], tuple[str, ...]]
    running: frozenset[tuple[str, str]]
    alive: _Alive
    computes: frozenset[str] = frozenset({_NOVA})
    """Services that start a compute."""

    def hosted(self, each: reaching.Known) -> Hosted:
        """Put a host together."""
        place = (each.nodeset, each.host)
        compute, agents = self.alive.compute.get(each.host), self.alive.agents.get(each.host)
        if self.alive.asked and compute is None and self.computes & {*self.done.get(place, ())}:
            compute = ABSENT
        due, failed = self.due.get(place, ()), self.failed.get(place, ())
        if failed:
            standing = Standing.FAILED
        elif place in self.running:
            standing = Standing.RUNNING
        elif compute in ("down", ABSENT) or (agents and agents[0] < agents[1]):
            standing = Standing.DOWN
        else:
            standing = Standing.DUE if due else Standing.OK
        return Hosted(
            each.host, each.nodeset, standing, self.done.get(place, ()), due, failed, compute, agents
        )


def look(world: World) -> Fleet:
    """Gather it; raises OskError or ClusterError."""
    _, plan = planning.bearings(world)
    kept = knowledge.read(world.cluster, plan.profile, world.namespace)
    alive, unknown = _asked(Client(world.cluster, world.namespace))
    done = {
        (nodeset, short(host)): tuple(dict.fromkeys(map(variants.plain, services)))
        for nodeset, hosts in kept.record.items()
        for host, services in hosts.items()
    }
    known = _Known(
        done, _due(plan, kept.live), _failures(kept.live), _running(kept.live), alive, _computes(plan)
    )
    order = list(Standing)
    found = [known.hosted(each) for each in reaching.known(plan)]
    hosts = tuple(sorted(found, key=lambda each: order.index(each.standing)))
    names = dict.fromkeys(each.nodeset for each in found)
    versions = {name: get(kept.nodesets.get(name) or {}, "status", "deployedVersion") for name in names}
    return Fleet(hosts, versions, _version(world), unknown)


def _computes(plan: Plan) -> frozenset[str]:
    """Name the operator's own service and those of the profile that start a compute: one for each cell."""
    own = (each for each in plan.manifests if each.id.kind == kinds.SERVICE)
    return frozenset(
        {_NOVA, *(each.id.name for each in own if get(each.body, "spec", "edpmServiceType") == _NOVA)}
    )


def _due(plan: Plan, live: Iterable[Body]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Give the services that a plan's deployments will run, host by host; those that are through run no more."""
    through = {each["metadata"]["name"] for each in live if records.is_through(each)}
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for manifest in plan.manifests:
        if manifest.id.kind == kinds.DEPLOYMENT and manifest.id.name not in through:
            for place, service in _purposes(manifest.body):
                found[place].append(service)
    return {place: tuple(dict.fromkeys(services)) for place, services in found.items()}


def _purposes(deployment: Body) -> Iterator[tuple[tuple[str, str], str]]:
    purpose = records.purpose_of(deployment)
    for nodeset, share in (purpose.shares if purpose else {}).items():
        yield from (((nodeset, short(host)), service) for host in share.hosts for service in share.services)


def _failures(live: Sequence[Body]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Give the services that failed on hosts in the deployment that was the last to run them there.

    One that failed and names no host, such as for its image, failed on all of them.
    """
    found: dict[tuple[str, str], dict[str, bool]] = {}
    for deployment in records.in_order(live):
        purpose = records.purpose_of(deployment)
        for nodeset, share in (purpose.shares if purpose else {}).items():
            for service in share.services:
                lost = {short(host) for host in records.failed_hosts(deployment, service, nodeset)}
                whole = not lost and records.is_given_up(deployment, service, nodeset)
                for host in map(short, share.hosts):
                    found.setdefault((nodeset, host), {})[service] = whole or host in lost
    failed = {place: tuple(name for name, bad in each.items() if bad) for place, each in found.items()}
    return {place: names for place, names in failed.items() if names}


def _running(live: Iterable[Body]) -> frozenset[tuple[str, str]]:
    return frozenset(place for each in live if records.is_running(each) for place, _ in _purposes(each))


def _asked(client: Client) -> tuple[_Alive, str]:
    """Ask the cloud which services are alive; one that is not up is no reason to say nothing."""
    try:
        services = client.ask("compute", "service", "list", "--service", "nova-compute")
        agents = client.ask("network", "agent", "list")
    except OskError as error:
        return _Alive({}, {}, asked=False), _why(error.problems[0])
    compute = {short(str(each["Host"])): _compute(each) for each in services}
    alive: defaultdict[str, list[bool]] = defaultdict(list)
    for each in agents:
        alive[short(str(each["Host"]))].append(each["Alive"] in (True, ":-)"))
    return _Alive(compute, {host: (sum(each), len(each)) for host, each in alive.items()}), ""


def _why(problem: Problem) -> str:
    """Say it in a line: what failed, and the last words of who said so."""
    last = next(reversed((problem.detail or "").strip().splitlines()), "")
    return f"{problem.summary}: {last}" if last else problem.summary


def _compute(service: Mapping[str, Any]) -> str:
    return "disabled" if service["Status"] == "disabled" else str(service["State"])


def _version(world: World) -> str | None:
    found = lookups.listed(world.cluster, "core.openstack.org", "OpenStackVersion", world.namespace)
    told = (get(each, "status", "deployedVersion") for each in found)
    return next((str(each) for each in told if each), None)
