"""What cloud-init reads at a machine's first start (its NoCloud source): account, name, address."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.dataplane.making.wanted import Link, Machine
from openstack_k8s_cli.model.secrets import SecretText

_ADDED = ("users", "runcmd", "bootcmd", "write_files", "packages")
"""Lists that one's own entries are added to."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who gets in."""

    user: str
    key: str
    """The public key; empty: none."""
    password: SecretText | None = None
    """root's."""


def files(machine: Machine, access: Access) -> dict[str, str]:
    """Give the files by name; JSON is YAML, too."""
    link = machine.link
    if link is None:
        return {}
    name = machine.host_name.partition(".")[0]
    meta = {"instance-id": machine.identity, "local-hostname": name}
    return {
        "user-data": f"#cloud-config\n{_text(_user_data(machine, access, name, link))}",
        "meta-data": _text(meta),
        "network-config": _text(_network(machine, link)),
    }


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=1) + "\n"


def _user_data(machine: Machine, access: Access, name: str, link: Link) -> dict[str, Any]:
    qualified = machine.host_name if "." in machine.host_name else f"{name}.{link.domain}"
    found: dict[str, Any] = {
        "hostname": name,
        "fqdn": qualified,
        "manage_etc_hosts": True,
        "ssh_pwauth": False,
        "disable_root": machine.root is False,
        "users": [
            {
                "name": access.user,
                "groups": ["wheel"],
                "sudo": ["ALL=(ALL) NOPASSWD:ALL"],
                "shell": "/bin/bash",
                "lock_passwd": True,
                **({"ssh_authorized_keys": [access.key]} if access.key else {}),
            }
        ],
        # An image's own would be the same on all machines, and storage must tell them apart.
        "bootcmd": [["rm", "-f", "/etc/nvme/hostid", "/etc/nvme/hostnqn"]],
        "runcmd": [["loginctl", "enable-linger", access.user]],
    }
    if machine.root and access.password:
        account = {"name": "root", "password": access.password.reveal(), "type": "text"}
        found["chpasswd"] = {"expire": False, "users": [account]}
    return _merged(found, machine.user_data)


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    added = {
        name: [*base.get(name, []), *own[name]]
        for name in _ADDED
        if name in own and isinstance(own[name], list)
    }
    return {**base, **own, **added}


def _network(machine: Machine, link: Link) -> dict[str, Any]:
    first, *others = machine.cards
    card: dict[str, Any] = {
        "match": {"macaddress": first.mac},
        "set-name": link.interface,
        "dhcp4": False,
        "dhcp6": False,
        "mtu": link.mtu,
        "addresses": list(link.addresses),
        "nameservers": {"addresses": list(link.dns), "search": [link.domain]},
    }
    if link.gateways:
        card["routes"] = [
            {"to": "::/0" if ":" in each else "0.0.0.0/0", "via": each} for each in link.gateways
        ]
    more = {
        f"card{number}": {"match": {"macaddress": each.mac}, "dhcp4": False, "dhcp6": False, "optional": True}
        for number, each in enumerate(others, 1)
    }
    return {"version": 2, "ethernets": {link.interface: card, **more}}
