"""Hosts are made and deleted on a hypervisor over SSH: by real Ansible, with virsh and podman recorded (tests/ssh/hypervisors.py)."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.cli import hosting
from openstack_k8s_cli.cli.main import app
from openstack_k8s_cli.dataplane.making import boards
from openstack_k8s_cli.dataplane.making.wanted import machines_of
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.profile import loading
from openstack_k8s_cli.profile.machines import identity
from openstack_k8s_cli.workflows.world import Target
from tests.ssh.labs import BARE, IMAGE, Lab
from tests.unit.workflows import fleets


def tasks(events: list[dict[str, Any]], outcome: str) -> list[str]:
    """Give the tasks that came to something, as `host: task`."""
    return [
        f"{each['host']}: {each['task']}"
        for each in events
        if each.get("outcome") == outcome and "task" in each
    ]


def test_made_and_made_again_and_deleted(lab: Lab) -> None:
    """Machines come up from an image that was checked; the second run changes nothing and says so, also what differs by now.

    No secret is left in a file of the hypervisor, and Ansible takes nothing of the profile's texts for its own.
    A machine that is in the profile no more is shown, and deleted with the others.
    """
    made = lab.said("create")
    changes = lab.hypervisor.changes
    lab.change("        libvirt:\n", "        libvirt:\n          vcpus: 8\n")
    again = lab.said("create", "edpm-compute-*")
    base = f"{hashlib.sha256(IMAGE).hexdigest()[:16]}-base.qcow2"
    seed = json.loads(lab.hypervisor.content("edpm-compute-0-seed.iso"))
    volumes = lab.hypervisor.volumes

    assert {"edpm-compute-0": "running", "edpm-compute-1": "running"} == lab.hypervisor.domains
    assert (IMAGE, base) == (lab.hypervisor.content(base), volumes["edpm-compute-0.qcow2"]["backing"])
    assert (20 * 1024**3, 1024**3) == tuple(
        volumes[name]["size"] for name in ("edpm-compute-0.qcow2", "edpm-compute-0-1.qcow2")
    )
    assert ("cidata", {"user-data", "meta-data", "network-config"}) == (seed["label"], seed["files"].keys())
    assert "echo {{ braces }}" in seed["files"]["user-data"]
    assert '"password": "topsecret"' in seed["files"]["user-data"]
    assert "edpm-compute-1: Start the machine" in tasks(made, "changed")
    assert (changes, []) == (lab.hypervisor.changes, tasks(again, "changed"))
    assert ["edpm-compute-0: it is there already", "edpm-compute-1: it is there already"] == tasks(
        again, "ok"
    )
    assert 2 == sum("it has 2 processors, the profile says 8" in str(each) for each in again)
    assert [] == [
        each for each in lab.home.rglob("*") if each.is_file() and b"topsecret" in each.read_bytes()
    ]

    lab.change("count: 2", "count: 1")
    listed = json.loads(lab.run("list", "-o", "json").stdout)
    gone = lab.said("delete", "*-compute-[01]", "--yes")

    assert [("edpm-compute-0", "differs"), ("edpm-compute-1", "leftover")] == [
        (each["host"], each["machine"]) for each in listed
    ]
    assert {} == lab.hypervisor.domains
    assert {base, f"{base}.whole"} == lab.hypervisor.volumes.keys()
    assert {f"edpm-compute-{each}: Delete the machine" for each in range(2)} <= {*tasks(gone, "changed")}


def test_what_is_lacking_is_said_before_the_first_change(lab: Lab) -> None:
    """All of it in one go, with commands; the profile's machines are missing, and another's of that name is left alone."""
    lab.hypervisor.without("genisoimage")
    lab.hypervisor.set("networks", json.dumps({"active": [], "inactive": ["default"]}))
    foreign = lab.hypervisor.state / "domains" / "edpm-compute-1"
    foreign.mkdir()
    (foreign / "xml").write_text("<domain><name>edpm-compute-1</name></domain>")
    refused = lab.run("create")
    listed = lab.run("list")
    deleted = lab.run("delete", "edpm-compute-1", "--yes")

    assert ExitCode.REFUSED == refused.exit_code
    for words in (
        "genisoimage",
        "osk host network create default",
        "OSK1187",
        "There is a machine `edpm-compute-1`",
    ):
        assert words in refused.output
    assert [] == lab.hypervisor.changes
    assert ["missing", "foreign"] == [line.split()[-1] for line in listed.stdout.splitlines()[1:]]
    assert (ExitCode.REFUSED, True) == (deleted.exit_code, "OSK1187" in deleted.output)


def test_no_way_to_the_hypervisor(lab: Lab) -> None:
    """Ssh's own words are shown; libvirt that does not answer is told apart."""
    lab.hypervisor.set("down")
    silent = lab.run("create")
    port = lab.profile.read_text().split("port: ")[1].split("\n")[0]
    lab.change(f"port: {port}", "port: 1")
    refused = lab.run("create")

    assert (ExitCode.REFUSED, True) == (silent.exit_code, "Permission denied" in silent.output)
    assert (ExitCode.REFUSED, True) == (refused.exit_code, "OSK1188" in refused.output)
    assert "Connection refused" in refused.output


def test_this_machine_without_a_key(lab: Lab) -> None:
    """Without an address it is this one; a key that is not there yet is a refusal, with both ways to have one."""
    text = lab.profile.read_text()
    start, rest = text.split("secrets:\n")[0], text.split("  nodesets:\n")[1]
    lab.profile.write_text(f"{start}dataplane:\n  nodesets:\n{rest}")
    programs = f"{lab.hypervisor.programs}{os.pathsep}{os.environ['PATH']}"
    lab.change("          nics: [{bridge: ospbr}]\n", "")
    refused = CliRunner().invoke(app, lab.line("create"), env={**lab.environment, "PATH": programs})

    assert (ExitCode.REFUSED, []) == (refused.exit_code, lab.hypervisor.changes)
    for words in ("OSK1190", "osk deploy dataplane/keys --only", "ssh-privatekey '{file:"):
        assert words in refused.output


def test_a_deployment_to_hosts_that_are_not_made(lab: Lab) -> None:
    """It is refused before the hosts themselves are looked at, with the command that makes them."""
    programs = f"{lab.hypervisor.programs}{os.pathsep}{os.environ['PATH']}"
    session: Any = SimpleNamespace(environment={**os.environ, "PATH": programs}, tell=print)
    work: Any = SimpleNamespace(informed=fleets.world("dataplane.nodesets.compute.provision.libvirt={}"))
    with pytest.raises(OskError) as caught:
        hosting.Fleet(session, work).gate(Target())
    (problem,) = caught.value.problems

    assert ("OSK1186", "osk hosts create") == (problem.code, problem.advice[0].command)
    assert "2 hosts of the profile are not made yet on this machine" == problem.summary


def test_killed_in_the_middle_and_again(lab: Lab) -> None:
    """The same command goes on from there and makes nothing twice."""
    lab.change("count: 2", "count: 1")
    lab.hypervisor.set("hangs", "define")
    line = [sys.executable, "-m", "openstack_k8s_cli", *lab.line("create")]
    with subprocess.Popen(
        line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **lab.environment}
    ) as running:
        until = time.monotonic() + 60
        while (
            not any(each.startswith("define") for each in lab.hypervisor.changes) and time.monotonic() < until
        ):
            time.sleep(0.05)
        running.send_signal(signal.SIGKILL)
    half = set(lab.hypervisor.volumes)
    lab.hypervisor.unset("hangs")
    lab.said("create")
    created = [each.split()[2] for each in lab.hypervisor.changes if each.startswith("vol-create-as")]

    assert "edpm-compute-0.qcow2" in half
    assert {"edpm-compute-0": "running"} == lab.hypervisor.domains
    assert [] == [each for each in {*created} if created.count(each) > 1 and "seed" not in each]


def test_bare_machines_and_their_boards(lab: Lab) -> None:
    """They are made off and empty; the emulator runs for these alone, with an account that no process shows.

    One that runs with what it was told earlier, where an interruption came between the file and the start, is started anew.
    """
    lab.change("      count: 2\n", "      count: 0\n")
    lab.change("secrets:\n", "secrets:\n  virtual-bmc-secret: {password: alsosecret}\n")
    lab.profile.write_text(lab.profile.read_text() + BARE)
    values = loading.load(str(lab.profile), reader=ProfileFiles()).values
    file, container = (
        lab.home / ".local/share/osk/osk-sushy-lab/settings.py",
        lab.hypervisor.state / "container",
    )
    file.parent.mkdir(parents=True, mode=0o700)
    file.write_text(boards.settings(machines_of(values), values["dataplane"]["hypervisor"]))
    file.chmod(0o600)
    container.write_text(json.dumps(["--label", "osk.settings=earlier"]))
    made, again = lab.said("create"), lab.said("create")
    settings = file.read_text()
    account = (lab.home / ".local/share/osk/osk-sushy-lab/htpasswd").read_text()
    started = json.loads(container.read_text())

    assert {"bare-0": "shut off"} == lab.hypervisor.domains
    assert ({"bare-0.qcow2": None}, []) == (
        {name: each["backing"] for name, each in lab.hypervisor.volumes.items()},
        tasks(again, "changed"),
    )
    assert "127.0.0.1: Write the boards' settings" not in tasks(made, "changed")
    assert "127.0.0.1: Start the boards" in tasks(made, "changed")
    assert f"SUSHY_EMULATOR_ALLOWED_INSTANCES = ['{identity('lab', 'bare-0')}']" in settings
    assert ("osk", True) == (account.partition(":")[0], account.partition(":")[2].startswith("$2b$"))
    assert ("sushy-emulator", "host") == (started[-3], started[started.index("--network") + 1])
    assert "alsosecret" not in (lab.hypervisor.state / "podman").read_text() + settings + account

    lab.said("delete", "--yes")

    assert ({}, False) == (lab.hypervisor.domains, container.exists())
    assert not (lab.home / ".local/share/osk/osk-sushy-lab").exists()
