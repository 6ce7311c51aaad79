"""dataplane.progress: jobs, pods and lines in, what is told of them out."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest

from openstack_k8s_cli.apply.hooks import Told
from openstack_k8s_cli.dataplane import blaming
from openstack_k8s_cli.dataplane.masking import Mask
from openstack_k8s_cli.dataplane.progress import Failure, Progress
from openstack_k8s_cli.dataplane.records import PURPOSE, Purpose, Share
from openstack_k8s_cli.model.objects import Body
from tests.unit.dataplane import deployed, pods

ORDER = ("bootstrap", "configure-network", "run-os", "install-os", "ssh-known-hosts")
FULL = "No space left on device"
TASK = "osp.edpm.edpm_install_os : Restart the service"
BEGAN = Told("", "", "running", "", "compute", "install-os")


def made(**hosts: str) -> Progress:
    """Follow a deployment of hosts, each in a node set."""
    return tried(2, **hosts)


def tried(tries: int | None, /, **hosts: str) -> Progress:
    """Follow one that is tried so often after the first time."""
    shares: dict[str, Share] = {}
    for host, nodeset in hosts.items():
        share = shares.get(nodeset, Share(dict.fromkeys(ORDER, "1"), {}))
        shares[nodeset] = replace(share, hosts={**share.hosts, host: "1"})
    body = deployed.deployment(pods.DEPLOYMENT, *shares, **({} if tries is None else {"backoffLimit": tries}))
    body["metadata"]["annotations"] = {PURPOSE: Purpose(shares).written()}
    return Progress(body, Mask(["known secret"]), dict.fromkeys(shares, ORDER))


def heard(progress: Progress, body: Body, lines: Iterable[str], *, now: float = 0.0) -> list[Told]:
    """Read lines of a pod, all at one time."""
    return [told for line in lines for told in progress.heard(body["metadata"]["uid"], line, now)]


def ran(
    progress: Progress, service: str, *hosts: str, number: int = 1, failing: Mapping[str, str] | None = None
) -> list[Told | Failure]:
    """Let a pod run from its begin to its end."""
    body = pods.pod(service, number=number)
    told: list[Told | Failure] = [*progress.pod(body, 0.0)]
    told += heard(progress, body, pods.said(service, *hosts, failing=failing))
    told += progress.closed(body["metadata"]["uid"], 0.0)
    told += progress.pod(pods.pod(service, number=number, phase="Failed" if failing else "Succeeded"), 0.0)
    return told


def test_a_service_that_goes_well() -> None:
    """It begins, its task is told once a second, each host ends, and it ends."""
    told = ran(made(a="compute", b="compute"), "install-os", "a", "b")

    assert told == [
        BEGAN,
        Told("", "Gathering Facts", "running", "", "compute", "install-os", "Play install_os"),
        Told("a", "", "changed", "", "compute", "install-os"),
        Told("b", "", "changed", "", "compute", "install-os"),
        Told("", "", "ok", "", "compute", "install-os"),
    ]


def test_the_running_task_is_told_once_a_second() -> None:
    """However many tasks there are; those of another second are told again."""
    progress, body = made(a="compute"), pods.pod("install-os")
    list(progress.pod(body, 0.0))
    told = [
        each
        for second, line in enumerate(pods.said("install-os", "a")[:-3])
        for each in progress.heard(body["metadata"]["uid"], line, second / 100)
    ]

    assert ["Gathering Facts"] == [each.task for each in told if each.outcome == "running"]
    assert [] == heard(progress, body, ["TASK [x] ***"], now=0.9)
    assert ["y"] == [each.task for each in heard(progress, body, ["TASK [y] ***"], now=1.2)]


def test_a_failure_is_told_with_its_words() -> None:
    """The host, its task and its message at once; then the pod's failure, with all of its bad hosts."""
    progress = made(a="compute", b="compute")
    *told, failure = ran(progress, "install-os", "a", "b", failing={"b": FULL})
    words = f"non-zero return code\n{FULL}"

    assert Told("b", TASK, "failed", words, "compute", "install-os", "Play install_os") in told
    assert Told("a", "", "changed", "", "compute", "install-os") in told
    assert Told("", "", "failed", "attempt 1 of 3", "compute", "install-os") == told[-1]
    assert isinstance(failure, Failure)
    assert [("b", words)] == [(each.host, each.message) for each in failure.bad]
    assert (failure,) == progress.failures()


@pytest.mark.parametrize(("tries", "said"), [(0, 1), (1, 2), (None, 7)])
def test_how_often_it_is_tried(tries: int | None, said: int) -> None:
    """As the deployment says, also where it is once; Kubernetes tries six times more where it says nothing."""
    told = ran(tried(tries, a="compute"), "install-os", "a", failing={"a": FULL})

    assert f"attempt 1 of {said}" in [each.message for each in told if isinstance(each, Told)]


def test_the_next_attempt_says_only_what_is_new() -> None:
    """The same failure is not told again; when the last attempt ends well there is no failure any more."""
    progress = made(a="compute", b="compute")
    ran(progress, "install-os", "a", "b", failing={"b": FULL})
    again = ran(progress, "install-os", "a", "b", number=2, failing={"b": FULL})
    well = ran(progress, "install-os", "a", "b", number=3)

    assert Told("", "", "running", "attempt 2 of 3", "compute", "install-os") == again[0]
    assert not any(isinstance(each, Failure) or each.host for each in again)
    assert Told("b", "", "changed", "", "compute", "install-os") in well
    assert () == progress.failures()


def test_secrets_are_hidden() -> None:
    """In messages and in the last lines."""
    *_, failure = ran(
        made(b="compute"), "install-os", "b", failing={"b": "the known secret, password=hunter2"}
    )

    assert isinstance(failure, Failure)
    assert "the •••, password=•••" in failure.bad[0].message
    assert not any("hunter2" in line or "known secret" in line for line in failure.last)


def test_hosts_of_a_job_for_all_node_sets() -> None:
    """Each is told in its own node set, whichever the job is labelled with."""
    told = ran(made(a="compute", b="network"), "ssh-known-hosts", "a", "b")

    assert {"a": "compute", "b": "network"} == {
        each.host: each.nodeset for each in told if isinstance(each, Told) and each.host
    }


def test_the_operators_word_comes_first() -> None:
    """Services that its status shows as done are neither told nor read."""
    progress = made(a="compute")
    live = deployed.ran(
        deployed.deployment(pods.DEPLOYMENT, "compute"), services=("bootstrap",), through=False
    )
    progress.seed(live)
    done = [*progress.pod(pods.pod("bootstrap", phase="Succeeded"), 0.0)]

    assert ([], []) == (done, list(progress.unread()))


def test_only_the_newest_pod_is_read() -> None:
    """Of a job that has failed before, when osk starts to look."""
    progress = made(a="compute")
    for number, phase in ((1, "Failed"), (3, "Running"), (2, "Failed")):
        list(progress.pod(pods.pod("install-os", number=number, phase=phase), 0.0))

    assert [pods.pod("install-os", number=3)["metadata"]["name"]] == [each.name for each in progress.unread()]


def test_hosts_that_only_the_summary_names() -> None:
    """A log that cannot be read hides no failed host."""
    progress = made(a="compute", b="compute")
    summary = json.dumps({"totalHosts": 2, "failedHostList": ["a"], "unreachableHostList": ["b"]})
    body = pods.pod("install-os", phase="Failed", message=summary)
    list(progress.pod(body, 0.0))
    *_, failure = progress.closed(body["metadata"]["uid"], 0.0)

    assert isinstance(failure, Failure)
    assert [("a", "failed"), ("b", "unreachable")] == [(each.host, each.outcome) for each in failure.bad]


def test_a_pod_without_a_word() -> None:
    """It is said that no host is to blame, with the log's end and what a rule knows of it."""
    progress, body = made(a="compute"), pods.pod("install-os")
    list(progress.pod(body, 0.0))
    heard(progress, body, ["ERROR! the role 'osp.edpm.x' was not found"])
    list(progress.closed(body["metadata"]["uid"], 0.0))
    *_, failure = progress.pod(pods.pod("install-os", phase="Failed"), 0.0)
    assert isinstance(failure, Failure)
    (problem,) = blaming.problems((failure,), "osk deploy")

    assert str(problem.subject).startswith("Pod openstack/")
    assert "install-os failed on node set compute, on no host in particular" == problem.summary
    assert "lacks a playbook, role or module" in (problem.detail or "")
    assert "the role 'osp.edpm.x' was not found" in (problem.detail or "")


def test_a_problem_names_every_host() -> None:
    """Hosts with the same failure share one: task, message, the log's end, cause and how to go on."""
    hosts = tuple(f"h{number}" for number in range(5))
    progress = made(**dict.fromkeys(hosts, "compute"))
    *_, failure = ran(progress, "install-os", *hosts, failing=dict.fromkeys(hosts[1:], FULL))
    assert isinstance(failure, Failure)
    (problem,) = blaming.problems((failure,), "osk deploy -p lab")
    warned = blaming.at_once(failure, "osk deploy -p lab")

    assert "install-os failed on h1, h2, h3 and 1 more (node set compute)" == problem.summary
    assert problem.detail is not None
    for words in ("hosts: h1, h2, h3, h4", f"task: {TASK}", FULL, "likely cause: the host's disk is full"):
        assert words in problem.detail
        assert words in warned
    assert "osk deploy -p lab" == problem.advice[-1].command
    assert warned.endswith("Kubernetes tries again (attempt 1 of 3)")


def test_unlike_failures_are_problems_of_their_own() -> None:
    """By task and message; what differs by the host's own name only is the same."""
    progress = made(a="compute", b="compute", c="compute")
    words = {"a": "a has no disk", "b": "b has no disk", "c": "something else"}
    *_, failure = ran(progress, "install-os", "a", "b", "c", failing=words)
    assert isinstance(failure, Failure)

    assert [
        "install-os failed on a, b (node set compute)",
        "install-os failed on c (node set compute)",
    ] == sorted(each.summary for each in blaming.problems((failure,), ""))
