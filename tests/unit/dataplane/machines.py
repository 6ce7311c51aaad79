"""Profiles whose hosts are virtual machines, and what a hypervisor tells of them."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.dataplane.making import boards, domains
from openstack_k8s_cli.dataplane.making.wanted import Machine, machines_of
from openstack_k8s_cli.profile import loading

TWO = ("dataplane.nodesets.compute.count=2",)
PLAIN = (*TWO, "dataplane.nodesets.compute.provision.libvirt={}")
BARE = (*TWO, "dataplane.nodesets.compute.provision.libvirt={bare: true}")


def values(*sets: str) -> Mapping[str, Any]:
    """Load the profile crc with settings."""
    return loading.load("crc", sets=sets, reader=ProfileFiles()).values


def machines(*sets: str) -> tuple[Machine, ...]:
    """Give its machines."""
    return machines_of(values(*sets))


def probe(
    *made: Machine,
    without: tuple[str, ...] = (),
    more: str = "",
    state: str = "running",
    profile: str = "crc",
    own: Mapping[str, Any] | None = None,
    known: tuple[Machine, ...] | None = None,
    served: str = "",
) -> str:
    """Print what the probe does of a good hypervisor with machines.

    Its boards have settings of their `own`, let in the machines that are `known`, and were started with the `served`.
    """
    text = boards.settings(
        made if known is None else known,
        {**values()["dataplane"]["hypervisor"], **({"boards": own} if own else {})},
    )
    lines = [
        "user me",
        "python3 yes",
        "base64 yes",
        "iso xorrisofs",
        "podman yes",
        f"containers running {sha256((served or text).encode()).hexdigest()}",
        f"settings {b64encode(text.encode()).decode()}",
        "libvirt yes",
        "pool running",
        "network default",
        "bridge ospbr",
    ]
    for each in made:
        xml = domains.text(each, profile, "osk")
        lines += [
            f"domain {each.name}",
            f"state.{each.name} {state}",
            f"xml.{each.name} {b64encode(xml.encode()).decode()}",
        ]
    kept = [each for each in lines if not each.startswith(without or "-")]
    return "\n".join(f"@osk {each}" for each in [*kept, *more.splitlines()])
