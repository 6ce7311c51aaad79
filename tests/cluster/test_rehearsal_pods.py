"""Pods of a rehearsal cluster: exec runs shipped programs only, logs are what was written for them."""

import http.client
import ssl
import sys
from collections.abc import Iterator

import pytest

from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.apply.ports import Cluster, Resource
from openstack_k8s_cli.rehearsal import controlplane, lifecycle
from openstack_k8s_cli.rehearsal.controlplane import ControlPlane
from openstack_k8s_cli.rehearsal.directories import Places
from openstack_k8s_cli.rehearsal.lifecycle import Rehearsal
from openstack_k8s_cli.rehearsal.options import Options
from tests.cluster.awaiting import has, until

BARE = Options(snapshot=False, olm=False, webhooks=False, simulators=False)
POD = "conductor"


@pytest.fixture(scope="module")
def bare(places: Places) -> Iterator[Rehearsal]:
    """Have a bare cluster."""
    with lifecycle.running("pods", options=BARE, places=places) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def cluster(bare: Rehearsal) -> Cluster:
    """Have a pod in it that runs on a node."""
    found = kubernetes.connect(str(bare.kubeconfig))
    found.create({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "crc"}})
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "cloud", "namespace": "default"},
    }
    found.create(account)
    spec = {"serviceAccountName": "cloud", "containers": [{"name": "main", "image": "osk.invalid/none"}]}
    found.create(
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": POD, "namespace": "default"}, "spec": spec}
    )
    until(found, _resource(found, "Pod"), has("Ready"), name=POD, namespace="default")
    return found


def _resource(cluster: Cluster, kind: str) -> Resource:
    found = cluster.resource("", kind)
    assert found is not None
    return found


def test_exec_runs_a_shipped_program(cluster: Cluster) -> None:
    """`nova-manage` runs in a pod, through the real API server, and its output comes back."""
    command = ("nova-manage", "cell_v2", "discover_hosts", "--verbose")
    ran = cluster.exec("default", POD, command)

    assert (ran.exit_code, ran.stderr) == (0, "")
    assert ran.stdout.startswith("Found 2 cell mappings.\n")


def test_exec_passes_stdin_and_status(cluster: Cluster) -> None:
    """A program reads what is sent to it, and its exit status comes back."""
    good = cluster.exec("default", POD, ("openstack",), stdin=[b"endpoint list -f value\n"])
    bad = cluster.exec("default", POD, ("openstack", "no", "such"))

    assert (good.exit_code, good.stdout.splitlines()[0]) == (0, "keystone identity public")
    assert (bad.exit_code, bad.stdout) == (2, "")
    assert "not rehearsed" in bad.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("/bin/sh", "-c", "true"),
        (sys.executable, "-c", "pass"),
        ("python3",),
        ("../programs/openstack",),
        ("./openstack",),
        ("openstack.py",),
        ("nova_manage",),
        ("env", "sh"),
        ("",),
    ],
)
def test_exec_refuses_anything_else(cluster: Cluster, command: tuple[str, ...]) -> None:
    """No shell, no path, no other program: it ends like a command that the container does not have."""
    ran = cluster.exec("default", POD, command)

    assert (ran.exit_code, ran.stdout) == (127, "")
    assert "not a program of the rehearsal" in ran.stderr


def test_logs_are_what_was_written(bare: Rehearsal, cluster: Cluster) -> None:
    """A container's log is its file in the cluster's folder, whole or its last lines; without a file it is empty."""
    assert cluster is not None
    plane = controlplane.prepare(bare.directory)
    path = f"/api/v1/namespaces/default/pods/{POD}/log"
    assert _get(plane, path) == b""

    log = plane.pod_logs / "default" / POD / "main.log"
    log.parent.mkdir(parents=True)
    log.write_text("one\ntwo\nthree\n")

    assert _get(plane, path) == b"one\ntwo\nthree\n"
    assert _get(plane, f"{path}?tailLines=2") == b"two\nthree\n"
    assert _get(plane, f"{path}?tailLines=0") == b""
    assert _get(plane, f"{path}?tailLines=9") == b"one\ntwo\nthree\n"


def test_logs_come_as_they_are_written(bare: Rehearsal, cluster: Cluster) -> None:
    """Following a log gives what is there and each line that is added, until it is closed."""
    log = controlplane.prepare(bare.directory).pod_logs / "default" / POD / "main.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("one\n\nthree\n")
    following = cluster.follow_logs("default", POD, container="main")
    lines = iter(following)
    first = [next(lines) for _ in range(3)]
    with log.open("a") as file:
        file.write("four\n")
    added = next(lines)
    following.close()

    assert (["one", "", "three"], "four", []) == (first, added, list(lines))


def _get(plane: ControlPlane, path: str) -> bytes:
    trust = ssl.create_default_context(cafile=str(plane.pki("ca.crt")))
    connection = http.client.HTTPSConnection("127.0.0.1", plane.ports.api, context=trust)
    connection.request("GET", path, headers={"Authorization": f"Bearer {plane.token}"})
    return connection.getresponse().read()
