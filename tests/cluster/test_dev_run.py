"""An operator on this machine in the place of the deployed one: it reconciles, with a field of its own, and is put back."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters import holders
from openstack_k8s_cli.apply.ports import Cluster, Resource
from openstack_k8s_cli.developing import webhooks
from openstack_k8s_cli.developing.entries import looked
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.workflows.developing import store
from tests.cluster import listings, localoperator, processes
from tests.cluster.awaiting import until
from tests.cluster.commands import Ended
from tests.cluster.listings import Listing
from tests.cluster.stories import Deployed, Story
from tests.cluster.test_dev import live, osk, same

CRD = ObjectId("apiextensions.k8s.io", "CustomResourceDefinition", "", "horizons.horizon.openstack.org")
HORIZON = ObjectId("apps", "Deployment", "openstack-operators", "horizon-operator-controller-manager")
PROGRAM = str(Path(localoperator.__file__).resolve())


@pytest.fixture(scope="module")
def deployed(story: Story) -> Iterator[Deployed]:
    """Have a deployment in the cluster; it is given back without development state."""
    standing = story.standing()
    yield standing
    assert () == store.read(standing.cluster)


@pytest.fixture(scope="module")
def before(deployed: Deployed) -> Listing:
    """List all objects before anything is changed: each test gives back what it changes."""
    return listings.quiet(deployed.cluster)


@pytest.fixture
def checkout(deployed: Deployed, tmp_path: Path) -> Path:
    """Have a checkout of an operator whose kind has a field that is new."""
    crd = live(deployed, CRD)
    (version,) = crd["spec"]["versions"]
    version["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["fancy"] = {"type": "string"}
    bases = tmp_path / "config" / "crd" / "bases"
    bases.mkdir(parents=True)
    (tmp_path / "templates").mkdir()
    own = {**crd, "metadata": {"name": CRD.name}}
    (bases / "horizons.yaml").write_text(json.dumps({key: own[key] for key in own if key != "status"}))
    return tmp_path


def command(deployed: Deployed, operator: str, folder: Path) -> tuple[str, ...]:
    """Give the command that runs a checkout's operator, without what is to be run."""
    return ("dev", "run", operator, str(folder), "-p", "crc", f"--rehearsal={deployed.rehearsal.name}")


@contextmanager
def running(deployed: Deployed, operator: str, folder: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Have it running: the deployed one is stopped, the local one started."""
    given = ("-o", "json", *words, "--", sys.executable, PROGRAM)
    with deployed.osk.begun(*command(deployed, operator, folder), *given) as process:
        assert process.stdout is not None
        for line in process.stdout:
            event = json.loads(line)
            if event["type"] == "RunFinished":
                assert (0, []) == (event["exit_code"], event["problems"])
                break
        yield process


def stopped(process: subprocess.Popen[str]) -> Ended:
    """End it as Ctrl-C does."""
    process.send_signal(signal.SIGINT)
    assert process.stdout is not None
    said = process.stdout.read()
    return Ended(process.wait(), said, "")


def compiler(folder: Path) -> Path:
    """Give a folder with a recorded `go`: what it builds ends at once, with 3."""
    (folder / "cmd").mkdir()
    (folder / "cmd" / "main.go").touch()
    go = folder / "bin" / "go"
    go.parent.mkdir()
    go.write_text('#!/bin/sh\nprintf "#!/bin/sh\\nexit 3\\n" > "$3"\nchmod +x "$3"\n')
    go.chmod(0o755)
    return go.parent


def horizons(deployed: Deployed) -> Resource:
    """Give the kind that the local operator is for."""
    found = deployed.cluster.resource("horizon.openstack.org", "Horizon")
    assert found is not None
    return found


def fancy() -> Body:
    """Make an object that uses the new field."""
    spec = {"containerImage": "any", "memcachedInstance": "any", "secret": "any", "fancy": "very"}
    meta = {"name": "local", "namespace": localoperator.NAMESPACE}
    return {"apiVersion": "horizon.openstack.org/v1beta1", "kind": "Horizon", "metadata": meta, "spec": spec}


def seen(body: Body) -> bool:
    """Tell whether the local operator has reconciled an object."""
    return bool(get(body, "metadata", "annotations", localoperator.SEEN) == "very")


def entries(cluster: Cluster) -> list[tuple[str, str]]:
    """Give the state and the note of each entry, as this machine can tell."""
    found = looked(store.read(cluster), holders.is_dead)
    return [(each.state.value, each.note) for each in found]


def test_a_local_operator_reconciles_and_everything_is_put_back(
    deployed: Deployed, before: Listing, checkout: Path
) -> None:
    """With its new field, in the deployed one's place; CRDs stay while an object has the field, and go with a reset."""
    cluster, kind = deployed.cluster, horizons(deployed)
    with running(deployed, "horizon", checkout) as process:
        cluster.create(fancy())
        until(cluster, kind, seen, name="local", namespace=localoperator.NAMESPACE)
        made = cluster.get(kind, localoperator.NAMESPACE, "local") or {}
        replicas = get(live(deployed, HORIZON), "spec", "replicas")
        runs = entries(cluster)
        second = deployed.osk(*command(deployed, "horizon", checkout), "--", "true")
        ended = stopped(process)
    kept = entries(cluster)
    refused = osk(deployed, "dev", "reset", "horizon")
    cluster.delete(kind, localoperator.NAMESPACE, "local")
    back = osk(deployed, "dev", "reset", "horizon")

    here = json.loads(made["metadata"]["annotations"][localoperator.HERE])
    assert ("false", f"{checkout}/templates") == (here["ENABLE_WEBHOOKS"], here["OPERATOR_TEMPLATES"])
    assert 0 == replicas
    assert [("running", str(checkout))] == runs
    assert (ExitCode.REFUSED, True) == (second.code, "OSK1415" in second.stderr)
    assert ExitCode.DONE == ended.code
    assert [("there", f"CRDs of {checkout}")] == kept
    assert "Horizon default/local: spec.fancy" in refused.stderr
    assert (ExitCode.REFUSED, ExitCode.DONE) == (refused.code, back.code)
    same(deployed, before)


def test_what_is_killed_is_explained_and_taken_over(
    deployed: Deployed, before: Listing, checkout: Path
) -> None:
    """With `kill -9`: the local process ends too, the status says so, the same command goes on and puts back."""
    cluster, kind = deployed.cluster, horizons(deployed)
    with running(deployed, "horizon", checkout) as process:
        cluster.create(fancy())
        until(cluster, kind, seen, name="local", namespace=localoperator.NAMESPACE)
        cluster.delete(kind, localoperator.NAMESPACE, "local")
        local = {pid: line for pid, line in processes.of(Path(PROGRAM)).items() if pid != process.pid}
        process.kill()
        process.wait()
    left = processes.await_end(local)
    explained = osk(deployed, "dev", "status").stdout
    died = deployed.osk(
        *command(deployed, "horizon", checkout), PATH=f"{compiler(checkout)}:{os.environ['PATH']}"
    )

    assert (1, {}) == (len(local), left)
    assert "its process is gone" in explained
    assert (ExitCode.FAILED, True) == (died.code, "OSK1417" in died.stderr)
    assert [] == entries(cluster)
    same(deployed, before)


def test_webhooks_of_the_openstack_operator_are_called_here(
    deployed: Deployed, before: Listing, tmp_path: Path
) -> None:
    """While it runs here; they are where they were after a reset, although it was killed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    cluster, target = deployed.cluster, webhooks.ids("openstack")[0]
    kind = cluster.resource(target.group, target.kind)
    planes = cluster.resource("core.openstack.org", "OpenStackControlPlane")
    assert kind is not None
    assert planes is not None
    with running(deployed, "openstack", tmp_path, "--webhook-port", port) as process:
        until(cluster, kind, lambda body: f":{port}/" in str(body), name=target.name, namespace="")
        (plane,) = cluster.list(planes, "openstack").items
        for mark in ("yes", None):
            patch = {"metadata": {"annotations": {"example.org/called": mark}}}
            cluster.merge(planes, "openstack", plane["metadata"]["name"], patch)
        process.kill()
        process.wait()
    back = osk(deployed, "dev", "reset", "openstack")

    called = (tmp_path / localoperator.CALLED).read_text()
    assert "/mutate-core-openstack-org-v1beta1-openstackcontrolplane" in called
    assert "/validate-core-openstack-org-v1beta1-openstackcontrolplane" in called
    assert ExitCode.DONE == back.code, back.stderr
    same(deployed, before)
