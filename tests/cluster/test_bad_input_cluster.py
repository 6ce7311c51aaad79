"""Bad input that a cluster gives: one clear error or survival, nothing lost, and a second run that finishes the job."""

import base64
import json
import re
import socket
import subprocess
from pathlib import Path

import pytest

from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.rehearsal import layer
from openstack_k8s_cli.rehearsal.lifecycle import Rehearsal
from tests.cluster import accounts, proxies
from tests.cluster.commands import Document, Osk

SMALL = ("deploy", "secrets", "--yes")
"""A deployment of two namespaces and three Secrets."""
HASTY = ("--set", "timeouts.scale=0.01")
"""Where a deadline is to pass."""


@pytest.fixture(scope="module")
def profile(rehearsal: Rehearsal, osk: Osk) -> Path:
    """Write a profile that says itself what the rehearsal layer would, for a kubeconfig that osk does not know."""
    text = layer.layer(rehearsal.name, rehearsal.directory).text
    head = "apiVersion: osk/v1\nkind: Profile\nname: lab\nextends: [crc]\n"
    path = osk.home / "lab.yaml"
    path.write_text(f"{head}{text}")
    return path


def only_problem(stderr: str) -> str:
    """Give the text of the one error."""
    assert stderr.count("error OSK") == 1, stderr
    return stderr[stderr.index("error OSK") :]


def secrets(cluster: Cluster, namespace: str) -> dict[str, str]:
    """Give the UIDs of a namespace's Secrets."""
    kind = cluster.resource("", "Secret")
    assert kind is not None
    return {body["metadata"]["name"]: body["metadata"]["uid"] for body in cluster.list(kind, namespace).items}


def test_no_kubeconfig_says_where_one_comes_from(osk: Osk) -> None:
    """Without any kubeconfig a deployment is refused with the ways to get one, and the one that needs none."""
    refused = osk(*SMALL)

    assert refused.code == ExitCode.REFUSED
    commands = [line.strip() for line in only_problem(refused.stderr).splitlines()]
    assert "oc login SERVER" in commands
    assert any(each.endswith("osk rehearse") for each in commands)  # by its path, where that is not on PATH


def test_refused_port_names_the_address(osk: Osk, kubeconfig: Path, tmp_path: Path) -> None:
    """A server that does not answer is refused with its address."""
    config = json.loads(kubeconfig.read_text())
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody else can have the port, and nobody listens
        address = f"https://127.0.0.1:{taken.getsockname()[1]}"
        config["clusters"][0]["cluster"]["server"] = address
        (tmp_path / "away").write_text(json.dumps(config))
        refused = osk(*SMALL, "--kubeconfig", tmp_path / "away")

    assert refused.code == ExitCode.REFUSED
    assert f"at {address}" in only_problem(refused.stderr)
    assert "crc start" in refused.stderr


def test_wrong_context_names_those_there_are(osk: Osk, kubeconfig: Path) -> None:
    """A context that the kubeconfig does not have is refused with those that it has, and the nearest."""
    refused = osk(*SMALL, "--kubeconfig", kubeconfig, "--context", "rehersal")

    assert refused.code == ExitCode.REFUSED
    assert "contexts: rehearsal" in only_problem(refused.stderr)
    assert "Did you mean `rehearsal`?" in refused.stderr


def test_refused_login_says_so(osk: Osk, kubeconfig: Path, tmp_path: Path) -> None:
    """A token that the server does not accept is refused with the way to a new one."""
    refused = osk(*SMALL, "--kubeconfig", accounts.with_token(kubeconfig, "wrong", tmp_path / "wrong"))

    assert refused.code == ExitCode.REFUSED
    assert "does not accept the login" in only_problem(refused.stderr)
    assert "oc login" in refused.stderr


def test_other_platform_than_the_profiles_is_refused(osk: Osk, kubeconfig: Path) -> None:
    """A cluster that is not what `platform` says is refused before anything is written."""
    refused = osk(*SMALL, "--kubeconfig", kubeconfig, "--set", "platform.flavour=okd")

    assert refused.code == ExitCode.REFUSED
    assert "at platform.flavour" in only_problem(refused.stderr)


def test_no_right_to_look_is_refused_before_the_first_write(
    osk: Osk, cluster: Cluster, kubeconfig: Path, profile: Path, tmp_path: Path
) -> None:
    """A user who may not list nodes is refused with the kind, and nothing is written."""
    accounts.lacking(cluster, "blind", kind="Node", verbs=("get", "list", "watch"))
    login = accounts.kubeconfig(kubeconfig, "blind", tmp_path / "blind")
    refused = osk(*SMALL, "-p", profile, "--kubeconfig", login, "--set", "namespaces.openstack=blind")

    assert refused.code == ExitCode.REFUSED
    assert "nodes is forbidden" in only_problem(refused.stderr)
    assert secrets(cluster, "blind") == {}


def test_no_right_to_one_kind_costs_that_step_only(
    osk: Osk, cluster: Cluster, kubeconfig: Path, profile: Path, tmp_path: Path
) -> None:
    """A kind that may not be written ends its step with the object's name; the rest is done, and a run with rights ends it."""
    accounts.lacking(cluster, "unsecret", kind="Secret", verbs=("create", "update", "patch"))
    login = accounts.kubeconfig(kubeconfig, "unsecret", tmp_path / "unsecret")
    command = (*SMALL, "attachments", "-p", profile, "--kubeconfig", login, "-o", "json")
    wanting = "--set=namespaces.openstack=unsecret"
    refused = osk(*command, wanting)
    accounts.given_back(cluster, "unsecret")
    finished = osk(*command, wanting)

    outcomes = {event["step"]: event["outcome"] for event in refused.of("StepFinished")}
    assert refused.code == ExitCode.APPLY_REFUSED
    assert outcomes["networks/attachments/definitions"] == "ready"
    assert outcomes["controlplane/secrets/passwords"] == "refused"
    assert [problem["subject"] for problem in refused.problems] == ["Secret unsecret/osp-secret"]
    assert "secrets is forbidden" in refused.problems[0]["detail"]
    assert finished.code == ExitCode.DONE
    assert {"osp-secret", "libvirt-secret"} <= secrets(cluster, "unsecret").keys()


def test_kind_that_never_appears_ends_at_its_deadline(osk: Osk, profile: Path, kubeconfig: Path) -> None:
    """Without its operator a kind is waited for until the deadline, and the error names it."""
    stalled = osk(
        *("deploy", "netconfig", "--only", "-y", "-p", profile, "--kubeconfig", kubeconfig, "-o", "json"),
        *HASTY,
    )

    assert stalled.code == ExitCode.STALLED
    (problem,) = stalled.problems
    assert problem["subject"] == "networks/netconfig/netconfig"
    assert "NetConfig of network.openstack.org/v1beta1 is not served" in problem["detail"]
    assert problem["advice"]


def test_object_of_others_is_taken_over_by_its_name_only(
    osk: Osk, cluster: Cluster, profile: Path, kubeconfig: Path
) -> None:
    """A ConfigMap that osk did not make is refused with the field that differs; `--adopt` takes it, and that one alone."""
    command = ("deploy", "namespaces", "settings", "--only", "-y", "-p", profile, "--kubeconfig", kubeconfig)
    wanting = ("--set=namespaces.openstack=taken", "-o", "json")
    name = "nova-extra-config"
    meta = {"name": name, "namespace": "taken"}
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "taken"}})
    cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {"mine": "1"}})
    refused = osk(*command, *wanting)
    unknown = osk(*command, *wanting, "--adopt", f"ConfigMap/{name}s")
    adopted = osk(*command, *wanting, "--adopt", f"ConfigMap/{name}")
    kind = cluster.resource("", "ConfigMap")
    assert kind is not None
    found = cluster.get(kind, "taken", name)

    (problem,) = refused.problems
    assert (refused.code, problem["subject"]) == (ExitCode.REFUSED, f"ConfigMap taken/{name}")
    assert f"--adopt ConfigMap/{name}" in json.dumps(problem["advice"])
    assert refused.of("ObjectChanged") == []
    assert (unknown.code, [each["code"] for each in unknown.problems]) == (ExitCode.USAGE, ["OSK0553"])
    assert (adopted.code, adopted.problems) == (ExitCode.DONE, [])
    assert found is not None
    assert found["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "osk"
    assert found["data"]["mine"] == "1"
    assert len(found["data"]) > 1


def until_changed(process: "subprocess.Popen[str]", count: int) -> None:
    """Read a run's events until it changed so many objects."""
    assert process.stdout is not None
    for line in process.stdout:
        count -= json.loads(line)["type"] == "ObjectChanged"
        if not count:
            return


def test_server_gone_for_good_ends_at_the_deadline(
    osk: Osk, cluster: Cluster, kubeconfig: Path, profile: Path, tmp_path: Path
) -> None:
    """A server that goes away in the middle is waited for until the deadline; the next run ends what is left."""
    command = (*SMALL, "attachments", "-p", profile, "--kubeconfig", tmp_path / "through")
    with proxies.before(kubeconfig, tmp_path / "through") as door:
        with osk.begun(*command, *HASTY, "--set=namespaces.openstack=gone", "-o", "json") as process:
            until_changed(process, 4)
            door.shut()
            end: Document = [json.loads(line) for line in process.stdout or ()][-1]
            code = process.wait()
        kept = secrets(cluster, "gone")
        door.open()
        finished = osk(*command, "--set=namespaces.openstack=gone")

    assert (end["type"], code) == ("RunFinished", ExitCode.STALLED)
    assert all("refuses connections" in problem["detail"] for problem in end["problems"])
    assert end["next"]
    assert finished.code == ExitCode.DONE
    assert kept.items() <= secrets(cluster, "gone").items()


def test_server_away_for_a_moment_is_survived(
    osk: Osk, kubeconfig: Path, profile: Path, tmp_path: Path
) -> None:
    """Every connection breaks in the middle of a run, and it goes on by itself."""
    command = (*SMALL, "attachments", "-p", profile, "--kubeconfig", tmp_path / "through")
    with (
        proxies.before(kubeconfig, tmp_path / "through") as door,
        osk.begun(*command, "--set=namespaces.openstack=moment", "-o", "json") as process,
    ):
        until_changed(process, 4)
        door.shut()
        door.open()
        end: Document = [json.loads(line) for line in process.stdout or ()][-1]

        assert (end["outcome"], process.wait()) == ("ready", ExitCode.DONE)


@pytest.mark.parametrize("state", ["/proc/none", "/dev/null", "relative"])
def test_state_that_cannot_be_kept_is_a_warning(
    osk: Osk, kubeconfig: Path, profile: Path, state: str
) -> None:
    """Without a place for the record a deployment works the same, and says once that nothing is kept."""
    done = osk(*SMALL, "-p", profile, "--kubeconfig", kubeconfig, XDG_STATE_HOME=state)

    assert done.code == ExitCode.DONE
    assert done.stderr.count("warning: the record of this run is not kept") == (state != "relative")


def test_full_disk_is_a_warning(osk: Osk, kubeconfig: Path, profile: Path, tmp_path: Path) -> None:
    """A disk that takes no byte costs the record, not the deployment."""
    config = json.loads(kubeconfig.read_text())
    certificate = base64.b64decode(config["clusters"][0]["cluster"].pop("certificate-authority-data"))
    (tmp_path / "ca.crt").write_bytes(certificate)  # the Kubernetes client writes what is inline to a file
    config["clusters"][0]["cluster"]["certificate-authority"] = str(tmp_path / "ca.crt")
    (tmp_path / "files").write_text(json.dumps(config))
    command = [*osk.command(*SMALL, "-p", profile, "--kubeconfig", tmp_path / "files")]
    done = subprocess.run(
        ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", *command],
        cwd=osk.home,
        env=osk.variables,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == ExitCode.DONE, done.stderr
    assert len(re.findall("warning: the record of this run is not kept", done.stderr)) == 1
