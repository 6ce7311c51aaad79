"""A hypervisor with a profile that has hosts there: what the tests of making hosts share."""

import hashlib
import http.server
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from openstack_k8s_cli.cli.main import app
from tests.ssh.hypervisors import Hypervisor

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


class Files(http.server.BaseHTTPRequestHandler):
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


@dataclass
class Lab:
    """A hypervisor, a profile that has hosts there, and no cluster."""

    folder: Path
    hypervisor: Hypervisor
    profile: Path
    home: Path

    group: str = "hosts"
    """The commands that are run."""

    def line(self, *words: str) -> list[str]:
        """Give a command's arguments."""
        return [self.group, *words, "-p", str(self.profile)]

    def run(self, *words: str) -> Result:
        """Run a command."""
        return CliRunner().invoke(app, self.line(*words), env=self.environment)

    @property
    def environment(self) -> dict[str, str]:
        """Give a kubeconfig that is not there."""
        return {"KUBECONFIG": str(self.folder / "no-kubeconfig")}

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
