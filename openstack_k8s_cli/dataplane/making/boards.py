"""What sushy-emulator is told, which is the management board of bare machines, and whether it goes by that."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from openstack_k8s_cli.dataplane.making.looks import RUNNING, Found
from openstack_k8s_cli.dataplane.making.wanted import Machine


def settings(machines: Iterable[Machine], hypervisor: Mapping[str, Any]) -> str:
    """Write its settings, the machines that it lets in last."""
    every = tuple(machines)
    known = {
        "LISTEN_IP": "::" if any(":" in each.board for each in every) else "0.0.0.0",  # noqa: S104  # the cluster's nodes are elsewhere
        "LISTEN_PORT": int(hypervisor["boards"]["port"]),
        "AUTH_FILE": "/etc/sushy-emulator/htpasswd",
        "LIBVIRT_URI": hypervisor["uri"],
        "STORAGE_POOL": hypervisor["pool"]["name"],
        "VMEDIA_VERIFY_SSL": False,
        "ALLOWED_INSTANCES": sorted(each.identity for each in every if each.bare),
    }
    return "".join(f"SUSHY_EMULATOR_{name} = {value!r}\n" for name, value in known.items())


def serve(machine: Machine, wanted: str, found: Found) -> bool:
    """Tell whether what runs was started with the wanted settings; it may let further machines in."""
    current = found.served == sha256(found.settings.encode()).hexdigest()
    *others, _ = wanted.splitlines()
    known = {*others} <= {*found.settings.splitlines()} and machine.identity in found.settings
    return found.boards == RUNNING and current and known
