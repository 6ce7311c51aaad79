"""What `osk host` makes of a hypervisor over SSH: by real Ansible, with the hypervisor's programs recorded, each its whole life."""

import json
from typing import Any

from openstack_k8s_cli.model.problems import ExitCode
from tests.ssh.labs import Lab
from tests.ssh.nfshosts import NfsHost

NETWORKS = """
labs:
  networks:
    net-iso: {address: [172.16.1.1/24, "fd00:aaaa::1/64"], mtu: 9000}
"""
BMAAS = """
labs:
  bmaas: {name: "node-{i}", boards: {password: boardsecret}}
"""


def changed(events: list[dict[str, Any]]) -> list[str]:
    """Give what was changed, as `host: task`."""
    return [f"{each['host']}: {each['task']}" for each in events if each.get("outcome") == "changed"]


def test_networks_from_the_first_to_the_last(lab: Lab) -> None:
    """Made after a run that broke in the middle, made again, deleted; half-made ones are deleted as well.

    The recorded virsh takes no network that libvirt's schema would not.
    """
    lab.group = "host"
    lab.hypervisor.set("networks", json.dumps({"active": [], "inactive": []}))
    lab.profile.write_text(lab.profile.read_text() + NETWORKS)
    lab.hypervisor.set("fails", "net-start")
    port = lab.profile.read_text().split("port: ")[1].split("\n")[0]
    lab.change(f"port: {port}", "port: 1")
    broken = lab.run("network", "create", "default", "--host", f"me@127.0.0.1:{port}")
    lab.change("port: 1", f"port: {port}")
    half = lab.hypervisor.networks
    lab.hypervisor.unset("fails")
    gone = lab.said("network", "delete", "default", "--yes")
    assert (ExitCode.FAILED, {"default": "autostart"}) == (broken.exit_code, half)
    assert "it is said to fail" in broken.output
    assert (["default: Delete the network"], {}) == (changed(gone), lab.hypervisor.networks)

    made = lab.said("network", "create")
    changes = lab.hypervisor.changes
    again = lab.said("network", "create")

    assert {"default": "active autostart", "net-iso": "active autostart"} == lab.hypervisor.networks
    assert {f"{each}: Start the network" for each in ("default", "net-iso")} <= {*changed(made)}
    assert (changes, []) == (lab.hypervisor.changes, changed(again))


def test_bare_machines_from_the_first_to_the_last(lab: Lab) -> None:
    """A run that broke in the middle is taken away whole; then they are made, with boards that answer for these alone.

    Neither a process nor a file on the hypervisor has the password.
    """
    lab.group = "host"
    lab.hypervisor.set("networks", json.dumps({"active": [], "inactive": []}))
    lab.profile.write_text(lab.profile.read_text() + BMAAS)
    place = lab.home / ".local/share/osk/osk-sushy-lab_bmaas"
    lab.hypervisor.set("fails", "define")
    broken = lab.run("bmaas", "up")
    half = (lab.hypervisor.networks, [*lab.hypervisor.volumes])
    lab.hypervisor.unset("fails")
    lab.said("bmaas", "down", "--yes")
    assert ExitCode.FAILED == broken.exit_code
    assert ({"crc-bmaas": "active autostart"}, ["node-0.qcow2"]) == half
    assert ({}, {}, {}) == (lab.hypervisor.networks, lab.hypervisor.volumes, lab.hypervisor.domains)
    assert not place.exists()

    made = lab.said("bmaas", "up")
    nodes = json.loads(lab.run("bmaas", "nodes", "-o", "json").stdout)["nodes"]
    settings = (place / "settings.py").read_text()

    assert {"node-0": "shut off"} == lab.hypervisor.domains
    assert "127.0.0.1: Start the boards" in changed(made)
    assert nodes[0]["driver_info"]["redfish_system_id"].split("/")[-1] in settings
    assert {"http://172.20.1.1:8001", "boardsecret"} == {
        nodes[0]["driver_info"][f"redfish_{each}"] for each in ("address", "password")
    }
    assert [] == [
        each for each in lab.home.rglob("*") if each.is_file() and b"boardsecret" in each.read_bytes()
    ]
    assert "boardsecret" not in (lab.hypervisor.state / "podman").read_text()


def test_an_nfs_server_from_the_first_to_the_last(lab: Lab) -> None:
    """A run that broke in the middle is gone on with; once it is there nothing is run; then it goes, data and all.

    The firewall is closed again, and the server itself stays.
    """
    lab.group = "host"
    machine = NfsHost(lab.hypervisor.programs.parent)
    lab.profile.write_text(lab.profile.read_text() + "\nlabs: {nfs: {exports: [glance, cinder]}}\n")
    machine.fail("enable")
    broken = lab.run("nfs", "up")
    half = machine.files
    machine.fail("")
    made = lab.said("nfs", "up")
    changes = machine.changes
    again = lab.said("nfs", "up")
    (machine.place / "root/srv/osk-nfs/cinder/volume").write_text("data")

    assert (ExitCode.FAILED, True) == (broken.exit_code, "srv/osk-nfs/glance" in half)
    assert "it is said to fail" in broken.output
    assert ["Start the NFS server", "Export the folders"] == [each.split(": ")[1] for each in changed(made)]
    assert ["/srv/osk-nfs/cinder", "/srv/osk-nfs/glance"] == machine.exports
    assert {"192.168.122.0/24", "172.18.0.0/24"} == {
        client.partition("(")[0] for _, client in machine.known["exports"]
    }
    assert (changes, []) == (machine.changes, changed(again))
    assert (True, True) == (machine.known["permanent"], machine.known["runtime"])

    (machine.place / "root/etc/exports.d/osk-other.exports").write_text(
        "# osk opened the firewall: libvirt\n"
    )
    lab.change("exports: [glance, cinder]", "exports: [nova], path: /srv/new")
    kept = lab.said("nfs", "down", "--yes", "--dry-run")
    (machine.place / "root/etc/exports.d/osk-other.exports").unlink()
    gone = lab.said("nfs", "down", "--yes")
    assert "it would close the firewall's zone libvirt" not in [each.get("task") for each in kept]
    assert ([], [], True) == (machine.exports, machine.files, machine.known["active"])
    assert (False, False) == (machine.known["permanent"], machine.known["runtime"])
    assert [
        "Close the firewall",
        "Delete the exports",
        "Let nobody mount them",
        "Delete the folders",
        "Delete the file of the exports",
    ] == [each.split(": ")[1] for each in changed(gone)]
