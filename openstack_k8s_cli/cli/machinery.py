"""The machines that osk made for a profile, as `osk up`, `down`, `stop`, `start` and `crc snapshot` go about them."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import TYPE_CHECKING

from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.cli import making, tunnelling
from openstack_k8s_cli.cli.workstations import Workstations
from openstack_k8s_cli.crc import steps
from openstack_k8s_cli.dataplane.making.looks import Found
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows.dataplane.making import Making
from openstack_k8s_cli.workflows.dataplane.powering import Power
from openstack_k8s_cli.workflows.telling import Story, Task
from openstack_k8s_cli.workflows.workstation import stages

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.session import Session


def machines(session: "Session", host: str | None) -> "Machines":
    """Give those of the session's profile, CRC's on the machine that `--host` names; raises OskError (exit 2) where it has none to be there."""
    found = Machines(session, stations=tunnelling.workstations(session, host))
    if host:
        tunnelling.must_be_crc(session, found.loaded.values)
    if found.has_hosts:
        tunnelling.refuse_apart(found.stations, found.making.hypervisor["address"])
    return found


class Machines:
    """The machines that osk made for a profile: CRC's, and those that are its hosts."""

    def __init__(
        self,
        session: "Session",
        *,
        stations: Workstations | None = None,
        made: Making | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.session = session
        self.work = session.work
        self.loaded = self.work.loaded
        self.clock: Clock = clock or SystemClock()
        self.stations = stations or Workstations(session)
        self.making = made or making.making(session, self.work)

    @property
    def rehearsed(self) -> bool:
        """Whether the hosts are made up."""
        return bool(self.loaded.values["platform"]["provider"] == "rehearsal")

    @property
    def has_crc(self) -> bool:
        """Whether the cluster is a CRC; one that the command line names is taken as it is."""
        return tunnelling.has_crc(self.session, self.loaded.values)

    @property
    def has_hosts(self) -> bool:
        """Whether the profile has hosts that osk makes."""
        return bool(self.making.machines) and not self.rehearsed

    @property
    def stages(self) -> tuple[str, ...]:
        """Name what there is beside the plan."""
        return tuple(
            name for name, has in ((stages.CRC, self.has_crc), (stages.HOSTS, self.has_hosts)) if has
        )

    @property
    def crc_runs(self) -> bool:
        """Whether CRC's machine does."""
        return self.has_crc and steps.runs(self.stations.station.look())

    @cached_property
    def power(self) -> Power:
        """Give the hosts as they are, looked at once."""
        return Power(self.making, self.making.look() if self.has_hosts else Found())

    @property
    def pointed(self) -> "Session":
        """Give a session that means CRC's cluster, also where another context is the current one."""
        return self.stations.pointed if self.has_crc else self.session

    def looking(self) -> "AbstractContextManager[Session]":
        """Give one for who only looks."""
        return self.stations.looking() if self.has_crc else nullcontext(self.session)

    @property
    def cluster(self) -> Cluster:
        """Connect to the cluster."""
        return self.stations.cluster() if self.has_crc else self.work.world.cluster

    @property
    def namespace(self) -> str:
        """Name the cloud's."""
        return str(self.loaded.values["namespaces"]["openstack"])

    def anew(self) -> "Machines":
        """Give them to be looked at anew."""
        return Machines(self.session, stations=self.stations, made=self.making, clock=self.clock)

    def story(self, component: str, tasks: Iterable[Task], *, after: tuple[str, ...] = ()) -> Iterator[Event]:
        """Tell tasks."""
        command = self.session.command.removeprefix("osk ")
        place = "CRC" if self.has_crc else self.making.place
        options = Options(command=command, cluster=place, again=self.session.line)
        return Story(self, options, component, tuple(tasks)).events(after=after)

    def any(self) -> "Machines":
        """Refuse a profile that has none; raises OskError (exit 2)."""
        if self.has_crc or self.has_hosts:
            return self
        advice = Advice(
            "osk makes CRC where `platform.provider` is crc, and hosts that `provision.libvirt` says",
            "osk profile explain platform.provider",
            "docs/crc.md",
        )
        summary = f"The profile `{self.loaded.name}` has no machines that osk made"
        raise OskError(Problem("OSK1350", summary, None, None, (advice,)), exit_code=ExitCode.USAGE)
