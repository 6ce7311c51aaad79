"""Hosts are made and deleted on a hypervisor over SSH: by real Ansible, with virsh and podman recorded (tests/ssh/hypervisors.py)."""

import hashlib
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from openstack_k8s_cli.cli.main import app
from tests.ssh.hypervisors import Hypervisor
from tests.ssh.machines import Machine
from tests.ssh.servers import ADDRESS, Keys, Servers

IMAGE = b"a cloud image" * 1000
PROFILE = """\
apiVersion: osk/v1
kind: Profile
name: lab
extends: [crc]
secrets:
  dataplane-ansible-ssh-private-key-secret:
    ssh-privatekey: {{file: {key}}}
  baremetalset-password-secret: {{NodeRootPassword: topsecret}}
  virtual-bmc-secret: {{password: alsosecret}}
dataplane:
  hypervisor:
    address: {address}
    port: {port}
    user: me
    key: {key}
    options: [UserKnownHostsFile=/dev/null]
  nodesets:
    compute:
      count: 2
      provision:
        rootPassword: true
        libvirt:
          image: {{url: "{url}/image.qcow2", checksum: "{url}/SHA256SUM"}}
          disks: [{{size: 1Gi}}]
          nics: [{{bridge: ospbr}}]
          userData: {{runcmd: ["echo {{{{ braces }}}}"]}}
"""
BARE = """
    bare:
      name: bare-{i}
      address: ctlplane[150+{i}]
      provision: {libvirt: {bare: true}}
"""


class _Files(http.server.BaseHTTPRequestHandler):
    """Serves the image, and the list with its checksum as CentOS writes it."""

    def do_GET(self) -> None:
        """Answer."""
        line = f"SHA256 (image.qcow2) = {hashlib.sha256(IMAGE).hexdigest()}\n"
        body = IMAGE if self.path == "/image.qcow2" else line.encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def images() -> Iterator[str]:
    """Serve the image on loopback."""
    server = http.server.ThreadingHTTPServer((ADDRESS, 0), _Files)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://{ADDRESS}:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Lab:
    """A hypervisor, a profile that has hosts there, and no cluster."""

    folder: Path
    hypervisor: Hypervisor
    profile: Path
    home: Path

    def line(self, *words: str) -> list[str]:
        """Give a command's arguments."""
        kubeconfig = str(self.folder / "no-kubeconfig")
        return ["hosts", *words, "-p", str(self.profile), "--kubeconfig", kubeconfig]

    def run(self, *words: str) -> Result:
        """Run a command."""
        return CliRunner().invoke(app, self.line(*words))

    def said(self, *words: str) -> list[dict[str, Any]]:
        """Run a command and give what it tells as JSON lines."""
        result = self.run(*words, "-o", "json")
        assert 0 == result.exit_code, result.output[-3000:]
        return [json.loads(line) for line in result.stdout.splitlines()]

    def change(self, old: str, new: str) -> None:
        """Edit the profile."""
        text = self.profile.read_text()
        assert old in text
        self.profile.write_text(text.replace(old, new))


@pytest.fixture
def lab(tmp_path: Path, images: str) -> Iterator[Lab]:
    """Start a hypervisor."""
    keys = Keys.made()
    servers = Servers(tmp_path, keys)
    servers.start([Machine("crc-host", files={"/sys/class/net/ospbr/bridge/bridge_id": "1\n"})])
    key = tmp_path / "key"
    key.write_text(keys.private)
    key.chmod(0o600)
    profile = tmp_path / "lab.yaml"
    profile.write_text(PROFILE.format(key=key, address=ADDRESS, port=servers.ports["crc-host"], url=images))
    place = servers.folders["crc-host"]
    yield Lab(tmp_path, Hypervisor(place), profile, place / "home")
    servers.stop()


def tasks(events: list[dict[str, Any]], outcome: str) -> list[str]:
    """Give the tasks that came to something, as `host: task`."""
    return [
        f"{each['host']}: {each['task']}"
        for each in events
        if each.get("outcome") == outcome and "task" in each
    ]


def test_made_and_made_again_and_deleted(lab: Lab) -> None:
    """Machines come up from an image that was checked, with disks of their own; the second run changes nothing and says so.

    No secret is left in a file of the hypervisor, and Ansible takes nothing of the profile's texts for its own.
    """
    made = lab.said("create")
    changes = lab.hypervisor.changes
    again = lab.said("create")
    base = f"{hashlib.sha256(IMAGE).hexdigest()[:16]}-base.qcow2"
    seed = json.loads(lab.hypervisor.content("edpm-compute-0-seed.iso"))

    assert {"edpm-compute-0": "running", "edpm-compute-1": "running"} == lab.hypervisor.domains
    assert (IMAGE, base) == (
        lab.hypervisor.content(base),
        lab.hypervisor.volumes["edpm-compute-0.qcow2"]["backing"],
    )
    assert (20 * 1024**3, 1024**3) == tuple(
        lab.hypervisor.volumes[name]["size"] for name in ("edpm-compute-0.qcow2", "edpm-compute-0-1.qcow2")
    )
    assert ("cidata", {"user-data", "meta-data", "network-config"}) == (seed["label"], seed["files"].keys())
    assert "echo {{ braces }}" in seed["files"]["user-data"]
    assert '"password": "topsecret"' in seed["files"]["user-data"]
    assert "edpm-compute-1: Start the machine" in tasks(made, "changed")
    assert (changes, []) == (lab.hypervisor.changes, tasks(again, "changed"))
    assert ["edpm-compute-0: it is there already", "edpm-compute-1: it is there already"] == tasks(
        again, "ok"
    )
    assert [] == [
        each for each in lab.home.rglob("*") if each.is_file() and b"topsecret" in each.read_bytes()
    ]

    gone = lab.said("delete", "--yes")
    left = lab.said("delete", "--yes")

    assert {} == lab.hypervisor.domains
    assert {base, f"{base}.whole"} == lab.hypervisor.volumes.keys()
    assert "edpm-compute-0: Delete the machine" in tasks(gone, "changed")
    assert [
        "edpm-compute-0: there is nothing left of it",
        "edpm-compute-1: there is nothing left of it",
    ] == tasks(left, "ok")
