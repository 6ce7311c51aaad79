"""`osk hosts list` and `osk hosts ssh` against SSH servers, with OpenSSH's client."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from openstack_k8s_cli.adapters.ssh import Ssh
from openstack_k8s_cli.cli.main import app
from openstack_k8s_cli.dataplane.shells import UNREACHED, Place
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.model.secrets import SecretText
from tests.ssh.machines import Machine
from tests.ssh.servers import ADDRESS, Keys, Servers

pytestmark = pytest.mark.skipif(not shutil.which("ssh"), reason="OpenSSH's client is not installed")
PROFILE = """\
apiVersion: osk/v1
kind: Profile
name: lab
extends: [crc]
secrets:
  dataplane-ansible-ssh-private-key-secret:
    ssh-privatekey: {{file: {key}}}
dataplane:
  nodesets:
    compute:
      count: 0
      nodes:
        edpm-compute-0: {{spec: {{ansible: {{ansibleHost: 127.0.0.1, ansiblePort: {port}}}}}}}
"""


@pytest.fixture(scope="module")
def keys() -> Keys:
    """Make the key that the host knows."""
    return Keys.made()


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory, keys: Keys) -> Iterator[Servers]:
    """Start a host."""
    found = Servers(tmp_path_factory.mktemp("hosts"), keys)
    found.start([Machine("edpm-compute-0")])
    yield found
    found.stop()


@pytest.fixture
def shells(tmp_path: Path) -> Ssh:
    """Have a home of the test's own."""
    return Ssh({"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)})


def place(servers: Servers) -> Place:
    """Give the way to the host."""
    return Place("edpm-compute-0", ADDRESS, "cloud-admin", servers.ports["edpm-compute-0"])


def test_a_script_runs_on_the_host(shells: Ssh, servers: Servers, keys: Keys) -> None:
    """Its words and its exit status come back."""
    ran = shells.run(place(servers), SecretText(keys.private), "hostname; echo no >&2; exit 3")

    assert (3, "edpm-compute-0.example.com\n", "no\n") == (ran.exit_code, ran.stdout, ran.stderr)


def test_a_wrong_key(shells: Ssh, servers: Servers) -> None:
    """The client's own status says that the host was not reached; nobody is asked for a password."""
    ran = shells.run(place(servers), SecretText(Keys.made().private), "true")

    assert UNREACHED == ran.exit_code
    assert "Permission denied" in ran.stderr


def test_without_a_client(servers: Servers, keys: Keys) -> None:
    """A machine without ssh is told what to install."""
    with pytest.raises(OskError) as caught:
        Ssh({"PATH": "/nowhere"}).open(place(servers), SecretText(keys.private), ())

    assert ("OSK1150", ExitCode.REFUSED) == (caught.value.problems[0].code, caught.value.exit_code)


def test_the_commands(servers: Servers, keys: Keys, tmp_path: Path) -> None:
    """With the key in the profile no cluster is needed: the list, and a command whose status is passed on.

    The key's file goes with it.
    """
    (tmp_path / "key").write_text(keys.private)
    port = servers.ports["edpm-compute-0"]
    (tmp_path / "lab.yaml").write_text(PROFILE.format(key=tmp_path / "key", port=port))
    words = ["-p", str(tmp_path / "lab.yaml")]
    listed = CliRunner().invoke(app, ["hosts", "list", *words])
    unknown = CliRunner().invoke(app, ["hosts", "ssh", *words, "edpm-compute-9"])
    line = [sys.executable, "-m", "openstack_k8s_cli", "hosts", "ssh", *words, "edpm-compute-0", "--"]
    kept = {**os.environ, "TMPDIR": str(tmp_path)}
    ran = subprocess.run(
        [*line, "hostname", "&&", "exit", "5"], capture_output=True, text=True, check=False, env=kept
    )

    assert f"127.0.0.1  cloud-admin  {port}" in listed.stdout
    assert (ExitCode.USAGE, True) == (
        unknown.exit_code,
        "did you mean `edpm-compute-0`" in unknown.stderr.lower(),
    )
    assert (5, "edpm-compute-0.example.com\n", "") == (ran.returncode, ran.stdout, ran.stderr)
    assert [] == list(tmp_path.glob("osk-*"))
