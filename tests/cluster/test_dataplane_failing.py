"""Hosts that fail under Ansible: who fails is told at once, and the same command goes on with what is left."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.dataplane import jobs
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.rehearsal.directories import Places
from tests.cluster.commands import Document, Ended, Osk, at_home

NAME = "failing"
THERE = ("-p", "lab.yaml", f"--rehearsal={NAME}", "--yes", "-o", "json")
TOLERANT = (
    "--set",
    "dataplane.failure.maxPercent=50",
    "--set",
    "dataplane.nodesets.third.vars.edpm_again=true",
)
PROFILE = """\
apiVersion: osk/v1
kind: Profile
name: lab
extends: [crc]
dataplane:
  deployment: {exact: false}
  nodesets:
    compute: {count: 2}
    second: {count: 2, name: "edpm-second-{i}", address: "ctlplane[110+{i}]"}
    third: {count: 2, name: "edpm-third-{i}", address: "ctlplane[120+{i}]"}
"""
COMPUTE = "openstack-edpm-ipam"
FULL = "No space left on device"
SECRET = "Hunter-2-Hunter"
"""What a task lets slip."""
FAULTS = f"""\
faults:
  - {{fault: host-fails, kind: OpenStackDataPlaneService, name: install-os, hosts: [edpm-compute-1], message: "{FULL}, password={SECRET}"}}
  - {{fault: host-unreachable, kind: OpenStackDataPlaneService, name: run-os, hosts: [edpm-second-0]}}
"""
BAD = {("edpm-compute-1", "install-os"), ("edpm-second-0", "run-os")}


LOST = "edpm-third-1"
TOLERATED = f"""\
faults: [{{fault: host-fails, kind: OpenStackDataPlaneService, name: configure-os, hosts: [{LOST}], message: {FULL}}}]
"""


class Runs:
    """Three runs of one command: with two hosts that fail, with none, and once more."""

    def __init__(self, osk: Osk, kubeconfig: Path) -> None:
        self.home = osk.home
        (osk.home / "lab.yaml").write_text(PROFILE)
        self.failed = osk("deploy", "all", *THERE)
        self.cluster = kubernetes.connect(str(kubeconfig))  # it knows the kinds that came
        self.through = self.services_through()
        self.first_ends = self.ends_of_failed_pods()
        (osk.home / "faults.yaml").write_text("faults: []\n")
        self.plan = osk("plan", "-p", "lab.yaml", f"--rehearsal={NAME}")
        before = self.jobs()
        self.went_on = osk("deploy", "all", *THERE)
        self.needed = self.jobs() - before
        after = self.jobs()
        self.again = osk("deploy", "all", *THERE)
        self.more = self.jobs() - after
        self.nothing = osk("plan", "-p", "lab.yaml", f"--rehearsal={NAME}")
        (osk.home / "faults.yaml").write_text(TOLERATED)
        self.tolerant = osk("deploy", "all", *THERE, *TOLERANT)
        (osk.home / "faults.yaml").write_text("faults: []\n")
        before = self.jobs()
        self.picked_up = osk("deploy", "all", *THERE, *TOLERANT)
        self.limits = self.limits_of({each[2] for each in self.jobs() - before})

    def ends_of_failed_pods(self) -> dict[str, float]:
        """Give when the first pod of each service ended badly."""
        resource = self.cluster.resource("", "Pod")
        assert resource is not None
        found: dict[str, float] = {}
        for each in self.cluster.list(resource, "openstack", labels=jobs.DEPLOYMENT).items:
            if each["status"].get("phase") == "Failed":
                state = each["status"]["containerStatuses"][0]["state"]["terminated"]
                ended = datetime.fromisoformat(state["finishedAt"]).timestamp()
                service = each["metadata"]["labels"][jobs.SERVICE]
                found[service] = min(ended, found.get(service, ended))
        return found

    def limits_of(self, names: set[str]) -> set[str]:
        """Give the hosts that deployments are limited to."""
        resource = self.cluster.resource("dataplane.openstack.org", "OpenStackDataPlaneDeployment")
        assert resource is not None
        found = self.cluster.list(resource, "openstack").items
        return {each["spec"].get("ansibleLimit", "") for each in found if each["metadata"]["name"] in names}

    def services_through(self) -> set[tuple[str, str]]:
        """Give the services that the operator shows as done, by node set."""
        resource = self.cluster.resource("dataplane.openstack.org", "OpenStackDataPlaneDeployment")
        assert resource is not None
        (failed,) = self.cluster.list(resource, "openstack").items
        ready = {
            (nodeset, each["type"])
            for nodeset, some in failed["status"]["nodeSetConditions"].items()
            for each in some
            if each["status"] == "True"
        }
        return {
            (service, nodeset)
            for service, nodeset, _ in self.jobs()
            if (nodeset, jobs.condition_of(service)) in ready
        }

    def jobs(self) -> set[tuple[str, str, str]]:
        """Give service, node set and deployment of every job of Ansible's that is there."""
        resource = self.cluster.resource("batch", "Job")
        assert resource is not None
        found = self.cluster.list(resource, "openstack", labels="app=openstackansibleee").items
        labels = [each["metadata"]["labels"] for each in found]
        return {(each[jobs.SERVICE], each[jobs.NODESET], each[jobs.DEPLOYMENT]) for each in labels}


@pytest.fixture(scope="module")
def runs(places: Places, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """Start a cluster whose hosts fail, at the pace of real operators, and run the command three times."""
    osk = at_home(tmp_path_factory.mktemp("home"), places.state)
    (osk.home / "faults.yaml").write_text(FAULTS)
    ordered = ("--faults", osk.home / "faults.yaml", "--pace", "fast")
    try:
        started = osk("rehearse", "up", f"--rehearsal={NAME}", *ordered, "-o", "json")
        assert started.code == ExitCode.DONE, started.stderr
        yield Runs(osk, Path(json.loads(started.stdout)["kubeconfig"]))
    finally:
        osk("rehearse", "down", f"--rehearsal={NAME}")


def at(event: Document) -> float:
    """Give an event's time."""
    return datetime.fromisoformat(event["at"]).timestamp()


def failures(run: Ended) -> list[Document]:
    """Give the tasks that failed on hosts."""
    return [
        each for each in run.of("TaskRan") if each["host"] and each["task"] and each["outcome"] != "running"
    ]


def test_each_failed_host_is_told_at_once(runs: Runs) -> None:
    """Host, service, task and message, once each, long before Kubernetes gives the jobs up."""
    told = failures(runs.failed)
    ended = next(at(each) for each in runs.failed.of("StepFinished") if each["outcome"] == "failed")

    assert BAD == {(each["host"], each["service"]) for each in told}
    assert len(BAD) == len(told)
    assert {COMPUTE, "second"} == {each["nodeset"] for each in told}
    (full,) = (each for each in told if each["outcome"] == "failed")
    assert FULL in full["message"]
    assert "osp.edpm.edpm_install_os : Restart the service" == full["task"]
    assert at(told[-1]) < ended
    since = [round(at(each) - min(map(at, told)), 2) for each in told]
    later = [round(at(each) - runs.first_ends[each["service"]], 2) for each in told]
    print(f"\nhosts told {since} s after the first, {later} s after their pods' ends, known in whole seconds")  # noqa: T201


def test_the_first_failed_pod_brings_its_cause(runs: Runs) -> None:
    """A warning right after it: what failed, the likely cause, and the command that goes on."""
    first = {each["host"]: at(each) for each in failures(runs.failed)}
    warned = [each for each in runs.failed.of("Warned") if "likely cause" in each["message"]]

    assert {"edpm-compute-1", "edpm-second-0"} == {
        host for each in warned for host in first if f" {host} " in each["message"]
    }
    assert "the host's disk is full" in " ".join(each["message"] for each in warned)
    assert "edpm_sshd_allowed_ranges" in " ".join(each["message"] for each in warned)
    print(f"\ncauses told {[round(at(each) - min(first.values()), 2) for each in warned]} s after the first")  # noqa: T201
    assert all("osk deploy all" in each["message"] for each in warned)


def test_secrets_in_log_lines_are_masked(runs: Runs) -> None:
    """Neither what is printed, nor what is kept of the run, has what a task let slip."""
    kept = [each for each in runs.home.rglob("*.jsonl") if FULL in each.read_text()]

    assert FULL in runs.failed.stdout
    assert kept
    assert not any(SECRET in text for text in (runs.failed.stdout, runs.failed.stderr))
    assert not any(SECRET in each.read_text() for each in kept)


def test_the_run_ends_with_every_failed_host(runs: Runs) -> None:
    """Exit code 8, and a problem for each: task, message, cause, and how to go on."""
    problems = {each["summary"]: each for each in runs.failed.problems}

    assert ExitCode.DATAPLANE_FAILED == runs.failed.code
    assert {
        f"install-os failed on edpm-compute-1 (node set {COMPUTE})",
        "run-os could not reach edpm-second-0 (node set second)",
    } == problems.keys()
    for each in problems.values():
        assert "likely cause: " in each["detail"]
        assert "osk deploy all" in each["advice"][-1]["command"]


def test_the_same_command_goes_on(runs: Runs) -> None:
    """What ended well is not run again, but for the certificates that later services need."""
    services = {(service, nodeset) for service, nodeset, _ in runs.needed}

    assert [] == runs.went_on.problems, runs.went_on.problems
    assert (ExitCode.DONE, []) == (runs.went_on.code, runs.went_on.problems)
    assert {("install-os", COMPUTE), ("run-os", "second")} <= services
    assert {("bootstrap", COMPUTE), ("install-os", "second"), ("bootstrap", "third")} <= runs.through
    assert {service for service, _ in services & runs.through} <= {"install-certs"}
    assert f"ansible: {COMPUTE}: install-os, " in runs.plan.stdout
    assert "in the middle: it is deleted first" in runs.plan.stdout
    assert "dataplane/abandoned/deployments" in {each["step"] for each in runs.went_on.of("StepFinished")}


def test_a_third_run_does_nothing(runs: Runs) -> None:
    """No job starts and no object changes."""
    changed = {each["change"] for each in runs.again.of("ObjectChanged")}

    assert (ExitCode.DONE, set()) == (runs.again.code, runs.more)
    assert changed <= {"unchanged", "skipped"}
    assert (ExitCode.DONE, False) == (runs.nothing.code, "ansible:" in runs.nothing.stdout)


def test_events_do_not_grow_with_tasks(runs: Runs) -> None:
    """A service has a begin, an end, an end on each host and a running task a second; not one for each host and task."""
    told = [each for each in runs.went_on.of("TaskRan") if each["service"] == "install-os"]
    running = [each for each in told if each["task"] and each["outcome"] == "running"]

    assert {COMPUTE} == {each["nodeset"] for each in told}
    assert len(told) - len(running) <= 4
    assert len(running) <= 2 + at(told[-1]) - at(told[0])


def test_a_node_set_goes_on_without_a_few_hosts(runs: Runs) -> None:
    """With `dataplane.failure.maxPercent` the run ends well and names the host that was left behind."""
    warned = [each["message"] for each in runs.tolerant.of("Warned")]

    assert (ExitCode.DONE, []) == (runs.tolerant.code, runs.tolerant.problems)
    assert any(f"third went on without {LOST}: configure-os failed there" in each for each in warned), warned


def test_the_next_run_picks_those_hosts_up(runs: Runs) -> None:
    """It is limited to them, but for what every host must know."""
    assert (ExitCode.DONE, []) == (runs.picked_up.code, runs.picked_up.problems)
    assert LOST in runs.limits
    assert runs.limits <= {LOST, ""}
