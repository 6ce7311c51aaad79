"""The management boards of bare virtual machines, as BareMetalHosts that a profile could name itself."""

from collections.abc import Iterator, Mapping
from typing import Any

from openstack_k8s_cli.profile import addresses, hosts, machines


def fill(plain: dict[str, Any]) -> None:
    """Add them to the node sets; what the profile says of one itself stands."""
    for nodeset in plain["dataplane"]["nodesets"].values():
        found = machines.of(nodeset)
        if found and found["bare"]:
            try:
                made = dict(_made(nodeset, found, plain))
            except (ValueError, KeyError):  # what is wrong with its hosts is found when they are checked
                continue
            provision = nodeset["provision"]
            nodeset["provision"] = {**provision, "hosts": {**made, **provision["hosts"]}}


def _made(
    nodeset: Mapping[str, Any], wanted: Mapping[str, Any], plain: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    known = plain["dataplane"]["hypervisor"]["boards"]
    place = f"{_bracketed(address(nodeset, plain))}:{known['port']}"
    for host in hosts.hosts(nodeset, plain["networks"]):
        system = f"redfish/v1/Systems/{machines.identity(plain['name'], host.name)}"
        yield (
            host.name,
            {
                "address": f"redfish-virtualmedia+http://{place}/{system}",
                "mac": machines.first_mac(plain["name"], host.name, wanted),
                "bootMode": "legacy" if wanted["firmware"] == "bios" else "UEFI",
                "credentials": known["secret"],
                "user": known["user"],
                "verify": True,
                "disk": "/dev/vda",
                "online": False,
                "inspect": True,
                "labels": {machines.LABEL: host.name},
                "spec": {},
            },
        )


def address(nodeset: Mapping[str, Any], plain: Mapping[str, Any]) -> str:
    """Give the hypervisor's address as the cluster reaches it; ValueError where none is known."""
    told = plain["dataplane"]["hypervisor"]["boards"]["address"]
    if told:
        return str(told)
    network = plain["networks"][nodeset["networks"][0]]
    if not network["gateway"]:
        raise ValueError("the network has no gateway that could be the hypervisor")
    return addresses.address(network, network["gateway"][0], networks=plain["networks"])


def _bracketed(text: str) -> str:
    return f"[{text}]" if ":" in text else text
