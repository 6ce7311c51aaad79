"""`osk doctor`, `osk rbac` and `osk cluster info`: what they print, and how they end."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from openstack_k8s_cli.cli import clustering, doctoring
from openstack_k8s_cli.cli.main import app
from openstack_k8s_cli.crc.fitness import CHECKS
from openstack_k8s_cli.dataplane.checks import CODES, Checked
from openstack_k8s_cli.dataplane.targets import Target, Wishes
from openstack_k8s_cli.model import checks
from openstack_k8s_cli.model.checks import Check, Group, State
from openstack_k8s_cli.model.problems import ExitCode, Problem
from openstack_k8s_cli.validation.findings import Finding, Severity
from tests.unit.checking.clusters import node
from tests.unit.workflows import worlds

NODES = Check(
    "nodes", "OSK1282", checks.Result(State.FAILED, "one is not Ready", "Look", "kubectl get nodes")
)
FOUND = (
    Group("profile", (Check("render", "", checks.Result(State.OK, "crc")),)),
    Group("cluster", (NODES, Check("mtu", "OSK1296", checks.Result(State.SKIPPED, "nothing to compare")))),
    Group("hosts", why="there are none"),
)


@pytest.fixture(autouse=True)
def folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in a folder of the test's own, with no programs and no cluster."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("KUBECONFIG", raising=False)
    return home


def osk(*words: str) -> Result:
    """Run a command line."""
    return CliRunner().invoke(app, list(words))


def test_lines_have_sign_reason_remedy_and_page() -> None:
    """What is wrong is told with what to do and where to read more; what does not concern anyone is left out."""
    assert doctoring.text(FOUND).splitlines() == [
        "profile",
        "  ✔ render: crc",
        "",
        "cluster",
        "  ✘ nodes: one is not Ready",
        "      → Look",
        "          kubectl get nodes",
        "        docs/doctor.md#nodes",
        "",
        "hosts",
        "  - there are none",
    ]
    assert "  - mtu: nothing to compare" in doctoring.text(FOUND, everything=True).splitlines()


def test_document_has_all_of_it() -> None:
    """JSON says whether it is fit, what was deleted, and every check with its page."""
    told = doctoring.document(FOUND, ())

    assert (told["fit"], told["fixed"]) == (False, [])
    assert told["groups"][1]["checks"][0] == {
        "name": "nodes",
        "code": "OSK1282",
        "state": "failed",
        "detail": "one is not Ready",
        "remedy": "Look",
        "command": "kubectl get nodes",
        "docs": "docs/doctor.md#nodes",
    }


def test_only_what_fails_makes_it_unfit() -> None:
    """Warnings, and what could not be looked at, do not keep anyone from deploying."""
    doubts = Group(
        "x", (Check("a", "", checks.Result(State.WARNING)), Check("b", "", checks.Result(State.UNKNOWN)))
    )

    assert doctoring.document((doubts,), ())["fit"] is True
    assert doctoring.state(FOUND) is State.FAILED


def test_hosts_with_the_same_trouble_are_one_line() -> None:
    """Troubles of hosts are put together, and those that are well counted."""
    fit = checks.Result(State.OK)
    small = checks.Result(State.FAILED, "1 GiB", "Give it more")

    def host(name: str, **results: Any) -> Checked:
        target = Target(name, "compute", "192.0.2.1", "root", 22, "", Wishes())
        return Checked(target, {each: results.get(each, fit) for each in CODES})

    found = list(doctoring.by_check([host("a", memory=small), host("b", memory=small), host("c")]))

    assert [(each.name, each.code, each.result.detail) for each in found] == [
        ("memory", "OSK1106", "1 GiB (at hosts a, b)"),
        ("fit", "", f"1 host: {len(CODES)} checks each"),
    ]


def test_findings_of_one_code_are_one_line() -> None:
    """Lint findings are put together by code; one error makes it fail."""
    found = [
        Finding("OSK0849", severity, None, ("spec",), "no volume", "a.yaml:1")
        for severity in (Severity.WARNING, Severity.ERROR)
    ]
    (only,) = doctoring.linted(found)

    assert (only.code, only.result.state) == ("OSK0849", State.FAILED)
    assert only.result.detail == "spec: no volume (and 1 more place)"


def test_a_problem_becomes_a_check() -> None:
    """What keeps a group from being looked at is told as a check of its own."""
    made = doctoring.failed("connection", Problem("OSK0406", "No answer", "https://lab", "refused"))

    assert made.result.detail == "No answer: https://lab: refused"
    assert (made.code, made.result.state) == ("OSK0406", State.FAILED)


def test_a_host_is_looked_at_for_crc_only() -> None:
    """This machine is judged where CRC is to run on it, with the page of its checks; of other clusters not at all."""
    told = json.loads(osk("doctor", "host", "-p", "crc", "-o", "json").stdout)["groups"][0]
    other = json.loads(osk("doctor", "host", "-p", "openshift", "-o", "json").stdout)["groups"][0]

    assert {each["code"] for each in told["checks"]} == {"OSK1242"}
    assert [each["name"] for each in told["checks"]] == list(CHECKS)
    assert {each["docs"] for each in told["checks"]} == {"docs/crc.md#what-is-checked-first"}
    assert (other["checks"], other["why"]) == ([], "the profile's cluster is no CRC on this machine")


def test_an_unfit_host_is_no_matter_once_its_cluster_is_up() -> None:
    """What fails of a host is a warning beside a cluster that answers."""
    host = Group("host", (Check("kvm", "OSK1242", checks.Result(State.FAILED, "no")), FOUND[0].checks[0]))

    assert [each.result.state for each in doctoring.softened(host).checks] == [State.WARNING, State.OK]


def test_without_a_cluster_the_profile_is_still_looked_at() -> None:
    """Where there is no kubeconfig doctor says so, ends with 4, and looks at the profile all the same."""
    done = osk("doctor", "profile", "cluster", "-o", "json")
    told = json.loads(done.stdout)

    assert done.exit_code == ExitCode.REFUSED
    assert [each["name"] for each in told["groups"]] == ["profile", "cluster"]
    (connection,) = told["groups"][1]["checks"]
    assert (connection["name"], connection["code"]) == ("connection", "OSK0401")
    assert told["groups"][0]["checks"][0]["state"] == "ok"


def test_a_profile_that_does_not_render_is_told() -> None:
    """What is wrong with the profile is a check that failed."""
    done = osk("doctor", "profile", "--set", "networks.ctlplane.cidr=nonsense", "-o", "json")
    (group,) = json.loads(done.stdout)["groups"]

    assert done.exit_code == ExitCode.REFUSED
    assert {each["state"] for each in group["checks"]} == {"failed"}


def test_a_profile_that_cannot_be_read_is_a_check_that_failed(folder: Path) -> None:
    """Whatever is asked for; a profile that is not there is a wrong command line."""
    (folder / "osk.yaml").write_text("apiVersion: osk/v1\nkind: Profile\nname: lab\nplatfrom: {}\n")

    done, none = osk("doctor", "cluster", "hosts", "-o", "json"), osk("doctor", "-p", "nothing")
    profile, *others = json.loads(done.stdout)["groups"]

    assert (done.exit_code, none.exit_code) == (ExitCode.REFUSED, ExitCode.USAGE)
    assert [(each["name"], each["code"], each["state"]) for each in profile["checks"]] == [
        ("schema", "OSK0106", "failed")
    ]
    assert [(each["name"], each["why"]) for each in others] == [
        ("cluster", "the profile cannot be read"),
        ("hosts", "the profile cannot be read"),
    ]


def test_rights_of_a_plan_are_printed_without_a_cluster() -> None:
    """Roles come as one List, or as YAML documents; with a user their bindings too."""
    done = osk("rbac", "--user", "alice", "-o", "json")
    items = json.loads(done.stdout)["items"]

    assert {each["kind"] for each in items} == {
        *("Namespace", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding")
    }
    assert "openstack" in {each["metadata"].get("namespace") for each in items}
    assert osk("rbac").stdout.startswith("---\napiVersion: v1\nkind: Namespace\n")
    own = json.loads(osk("rbac", "--rotate-keys", "-o", "json").stdout)["items"]
    assert [("osk-system", ["secrets"])] == [
        (now["metadata"]["namespace"], rule["resources"])
        for now in own
        for rule in now.get("rules", ())
        if rule not in [some for each in items for some in each.get("rules", ())]
    ]


def test_a_cluster_is_shown() -> None:
    """Kind, shape and nodes are told, and what the cluster decides."""
    made = worlds.cluster(workers=())
    made.put(node("one"))
    told = clustering.document(worlds.world(made), "lab")
    text = clustering.text(told)

    assert (told["flavour"], told["topology"]) == ("kubernetes", "single node")
    assert "kind       Kubernetes Kubernetes v1.33.1" not in text
    assert "one   worker  Ready  8     32 GiB" in text
    assert "  no OLM: operators come from manifests" in text
