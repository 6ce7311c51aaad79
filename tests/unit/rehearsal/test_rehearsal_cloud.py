"""The rehearsal's cloud: it answers what osk asks of a real one, and keeps what was made."""

import json
from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import Ran
from openstack_k8s_cli.model.events import Event, RunFinished
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.model.secrets import SecretText
from openstack_k8s_cli.rehearsal.cloud import hosts, state
from openstack_k8s_cli.workflows.dataplane.leaving import Leaver, Leaving
from openstack_k8s_cli.workflows.smoking import Smoke, Wishes
from openstack_k8s_cli.workflows.telling import Story
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import CLIENT, SOUTHBOUND, full
from tests.fakes.cluster import FakeCluster
from tests.fakes.rehearsed import RehearsedCloud
from tests.unit.workflows import fleets
from tests.unit.workflows.test_workflows_leaving import FakeShells
from tests.unit.workflows.test_workflows_smoking import OUTSIDE

HOSTS = ("edpm-compute-0", "edpm-compute-1", "edpm-compute-10")


@pytest.fixture
def cloud(tmp_path: Path) -> RehearsedCloud:
    """Have a cloud with three computes."""
    return RehearsedCloud(tmp_path, HOSTS)


def ask(cloud: RehearsedCloud, line: str) -> Any:
    """Ask the client for JSON."""
    ran = cloud.exec("openstack", CLIENT, ("openstack", *line.split(), "-f", "json"), b"")
    assert (0, "") == (ran.exit_code, ran.stderr)
    return json.loads(ran.stdout)


def tell(cloud: RehearsedCloud, line: str, pod: str = CLIENT) -> Ran:
    """Run a command."""
    return cloud.exec("openstack", pod, tuple(line.split()), b"")


def smoke(cloud: RehearsedCloud) -> list[Event]:
    """Run the smoke test."""
    tasks = Smoke(cloud.over(FakeCluster()), FakeClock(), "openstack", Wishes(OUTSIDE)).tasks()
    return list(Story(fleets.world(), Options(), "cloud/smoke", tasks).events())


def code(events: list[Event]) -> ExitCode:
    """Give a run's exit code."""
    assert isinstance(events[-1], RunFinished)
    return events[-1].exit_code


def test_the_smoke_test_passes_and_leaves_nothing(cloud: RehearsedCloud) -> None:
    """Every command that it runs is one of the real client's, and what it made is gone; also the second time."""
    assert [ExitCode.DONE, ExitCode.DONE] == [code(smoke(cloud)), code(smoke(cloud))]
    assert set() == cloud.left


@pytest.mark.parametrize("step", ["openstack router create", "openstack server add floating", "ping"])
def test_a_failure_in_the_middle_is_cleaned_up(cloud: RehearsedCloud, step: str) -> None:
    """Wherever it fails, nothing is left of what was made before."""
    cloud.fails = {step: "HTTP 503"}

    assert ExitCode.FAILED is code(smoke(cloud))
    assert set() == cloud.left


def test_without_a_host_no_server_starts(tmp_path: Path) -> None:
    """A server is in error where no compute can take it, with nova's words."""
    events = smoke(RehearsedCloud(tmp_path))

    assert isinstance(events[-1], RunFinished)
    assert "No valid host was found" in str(events[-1].problems[0].detail)


def test_a_host_leaves(cloud: RehearsedCloud) -> None:
    """Its servers are moved, its service, agents and chassis go, and those of hosts with longer names stay."""
    cloud.start("web", HOSTS[1])
    leavers = [Leaver(HOSTS[1])]
    work = Leaving(
        cloud.over(FakeCluster()), FakeClock(), "openstack", leavers, FakeShells(), SecretText("key")
    )
    work.check(migrate=True)
    ended = list(Story(fleets.world(), Options(), "dataplane/leaving", work.tasks()).events())
    chassis = tell(cloud, "ovn-sbctl --format=json --columns=name,hostname list Chassis", SOUTHBOUND)

    assert ExitCode.DONE is code(ended)
    left = {full(HOSTS[0]), full(HOSTS[2])}
    assert left == {each["Host"] for each in ask(cloud, "compute service list --service nova-compute")}
    assert left == {each["Host"] for each in ask(cloud, "network agent list")}
    assert left == {each["Hypervisor Hostname"] for each in ask(cloud, "hypervisor list")}
    assert left == {row[0] for row in json.loads(chassis.stdout)["data"]}
    assert ["web"] == [
        each["Name"] for each in ask(cloud, f"server list --all-projects --host {full(HOSTS[0])}")
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("compute service delete nothing", "404"),
        ("compute service set --disable-reason why one nova-compute", "without --disable"),
        ("server show nothing", "No server found for nothing"),
        ("server migrate --live-migration web", "vm_state SHUTOFF"),
    ],
)
def test_what_the_cloud_refuses(cloud: RehearsedCloud, line: str, said: str) -> None:
    """It ends with 1 and the real words."""
    cloud.start("web", HOSTS[0])
    tell(cloud, "openstack server stop web")
    ran = tell(cloud, f"openstack {line}")

    assert 1 == ran.exit_code
    assert said in ran.stderr


def test_a_service_with_servers_is_not_deleted(cloud: RehearsedCloud) -> None:
    """It is refused, as by nova from microversion 2.53 on."""
    cloud.start("web", HOSTS[0])
    (own,) = (each for each in ask(cloud, "compute service list") if each["Host"] == full(HOSTS[0]))

    assert "hosting instances" in tell(cloud, f"openstack compute service delete {own['ID']}").stderr


def test_an_option_that_the_client_does_not_have(cloud: RehearsedCloud) -> None:
    """It ends with 2, as argparse ends the real one."""
    assert 2 == tell(cloud, "openstack server list --no-such-option").exit_code


def test_a_host_that_is_down(cloud: RehearsedCloud) -> None:
    """Its compute service is down and its agents are not alive; registering again brings it back."""
    with state.opened(cloud.folder) as found:
        found.hosts[HOSTS[0]].alive = False
    down = [each["State"] for each in ask(cloud, "compute service list --service nova-compute")]
    dead = [each["Alive"] for each in ask(cloud, f"network agent list --host {full(HOSTS[0])}")]
    with state.opened(cloud.folder) as found:
        hosts.register(found, "nova", [(HOSTS[0], full(HOSTS[0]), "192.0.2.9")])

    assert (["down", "up", "up"], [False, False]) == (down, dead)
    assert "up" == ask(cloud, "compute service list --service nova-compute")[0]["State"]
