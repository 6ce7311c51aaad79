"""What `osk host` makes of a hypervisor over SSH: by real Ansible, with the hypervisor's programs recorded, each its whole life."""

import json
from typing import Any

from openstack_k8s_cli.model.problems import ExitCode
from tests.ssh.labs import Lab

NETWORKS = """
labs:
  networks:
    net-iso: {address: [172.16.1.1/24, "fd00:aaaa::1/64"], mtu: 9000}
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
