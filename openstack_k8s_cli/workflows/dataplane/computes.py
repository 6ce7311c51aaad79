"""nova's side of hosts: whether servers run there, moving these elsewhere, and keeping new ones away."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.dataplane.limits import short
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.numbers import several
from openstack_k8s_cli.model.objects import ObjectId, condition
from openstack_k8s_cli.model.problems import AGAIN, Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows.clients import Client
from openstack_k8s_cli.workflows.telling import Told

_PAUSE, _PATIENCE, _QUIET = 5.0, 3600.0, 60.0
"""Seconds between two looks, that a move may take, and without a word that it goes on: an order is taken up in a while."""
_LIVE, _COLD = frozenset({"ACTIVE", "PAUSED"}), frozenset({"SHUTOFF"})
_LEAVING = frozenset({"MIGRATING", "RESIZE", "VERIFY_RESIZE"})
"""Servers that an earlier run has begun to move."""
_OVER = frozenset({"completed", "finished", "done", "confirmed", "reverted"})
_FAILED = frozenset({"error", "failed", "cancelled"})
"""How nova's records of moves end."""
_FEW = 10


@dataclass(slots=True)
class Computes:
    """The computes among some hosts."""

    cluster: Cluster
    clock: Clock
    namespace: str
    names: Sequence[str]
    """Short names of the hosts."""
    reason: str
    """Why nothing new is to be started there; what was switched off for it is known by it."""
    services: dict[str, dict[str, Any]] = field(default_factory=dict)
    """nova's own records by short name."""

    @property
    def client(self) -> Client:
        """The cloud's client."""
        return Client(self.cluster, self.namespace)

    @property
    def has_cloud(self) -> bool:
        """Tell whether there is a control plane that knows of hosts."""
        pod = lookups.find(self.cluster, ObjectId("", "Pod", self.namespace, "openstackclient"))
        return (condition(pod or {}, "Ready") or {}).get("status") == "True"

    def look(self) -> None:
        """Read nova's records."""
        known = self.client.ask("compute", "service", "list", "--service", "nova-compute", "--long")
        self.services = {short(each["Host"]): each for each in known if short(each["Host"]) in self.names}

    def check(self, *, migrate: bool) -> None:
        """Refuse where servers run on the hosts and are not to be moved, or cannot be; raises OskError (exit 4)."""
        self.look()
        there = {host: found for host, found in self._all().items() if found}
        if migrate:
            there = {
                host: stuck
                for host, found in there.items()
                if (stuck := [each for each in found if each["Status"] not in _LIVE | _COLD | _LEAVING])
            }
        if there:
            problems = (_occupied(*each, migrate=migrate) for each in there.items())
            raise OskError(*problems, exit_code=ExitCode.REFUSED)

    def running(self) -> Mapping[str, Sequence[str]]:
        """Name the servers that run there, by host; raises OskError."""
        self.look()
        found = (
            (host, [each for each in some if each["Status"] in _LIVE]) for host, some in self._all().items()
        )
        return {host: [str(each["Name"]) for each in some] for host, some in found if some}

    def servers(self, host: str) -> list[Mapping[str, Any]]:
        """List the servers on a host."""
        return list(self.client.ask("server", "list", "--all-projects", "--host", self._full(host)))

    def _all(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """List the servers on all hosts: of several in one request, for each takes seconds."""
        if len(self.services) <= 1:
            return {host: self.servers(host) for host in self.services}
        found: dict[str, list[Mapping[str, Any]]] = {host: [] for host in self.services}
        words = ("--all-projects", "--long", "--no-name-lookup", "--limit", "-1")
        for each in self.client.ask("server", "list", *words):
            host = short(str(each["Host"] or ""))
            if host in found:
                found[host].append(each)
        return found

    def disable(self) -> Iterator[Told]:
        """Have nothing new started there."""
        for host, service in self.services.items():
            if service["Status"] != "disabled":
                self._set(service, "--disable", "--disable-reason", self.reason)
                yield Told(host, "nothing new is started there")

    def enable(self) -> Iterator[Told]:
        """Take it back where it was done for this reason; what others have switched off stays so."""
        self.look()
        for host, service in self.services.items():
            if service["Status"] == "disabled" and service.get("Disabled Reason") == self.reason:
                self._set(service, "--enable")
                yield Told(host, "takes servers again")

    def _set(self, service: Mapping[str, Any], *words: str) -> None:
        self.client.tell("compute", "service", "set", *words, str(service["Host"]), "nova-compute")

    def migrate(self) -> Iterator[Told]:
        """Move the servers elsewhere, one after another, and wait for each."""
        for host in self.services:
            there = self.servers(host)
            before = (
                frozenset(each["Id"] for each in self._moves("--host", self._full(host))) if there else ()
            )
            for server in there:
                self._move(host, server, before)
                yield Told(host, f"{server['Name']} runs elsewhere")
            self._confirm(host)

    def _move(self, host: str, server: Mapping[str, Any], before: Collection[int]) -> None:
        """Move a server and wait for it; one that is off is moved cold. `before` are the records of earlier moves."""
        known: Collection[int] = ()
        if server["Status"] not in _LEAVING:
            live = ["--live-migration"] if server["Status"] in _LIVE else []
            self.client.tell("server", "migrate", *live, str(server["ID"]))
            known = before
        began = heard = self.clock.monotonic()
        while found := next((each for each in self.servers(host) if each["ID"] == server["ID"]), None):
            goes_on, now = self._goes_on(host, found, known), self.clock.monotonic()
            heard = now if goes_on else heard
            if goes_on is False or now - heard > _QUIET or now - began > _PATIENCE:
                raise _unmoved(host, found)
            self.clock.sleep(_PAUSE)

    def _goes_on(self, host: str, server: Mapping[str, Any], known: Collection[int]) -> bool | None:
        """Tell whether a server is on its way, or failed to move; None: nova does not say yet, or its list is behind."""
        if server["Status"] not in {*_LIVE, *_COLD, "ERROR"}:
            return True
        own = [
            each
            for each in self._moves("--server", str(server["ID"]))
            if each["Source Compute"] == self._full(host) and each["Id"] not in known
        ]
        last = max(own, key=lambda each: int(each["Id"]), default=None)
        if last is not None and last["Status"] not in _OVER:
            return last["Status"] not in _FAILED
        return False if server["Status"] == "ERROR" else None

    def _moves(self, *words: str) -> Sequence[Mapping[str, Any]]:
        """List nova's records of moves."""
        found: Sequence[Mapping[str, Any]] = self.client.ask("server", "migration", "list", *words)
        return found

    def _full(self, host: str) -> str:
        return str(self.services[host]["Host"])

    def _confirm(self, host: str) -> None:
        """Let go of the places that servers which were moved cold still have there."""
        full = self._full(host)
        for each in self._moves("--host", full, "--status", "finished", "--type", "cold-migration"):
            if each["Source Compute"] == full:
                self.client.tell("server", "resize", "confirm", str(each["Server UUID"]))


def _occupied(host: str, servers: Sequence[Mapping[str, Any]], *, migrate: bool) -> Problem:
    listed = several([f"{each['Name']} ({each['Status']})" for each in servers], _FEW)
    if migrate:
        advice = Advice(
            "Bring them to ACTIVE or SHUTOFF, or delete them", "osk openstack server list --all-projects"
        )
        return Problem("OSK1153", f"Servers on {host} cannot be moved: {listed}", host, None, (advice,))
    advice = Advice("Move them to other hosts first, or delete them", f"{AGAIN} --migrate")
    return Problem("OSK1153", f"Servers run on {host}: {listed}", host, None, (advice,))


def _unmoved(host: str, server: Mapping[str, Any]) -> OskError:
    advice = (
        Advice("See why", f"osk openstack server event list {server['ID']}"),
        Advice("Then run the same command again; the host takes no new servers meanwhile"),
    )
    summary = f"{server['Name']} was not moved away from {host}: it is {server['Status']}"
    return OskError(Problem("OSK1154", summary, host, None, advice), exit_code=ExitCode.FAILED)
