"""Hosts leave the cloud: exactly these, and none while servers run there."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import Ran
from openstack_k8s_cli.dataplane.shells import UNREACHED, Place
from openstack_k8s_cli.model.events import Event, RunFinished, StepBlocked, TaskRan
from openstack_k8s_cli.model.problems import ExitCode, OskError, Problem
from openstack_k8s_cli.model.secrets import SecretText
from openstack_k8s_cli.workflows.dataplane import leaving as leaving_module
from openstack_k8s_cli.workflows.dataplane.computes import Computes
from openstack_k8s_cli.workflows.dataplane.leaving import Leaver, Leaving
from openstack_k8s_cli.workflows.telling import Story
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import FakeCloud, full
from tests.fakes.cluster import FakeCluster
from tests.unit.workflows import fleets

ONE = "edpm-compute-1"


@dataclass
class FakeShells:
    """Fulfils dataplane.shells.Shells."""

    ran: Ran = field(default_factory=lambda: Ran(0, "", ""))
    scripts: list[tuple[str, str]] = field(default_factory=list)

    def open(self, place: Place, key: SecretText, words: tuple[str, ...]) -> int:
        self.scripts.append((place.host, key.reveal() and " ".join(words)))
        return self.ran.exit_code

    def run(self, place: Place, key: SecretText, script: str) -> Ran:
        self.scripts.append((place.host, key.reveal() and script))
        return self.ran


def cloud(**servers: tuple[str, str]) -> FakeCloud:
    """Make a cloud of twelve computes with servers: status and host by name."""
    there = {
        f"id-{name}": {"Name": name, "Status": status, "host": host}
        for name, (status, host) in servers.items()
    }
    return FakeCloud([f"edpm-compute-{each}" for each in range(12)], there)


def leaving(found: FakeCloud, shells: FakeShells | None = None, *hosts: str) -> Leaving:
    """Have hosts leave it."""
    leavers = [Leaver(each, Place(each, "192.0.2.1", "cloud-admin")) for each in hosts or (ONE,)]
    cluster = found.over(FakeCluster())
    return Leaving(cluster, FakeClock(), "openstack", leavers, shells or FakeShells(), SecretText("key"))


def told(work: Leaving) -> list[Event]:
    """Give what its run tells."""
    return list(Story(fleets.world(), Options(), "dataplane/leaving", work.tasks()).events())


def problems(caught: OskError) -> Sequence[tuple[str, str]]:
    """Give codes and words."""
    return [(each.code, each.summary) for each in caught.problems]


def test_exactly_the_named_host_goes() -> None:
    """Service, chassis and agents of compute-1, and nothing of compute-10 and 11; its units are stopped before."""
    found, shells = cloud(), FakeShells()
    work = leaving(found, shells)
    work.check(migrate=False)
    ended = told(work)[-1]

    assert isinstance(ended, RunFinished)
    assert ExitCode.DONE is ended.exit_code
    assert {f"service-{ONE}", f"agent-{ONE}", f"chassis-{ONE}"} == found.gone
    assert {full(ONE)} == found.disabled
    assert [ONE] == [host for host, script in shells.scripts if "edpm_ovn_controller" in script]
    assert [
        "compute service set",
        "compute service delete",
        "--if-exists chassis-del",
        "network agent delete",
    ] == [" ".join(each.split()[: 2 if each.startswith("-") else 3]) for each in found.told]


def test_servers_hold_it_up() -> None:
    """They are named, and nothing is changed; servers of other hosts do not count."""
    found = cloud(web=("ACTIVE", ONE), db=("ACTIVE", "edpm-compute-10"))
    with pytest.raises(OskError) as caught:
        leaving(found).check(migrate=False)

    assert [("OSK1153", f"Servers run on {ONE}: web (ACTIVE)")] == problems(caught.value)
    assert (ExitCode.REFUSED, []) == (caught.value.exit_code, found.told)


def test_servers_are_moved() -> None:
    """Those that run live, those that are off cold, which is confirmed; then the host goes."""
    found = cloud(web=("ACTIVE", ONE), off=("SHUTOFF", ONE))
    work = leaving(found)
    work.check(migrate=True)
    ended = told(work)[-1]

    assert isinstance(ended, RunFinished)
    assert ExitCode.DONE is ended.exit_code
    assert [
        "server migrate --live-migration id-web",
        "server migrate id-off",
        "server resize confirm id-off",
    ] == [each for each in found.told if each.startswith("server")]
    assert f"service-{ONE}" in found.gone


def test_a_server_that_cannot_be_moved() -> None:
    """One in error is refused beforehand; one that stays ends the run before anything is deleted."""
    with pytest.raises(OskError) as caught:
        leaving(cloud(bad=("ERROR", ONE))).check(migrate=True)
    found = cloud(web=("ACTIVE", ONE))
    found.moves = False
    work = leaving(found)
    work.check(migrate=True)
    events = told(work)
    ended = events[-1]

    assert [("OSK1153", f"Servers on {ONE} cannot be moved: bad (ERROR)")] == problems(caught.value)
    assert isinstance(ended, RunFinished)
    assert ["OSK1154"] == [each.code for each in ended.problems]
    assert set() == found.gone
    assert 4 == sum(isinstance(each, StepBlocked) for each in events)


def test_a_server_that_takes_its_time() -> None:
    """It is waited for as long as nova says that it is on its way, also while it shows as it was; earlier failures do not count."""
    found = cloud(web=("ACTIVE", ONE))
    found.slow = 100
    found.migrations.append(
        {
            "Id": 1,
            "Source Compute": full(ONE),
            "Server UUID": "id-web",
            "Type": "live-migration",
            "Status": "error",
        }
    )
    work = leaving(found)
    work.check(migrate=True)
    ended = told(work)[-1]

    assert isinstance(ended, RunFinished)
    assert ExitCode.DONE is ended.exit_code
    assert "completed" == found.migrations[-1]["Status"]


def test_an_order_that_is_not_taken_up() -> None:
    """Without a record of the move it is waited for a minute."""
    found, clock = cloud(web=("ACTIVE", ONE)), FakeClock()
    work = Computes(found.over(FakeCluster()), clock, "openstack", [ONE], "a test")
    work.look()
    found.heeds = False
    with pytest.raises(OskError, match="was not moved"):
        list(work.migrate())

    assert 60 < clock.slept < 70


def test_a_host_that_does_not_answer() -> None:
    """It is said, and its records go all the same; a unit that does not stop ends the run."""
    gone = cloud()
    work = leaving(gone, FakeShells(Ran(UNREACHED, "", "No route to host")))
    work.check(migrate=False)
    events = told(work)
    stuck = cloud()
    other = leaving(stuck, FakeShells(Ran(1, "", "Access denied")))
    other.check(migrate=False)
    ended = told(other)[-1]

    assert ["unreachable"] == [
        each.outcome for each in events if isinstance(each, TaskRan) and each.outcome != "changed"
    ]
    assert f"chassis-{ONE}" in gone.gone
    assert isinstance(ended, RunFinished)
    assert ("OSK1155", "Access denied") == (ended.problems[0].code, ended.problems[0].detail)
    assert set() == stuck.gone


def test_a_host_that_only_the_cluster_reaches() -> None:
    """It is tried from a pod, and stops there; where that does not come to it either, both reasons are said."""
    asked: list[str] = []

    def beyond(places: Sequence[Place], script: str) -> dict[str, Ran]:
        asked.append(script)
        return {each.host: Ran(0, "", "") for each in places}

    def nowhere(_places: Sequence[Place], _script: str) -> dict[str, Ran]:
        raise OskError(Problem("OSK1123", "The Job has no pod"), exit_code=ExitCode.STALLED)

    unreached = FakeShells(Ran(UNREACHED, "", "No route to host"))
    one, other = leaving(cloud(), unreached), leaving(cloud(), unreached)
    one.beyond, other.beyond = beyond, nowhere
    stopped, lost = (
        [each for each in told(work) if isinstance(each, TaskRan) and each.step.endswith("/stop")]
        for work in (one, other)
    )

    assert [("its services have stopped", "changed")] == [(each.task, each.outcome) for each in stopped]
    assert "edpm_nova_compute" in asked[0]
    assert ["unreachable"] == [each.outcome for each in lost]
    assert "No route to host; from a pod of the cluster: The Job has no pod" in lost[0].message


def test_hosts_of_a_rehearsal() -> None:
    """Nobody tries to reach them, and that is said."""
    work = leaving(cloud())
    work.shells = None
    ended = told(work)

    assert ["a rehearsal has no hosts"] == [
        each.message for each in ended if isinstance(each, TaskRan) and each.outcome == "skipped"
    ]
    assert isinstance(ended[-1], RunFinished)
    assert ExitCode.DONE is ended[-1].exit_code


def test_the_script_that_stops_services(tmp_path: Path) -> None:
    """Units of files are disabled; those that podman makes lose their file, or they would come back with a reboot."""
    quadlets, bin_, log = tmp_path / "quadlets", tmp_path / "bin", tmp_path / "log"
    for folder in (quadlets, bin_):
        folder.mkdir()
    (quadlets / "edpm_nova_compute.container").touch()
    known = "edpm_nova_compute|edpm_ovn_controller"
    scripts = {
        "sudo": 'shift; exec "$@"',
        "systemctl": f'case "$1:$2" in cat:*) echo "$2" | grep -Eqx "{known}";; *) echo "$@" >> {log};; esac',
    }
    for name, text in scripts.items():
        (bin_ / name).write_text(f"#!/bin/sh\n{text}\n")
        (bin_ / name).chmod(0o755)
    script = leaving_module._STOP.replace(leaving_module._QUADLETS, str(quadlets))  # what is run there
    ran = subprocess.run(["sh", "-c", script], env={"PATH": f"{bin_}:/usr/bin:/bin"}, check=False)

    assert 0 == ran.returncode
    assert ["edpm_nova_compute.container.removed"] == [each.name for each in quadlets.iterdir()]
    assert [
        "daemon-reload",
        "stop edpm_nova_compute",
        "stop edpm_ovn_controller",
        "disable edpm_ovn_controller",
        "daemon-reload",
    ] == log.read_text().splitlines()


def test_a_client_that_fails() -> None:
    """Its own words are shown, with the command."""
    found = cloud()
    found.fails = {"compute service list": "HTTP 503"}
    with pytest.raises(OskError) as caught:
        leaving(found).check(migrate=False)

    assert ("OSK0422", "HTTP 503") == (caught.value.problems[0].code, caught.value.problems[0].detail)


def test_a_cloud_that_is_gone() -> None:
    """Without its client there is no cloud to ask."""
    work = leaving(cloud())
    work.cluster = FakeCluster()

    assert not work.has_cloud
    assert leaving(cloud()).has_cloud
