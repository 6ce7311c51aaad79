"""The hypervisor that `osk host` works on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.adapters.hosts import Hosts
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.dataplane.making.wanted import Machine
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows.dataplane.hypervisors import Hypervisor
from openstack_k8s_cli.workflows.dataplane.making import Making
from openstack_k8s_cli.workflows.telling import Story, Task
from openstack_k8s_cli.workflows.world import Loaded

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.session import Session


@dataclass(frozen=True, slots=True)
class Setting:
    """A story's: there need not be a cluster."""

    clock: Clock
    loaded: Loaded


class Lab:
    """The hypervisor of the session's profile, or another that the command line names."""

    def __init__(self, session: "Session", host: str | None) -> None:
        self.session = session
        self.work = session.work
        self.loaded = self.work.loaded
        self.values = self.loaded.values
        self.name = str(self.values["name"])
        settings = at(self.values["dataplane"]["hypervisor"], host)
        self.there = Hypervisor(Hosts(session.environment), settings)

    def story(self, component: str, tasks: Sequence[Task]) -> Story:
        """Give a run of its own."""
        command = self.session.command.removeprefix("osk ")
        options = Options(command=command, cluster=self.there.place, again=self.session.line)
        return Story(Setting(SystemClock(), self.loaded), options, component, tasks)

    def making(
        self, part: str, machines: Sequence[Machine], boards: Mapping[str, Any] | None = None
    ) -> Making:
        """Give machines of a part of the lab: by a name of its own, so that none is taken for a host of the profile."""
        settings = {**self.there.settings, **({"boards": boards} if boards else {})}
        return Making(self.there.ansible, f"{self.name}_{part}", settings, tuple(machines))


def at(hypervisor: Mapping[str, Any], host: str | None) -> dict[str, Any]:
    """Give the hypervisor of the profile, or another machine as `--host` names it: its account and port are not that one's."""
    if not host:
        return {**hypervisor}
    given = reached(host)
    other = {"user": None, "port": None} if given["address"] != hypervisor["address"] else {}
    return {**hypervisor, **other, **given}


def reached(text: str) -> dict[str, Any]:
    """Read USER@SERVER[:PORT]; `localhost` is this machine."""
    user, at, server = text.rpartition("@")
    if server.startswith("["):
        server, _, port = server[1:].partition("]")
        port = port.removeprefix(":")
    else:
        server, _, port = server.partition(":") if server.count(":") == 1 else (server, "", "")
    if not server or (at and not user) or (port and not port.isdecimal()) or server.startswith("-"):
        advice = Advice("Write a server, or an account on it", "--host root@server.example.com")
        problem = Problem("OSK1324", f"`{text}` is no USER@SERVER[:PORT]", "--host", None, (advice,))
        raise OskError(problem, exit_code=ExitCode.USAGE)
    here = server == "localhost" and not user and not port
    return {
        "address": None if here else server,
        **({"user": user} if user else {}),
        **({"port": int(port)} if port else {}),
    }
