"""A cloud's days in tests: a host with CRC in memory, a hypervisor in memory, and a session that writes down what it is put to."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace
from typing import Any

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.adapters.secretvalues import ProfileSecrets
from openstack_k8s_cli.cli.machinery import Machines
from openstack_k8s_cli.cli.scope import Scope
from openstack_k8s_cli.cli.workstations import Workstations
from openstack_k8s_cli.components import Catalogue
from openstack_k8s_cli.crc.wanted import Wanted, wanted
from openstack_k8s_cli.model.events import Event, Outcome, RunFinished, TaskRan
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.profile.loading import Loaded
from openstack_k8s_cli.teardown import Keep, Teardown
from openstack_k8s_cli.workflows import planning
from openstack_k8s_cli.workflows.dataplane.making import Making
from openstack_k8s_cli.workflows.world import Target, World
from tests.fakes.clock import FakeClock
from tests.fakes.cluster import FakeCluster
from tests.fakes.crc.host import FakeHost
from tests.fakes.hypervisor import FakeHypervisor
from tests.fakes.kinds import served
from tests.fakes.profiles import over
from tests.ssh.servers import Keys
from tests.unit.crc.wishes import host

ADDRESS = "https://keystone-public-openstack.apps-crc.testing"
NODESETS = "dataplane: {nodesets: {compute: {count: 2, provision: {libvirt: {}}}}}\n"
CRC = "platform: {crc: {pullSecret: ~/pull.json}}\n"
CONTROL_PLANE = {
    "apiVersion": "core.openstack.org/v1beta1",
    "kind": "OpenStackControlPlane",
    "metadata": {"name": "openstack-control-plane", "namespace": "openstack"},
}
_KINDS = (
    served("core.openstack.org", "v1beta1", "OpenStackControlPlane", "openstackcontrolplanes"),
    served(
        "certificates.k8s.io",
        "v1",
        "CertificateSigningRequest",
        "certificatesigningrequests",
        namespaced=False,
    ),
)


@cache
def profile(body: str) -> Loaded:
    """Load a profile once."""
    return over(body)


@cache
def _wishes(body: str) -> Wanted:
    values = profile(body).values
    plan = planning.offline(profile(body), catalogue(), Target(), texts=lambda _place: None)
    return wanted(values, plan.manifests)


@cache
def _plan(body: str) -> Plan:
    return planning.offline(
        profile(body), catalogue(), Target(("dataplane/keys",)), texts=lambda _place: None
    )


@cache
def catalogue() -> Catalogue:
    """Read the catalogue once."""
    return components.parse(files.catalogue())


@cache
def _key() -> str:
    return Keys.made().private


@dataclass
class Work:
    """Writes down what is asked of it, and ends each run at once."""

    loaded: Loaded
    clock: FakeClock
    cluster: FakeCluster
    said: list[str] = field(default_factory=list)
    differs: bool = False
    """Whether the last run had other values."""
    fails: str = ""
    """A story that does not end well."""
    needs_its_name: bool = False

    @property
    def catalogue(self) -> Catalogue:
        return catalogue()

    @property
    def downloads(self) -> Any:
        return SimpleNamespace(kept=lambda _place: None)

    @property
    def secrets(self) -> ProfileSecrets:
        return ProfileSecrets(self.loaded.values, None)

    @property
    def world(self) -> World:
        return World(self.cluster, self.clock, self.loaded, catalogue(), self.secrets)

    @property
    def cloud(self) -> Any:
        auth = {"auth_url": ADDRESS, "password": "topsecret"}
        return SimpleNamespace(clouds_yaml=lambda: {"clouds": {"default": {"auth": auth}}})

    def check(self, target: Target) -> None:
        assert target.words

    def recollection(self) -> Any:
        return SimpleNamespace(differs=self.differs, other_values=(), other_clouds=("other",))

    def preview(self, _target: Target, **_more: Any) -> Any:
        empty: Any = SimpleNamespace(profile="lab", digest="0", notes={})
        facts: Any = SimpleNamespace(operators=())
        return planning.Preview(empty, facts, ())

    def gate(self, target: Target) -> None:
        self.said.append(f"gate {_named(target)}")

    def deploy(self, target: Target, **_more: Any) -> Iterator[Event]:
        if target.words == ("dataplane/keys",):
            data = {"ssh-privatekey": b64encode(_key().encode()).decode()}
            place = {"name": self.loaded.values["dataplane"]["sshSecret"], "namespace": "openstack"}
            self.cluster.put({"apiVersion": "v1", "kind": "Secret", "metadata": place, "data": data})
        yield self._ended(f"deploy {_named(target)}")

    def wait(self, target: Target) -> Iterator[Event]:
        yield self._ended(f"wait {_named(target)}")

    def teardown_plan(self, lowest: str | None, *, keep: str, crds: bool) -> Teardown:
        self.said.append(f"plan teardown {lowest or 'all'}")
        return Teardown("lab", Keep(keep), crds, (), _plan(CRC))

    def teardown(self, planned: Teardown) -> Iterator[Event]:
        yield self._ended(f"teardown --keep {planned.keep}")

    def _ended(self, what: str) -> RunFinished:
        self.said.append(what)
        if what == self.fails:
            return RunFinished(self.clock.now(), Outcome.FAILED, ExitCode.FAILED, 1.0)
        return RunFinished(self.clock.now(), Outcome.READY, ExitCode.DONE, 1.0)


@dataclass(frozen=True)
class Session:
    """What the stories ask of a session."""

    work: Work
    scope: Scope = field(default_factory=Scope)
    command: str = "osk up"
    line: str = "osk up"
    environment: dict[str, str] = field(default_factory=lambda: {"HOME": "/home/ada"})
    told: list[str] = field(default_factory=list)

    def tell(self, text: str) -> None:
        self.told.append(text)

    def pointed(self, *words: str) -> str:
        return " ".join(["osk", *words])


@dataclass
class Lab:
    """All of it."""

    session: Any
    """A `Session`, which has what is asked of the cli's."""
    host: FakeHost
    hypervisor: FakeHypervisor
    clock: FakeClock
    cluster: FakeCluster
    wishes: Wanted | None

    @property
    def work(self) -> Work:
        found: Work = self.session.work
        return found

    @property
    def machines(self) -> Machines:
        """Look at them as a new process does."""
        values = self.work.loaded.values
        stations = Workstations(
            self.session,
            self.host,
            connect=lambda _path: self.cluster,
            wishes=self.wishes,
        )
        made = Making.of(self.hypervisor, values)
        return Machines(self.session, stations=stations, made=made, clock=self.clock)

    @property
    def running(self) -> dict[str, bool]:
        """Say which machines run."""
        crc = {"crc": bool(self.host.state["running"])} if "crc" in self.host.state["domains"] else {}
        return {**crc, **{name: state == "running" for name, state in self.hypervisor.states.items()}}


def lab(body: str = CRC + NODESETS, *, made: str = "", **scope: Any) -> Lab:
    """Give a host that is bare, and a hypervisor; `made`: the state of the hosts that are there."""
    loaded, clock, cluster = profile(body), FakeClock(), FakeCluster(*_KINDS)
    session = Session(Work(loaded, clock, cluster), Scope(**scope))
    hypervisor = FakeHypervisor(loaded.name, Making.of(_NONE, loaded.values).machines, made=made)
    wishes = _wishes(body) if loaded.values["platform"]["provider"] == "crc" else None
    return Lab(session, host(), hypervisor, clock, cluster, wishes)


_NONE = FakeHypervisor("none", ())


def up_already(body: str = CRC + NODESETS) -> Lab:
    """Give a cloud that runs: CRC, hosts, and the control plane."""
    found = lab(body, made="running")
    found.machines.stations.prepared()
    found.machines.stations.started(yes=True)
    found.host.files.write(".crc/machines/crc/crc.qcow2", "crc v1")
    found.host.calls.clear()
    found.cluster.put(CONTROL_PLANE)
    return found


def ran(events: Iterator[Event]) -> tuple[list[str], RunFinished]:
    """Follow a run: what its tasks came to, and its end."""
    lines, end = [], None
    for event in events:
        if isinstance(event, TaskRan):
            lines.append(f"{event.step}: {event.host} {event.task}")
        if isinstance(event, RunFinished):
            assert end is None, "a run ends once"
            end = event
    assert end
    return lines, end


def _named(target: Target) -> str:
    words = " ".join(target.words)
    more = {"--only": target.only, "--from": target.start, "--until": target.until}
    return " ".join(
        [words, *(f"{name} {value}" if value is not True else name for name, value in more.items() if value)]
    )
