"""Whether networks have room for all hosts: for those that have an address by a rule, and for those that are given one."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from openstack_k8s_cli.model.numbers import some
from openstack_k8s_cli.profile import addresses, hosts, subnetting
from openstack_k8s_cli.profile.addresses import networks_of
from openstack_k8s_cli.profile.paths import Path

_FITS = "OSK0111"
_OF_FOUR = 4
_BLOCK = 256
"""Every so many addresses one ends in .0, which the cluster gives to nobody."""


def findings(values: Mapping[str, Any]) -> Iterator[tuple[Path, str, str]]:
    """Find subnets without an address for each host that has none of its own there."""
    networks = values["networks"]
    wanted: dict[tuple[str, str], int] = {}
    fixed: dict[tuple[str, str], set[int]] = {}
    for each in _places(values):
        key = (each.name, each.subnet)
        if each.address is None:
            wanted[key] = wanted.get(key, 0) + 1
        else:
            fixed.setdefault(key, set()).add(int(ip_address(each.address)))
    for (name, subnet_name), count in wanted.items():
        network = networks[name]
        for subnet in subnetting.subnets(network) if network["hosts"] else ():
            free = _free(subnet, fixed.get((name, subnet_name), set()))
            if subnet.name == subnet_name and free < count:
                own = (network["subnets"].get(subnet_name) or {}).get("hosts")
                path: Path = ("networks", name, *(("subnets", subnet_name) if own else ("slices",)), "hosts")
                room = f"{name} has {some(free, 'free address')} in `{subnet_name}` for {some(count, 'host')}"
                yield path, f"{room}: widen it, or `networks.{name}.cidr` ({subnet.cidr})", _FITS


def _places(values: Mapping[str, Any]) -> Iterator[hosts.HostNetwork]:
    networks = values["networks"]
    for nodeset in values["dataplane"]["nodesets"].values():
        named = nodeset["networks"]
        if not named or not set(named) <= set(networks_of(networks)):
            continue
        try:
            listed = hosts.hosts(nodeset, networks)
        except (ValueError, KeyError):
            continue  # said where the address stands
        for host in listed:
            # A provisioned host without anything of its own is given an address everywhere.
            plain = (hosts.HostNetwork(each.name, each.subnet, None, each.route) for each in host.networks)
            yield from plain if host.plain else host.networks


def _free(subnet: subnetting.Subnet, taken: set[int]) -> int:
    free = 0
    for first, last in subnet.ranges:
        start, end = int(ip_address(first)), int(ip_address(last))
        free += end - start + 1 - sum(start <= each <= end for each in taken)
        if subnet.net.version == _OF_FOUR:
            zeros = range(start + -start % _BLOCK, end + 1, _BLOCK)
            free -= sum(each not in taken for each in zeros)
    return free


def ruled(nodeset: Mapping[str, Any], networks: Mapping[str, Any]) -> str:
    """Say how many hosts the rule for addresses has room for; empty: that is not what is wrong."""
    first = nodeset["networks"][0]
    home = addresses.parse(addresses.counted(nodeset["address"], 0)).network or first

    def fails(index: int) -> bool:
        alone = {**nodeset, "nodes": {}, "part": None, "count": index + 1, "absent": []}
        try:
            hosts.ruled(alone, index, networks)
        except (ValueError, KeyError):
            return True
        return False

    room = bisect_left(range(nodeset["count"]), x=True, key=fails)
    if room in {0, nodeset["count"]}:
        return ""
    cidrs = networks[home]["cidr"]
    told = " and ".join(cidrs)
    wide = f" to {_wider(cidrs[0], room, nodeset['count'])}" if len(cidrs) == 1 else ""
    return f"{home} has room for {room} of {some(nodeset['count'], 'host')} by this rule: widen `networks.{home}.cidr` ({told}){wide}, or begin lower"


def _wider(cidr: str, room: int, count: int) -> str:
    """Give the narrowest network around one that has room for all hosts, where it has room for so many."""
    net = ip_network(cidr)
    needed = net.num_addresses + count - room
    return str(ip_network((int(net.network_address), net.max_prefixlen - needed.bit_length()), strict=False))
