"""Thousands of hosts, deployed in the rehearsal cluster: how long, with how much memory, and with how many requests."""

import json
import os
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.model.objects import get
from tests.benchmarks import measuring
from tests.benchmarks.measuring import Figures
from tests.cluster.commands import Osk, at_home
from tests.cluster.staging import Stage
from tests.cluster.stories import requests_of
from tests.fakes.profiles import HEAD

pytestmark = [pytest.mark.soak, pytest.mark.cluster]
HOSTS = tuple(int(each) for each in os.environ.get("OSK_SOAK_HOSTS", "500,5000").split(","))
NETWORKS = ("ctlplane", "internalapi", "storage", "tenant")
SHARD, WAVE = 100, 500
MEMORY = 400.0
"""MB that osk may take for 5,000 hosts."""
RENDERING = 300.0
"""MB that rendering 5,000 hosts may take."""
WAITING = frozenset({"list", "watch"})
"""Verbs of a run that waits; the others are about one object each."""


def profile(count: int) -> str:
    """Write a profile with so many computes, in networks that are wide enough."""
    slices = "{nodes: 10-29, pods: 30-70, vips: 80-90, hosts: 100-10000}"
    wide = "\n".join(
        f"  {name}: {{cidr: 10.{8 + number}.0.0/16, slices: {slices}}}"
        for number, name in enumerate(NETWORKS)
    )
    plane = f"dataplane: {{nodesets: {{compute: {{count: {count}}}}}}}"
    return f"{HEAD}name: lab\nextends: [crc]\ntimeouts: {{scale: 4}}\nnetworks:\n{wide}\n{plane}\n"


def deployed(osk: Osk, to: tuple[str | Path, ...]) -> Figures:
    """Deploy the data plane and give what it cost."""
    return measuring.run(
        osk.command("deploy", "dataplane", "--yes", *to), environment=osk.variables, folder=osk.home
    )


def test_many_hosts_are_rendered(tmp_path: Path) -> None:
    """All of their objects, in little memory, without a cluster."""
    osk, file, count = at_home(tmp_path, tmp_path), tmp_path / "lab.yaml", max(HOSTS)
    file.write_text(profile(count))
    command = osk.command("render", "--layer", "dataplane", "-p", file)
    cost = measuring.run(command, environment=osk.variables, folder=osk.home)
    print(f"{count} hosts rendered: {cost.wall:.1f}s, {cost.memory:.0f} MB")  # noqa: T201  # figures are what soak is for

    assert osk("render", "--layer", "dataplane", "-p", file).stdout.count("hostName:") == count
    assert cost.memory < RENDERING


@pytest.fixture(scope="module")
def asked() -> dict[int, dict[str, int]]:
    """Collect the requests of each run, by the number of its hosts."""
    return {}


@pytest.mark.parametrize("count", HOSTS)
def test_many_hosts_are_deployed(
    stage: Stage, tmp_path: Path, asked: dict[int, dict[str, int]], count: int
) -> None:
    """In node sets and waves of a safe size, each host once; waiting takes requests by wave, and none by host."""
    rehearsal, osk = stage.fresh(), at_home(tmp_path, stage.places.state)
    file = tmp_path / "lab.yaml"
    file.write_text(profile(count))
    to = ("-p", file, f"--rehearsal={rehearsal.name}")
    before = osk("deploy", "controlplane", "--yes", *to)
    assert before.code == 0, before.stdout[-3000:] + before.stderr[-3000:]

    first = deployed(osk, to)
    requests = requests_of(osk)
    second = deployed(osk, to)

    cluster = kubernetes.connect(str(rehearsal.kubeconfig))
    kinds = ("OpenStackDataPlaneNodeSet", "OpenStackDataPlaneDeployment")
    nodesets, deployments = (
        cluster.list(resource, "openstack").items
        for kind in kinds
        if (resource := cluster.resource("dataplane.openstack.org", kind)) is not None
    )
    asked[count] = {
        verb: sum(number for key, number in requests.items() if key.split()[0] == verb)
        for verb in sorted({key.split()[0] for key in requests})
    }
    print(  # noqa: T201  # figures are what soak is for
        f"{count} hosts, {len(nodesets)} node sets, {len(deployments)} deployments: {first.wall:.0f}s,"
        f" {first.processor:.0f}s of processor time, {first.memory:.0f} MB, requests {json.dumps(asked[count])};"
        f" nothing to change: {second.wall:.0f}s, {second.memory:.0f} MB"
    )
    assert sum(len(get(each, "spec", "nodes") or ()) for each in nodesets) == count
    assert all(len(get(each, "spec", "nodes") or ()) <= SHARD for each in nodesets)
    assert all(get(each, "status", "deployed") for each in deployments)
    assert len(deployments) == (1 if count <= WAVE else -(-count // WAVE) + 1)
    assert first.memory < MEMORY


@pytest.mark.skipif(len(HOSTS) == 1, reason="OSK_SOAK_HOSTS has one size, and two are compared")
def test_waiting_does_not_grow_with_hosts(asked: dict[int, dict[str, int]]) -> None:
    """Ten times the hosts in as many more node sets: lists and watches stay in step with deployments, not with hosts."""
    assert len(asked) == len(HOSTS), "the runs before did not end"
    fewest, most = asked[min(asked)], asked[max(asked)]
    further = (max(asked) - min(asked)) // WAVE

    grown = sum(most.get(verb, 0) - fewest.get(verb, 0) for verb in WAITING)

    assert grown <= 20 * (further + 1)
