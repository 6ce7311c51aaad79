"""Rehearsal clusters come, live beside each other, and go without a trace."""

import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.rehearsal import assets, binaries, controlplane, launch, lifecycle, network, startup
from openstack_k8s_cli.rehearsal.directories import Places
from openstack_k8s_cli.rehearsal.lifecycle import Rehearsal
from openstack_k8s_cli.rehearsal.options import Options
from openstack_k8s_cli.rehearsal.processes import Crew
from tests.cluster import processes
from tests.cluster.awaiting import eventually

BARE = Options(snapshot=False, olm=False, webhooks=False, simulators=False)
SEPARATE = Options(snapshot=False, olm=False, webhooks=False, simulators=False, one_process=False)


@pytest.fixture(scope="module")
def bare(places: Places) -> Iterator[Rehearsal]:
    """Have one bare cluster for the tests that only look."""
    with lifecycle.running("bare", options=BARE, places=places) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def separate(places: Places) -> Iterator[Rehearsal]:
    """Have one with a process for each component."""
    with lifecycle.running("separate", options=SEPARATE, places=places) as cluster:
        yield cluster


def connect(rehearsal: Rehearsal) -> Cluster:
    """Connect to a cluster."""
    return kubernetes.connect(str(rehearsal.kubeconfig))


def namespaces(rehearsal: Rehearsal) -> set[str]:
    """List its namespaces."""
    cluster = connect(rehearsal)
    kind = cluster.resource("", "Namespace")
    assert kind is not None
    return {body["metadata"]["name"] for body in cluster.list(kind).items}


def make_namespace(rehearsal: Rehearsal, name: str) -> None:
    """Make a namespace."""
    connect(rehearsal).create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})


def test_a_name_runs_once(bare: Rehearsal, places: Places) -> None:
    """A second `up` of a running name says so and how to go on, and leaves the first alone."""
    with pytest.raises(OskError) as raised:
        lifecycle.up(bare.name, options=BARE, places=places)

    (problem,) = raised.value.problems
    assert (problem.code, raised.value.exit_code) == ("OSK0908", ExitCode.REFUSED)
    assert "`bare` is running already" in problem.summary
    assert "default" in namespaces(bare)


def test_says_how_it_is(bare: Rehearsal, places: Places) -> None:
    """Status, names, kubeconfig and logs tell of a running cluster; an unknown name or program is refused."""
    status = lifecycle.status(bare.name, places=places)
    assert status.running
    assert status.state is not None
    assert (status.state.phase, status.state.pid) == (launch.Phase.READY, bare.pid)
    assert bare.name in lifecycle.names(places=places)
    assert lifecycle.kubeconfig(bare.name, places=places) == bare.kubeconfig
    assert lifecycle.logs(bare.name, "controlplane", places=places).stat().st_size > 0

    with pytest.raises(OskError, match="No rehearsal cluster `nobody` is running"):
        lifecycle.kubeconfig("nobody", places=places)
    with pytest.raises(OskError, match="no log of a program `etcd`"):
        lifecycle.logs(bare.name, "etcd", places=places)
    assert not lifecycle.down("nobody", places=places)


def test_is_the_users_own(bare: Rehearsal) -> None:
    """Nobody else can enter the cluster's folder, and nothing listens beyond the loopback interface."""
    assert bare.directory.stat().st_mode & 0o777 == 0o700
    assert bare.kubeconfig.stat().st_mode & 0o777 == 0o600
    assert processes.listeners(processes.of(bare.directory)) == {"0100007F"}


def test_the_kubeconfig_of_the_user_stays(bare: Rehearsal, tmp_path: Path) -> None:
    """The cluster's kubeconfig is a file of its own, and its programs do not know the user's."""
    assert bare.kubeconfig.is_relative_to(bare.directory)
    for pid in processes.of(bare.directory):
        if pid != bare.pid:
            assert b"KUBECONFIG" not in Path(f"/proc/{pid}/environ").read_bytes()
    assert not (tmp_path / ".kube").exists()


def test_etcd_refuses_who_has_no_certificate(bare: Rehearsal) -> None:
    """Etcd answers the API server's certificate, and ends the connection of anybody else."""
    plane = controlplane.prepare(bare.directory)
    pki = plane.pki("inner-ca.crt")
    stranger = ssl.create_default_context(cafile=str(pki))
    server = ssl.create_default_context(cafile=str(pki))
    server.load_cert_chain(plane.pki("apiserver-client.crt"), plane.pki("apiserver-client.key"))
    wrong = ssl.create_default_context(cafile=str(pki))
    wrong.load_cert_chain(plane.pki("apiserver.crt"), plane.pki("apiserver.key"))

    for port in (plane.ports.etcd, plane.ports.etcd_peer):
        assert not network.answers(port, "/version", stranger)
        assert not network.answers(port, "/version", wrong)
    assert eventually(lambda: network.answers(plane.ports.etcd, "/version", server))


def test_the_kubelet_refuses_who_has_no_certificate(bare: Rehearsal) -> None:
    """Only the API server can ask for exec and logs."""
    plane = controlplane.prepare(bare.directory)
    stranger = ssl.create_default_context(cafile=str(plane.pki("inner-ca.crt")))

    assert network.listens(plane.ports.kubelet)
    assert not network.answers(plane.ports.kubelet, "/containerLogs/default/pod/main", stranger)


def test_two_run_side_by_side(bare: Rehearsal, separate: Rehearsal) -> None:
    """What is made in one cluster is not in the other."""
    make_namespace(bare, "only-here")

    assert "only-here" in namespaces(bare)
    assert "only-here" not in namespaces(separate)


def test_down_leaves_nothing(places: Places) -> None:
    """After `down` no process and no folder is left, and the name is free; the start was narrated."""
    lines: list[str] = []
    cluster = lifecycle.up("gone", options=BARE, places=places, progress=lines.append)
    assert lines == ["starting the control plane"]
    alive = processes.of(cluster.directory)
    assert len(alive) >= 2

    assert lifecycle.down("gone", places=places)
    assert processes.await_end(alive, patience=0) == {}
    assert not cluster.directory.exists()
    assert "gone" not in lifecycle.names(places=places)


def test_a_killed_supervisor_leaves_no_process(places: Places) -> None:
    """SIGKILL of the supervisor ends all its programs; the name can be used again at once."""
    cluster = lifecycle.up("crash", options=SEPARATE, places=places)
    alive = processes.of(cluster.directory)
    os.kill(cluster.pid, signal.SIGKILL)

    assert processes.await_end(alive) == {}
    assert not lifecycle.status("crash", places=places).running
    again = lifecycle.up("crash", options=BARE, places=places)
    assert "default" in namespaces(again)
    lifecycle.down("crash", places=places)


def test_a_killed_command_leaves_nothing(places: Places, tmp_path: Path) -> None:
    """SIGKILL of the command that has a cluster in the foreground ends the cluster and removes its folder."""
    code = (
        "import signal, sys; from pathlib import Path;"
        "from openstack_k8s_cli.rehearsal import lifecycle; from openstack_k8s_cli.rehearsal.directories import Places;"
        "from openstack_k8s_cli.rehearsal.options import Options;"
        "options = Options(snapshot=False, olm=False, webhooks=False, simulators=False);"
        "places = Places(Path(sys.argv[1]), Path(sys.argv[2]));"
        "block = lifecycle.running('foreground', options=options, places=places);"
        "print(block.__enter__().pid, flush=True); signal.pause()"
    )
    state = tmp_path / "state"
    command = [sys.executable, "-c", code, str(places.cache), str(state)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        supervisor = int(parent.stdout.readline())
        alive = processes.of(state / "foreground")
        parent.kill()

    assert supervisor in alive
    assert processes.await_end(alive) == {}
    assert not (state / "foreground").exists()


def test_a_killed_program_is_started_again(separate: Rehearsal, places: Places) -> None:
    """SIGKILL of the API server: it is back on its port, with the same kubeconfig and all that was there."""
    make_namespace(separate, "before")
    state = lifecycle.status(separate.name, places=places).state
    assert state is not None
    server = state.programs["kube-apiserver"]
    os.kill(server, signal.SIGKILL)
    assert processes.await_end({server: "kube-apiserver"}) == {}
    with lifecycle.outage("kwok", name=separate.name, places=places):
        pass  # the supervisor meets a wish when what ended by itself is back

    assert "before" in namespaces(separate)


def test_an_outage_lasts_as_long_as_wanted(separate: Rehearsal, places: Places) -> None:
    """The API server is away for the length of a block, and back on the same port after it."""
    plane = controlplane.prepare(separate.directory)
    with lifecycle.outage("kube-apiserver", name=separate.name, places=places):
        assert not network.listens(plane.ports.api)

    assert eventually(plane.is_serving)


def test_a_killed_control_plane_loses_nothing(bare: Rehearsal, places: Places) -> None:
    """SIGKILL of everything at once, etcd too: after it all is there that was acknowledged."""
    wanted = {f"kept-{number}" for number in range(20)}
    for name in wanted:
        make_namespace(bare, name)
    with lifecycle.outage("controlplane", name=bare.name, places=places):
        assert not processes.of(bare.directory).keys() - {bare.pid}

    assert wanted <= namespaces(bare)


def test_reset_gives_the_first_state(bare: Rehearsal, places: Places) -> None:
    """After a reset nothing of before is there, and the same kubeconfig works."""
    make_namespace(bare, "soon-gone")
    kubeconfig = bare.kubeconfig.read_text()

    assert lifecycle.reset(bare.name, places=places) == bare
    assert "soon-gone" not in namespaces(bare)
    assert bare.kubeconfig.read_text() == kubeconfig


def test_uses_the_programs_of_kubebuilder(places: Places, tmp_path: Path) -> None:
    """With KUBEBUILDER_ASSETS, etcd and kube-apiserver run from that folder, and end with the rest."""
    built = binaries.ensure(lambda _: None, places=places)
    for name in ("etcd", "kube-apiserver"):
        (tmp_path / name).symlink_to(built.controlplane)  # it is either, called by its name
    given = {assets.VARIABLE: str(tmp_path)}
    with lifecycle.running("assets", options=BARE, places=places, environment=given) as cluster:
        alive = processes.of(cluster.directory)
        commands = {command.split()[0] for command in alive.values()}

        assert {str(tmp_path / "etcd"), str(tmp_path / "kube-apiserver")} <= commands
        assert "default" in namespaces(cluster)
        os.kill(cluster.pid, signal.SIGKILL)
        assert processes.await_end(alive) == {}


def test_takes_ports_of_others_into_account(places: Places) -> None:
    """A port that somebody takes between choosing and starting is given up for another."""
    directory = places.state / "ports"
    plane = controlplane.prepare(directory)
    built = binaries.ensure(lambda _: None, places=places)
    plan = launch.Launch(BARE, built, places.cache)
    code = (
        "import socket, sys; s = socket.create_server(('127.0.0.1', int(sys.argv[1]))); print('up', flush=True);"
        "sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(plane.ports.api)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as taker:
        assert taker.stdout is not None
        taker.stdout.readline()
        with Crew(directory / "logs") as crew:
            moved = startup.start_control_plane(crew, directory, plan)

            assert moved.ports != plane.ports
            assert eventually(moved.is_serving)
        taker.terminate()
