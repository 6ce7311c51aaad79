"""Bare machines for the cloud's own users, and how Ironic enrols them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from openstack_k8s_cli.dataplane.labs import networks
from openstack_k8s_cli.dataplane.labs.networks import Net
from openstack_k8s_cli.dataplane.making.wanted import Machine, of_a_lab
from openstack_k8s_cli.profile.addresses import counted


def network(wanted: Mapping[str, Any], profile: str) -> Net:
    """Give their network."""
    return networks.plain(str(wanted["network"]), profile, tuple(wanted["address"]))


def bare(wanted: Mapping[str, Any], profile: str) -> tuple[Machine, ...]:
    """List them."""
    return tuple(
        _machine(counted(wanted["name"], index), wanted, profile) for index in range(wanted["count"])
    )


def _machine(name: str, wanted: Mapping[str, Any], profile: str) -> Machine:
    made = of_a_lab(name, wanted, profile)
    return replace(made, firmware=str(wanted["firmware"]), bare=True, board=address(wanted))


def address(wanted: Mapping[str, Any]) -> str:
    """Give the hypervisor's address as the cloud reaches it."""
    return str(wanted["boards"]["address"] or wanted["address"][0].partition("/")[0])


def nodes(wanted: Mapping[str, Any], profile: str, password: str) -> dict[str, Any]:
    """Give what `openstack baremetal create` takes."""
    host, boards = address(wanted), wanted["boards"]
    place = f"[{host}]" if ":" in host else host
    return {
        "nodes": [
            {
                "name": each.name,
                "driver": "redfish",
                "driver_info": {
                    "redfish_address": f"http://{place}:{boards['port']}",
                    "redfish_system_id": f"/redfish/v1/Systems/{each.identity}",
                    "redfish_username": boards["user"],
                    "redfish_password": password,
                },
                "properties": {
                    "cpu_arch": "x86_64",
                    "capabilities": f"boot_mode:{'uefi' if each.firmware == 'efi' else 'bios'}",
                },
                "ports": [{"address": card.mac} for card in each.cards],
            }
            for each in bare(wanted, profile)
        ]
    }
