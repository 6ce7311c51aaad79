"""`--host` of `osk up`, `down`, `stop`, `start`, `crc snapshot` and `doctor`: CRC there, its access and the cloud's password here.

CRC's host and the hypervisor are in memory (tests.fakes.crc, tests.fakes.hypervisor).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from openstack_k8s_cli.adapters.ssh import Reach
from openstack_k8s_cli.adapters.tunnels import Tunnel, Tunnels
from openstack_k8s_cli.cli import machinery, rising, sleeping, tunnelling
from openstack_k8s_cli.cli.deploying import PLAIN
from openstack_k8s_cli.cli.doctoring import Doctor
from openstack_k8s_cli.cli.machinery import Machines
from openstack_k8s_cli.cli.scope import Scope
from openstack_k8s_cli.cli.snapshots import Snapshots
from openstack_k8s_cli.cli.ways import Through
from openstack_k8s_cli.cli.workstations import Workstations
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows.dataplane.making import Making
from openstack_k8s_cli.workflows.workstation import stages
from openstack_k8s_cli.workflows.world import Target
from tests.fakes.cloud import FakeCloud
from tests.unit.cli.days import CRC, NODESETS, Lab, lab, ran, up_already

_CONTEXT = "osk-crc-lab.example.com"
_REACH = Reach("lab.example.com", "ada")
_PLACE = "ada@lab.example.com"
_THERE = CRC + NODESETS.replace("{nodesets", "{hypervisor: {address: lab.example.com}, nodesets")


class _Tunnels(Tunnels):
    """Opened in memory, where the records stay."""

    def __init__(self, environment: dict[str, str]) -> None:
        super().__init__(environment)
        self.opened: set[str] = set()
        self.passed: list[str] = []

    def is_open(self, tunnel: Tunnel) -> bool:
        return tunnel.place in self.opened

    def open(self, tunnel: Tunnel, reach: Reach) -> None:
        assert reach.place == tunnel.place
        self.opened.add(tunnel.place)

    @contextmanager
    def passing(self, reach: Reach, target: str, there: Mapping[str, int]) -> Iterator[str]:
        self.passed.append(f"{reach.place}: {target} {there}")
        yield "https://127.0.0.1:4000"
        self.passed.append("over")

    def close(self, tunnel: Tunnel) -> bool:
        was_open = self.is_open(tunnel)
        self.opened.discard(tunnel.place)
        return was_open


class _Elsewhere:
    """A cloud whose CRC is on another machine."""

    def __init__(self, place: Lab, home: Path) -> None:
        environment = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
        session: Any = replace(place.session, environment=environment)
        self.way = Through(place.host, _REACH, environment, session.tell, lambda _path, _name: place.cluster)
        self.tunnels = self.way.tunnels = _Tunnels(environment)
        self.stations = Workstations(session, place.host, way=self.way, wishes=place.wishes)
        made = Making.of(place.hypervisor, place.work.loaded.values)
        self._all = Machines(session, stations=self.stations, made=made, clock=place.clock)

    @property
    def machines(self) -> Machines:
        """Look at them as a new process does."""
        return self._all.anew()


def test_a_life_on_another_machine(tmp_path: Path) -> None:
    """Up, asleep, awake and down again: the tunnel is open while the cluster runs, and this machine has access and password."""
    place = lab()
    FakeCloud([f"edpm-compute-{each}" for each in range(2)]).over(place.cluster)
    there = _Elsewhere(place, tmp_path)
    opened: list[bool] = []

    def then(events: Any) -> tuple[list[str], Any]:
        found = ran(events)
        opened.append(_PLACE in there.tunnels.opened)
        return found

    _, risen = then(rising.up(there.machines, Target(), PLAIN, yes=False))
    file = tmp_path / ".local/state/osk/clouds/lab.yaml"
    written = (file.stat().st_mode & 0o777, "topsecret" in file.read_text())
    then(sleeping.stop(there.machines, yes=True, force=False))
    then(sleeping.start(there.machines, yes=False))
    chosen = stages.down("all", only=False, start=None, until=None, there=there.machines.stages)
    then(rising.down(there.machines, chosen, "nothing", yes=True, confirm="lab"))

    kept = YAML(typ="safe").load(tmp_path / ".kube/config")
    assert (ExitCode.DONE, (0o600, True)) == (risen.exit_code, written)
    assert [True, False, True, False] == opened
    assert ([], ()) == (kept["contexts"], there.tunnels.known())
    assert not file.exists()
    assert not [each for each in place.host.files.texts if "clouds" in each]
    assert "osk" not in place.host.files.read(".kube/config"), "crc's own contexts alone were in it"


def test_what_is_told_next_means_that_cluster(tmp_path: Path) -> None:
    """Where another context is the current one, commands name theirs; the tunnel is opened first."""
    place = up_already()
    (tmp_path / ".kube").mkdir()
    (tmp_path / ".kube/config").write_text("current-context: other\n")
    there = _Elsewhere(place, tmp_path)

    pointed = there.machines.pointed

    assert (_CONTEXT, {_PLACE}) == (pointed.scope.context, there.tunnels.opened)


def test_who_only_looks_leaves_nothing(tmp_path: Path) -> None:
    """Neither files nor an open tunnel, of `osk up` and `down` with --dry-run; the kubeconfig is one for the time being."""
    there = _Elsewhere(up_already(), tmp_path)

    def down(machines: Machines) -> Any:
        chosen = stages.down("all", only=False, start=None, until=None, there=machines.stages)
        return rising.fall(machines, chosen, "data").planned

    looked = (rising.rehearsal_of_up(there.machines, Target())[0]["deploy"], down(there.machines))
    with there.machines.looking() as session:
        path = Path(session.scope.kubeconfig or "")
        found = YAML(typ="safe").load(path)
        mode = path.stat().st_mode & 0o777

    passed = f"{_PLACE}: api.crc.testing {{'api': 6443}}"
    assert (all(looked), [passed, "over"] * 3) == (True, there.tunnels.passed)
    assert ([], set()) == ([*tmp_path.iterdir()], there.tunnels.opened)
    assert (_CONTEXT, "https://127.0.0.1:4000") == (
        found["current-context"],
        found["clusters"][0]["cluster"]["server"],
    )
    assert (_CONTEXT, 0o600, False) == (session.scope.context, mode, path.exists())


def test_who_only_looks_goes_through_a_tunnel_that_is_open(tmp_path: Path) -> None:
    """No second one is opened, and what is written already stays as it is."""
    there = _Elsewhere(up_already(), tmp_path)
    there.machines.pointed  # noqa: B018  # opens it
    (tunnel,) = there.tunnels.known()

    with there.machines.looking() as session:
        found = YAML(typ="safe").load(Path(session.scope.kubeconfig or ""))

    assert ([], tunnel.server) == (there.tunnels.passed, found["clusters"][0]["cluster"]["server"])


def test_a_snapshot_is_beside_crc(tmp_path: Path) -> None:
    """Its copies and the list of them are on that machine, and nothing of it here."""
    place = up_already()
    FakeCloud([f"edpm-compute-{each}" for each in range(2)]).over(place.cluster)
    there = _Elsewhere(place, tmp_path)

    _, end = ran(Snapshots(there.machines).create("one", yes=True))
    (row,) = Snapshots(there.machines).rows()

    assert (ExitCode.DONE, "usable") == (end.exit_code, row["state"])
    assert place.host.files.has(".crc/osk-snapshots/one/crc.qcow2")
    assert not (tmp_path / ".crc").exists()


@pytest.mark.parametrize(
    ("body", "scope", "code"),
    [
        ("platform: {provider: existing}\n", {}, "OSK1377"),
        (CRC, {"context": "other"}, "OSK1377"),
        (CRC + NODESETS, {}, "OSK1378"),
        (_THERE.replace("lab.example.com", "other"), {}, "OSK1378"),
    ],
    ids=["no CRC", "another cluster", "hosts here", "hosts on a third machine"],
)
def test_what_cannot_be_there_is_refused(body: str, scope: dict[str, str], code: str) -> None:
    """Before any machine is looked at."""
    place = lab(body, **scope)
    session: Any = place.session

    with pytest.raises(OskError) as caught:
        machinery.machines(session, f"{_PLACE}:2222")

    (problem,) = caught.value.problems
    command = str(problem.advice[0].command)
    assert (code, ExitCode.USAGE) == (problem.code, caught.value.exit_code)
    assert code != "OSK1378" or all(
        f"dataplane.hypervisor.{each}" in command for each in ("address lab.ex", "user ada", "port 2222")
    )


def test_hosts_may_be_anywhere_that_the_profile_says() -> None:
    """And with --host this machine, they are on it."""
    there, here = lab(_THERE), lab(CRC + NODESETS)
    sessions: list[Any] = [there.session, here.session]

    found = [machinery.machines(*each) for each in zip(sessions, (_PLACE, "localhost"), strict=True)]

    assert [_CONTEXT, "osk-crc"] == [each.stations.way.name for each in found]


def test_the_doctor_looks_at_no_other_cluster() -> None:
    """One that is no CRC has no machine to be on."""
    session: Any = lab("platform: {provider: existing}\n").session

    with pytest.raises(OskError) as caught:
        Doctor(session, session.work, _PLACE)

    assert "OSK1377" == caught.value.problems[0].code


def test_names_are_looked_up_where_crc_is() -> None:
    """That machine resolves what this one has no server for."""
    place = lab()
    place.host.state["resolved"] = ["console.apps-crc.testing"]
    station = Workstations(place.session, place.host)

    assert [True, False] == [station.resolves(each) for each in ("console.apps-crc.testing", "other")]


def test_this_machine_needs_no_word() -> None:
    """A profile without CRC is as it was."""
    session: Any = lab("platform: {provider: existing}\n", context="x").session

    assert not tunnelling.has_crc(session, session.work.loaded.values)
    assert Scope(context="x") == machinery.machines(session, None).pointed.scope
