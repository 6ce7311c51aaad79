"""Playbooks as the operator's pods run them: `ansible-runner run` over hosts, and all that it prints."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openstack_k8s_cli.dataplane import playing
from tests.ssh.servers import ADDRESS, Keys, Servers

PLAYBOOKS = Path(__file__).parent / "playbooks"
GONE = 1
"""A port on which nobody listens."""


@dataclass(frozen=True)
class Printed:
    """How a run ended, and what it printed."""

    status: int
    text: str


def run(
    folder: Path,
    keys: Keys,
    servers: Servers,
    hosts: Mapping[str, Mapping[str, Any]],
    *,
    playbook: str,
    settings: Mapping[str, str] | None = None,
    vars_: Mapping[str, Any] | None = None,
) -> Printed:
    """Run one of our playbooks over hosts, each with its variables; one that has no server does not answer."""
    folder.mkdir()
    (folder / "key").write_text(keys.private)
    (folder / "key").chmod(0o600)
    (folder / "inventory").mkdir()
    shared = {
        "ansible_host": ADDRESS,
        "ansible_user": "cloud-admin",
        "ansible_ssh_private_key_file": str(folder / "key"),
        "place": str(folder),
        **(vars_ or {}),
    }
    entries = {name: {"ansible_port": servers.ports.get(name, GONE), **more} for name, more in hosts.items()}
    listed = {"all": {"hosts": entries, "vars": shared}}
    (folder / "inventory" / "hosts.json").write_text(json.dumps(listed))
    programs = Path(sys.executable).parent
    ran = subprocess.run(
        [programs / "ansible-runner", "run", folder, "-p", PLAYBOOKS / playbook, "-i", "install-os-edpm"],
        env={
            **os.environ,
            **playing.SETTINGS,
            "ANSIBLE_FORCE_COLOR": "True",
            "PATH": f"{programs}:{os.environ['PATH']}",
            **(settings or {}),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return Printed(ran.returncode, ran.stdout)
