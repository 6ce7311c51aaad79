"""`osk smoke`: what it makes works, and goes again, whatever happens."""

from pathlib import Path

import pytest

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.model.events import Event, RunFinished, StepBlocked, TaskRan
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.profile import loading
from openstack_k8s_cli.report import lines
from openstack_k8s_cli.report.view import View, fold
from openstack_k8s_cli.workflows import smoking
from openstack_k8s_cli.workflows.clients import Client
from openstack_k8s_cli.workflows.smoking import Outside, Smoke, Wishes
from openstack_k8s_cli.workflows.telling import Story, Told
from tests.fakes.clock import FakeClock
from tests.fakes.cluster import FakeCluster
from tests.fakes.rehearsed import RehearsedCloud
from tests.fakes.tenant import ADDRESS, FakeTenant
from tests.unit.workflows import fleets

OUTSIDE = Outside(
    "", "datacentre", "192.168.122.0/24", "192.168.122.1", ("192.168.122.201", "192.168.122.250")
)


def run(tenant: FakeTenant, wishes: Wishes) -> list[Event]:
    """Run it against a project."""
    smoke = Smoke(tenant.over(FakeCluster()), FakeClock(), "openstack", wishes)
    return list(Story(fleets.world(), Options(), "cloud/smoke", smoke.tasks()).events())


def ended(events: list[Event]) -> RunFinished:
    """Give the last event."""
    assert isinstance(events[-1], RunFinished)
    return events[-1]


def test_a_cloud_that_works() -> None:
    """Each step tells what it made, and nothing is left of it."""
    tenant = FakeTenant()
    events = run(tenant, Wishes(OUTSIDE))
    told = [each.task for each in events if isinstance(each, TaskRan)]
    created = [each for each in tenant.told if " subnet create " in each]

    assert ExitCode.DONE is ended(events).exit_code
    assert ["image is active", "flavor with 512 MB, 1 CPU, 1 GB"] == told[:2]
    assert {"server is ACTIVE", f"floating address {ADDRESS}", "answers from the client's pod"} <= set(told)
    assert {"volume is attached", "volume is detached", "volume is deleted"} <= set(told)
    assert "start=192.168.122.201,end=192.168.122.250" in created[1]
    assert set() == tenant.names()


def test_it_is_repeatable() -> None:
    """What an earlier run left is taken away first; things of others with other names stay."""
    tenant = FakeTenant()
    run(tenant, Wishes(OUTSIDE, keep=True))
    kept = tenant.names()
    tenant.things["server"]["osk-smoke-not"] = {"id": "id-x", "looks": ["ACTIVE"]}
    again = run(tenant, Wishes(OUTSIDE))

    assert {"server osk-smoke", "volume osk-smoke", "network osk-smoke-public"} <= kept
    assert ExitCode.DONE is ended(again).exit_code
    assert {"server osk-smoke-not"} == tenant.names()


def test_two_of_one_name(tmp_path: Path) -> None:
    """Interrupted runs may leave several: each is waited for and taken away by its id, as the cloud knows no better."""
    cloud = RehearsedCloud(tmp_path, ("one",))
    cluster = cloud.over(FakeCluster())
    for _ in range(2):
        Client(cluster, "openstack").ask("volume", "create", "--size", "1", "osk-smoke")
    first, *_ = Smoke(cluster, FakeClock(), "openstack", Wishes(OUTSIDE)).tasks()
    told = [each.task for each in first.work() if isinstance(each, Told)]

    assert ["volume is deleted"] * 2 == told
    assert "volume osk-smoke" not in cloud.left


def test_a_server_that_fails() -> None:
    """The cloud's own words are the problem's; later steps are blocked, and all is taken away."""
    tenant = FakeTenant()
    tenant.statuses["server"] = ["BUILD", "ERROR"]
    events = run(tenant, Wishes(OUTSIDE))
    problem = ended(events).problems[0]

    assert ("OSK1160", "The server is ERROR, not ACTIVE", "No valid host was found") == (
        problem.code,
        problem.summary,
        problem.detail,
    )
    assert ["address", "ping", "volume"] == [
        each.step[12:] for each in events if isinstance(each, StepBlocked)
    ]
    assert set() == tenant.names()


def test_an_address_that_does_not_answer() -> None:
    """After a while it is said, with what ping said."""
    tenant = FakeTenant(answers=False)
    problem = ended(run(tenant, Wishes(OUTSIDE))).problems[0]

    assert f"{ADDRESS} does not answer" == problem.summary
    assert "100% packet loss" in str(problem.detail)
    assert set() == tenant.names()


def test_two_at_once() -> None:
    """The second is refused before it touches anything; once the first has died, the next one takes away what it left."""
    tenant, world = FakeTenant(), fleets.world()
    cluster = tenant.over(FakeCluster())
    first, second = (Smoke(cluster, FakeClock(), "openstack", Wishes(OUTSIDE)) for _ in range(2))
    running = first.alone(world, Options(holder="one"))
    while "server osk-smoke" not in tenant.names():
        next(running)
    asked = len(tenant.told)
    with pytest.raises(OskError, match="Another run is at work on smoke of crc: one") as caught:
        list(second.alone(world, Options(holder="two")))
    untouched = len(tenant.told) == asked
    taken = list(second.alone(world, Options(holder="two", dead=lambda holder: holder == "one")))

    assert (ExitCode.LEASE_HELD, True) == (caught.value.exit_code, untouched)
    assert (ExitCode.DONE, set()) == (ended(taken).exit_code, tenant.names())
    assert not any(each.kind == "Lease" for each in cluster.ids())


def test_with_what_the_cloud_has() -> None:
    """An image and an external network of the cloud are used, and stay; without volumes none is made."""
    tenant = FakeTenant()
    tenant.things["image"]["cirros"] = {"id": "id-c", "looks": ["active"]}
    tenant.things["network"]["public"] = {"id": "id-p", "looks": [""]}
    events = run(tenant, Wishes(Outside("public"), image="cirros", volume=False))

    assert ExitCode.DONE is ended(events).exit_code
    assert not any("curl" in each or "volume" in each for each in tenant.told)
    assert {"image cirros", "network public"} == tenant.names()


def test_a_run_as_lines() -> None:
    """A step's tasks have lines of their own."""
    view, said = View(), list[str]()
    for event in run(FakeTenant(), Wishes(OUTSIDE)):
        before, view = view, fold(view, event)
        said += lines.lines(before, event, view)

    assert any("cloud/smoke/server" in each and "server is ACTIVE" in each for each in said)


def test_where_floating_addresses_come_from() -> None:
    """Behind all that ctlplane has given out; a network without IPv4, or without room, is refused."""

    def found(*sets: str) -> Outside:
        return smoking.outside(loading.load("crc", sets=sets, reader=ProfileFiles()).values)

    assert OUTSIDE == found()
    with pytest.raises(OskError) as caught:
        found("networks.ctlplane.slices.hosts=[100-254]")
    assert ("OSK1161", ExitCode.USAGE) == (caught.value.problems[0].code, caught.value.exit_code)
