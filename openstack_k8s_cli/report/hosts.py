"""The hosts of a step as they stand: each node set's services, the task that runs, and how each host is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from openstack_k8s_cli.model.events import TaskRan

BAD = frozenset({"failed", "unreachable"})
RUNNING = "running"


@dataclass(frozen=True, slots=True)
class HostView:
    """One host: how it ended last, or where it fails."""

    name: str
    service: str
    outcome: str
    task: str = ""
    message: str = ""


def _no_services() -> Mapping[str, str]:
    return MappingProxyType({})


def _no_hosts() -> Mapping[str, HostView]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class NodeSetView:
    """One node set."""

    name: str
    services: Mapping[str, str] = field(default_factory=_no_services)
    """Those that have begun, in order, each with its outcome."""
    attempt: str = ""
    """Of the service that runs, where it is not the first."""
    task: str = ""
    """The one that runs."""
    hosts: Mapping[str, HostView] = field(default_factory=_no_hosts)

    @property
    def current(self) -> str:
        """Name the service that runs, or else failed; empty: none does."""
        names = [name for name, outcome in self.services.items() if outcome in {RUNNING, *BAD}]
        return names[-1] if names else ""

    @property
    def bad(self) -> tuple[HostView, ...]:
        """List the hosts that failed."""
        return tuple(each for each in self.hosts.values() if each.outcome in BAD)

    @property
    def at(self) -> int:
        """Count the hosts that have ended with the service that runs."""
        return sum(1 for each in self.hosts.values() if each.service == self.current)


NodeSets = Mapping[str, NodeSetView]


def fold(known: NodeSets, event: TaskRan) -> NodeSets:
    """Give the node sets after one more event of a service."""
    seen = known.get(event.nodeset) or NodeSetView(event.nodeset)
    return MappingProxyType({**known, event.nodeset: _folded(seen, event)})


def _folded(seen: NodeSetView, event: TaskRan) -> NodeSetView:
    if event.host:
        host = HostView(event.host, event.service, event.outcome, event.task, event.message)
        before = seen.hosts.get(event.host)
        if not event.task and before and (before.service, before.outcome) == (host.service, host.outcome):
            return seen  # its failure says more
        return replace(seen, hosts=MappingProxyType({**seen.hosts, event.host: host}))
    if event.task:
        return replace(seen, task=event.task)
    services = MappingProxyType({**seen.services, event.service: event.outcome})
    attempt = event.message if event.outcome == RUNNING else ""
    return replace(seen, services=services, attempt=attempt, task="")
