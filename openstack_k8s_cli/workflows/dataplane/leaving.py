"""Hosts leave the cloud: its records of them go, by their exact names, and so do the servers that run there."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openstack_k8s_cli.apply.ports import Cluster, Ran
from openstack_k8s_cli.dataplane.limits import short
from openstack_k8s_cli.dataplane.shells import UNREACHED, Place, Shells
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.secrets import SecretText
from openstack_k8s_cli.workflows.clients import Client
from openstack_k8s_cli.workflows.dataplane.computes import Computes
from openstack_k8s_cli.workflows.telling import Task, Told

_REASON = "osk hosts remove"
_UNITS = (
    "edpm_nova_compute",
    "edpm_ovn_metadata_agent",
    "edpm_ovn_agent",
    "edpm_neutron_sriov_agent",
    "edpm_neutron_dhcp_agent",
    "edpm_ovn_bgp_agent",
    "edpm_ovn_controller",
)
"""systemd units of services that register themselves anew as long as they run (edpm-ansible: edpm_CONTAINER)."""
_QUADLETS = "/etc/containers/systemd"
"""Where podman makes units from; those cannot be disabled, and come back with the next start of the host."""
_STOP = f"""
sudo -n systemctl daemon-reload || exit 1
for each in {" ".join(_UNITS)}; do
  systemctl cat "$each" >/dev/null 2>&1 || continue
  sudo -n systemctl stop "$each" || exit 1
  if [ -e "{_QUADLETS}/$each.container" ]; then
    sudo -n mv "{_QUADLETS}/$each.container" "{_QUADLETS}/$each.container.removed" || exit 1
  else
    sudo -n systemctl disable "$each" || exit 1
  fi
done
sudo -n systemctl daemon-reload
"""
_STOPPING = "stop its services"


@dataclass(frozen=True, slots=True)
class Leaver:
    """A host that leaves."""

    host: str
    """Its short name."""
    place: Place | None = None


@dataclass(slots=True)
class Leaving:
    """What is done before hosts are taken out of the profile."""

    cluster: Cluster
    clock: Clock
    namespace: str
    hosts: Sequence[Leaver]
    shells: Shells | None
    """None: these hosts do not exist, for the cloud is rehearsed."""
    key: SecretText | None = None
    services: dict[str, dict[str, Any]] = field(default_factory=dict)
    """nova's own records by short name."""
    beyond: Callable[[Sequence[Place], str], Mapping[str, Ran]] | None = None
    """Runs a script from a pod of the cluster, on hosts that cannot be reached from here."""

    @property
    def computes(self) -> Computes:
        """Nova's side of it."""
        names = [each.host for each in self.hosts]
        return Computes(self.cluster, self.clock, self.namespace, names, _REASON, self.services)

    @property
    def has_cloud(self) -> bool:
        """Tell whether there is a control plane that knows of hosts."""
        return self.computes.has_cloud

    def check(self, *, migrate: bool) -> None:
        """Refuse where servers run on the hosts and are not to be moved; raises OskError (exit 4)."""
        computes = self.computes
        computes.check(migrate=migrate)
        self.services = computes.services

    def look(self) -> None:
        """Find what nova knows of the hosts."""
        computes = self.computes
        computes.look()
        self.services = computes.services

    @property
    def known(self) -> set[str]:
        """Name those of the hosts that nova, the network's agents or OVN know of."""
        self.look()
        hosts = [str(each["Host"]) for each in self.client.ask("network", "agent", "list")]
        pod = self._southbound()
        hosts += [hostname for _, hostname in self._chassis(pod)] if pod else []
        return {*self.services, *map(short, hosts)} & {*self._names}

    def tasks(self) -> Sequence[Task]:
        """Give the steps."""
        return (
            *self.before(migrate=True),
            Task("stop", self._stop),
            *self.after(),
        )

    def before(self, *, migrate: bool, regardless: bool = False) -> Sequence[Task]:
        """Give the steps while the hosts still run; `regardless`: their servers are lost."""
        disable, move = Task("disable", self.computes.disable), Task("migrate", self.computes.migrate)
        if migrate:
            return (disable, move)
        return (disable,) if regardless else (disable, Task("servers", self._look_again))

    def _look_again(self) -> Iterator[Told]:
        """Refuse where servers have come since the first look; now no more do."""
        try:
            self.check(migrate=False)
        except OskError:
            yield from self.computes.enable()
            raise

    def after(self) -> Sequence[Task]:
        """Give those that forget hosts, which do not register themselves any more."""
        return (
            Task("services", self._forget_services),
            Task("chassis", self._forget_chassis),
            Task("agents", self._forget_agents),
        )

    @property
    def client(self) -> Client:
        """The cloud's client."""
        return Client(self.cluster, self.namespace)

    @property
    def _names(self) -> list[str]:
        return [each.host for each in self.hosts]

    def _stop(self) -> Iterator[Told]:
        silent: dict[Place, Ran] = {}
        for each in self.hosts:
            if self.shells is None or each.place is None or self.key is None:
                why = "a rehearsal has no hosts" if self.shells is None else "no way to it is known"
                yield Told(each.host, _STOPPING, "skipped", why)
                continue
            ran = self.shells.run(each.place, self.key, _STOP)
            if ran.exit_code == UNREACHED:
                silent[each.place] = ran
            else:
                yield _stopped(each.host, ran)
        yield from self._stop_from_cluster(silent)

    def _stop_from_cluster(self, silent: Mapping[Place, Ran]) -> Iterator[Told]:
        """Try hosts that did not answer from a pod: often they are reachable from there only."""
        places, found = tuple(silent), dict[str, Ran]()
        if places and self.beyond:
            try:
                found.update(self.beyond(places, _STOP))
            except OskError as error:
                why = f"from a pod of the cluster: {error.problems[0].summary}"
                found.update(
                    {each.host: Ran(UNREACHED, "", f"{_said(silent[each])}; {why}") for each in places}
                )
        for each in places:
            yield _stopped(each.host, found.get(each.host) or silent[each])

    def _forget_services(self) -> Iterator[Told]:
        for host, service in self.services.items():
            self.client.tell("compute", "service", "delete", str(service["ID"]))
            yield Told(host, "its compute service is deleted")

    def _forget_chassis(self) -> Iterator[Told]:
        pod = self._southbound()
        if pod is None:
            return
        for name, hostname in self._chassis(pod):
            if short(hostname) in self._names:
                self._sbctl(pod, "--if-exists", "chassis-del", name)
                yield Told(short(hostname), f"its chassis {name} is deleted")

    def _forget_agents(self) -> Iterator[Told]:
        own = defaultdict[str, list[str]](list)
        for each in self.client.ask("network", "agent", "list"):
            if short(str(each["Host"])) in self._names:
                own[short(str(each["Host"]))].append(str(each["ID"]))
        for host, agents in own.items():
            self.client.tell("network", "agent", "delete", *agents)
            yield Told(host, f"its network agents are deleted ({len(agents)})")

    def _southbound(self) -> str | None:
        resource = self.cluster.resource("", "Pod")
        labels = "service=ovsdbserver-sb"
        found: Iterable[Body] = (
            self.cluster.list(resource, self.namespace, labels=labels).items if resource else ()
        )
        running = (each for each in found if get(each, "status", "phase") == "Running")
        return next((str(each["metadata"]["name"]) for each in running), None)

    def _chassis(self, pod: str) -> Iterator[tuple[str, str]]:
        text = self._sbctl(pod, "--format=json", "--columns=name,hostname", "list", "Chassis")
        form = json.loads(text)
        at = [form["headings"].index(name) for name in ("name", "hostname")]
        return ((str(row[at[0]]), str(row[at[1]])) for row in form["data"])

    def _sbctl(self, pod: str, *words: str) -> str:
        command = ("ovn-sbctl", "--no-leader-only", "--timeout=60", *words)
        ran = self.cluster.exec(self.namespace, pod, command)
        if ran.exit_code:
            where = f"Pod {self.namespace}/{pod}"
            advice = Advice("See how OVN is, then run the same command again", "osk status controlplane")
            said = ran.stderr.strip() or None
            problem = Problem("OSK1155", "OVN's southbound database refuses", where, said, (advice,))
            raise OskError(problem, exit_code=ExitCode.FAILED)
        return ran.stdout


def _stopped(host: str, ran: Ran) -> Told:
    """Tell how it went; raises OskError where services of a host that answers do not stop."""
    if ran.exit_code == UNREACHED:
        why = f"{_said(ran)}; if it still runs it will register itself again: switch it off"
        return Told(host, _STOPPING, "unreachable", why)
    if ran.exit_code:
        raise _running(host, _said(ran))
    return Told(host, "its services have stopped")


def _said(ran: Ran) -> str:
    return (ran.stderr or ran.stdout).strip()


def _running(host: str, said: str) -> OskError:
    advice = Advice("Look at it there, then run the same command again", f"osk hosts ssh {host}")
    problem = Problem("OSK1155", f"The services of {host} cannot be stopped", host, said or None, (advice,))
    return OskError(problem, exit_code=ExitCode.FAILED)
