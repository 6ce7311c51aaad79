"""The life of CRC on another machine, and the commands by which this one comes to its cluster.

The programs of the machine are recorded ones (tests.fakes.crc), the server is real.
"""

import json
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from ruamel.yaml import YAML
from typer.testing import CliRunner, Result

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters import files, kubernetes
from openstack_k8s_cli.adapters.tunnels import Tunnels
from openstack_k8s_cli.cli.main import app
from openstack_k8s_cli.cli.ways import Through
from openstack_k8s_cli.cli.workstations import Workstations
from openstack_k8s_cli.model.problems import ExitCode, OskError
from tests.fakes.cluster import FakeCluster
from tests.fakes.crc.host import changing
from tests.fakes.crc.openshiftlocal import KUBECONFIG, PASSWORD
from tests.fakes.profiles import over
from tests.ssh.crchosts import Served, served
from tests.unit.adapters.scripted import Script, serving
from tests.unit.crc.wishes import PULL_SECRET, SECRETS

_PROFILE = """\
apiVersion: osk/v1
kind: Profile
name: lab
extends: [crc]
platform: {{crc: {{pullSecret: ~/pull.json}}}}
dataplane: {{hypervisor: {{key: {key}, options: {options}}}}}
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Served]:
    """Start a host; the pull secret is on this machine only."""
    with served(tmp_path) as found:
        (tmp_path / "mine/pull.json").write_text(PULL_SECRET)
        yield found


def _session(environment: dict[str, str]) -> Any:
    """Give what `Workstations` asks of a session."""
    work = SimpleNamespace(
        loaded=over("platform: {crc: {pullSecret: ~/pull.json}}\n"),
        catalogue=components.parse(files.catalogue()),
        downloads=SimpleNamespace(kept=lambda _place: None),
    )
    told: list[str] = []
    answers: list[Any] = []
    return SimpleNamespace(
        work=work,
        environment=environment,
        told=told,
        tell=told.append,
        answers=answers,
        answer=lambda document, _text: answers.append(document),
    )


def test_a_life_on_another_machine(place: Served) -> None:
    """Set up with the pull secret of this machine, started, set up again without a change, stopped.

    The kubeconfig of this machine has the tunnel's address; no command line over there has a secret.
    """
    session, cluster = _session(place.environment), FakeCluster()
    with place.host() as host:
        way = Through(host, place.reach, place.environment, session.tell, lambda _path, _context: cluster)
        station = Workstations(session, host, way=way)
        station.set_up(dry_run=False, yes=False)
        station.start(dry_run=False, yes=False, trusted=False)
        (tunnel,) = way.tunnels.known()
        opened, before = way.tunnels.is_open(tunnel), changing(place.recorded.calls)
        station.set_up(dry_run=False, yes=False)
        again = changing(place.recorded.calls)
        station.stop(dry_run=False)

    entry = YAML(typ="safe").load(Path(place.environment["HOME"]) / ".kube/config")["clusters"][0]
    first, _, same, stopped = (each["changed"] for each in session.answers)
    assert (True, False) == (opened, way.tunnels.is_open(tunnel))
    assert ("osk-crc-127.0.0.1", tunnel.server) == (entry["name"], entry["cluster"]["server"])
    assert "api.crc.testing" == entry["cluster"]["tls-server-name"]
    assert (before, []) == (again, same)
    assert "crc start -o json" in before
    assert f"pull secret → {place.there}:~/pull.json" == first[0]
    assert PULL_SECRET == (place.recorded.home / "pull.json").read_text()
    assert 0o600 == (place.recorded.home / "pull.json").stat().st_mode & 0o777
    assert ["crc stop", f"tunnel to {place.there} closed"] == stopped
    lines = [" ".join(call) for call in place.recorded.calls] + place.servers.commands["crc-host"]
    assert not [line for line in lines if any(secret in line for secret in (*SECRETS, PASSWORD))]


def _certified(folder: Path) -> tuple[ssl.SSLContext, str]:
    """Make a certificate for the name `localhost` alone, and no address."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "crc")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(Encoding.PEM)
    file = folder / "tls.pem"
    file.write_bytes(pem + key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    (folder / "ca.pem").write_bytes(pem)
    return context, str(folder / "ca.pem")


@pytest.fixture
def osk(place: Served, tmp_path: Path) -> Iterator[Callable[..., Result]]:
    """Give what runs osk with a profile, on a machine whose cluster answers over TLS."""
    reach = place.reach
    profile = tmp_path / "lab.yaml"
    profile.write_text(_PROFILE.format(key=reach.key, options=json.dumps(list(reach.options))))
    context, authority = _certified(tmp_path)
    with serving(Script(), context) as address:
        server = address.replace("127.0.0.1", "localhost")
        access = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "crc", "cluster": {"server": server, "certificate-authority": authority}}],
            "users": [{"name": "admin", "user": {"token": "t"}}],
            "contexts": [{"name": "admin", "context": {"cluster": "crc", "user": "admin"}}],
            "current-context": "admin",
        }
        file = place.recorded.home / KUBECONFIG
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(access))

        def run(*words: str) -> Result:
            environment = {**place.environment, "KUBECONFIG": None}
            return CliRunner().invoke(app, [*words, "-p", str(profile)], env=environment)

        yield run


def _held(place: Served, profile: Path) -> tuple[int, str, str]:
    """Have a tunnel held by an osk of its own until it has said that it is open; then it is closed from elsewhere."""
    words = ("crc", "tunnel", "--host", place.there, "-p", str(profile))
    environment = {name: value for name, value in os.environ.items() if name != "KUBECONFIG"}
    with subprocess.Popen(
        [sys.executable, "-m", "openstack_k8s_cli", *words],
        env={**environment, **place.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as osk:
        assert osk.stdout
        said = osk.stdout.readline()
        tunnels = Tunnels(place.environment)
        for each in tunnels.known():
            tunnels.close(each)
        rest, told = osk.communicate()
    return osk.returncode, said + rest, told


def test_the_tunnel_leads_to_the_api_and_says_when_it_is_closed(
    osk: Callable[..., Result], place: Served, tmp_path: Path
) -> None:
    """Opened once, known by its certificate's name, closed; then every command says how to open it."""
    there = ("--host", place.there)
    none = osk("crc", "tunnel")
    opened = json.loads(osk("crc", "tunnel", *there, "--detach", "-o", "json").stdout)
    again = json.loads(osk("crc", "tunnel", "--detach", "-o", "json").stdout)
    path, name = str(tmp_path / "mine/.kube/config"), "osk-crc-127.0.0.1"
    connected = kubernetes.connect(path, name)
    shown = osk("crc", "tunnel", "status", *there)
    stopped = osk("crc", "tunnel", "stop", *there)
    closed = osk("crc", "tunnel", "status")
    code, said, told = _held(place, tmp_path / "lab.yaml")
    refused = osk("cluster", "info", "--kubeconfig", path, "--context", name, "-o", "json")

    assert (ExitCode.USAGE, "OSK1375" in none.output) == (none.exit_code, True)
    assert (opened, "open", name) == (again, opened["state"], opened["context"])
    assert {"api", "https", "http", "socks"} == {*opened["ports"]}
    assert connected.resource("", "ConfigMap")
    assert (0, True) == (shown.exit_code, place.there in shown.stdout)
    assert (0, ExitCode.DIFFERENCES) == (stopped.exit_code, closed.exit_code)
    assert (0, True) == (code, "open" in said)
    assert f"tunnel to {place.there} closed" in told
    problem = json.loads(refused.stdout or refused.stderr)["problems"][0]
    assert ("OSK1373", ExitCode.REFUSED) == (problem["code"], refused.exit_code)
    assert f"osk crc tunnel --host {place.there} --detach" in str(problem["advice"])


def test_an_api_that_is_down_behind_an_open_tunnel_is_to_be_started(
    osk: Callable[..., Result], place: Served
) -> None:
    """On its own machine."""
    file = place.recorded.home / KUBECONFIG
    access = json.loads(file.read_text())
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody else can have the port, and nobody listens
        access["clusters"][0]["cluster"]["server"] = f"https://localhost:{taken.getsockname()[1]}"
        file.write_text(json.dumps(access))
        osk("crc", "tunnel", "--host", place.there, "--detach")
        refused = osk("cluster", "info", "-o", "json")
        osk("crc", "tunnel", "stop")

    problem = json.loads(refused.stdout or refused.stderr)["problems"][0]
    assert f"osk crc start --host {place.there}" in str(problem["advice"])


def test_doctor_and_sleep_reach_it_as_well(osk: Callable[..., Result], place: Served) -> None:
    """The machine that is judged is that one, its cluster is reached through a tunnel of which nothing stays, and its crc is stopped."""
    there = ("--host", place.there)
    before = sorted(Path(place.environment["HOME"]).rglob("*"))
    looked = osk("doctor", "host", "cluster", *there, "-o", "json")
    left = sorted({*Path(place.environment["HOME"]).rglob("*")} - {*before})
    osk("crc", "tunnel", *there, "--detach")
    (tunnel,) = Tunnels(place.environment).known()
    opened = Tunnels(place.environment).is_open(tunnel)
    stopped = osk("stop", *there, "-o", "json")

    host, cluster = json.loads(looked.stdout)["groups"]
    states = {each["name"]: each["state"] for each in host["checks"]}
    connection = cluster["checks"][0]
    assert ({"OSK1242"}, "ok") == ({each["code"] for each in host["checks"]}, states["memory"])
    assert [] == [each for each in left if "tunnels" in each.parts or ".kube" in each.parts]
    assert (True, True) == (opened, "404 page not found" in connection["detail"])
    assert (0, False) == (stopped.exit_code, Tunnels(place.environment).is_open(tunnel))


def test_a_tunnel_is_held_until_it_is_stopped(place: Served) -> None:
    """From elsewhere; its ports are the same the next time, and one that is taken by then is changed."""
    tunnels = Tunnels(place.environment)
    tunnel = tunnels.planned(place.there, "localhost", {"api": 1}, "lab")
    seen: list[bool] = []

    def opened() -> None:
        seen.append(tunnels.is_open(tunnel))
        tunnels.close(tunnel)

    tunnels.hold(tunnel, place.reach, opened)
    same = tunnels.planned(place.there, "localhost", {"api": 1}, "lab")
    with socket.create_server(("127.0.0.1", tunnel.ports["api"])):
        with pytest.raises(OskError) as at_once:
            tunnels.open(tunnel, place.reach)
        with pytest.raises(OskError) as held:
            tunnels.hold(tunnel, place.reach, opened)
        other = tunnels.planned(place.there, "localhost", {"api": 1}, "lab")

    assert ([True], False) == (seen, tunnels.is_open(tunnel))
    assert (tunnel, ["OSK1374"] * 2) == (
        same,
        [each.value.problems[0].code for each in (at_once, held)],
    )
    assert other.ports["api"] != tunnel.ports["api"]
    assert other.ports["socks"] == tunnel.ports["socks"]
