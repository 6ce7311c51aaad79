"""How the hosts are: from deployments, the record, and what the cloud says of services."""

from dataclasses import replace

import pytest

from openstack_k8s_cli.cli import standings
from openstack_k8s_cli.dataplane import jobs, records
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.workflows.dataplane import standing
from openstack_k8s_cli.workflows.dataplane.standing import Fleet, Hosted, Standing
from tests.fakes.cloud import FakeCloud
from tests.fakes.cluster import FakeCluster
from tests.unit.workflows import fleets
from tests.unit.workflows.test_workflows_deployments import cluster, deployed, settled

NODESET = "openstack-edpm-ipam"
HOSTS = ["edpm-compute-0", "edpm-compute-1"]


def look(made: FakeCluster, *sets: str) -> Fleet:
    """Look at the profile crc with two computes."""
    world = fleets.over(made, *sets)
    plan = settled(made, *sets)
    assert world.bearings is not None
    return standing.look(replace(world, bearings=(world.bearings[0], plan)))


def fail(made: FakeCluster, service: str, host: str) -> None:
    """Have the operator's summary say that a host failed."""
    found = made.list(fleets.DEPLOYMENTS, "openstack").items[-1]
    name = jobs.name_of(service, found["metadata"]["name"], NODESET)
    summary = {name: {"failedHostList": [host]}}
    made.put(found | {"status": {**found["status"], "ansibleExecutionSummaries": summary}})


def test_before_anything_ran() -> None:
    """Everything is due, no version is there, and a cloud that is not up is said to be the reason for what is not known."""
    fleet = look(cluster())

    assert {Standing.DUE: 2} == fleet.counts
    assert "bootstrap" in fleet.hosts[0].due
    assert {NODESET: None} == fleet.versions
    assert "openstackclient is not there" in fleet.unknown
    assert ExitCode.DONE is standings.exit_code(fleet)


def test_hosts_that_are_through() -> None:
    """Nothing is due; compute service and agents are as the cloud says, and one that is down counts."""
    made = cluster()
    deployed(made, settled(made))
    cloud = FakeCloud(HOSTS)
    cloud.over(made)
    fine = look(made)
    cloud.dead = {HOSTS[1]}
    fleet = look(made)

    assert {Standing.OK: 2} == fine.counts
    assert ("up", (1, 1), ()) == (fine.hosts[0].compute, fine.hosts[0].agents, fine.hosts[0].due)
    assert "nova" in fine.hosts[0].done
    assert [(HOSTS[1], Standing.DOWN), (HOSTS[0], Standing.OK)] == [
        (each.host, each.standing) for each in fleet.hosts
    ]
    assert ExitCode.DATAPLANE_FAILED is standings.exit_code(fleet)


def test_a_compute_that_did_not_register() -> None:
    """Where nova ran to its end and nova's API knows nothing of it, the host is down, and it is said."""
    made = cluster()
    deployed(made, settled(made))
    FakeCloud(HOSTS[:1]).over(made)
    fleet = look(made)

    assert [(HOSTS[1], Standing.DOWN, "absent"), (HOSTS[0], Standing.OK, "up")] == [
        (each.host, each.standing, each.compute) for each in fleet.hosts
    ]
    assert f"nova knows no compute service of {HOSTS[1]}" in standings.text(fleet)


def test_a_client_that_fails_says_why() -> None:
    """What the client said itself is there, not only that it failed."""
    made = cluster()
    cloud = FakeCloud(HOSTS)
    cloud.over(made)
    cloud.fails = {"compute service list": "warning\nService Unavailable (HTTP 503)"}
    text = standings.text(look(made))

    assert "services and agents are not known: The cloud's client failed" in text
    assert "Service Unavailable (HTTP 503)" in text


def test_a_host_that_failed() -> None:
    """It comes first, with the service; the other one is only not through. A run that goes well makes good for it."""
    made = cluster()
    deployed(made, settled(made), fails="install-os")
    fail(made, "install-os", HOSTS[1])
    fleet = look(made)
    deployed(made, settled(made))
    again = look(made)

    assert [(HOSTS[1], Standing.FAILED), (HOSTS[0], Standing.DUE)] == [
        (each.host, each.standing) for each in fleet.hosts
    ]
    assert ("install-os",) == fleet.hosts[0].failed
    assert "install-os" in fleet.hosts[0].due
    assert "bootstrap" in fleet.hosts[0].done
    assert {Standing.OK: 2} == again.counts


def test_a_service_that_no_host_is_to_blame_for() -> None:
    """Its pod had no image or no volume: it failed on all of its hosts, and the exit code says so."""
    made = cluster()
    deployed(made, settled(made), fails="install-os")
    fleet = look(made)

    assert {Standing.FAILED: 2} == fleet.counts
    assert {("install-os",)} == {each.failed for each in fleet.hosts}
    assert ExitCode.DATAPLANE_FAILED is standings.exit_code(fleet)


def test_a_deployment_that_runs() -> None:
    """Its hosts are running."""
    made = cluster()
    deployed(made, settled(made))
    found = made.list(fleets.DEPLOYMENTS, "openstack").items[0]
    assert records.is_through(found)
    made.put(found | {"status": {}})

    assert {Standing.RUNNING: 2} == look(made).counts


def hosted(number: int, standing: Standing) -> Hosted:
    """Make a host."""
    failed = ("nova",) if standing is Standing.FAILED else ()
    return Hosted(f"host-{number}", "many", standing, ("bootstrap",), failed, failed)


@pytest.mark.parametrize(("number", "lines"), [(3, 10), (5000, 8)])
def test_many_hosts_are_counted(number: int, lines: int) -> None:
    """Of few hosts each has a line, of many only those that something is to be done about."""
    ok = [hosted(each, Standing.OK) for each in range(1, number)]
    fleet = Fleet((hosted(0, Standing.FAILED), *ok), {"many": "1.0"}, "1.1")
    text = standings.text(fleet)

    assert lines == len(text.splitlines())
    assert f"many      {number:<5}  1.0      1 failed, {number - 1} ok" in text
    assert "host-0  many      failed  nova failed" in text
    assert "many behind it: `osk update run`" in text
    assert number == len(standings.document(fleet)["hosts"])
