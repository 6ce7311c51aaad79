"""`osk dataplane run` and `osk dataplane check` as commands, with the operator's inventory, over SSH."""

import base64
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from openstack_k8s_cli.adapters.hosts import Hosts
from openstack_k8s_cli.cli.main import app
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows.dataplane import byhand
from openstack_k8s_cli.workflows.dataplane.byhand import Wanted
from tests.fakes.ansible import FakeAnsible
from tests.fakes.cluster import FakeCluster
from tests.ssh.machines import Machine
from tests.ssh.servers import ADDRESS, Keys, Servers
from tests.unit.workflows import fleets

NODESET = "openstack-edpm-ipam"
CONTENTS = """\
- hosts: "{{ edpm_override_hosts }}"
  gather_facts: false
  tasks:
  - name: Say what is known
    ansible.builtin.debug:
      msg: "{{ edpm_service_type }} {{ colour }} {{ mine | default('nothing') }}"
    tags: [say]
  - name: Write a file
    become: true
    ansible.builtin.copy:
      content: "{{ colour }}"
      dest: "{{ place }}/{{ inventory_hostname }}.txt"
    tags: [write]
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Lab"]:
    """Start two hosts, and have a cluster that deployed them."""
    folder, keys = tmp_path_factory.mktemp("hosts"), Keys.made()
    servers = Servers(folder, keys)
    servers.start([Machine("edpm-compute-0"), Machine("edpm-compute-1")])
    yield Lab(folder, keys, servers)
    servers.stop()


@dataclass
class Lab:
    """Hosts, and what the cluster knows of them."""

    folder: Path
    keys: Keys
    servers: Servers

    def cluster(self, **service: Any) -> FakeCluster:
        """Make the operator's objects: inventory, key, node set and a service."""
        made = FakeCluster(fleets.NODESETS, fleets.DEPLOYMENTS, fleets.SERVICES)
        file = "/runner/env/ssh_key/ssh_key_" + NODESET
        hosts = {
            name: {"ansible_host": ADDRESS, "ansible_port": port} for name, port in self.servers.ports.items()
        }
        shared = {"ansible_user": "cloud-admin", "ansible_ssh_private_key_file": file, "colour": "blue"}
        put(
            made,
            "v1",
            "Secret",
            f"dataplanenodeset-{NODESET}",
            data=encoded(inventory=json.dumps({NODESET: {"hosts": hosts, "vars": shared}})),
        )
        put(made, "v1", "Secret", fleets.KEY, data=encoded(**{"ssh-privatekey": self.keys.private}))
        template = {"ansibleSSHPrivateKeySecret": fleets.KEY}
        env = [
            {"name": "ANSIBLE_FORCE_COLOR", "value": "True"},
            {"name": "ANSIBLE_PIPELINING", "value": "True"},
        ]
        put(
            made,
            f"{fleets.GROUP}/v1beta1",
            "OpenStackDataPlaneNodeSet",
            NODESET,
            spec={"nodeTemplate": template, "env": env},
        )
        spec = {"playbookContents": CONTENTS, "edpmServiceType": "paint", **service}
        put(made, f"{fleets.GROUP}/v1beta1", "OpenStackDataPlaneService", "painting", spec=spec)
        return made

    def run(self, **asked: Any) -> tuple[int, list[dict[str, Any]]]:
        """Run the service by hand; gives Ansible's exit code and its events."""
        world = fleets.over(self.cluster())
        variables = {"place": str(self.folder), **asked.pop("vars", {})}
        wanted = Wanted(("compute",), service="painting", asked={"vars": variables, **asked})
        prepared = byhand.prepare(world, wanted, Hosts(os.environ))
        events: list[dict[str, Any]] = []
        ended = Hosts(os.environ).play(prepared.asked, hear=lambda each: events.append(dict(each)))
        return ended.exit_code, events


def put(cluster: FakeCluster, version: str, kind: str, name: str, **rest: Any) -> None:
    """Have an object in the cluster."""
    meta = {"name": name, "namespace": "openstack"}
    cluster.put({"apiVersion": version, "kind": kind, "metadata": meta, **rest})


def encoded(**texts: str) -> dict[str, str]:
    """Give a Secret's data."""
    return {key: base64.b64encode(text.encode()).decode() for key, text in texts.items()}


def told(events: list[dict[str, Any]], task: str) -> dict[str, Any]:
    """Give what a task came to, by host."""
    found = (each["event_data"] for each in events if each["event"] == "runner_on_ok")
    return {each["host"]: each["res"] for each in found if each["task"] == task}


def test_a_service_runs_as_in_its_pod(lab: Lab) -> None:
    """Over the hosts of the node set, with its variables, those of the operator and one's own; modules work over SSH."""
    code, events = lab.run(vars={"mine": "red"})

    assert 0 == code, "".join(each["stdout"] for each in events)[-1500:]
    assert {"paint blue red"} == {each["msg"] for each in told(events, "Say what is known").values()}
    assert {"edpm-compute-0": "blue", "edpm-compute-1": "blue"} == {
        name: (lab.folder / f"{name}.txt").read_text() for name in told(events, "Write a file")
    }


def test_it_is_narrowed(lab: Lab) -> None:
    """To a host and a tag, and without a change where that is asked for."""
    _, events = lab.run(limit="edpm-compute-1", tags="say")
    _, dry = lab.run(limit="edpm-compute-0", tags="write", dry=True, vars={"colour": "green"})

    assert {"edpm-compute-1"} == set(told(events, "Say what is known"))
    assert {} == told(events, "Write a file")
    assert told(dry, "Write a file")["edpm-compute-0"]["changed"]
    assert "green" != (lab.folder / "edpm-compute-0.txt").read_text()


def test_the_key_is_nowhere_but_in_a_private_file(lab: Lab) -> None:
    """Neither the pods' path nor the key itself is in the inventory that is prepared."""
    prepared = byhand.prepare(
        fleets.over(lab.cluster()), Wanted((NODESET,), service="painting"), FakeAnsible()
    )
    text = json.dumps(prepared.asked.inventory)

    assert "/runner/env" not in text
    assert lab.keys.private.splitlines()[1] not in text + repr(prepared)
    assert {"ANSIBLE_PIPELINING": "True"} == prepared.asked.settings


@pytest.mark.parametrize(
    ("wanted", "code", "exit_code"),
    [
        (Wanted(("moon",), service="painting"), "OSK1120", ExitCode.USAGE),
        (Wanted(("compute",), service="drawing"), "OSK1126", ExitCode.USAGE),
        (Wanted(("compute",), "osp.edpm.bootstrap"), "OSK1125", ExitCode.REFUSED),
        (Wanted(("compute",), "no/such.yaml"), "OSK1125", ExitCode.USAGE),
    ],
)
def test_what_is_not_there(lab: Lab, wanted: Wanted, code: str, exit_code: ExitCode) -> None:
    """A node set, a service, a collection, a file: each says what to do."""
    with pytest.raises(OskError) as caught:
        byhand.prepare(fleets.over(lab.cluster()), wanted, FakeAnsible())

    assert (code, exit_code) == (caught.value.problems[0].code, caught.value.exit_code)


def test_other_forms_of_a_service(lab: Lab) -> None:
    """A playbook of a collection that is installed, and a role, which becomes a playbook."""
    named = byhand.prepare(
        fleets.over(lab.cluster(playbookContents=None, playbook="osp.edpm.ovn", tlsCerts={"default": {}})),
        Wanted(("compute",), service="painting"),
        FakeAnsible(collections=frozenset({"osp.edpm"})),
    )
    role = byhand.prepare(
        fleets.over(lab.cluster(playbookContents=None, role="osp.edpm.edpm_ovn", deployOnAllNodeSets=True)),
        Wanted(("compute",), service="painting"),
        FakeAnsible(),
    )

    assert "osp.edpm.ovn" == named.asked.playbook
    assert "tlsCerts" in named.warnings[0]
    assert "- osp.edpm.edpm_ovn\n" in role.asked.playbook
    assert "all" == role.asked.vars["edpm_override_hosts"]
    assert "for all hosts together" in role.warnings[0]


PROFILE = """\
apiVersion: osk/v1
kind: Profile
name: lab
extends: [crc]
dataplane:
  nodesets:
    compute:
      count: 0
      nodes:
"""
NODE = "        {name}: {{address: 192.168.122.{last}, spec: {{ansible: {{ansibleHost: 127.0.0.1, ansiblePort: {port}}}}}}}\n"


def test_the_command_without_a_cluster(lab: Lab, tmp_path: Path) -> None:
    """With a key of one's own, `osk dataplane check` needs no cluster; both hosts are fit."""
    nodes = [
        NODE.format(name=name, last=100 + at, port=port)
        for at, (name, port) in enumerate(lab.servers.ports.items())
    ]
    (tmp_path / "lab.yaml").write_text(PROFILE + "".join(nodes))
    (tmp_path / "key").write_text(lab.keys.private)
    words = ["dataplane", "check", "-p", str(tmp_path / "lab.yaml"), "--key", str(tmp_path / "key")]
    done = CliRunner().invoke(app, [*words, "-o", "json"])

    assert (ExitCode.DONE, "") == (done.exit_code, done.stderr)
    assert {"edpm-compute-0": "ok", "edpm-compute-1": "ok"} == {
        each["host"]: each["state"] for each in json.loads(done.stdout)["hosts"]
    }
