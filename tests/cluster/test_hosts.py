"""Hosts come and go in a cloud that stands, are rebooted and get new keys; the cloud is looked at through its client.

Each test goes on with what the one before it left.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.rehearsal.cloud import state
from tests.cluster import accounts
from tests.cluster.commands import Ended
from tests.cluster.staging import Stage
from tests.cluster.stories import Deployed, Story

PROFILE = """\
# mine
apiVersion: osk/v1
kind: Profile
name: crc
extends: [crc]
dataplane:
  nodesets:
    compute:
      count: 1  # as many as there are machines
"""
KEY = "dataplane-ansible-ssh-private-key-secret"
NODESET = "openstack-edpm-ipam"
ZERO, ONE, TWO = (f"edpm-compute-{each}" for each in range(3))


@pytest.fixture(scope="module")
def deployed(story: Story, stage: Stage) -> Iterator[Deployed]:
    """Have a deployment in the cluster under a profile of one's own; its later deployments are not those of a first run."""
    standing = story.standing()
    profile(standing).write_text(PROFILE)
    yield standing
    with state.opened(standing.rehearsal.directory) as cloud:
        cloud.things.clear()
    stage.fresh()


def profile(deployed: Deployed) -> Path:
    """Give the profile's file."""
    return deployed.osk.home / "hosts.yaml"


def osk(deployed: Deployed, *words: str) -> Ended:
    """Run a command against it."""
    return deployed.osk(*words, "-p", "hosts.yaml", f"--rehearsal={deployed.rehearsal.name}")


def client(deployed: Deployed, *words: str) -> list[dict[str, Any]]:
    """Ask the cloud's client."""
    name = f"--rehearsal={deployed.rehearsal.name}"
    ended = deployed.osk("openstack", name, *words, "-f", "json")
    assert (0, "") == (ended.code, ended.stderr)
    found: list[dict[str, Any]] = json.loads(ended.stdout)
    return found


def computes(deployed: Deployed) -> set[str]:
    """Name the hosts with a compute service."""
    found = client(deployed, "compute", "service", "list", "--service", "nova-compute")
    return {each["Host"].partition(".")[0] for each in found}


def deployments(deployed: Deployed) -> Mapping[str, Body]:
    """Give the deployments that are there."""
    resource = deployed.cluster.resource("dataplane.openstack.org", "OpenStackDataPlaneDeployment")
    assert resource is not None
    return {each["metadata"]["name"]: each for each in deployed.cluster.list(resource, "openstack").items}


def killed_after(deployed: Deployed, step: str, *words: str) -> None:
    """Kill a command once a step of it is through."""
    name = f"--rehearsal={deployed.rehearsal.name}"
    with deployed.osk.led(*words, "-p", "hosts.yaml", name, "-o", "json") as (_, events):
        for event in events:
            if event["type"] == "StepFinished" and event["step"] == step:
                assert "ready" == event["outcome"]
                return
    raise AssertionError(step)


def resource(deployed: Deployed, group: str, kind: str, namespace: str, name: str) -> Body:
    """Read an object; nothing where it is not there."""
    found = deployed.cluster.resource(group, kind)
    return (deployed.cluster.get(found, namespace, name) if found else None) or {}


def secret(deployed: Deployed, namespace: str, name: str) -> Mapping[str, str]:
    """Read a Secret's values, encoded."""
    found: Mapping[str, str] = resource(deployed, "", "Secret", namespace, name).get("data") or {}
    return found


def things(deployed: Deployed) -> set[str]:
    """Name what clients made."""
    with state.opened(deployed.rehearsal.directory) as cloud:
        return {f"{kind} {each['name']}" for kind, found in cloud.things.items() for each in found}


def start(deployed: Deployed, server: str, host: str) -> None:
    """Have a server on a host."""
    with state.opened(deployed.rehearsal.directory) as cloud:
        made = {"id": f"id-{server}", "name": server, "status": "ACTIVE", "image": "i", "flavor": "f"}
        cloud.of("server").append({**made, "host": cloud.hosts[host].name, "addresses": {}})


def test_hosts_are_added(deployed: Deployed) -> None:
    """Ansible runs on the new ones alone, and what all must know of them on all; the cloud has them then."""
    before = deployments(deployed)
    ended = osk(deployed, "hosts", "add", "compute", "2", "--yes", "-o", "json")
    fresh = [each["spec"] for name, each in deployments(deployed).items() if name not in before]
    limits = {each.get("ansibleLimit"): each["servicesOverride"] for each in fresh}

    assert (ExitCode.DONE, []) == (ended.code, ended.problems)
    assert PROFILE.replace("count: 1", "count: 3") == profile(deployed).read_text()
    assert {f"{ONE},{TWO}", None} == limits.keys()
    assert "nova" in limits[f"{ONE},{TWO}"]
    assert "ssh-known-hosts" not in limits[f"{ONE},{TWO}"]
    assert ["ssh-known-hosts"] == limits[None]
    assert {ZERO, ONE, TWO} == computes(deployed)
    assert 3 == len(client(deployed, "hypervisor", "list"))


def test_a_host_that_is_down_is_named(deployed: Deployed) -> None:
    """Its services do not answer, or nova knows nothing of it; both are down, with exit status 8, and the others are ok."""
    with state.opened(deployed.rehearsal.directory) as cloud:
        cloud.hosts[ONE].alive = False
        kept, cloud.hosts[TWO].compute = cloud.hosts[TWO].compute, None
    ended = osk(deployed, "dataplane", "status", "-o", "json")
    said = osk(deployed, "dataplane", "status").stdout
    with state.opened(deployed.rehearsal.directory) as cloud:
        cloud.hosts[ONE].alive, cloud.hosts[TWO].compute = True, kept
    found = {each["host"]: (each["state"], each["compute"]) for each in json.loads(ended.stdout)["hosts"]}

    assert ExitCode.DATAPLANE_FAILED == ended.code
    assert {ZERO: ("ok", "up"), ONE: ("down", "down"), TWO: ("down", "absent")} == found
    assert f"nova knows no compute service of {TWO}" in said


def test_a_client_that_fails_is_no_reason_to_say_nothing(deployed: Deployed) -> None:
    """What ran on hosts is known all the same; of the rest it is said that it is not known, and why."""
    file = deployed.rehearsal.directory / state.FILE
    kept = file.read_text()
    file.write_text("nothing that a client could read")
    ended = osk(deployed, "dataplane", "status", "-o", "json")
    file.write_text(kept)
    fleet = json.loads(ended.stdout)

    assert ExitCode.DONE == ended.code
    assert {("ok", None)} == {(each["state"], each["compute"]) for each in fleet["hosts"]}
    assert "The cloud's client failed" in fleet["unknown"]
    assert "JSONDecodeError" in fleet["unknown"]


def test_the_smoke_test(deployed: Deployed) -> None:
    """It passes, also with what an earlier one left; where no server can start it fails, and nothing is left either."""
    with state.opened(deployed.rehearsal.directory) as cloud:
        cloud.of("flavor").append({"id": "earlier", "name": "osk-smoke"})
    passed = osk(deployed, "smoke", "-o", "json")
    left = [things(deployed)]
    with state.opened(deployed.rehearsal.directory) as cloud:
        for each in cloud.hosts.values():
            each.alive = False
    failed = osk(deployed, "smoke", "-o", "json")
    left.append(things(deployed))
    with state.opened(deployed.rehearsal.directory) as cloud:
        for each in cloud.hosts.values():
            each.alive = True

    assert (ExitCode.DONE, []) == (passed.code, passed.problems)
    assert ExitCode.FAILED == failed.code
    assert "No valid host was found" in failed.problems[0]["detail"]
    assert [set(), set()] == left


def test_hosts_are_rebooted(deployed: Deployed) -> None:
    """One after another; killed after the first, the same command goes on with the others."""
    refused = osk(deployed, "dataplane", "reboot", "--yes", "--batch", "many", "-o", "json")
    killed_after(deployed, "dataplane/reboot/reboot-1", "dataplane", "reboot", "--yes")
    again = osk(deployed, "dataplane", "reboot", "--yes", "-o", "json")
    told = {(each["host"], each["task"]) for each in again.of("TaskRan")}

    assert (ExitCode.USAGE, ["OSK1197"]) == (refused.code, [each["code"] for each in refused.problems])
    assert (ExitCode.DONE, []) == (again.code, again.problems)
    assert {(ZERO, "was rebooted before"), (ONE, "is back"), (TWO, "is back")} <= told
    assert not any(name.startswith("reboot-") for name in deployments(deployed))
    assert {"enabled"} == {
        each["Status"] for each in client(deployed, "compute", "service", "list", "--service", "nova-compute")
    }


def limited(deployed: Deployed, copy: Path) -> Path:
    """Give the login of a user who has nothing but the roles of `osk rbac` with the right to rotate keys."""
    user = accounts.nobody(deployed.cluster, "rotator")
    for body in json.loads(osk(deployed, "rbac", "--rotate-keys", "--user", user, "-o", "json").stdout)[
        "items"
    ]:
        deployed.cluster.apply(body, force=True)
    return accounts.kubeconfig(deployed.rehearsal.kubeconfig, "rotator", copy)


def test_keys_are_rotated(deployed: Deployed, tmp_path: Path) -> None:
    """Killed before the Secret has the new one, it goes on with the key that is on the hosts already; the roles for it are enough."""
    before = secret(deployed, "openstack", KEY)
    killed_after(deployed, "dataplane/keys/ssh-in", "dataplane", "rotate-keys", "--yes")
    between, kept = secret(deployed, "openstack", KEY), secret(deployed, "osk-system", f"osk.crc.keys.{KEY}")
    login = ("-p", "hosts.yaml", "--kubeconfig", limited(deployed, tmp_path / "kubeconfig"))
    again = deployed.osk("dataplane", "rotate-keys", "--yes", "-o", "json", *login)
    after = secret(deployed, "openstack", KEY)

    assert before == between
    assert (ExitCode.DONE, []) == (again.code, again.problems)
    assert before["ssh-publickey"] != after["ssh-publickey"] == kept["new.ssh-publickey"]
    assert {} == secret(deployed, "osk-system", f"osk.crc.keys.{KEY}")
    assert not any(name.startswith("keys-") for name in deployments(deployed))


def test_hosts_are_removed(deployed: Deployed) -> None:
    """Refused while servers run there; killed in the middle it goes on, and exactly this host is gone everywhere."""
    start(deployed, "web", ONE)
    refused = osk(deployed, "hosts", "remove", ONE, "--yes", "-o", "json")
    killed_after(deployed, "dataplane/leaving/chassis", "hosts", "remove", ONE, "--migrate", "--yes")
    between = profile(deployed).read_text()
    again = osk(deployed, "hosts", "remove", ONE, "--migrate", "--yes", "-o", "json")
    once_more = osk(deployed, "hosts", "remove", ONE, "--yes", "-o", "json")
    with state.opened(deployed.rehearsal.directory) as cloud:
        left, (web,) = set(cloud.hosts), cloud.of("server")
    nodes = resource(deployed, "dataplane.openstack.org", "OpenStackDataPlaneNodeSet", "openstack", NODESET)

    assert (ExitCode.REFUSED, ["OSK1153"]) == (refused.code, [each["code"] for each in refused.problems])
    assert "count: 3" in between
    assert (ExitCode.DONE, []) == (again.code, again.problems)
    assert {ZERO, TWO} == left == computes(deployed)
    assert web["host"].partition(".")[0] in left
    assert {ZERO, TWO} == get(nodes, "spec", "nodes").keys()
    assert "count: 3  # as many as there are machines" in profile(deployed).read_text()
    assert f"absent: [{ONE}]" in profile(deployed).read_text()
    assert ExitCode.USAGE == once_more.code


def test_a_removed_host_comes_again(deployed: Deployed) -> None:
    """All services run there anew, for nothing is left of it that anybody knows."""
    with state.opened(deployed.rehearsal.directory) as cloud:
        cloud.things.clear()
    text = "".join(
        line for line in profile(deployed).read_text().splitlines(keepends=True) if "absent" not in line
    )
    profile(deployed).write_text(text)
    ended = osk(deployed, "deploy", "dataplane", "--yes", "-o", "json")

    assert (ExitCode.DONE, []) == (ended.code, ended.problems)
    assert {ZERO, ONE, TWO} == computes(deployed)
