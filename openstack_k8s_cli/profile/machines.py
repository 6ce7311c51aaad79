"""Virtual machines of node sets: what follows from their names, so that it is the same wherever it is asked for."""

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

LABEL = "osk.openstack.org/machine"
"""The label of a BareMetalHost with the name of the host that it is for: the machine of a name becomes the host of that name."""
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "openstack-k8s-cli/machines")
_ADMINISTERED = 0x52
"""The first octet of MAC addresses: of one card, and given out locally, as libvirt's own begin."""


def mac(profile: str, host: str, card: int) -> str:
    """Derive the MAC address of a host's card."""
    found = hashlib.sha256(f"{profile}/{host}/{card}".encode()).digest()[:5]
    return ":".join(f"{octet:02x}" for octet in (_ADMINISTERED, *found))


def identity(profile: str, host: str) -> str:
    """Derive a machine's UUID."""
    return str(uuid.uuid5(_SPACE, f"{profile}/{host}"))


def of(nodeset: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Give what a node set says of virtual machines; None: its hosts are none."""
    found: Mapping[str, Any] | None = (nodeset["provision"] or {}).get("libvirt")
    return found


def is_bare(nodeset: Mapping[str, Any]) -> bool:
    """Tell whether the cluster provisions a node set's hosts."""
    machines = of(nodeset)
    return bool(nodeset["provision"]) and (machines is None or bool(machines["bare"]))


def first_mac(profile: str, host: str, machines: Mapping[str, Any]) -> str:
    """Give the MAC address of the card on the first network."""
    return str(machines["macs"].get(host) or mac(profile, host, 0)).lower()
