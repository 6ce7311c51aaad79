"""What is wrong with `labs`: networks that are not there, addresses that do not fit."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address, ip_interface
from typing import Any

from openstack_k8s_cli.profile import addresses
from openstack_k8s_cli.profile.addresses import networks_of
from openstack_k8s_cli.profile.paths import Path

FITS, THERE = "OSK0111", "OSK0110"
_LONGEST = 15


def findings(values: Mapping[str, Any]) -> Iterator[tuple[Path, str, str]]:
    """Check what `osk host` makes of a filled profile."""
    there = networks_of(values["networks"])
    for name, network in values["labs"]["networks"].items():
        home: Path = ("labs", "networks", name)
        if network["of"] is not None and network["of"] not in there:
            yield (*home, "of"), f"there is no network `{network['of']}`", THERE
            continue
        if network["bridge"] is None and len(name) > _LONGEST:
            yield home, f"needs a `bridge`: its name is longer than {_LONGEST}", FITS
        own = [ip_interface(each).network for each in network["address"]]
        nets = addresses.nets(there[network["of"]]) if network["of"] else own
        for index, text in enumerate(network["dhcp"] or ()):
            ends = [ip_address(each) for each in addresses.parse_slice(text)]
            if not any(all(end in net for end in ends) for net in nets):
                yield (*home, "dhcp", index), f"`{text}` lies outside of the network", FITS
        for index, route in enumerate(network["routes"]):
            if not any(ip_address(route["gateway"]) in net for net in nets):
                yield (
                    (*home, "routes", index, "gateway"),
                    f"`{route['gateway']}` lies outside of the network",
                    FITS,
                )
