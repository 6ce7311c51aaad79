"""What is wrong with the plan of the networks: CIDRs, parts, VLANs, MTUs and interfaces that do not fit each other."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Any

from openstack_k8s_cli.profile import addresses, interfacechecks, placechecks, routechecks, spans
from openstack_k8s_cli.profile.addresses import networks_of
from openstack_k8s_cli.profile.paths import Path

Found = tuple[Path, str, str]
"""A path, what is wrong there, and the code."""

FITS, THERE = "OSK0111", "OSK0110"
_SMALLEST_OF_SIX = 1280


def findings(values: Mapping[str, Any]) -> list[Found]:
    """Check the networks of a filled profile, one after another and against each other."""
    networks = values["networks"]
    there = networks_of(networks)
    found = [
        each
        for name, network in there.items()
        for each in (*_addresses(name, network, networks), *_interface(name, network, values))
    ]
    found += _circles(there)
    found += [*_vlans(there), *_untagged(there), *_frames(there, networks["defaults"]), *_cidrs(there)]
    found = found or [*interfacechecks.findings(values)]
    found = found or [*spans.findings(values), *_bgp(values)]
    return found or [*placechecks.findings(values)]


def _addresses(name: str, network: Mapping[str, Any], networks: Mapping[str, Any]) -> Iterator[Found]:
    home: Path = ("networks", name)
    nets = addresses.nets(network)
    if len({net.version for net in nets}) < len(nets):
        yield (*home, "cidr"), "has two of one family", FITS
        return
    if not nets and any(spans.uses(network, part) for part in spans.PARTS):
        yield home, "needs a `cidr` for what is made from it", THERE
    for index, text in enumerate(network["dns"]):
        yield from _resolved((*home, "dns", index), text, network, networks)
    yield from routechecks.findings(name, network, networks)


def _resolved(
    path: Path, text: str, network: Mapping[str, Any], networks: Mapping[str, Any]
) -> Iterator[Found]:
    if (
        not network["cidr"]
        and addresses.parse(text).absolute is None
        and addresses.parse(text).network is None
    ):
        return
    yield from routechecks.resolved(path, text, network, networks)


def _interface(name: str, network: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[Found]:
    home: Path = ("networks", name)
    there = networks_of(values["networks"])
    over = network["over"]
    if over is not None and (over not in there or over == name):
        yield (*home, "over"), f"there is no other network `{over}`", THERE
    if network["local"] and not network["bridge"]:
        yield (*home, "local"), "needs a `bridge`, which is what stays within the node", FITS
    if network["nodeAddress"] and not network["local"]:
        yield (
            (*home, "nodeAddress"),
            "gives every node the same address, and only a `local` network takes that",
            FITS,
        )
    if network["loopback"] and (network["vlan"] or network["bridge"] or over):
        yield (*home, "loopback"), "takes no `vlan`, `bridge` or `over`: its addresses are on `lo`", FITS
    if not spans.is_made(values) or not network["interface"] or over is not None:
        return
    roles = {role for role, each in values["platform"]["nics"].items() if isinstance(each, str)}
    roles |= {role for each in values["platform"]["nics"].values() if isinstance(each, dict) for role in each}
    if not (network["local"] or network["loopback"]) and network["nic"] not in roles:
        yield (*home, "nic"), f"`platform.nics` has no `{network['nic']}`", THERE


def _circles(there: Mapping[str, Mapping[str, Any]]) -> Iterator[Found]:
    """Find networks that are over each other: none of them has an interface."""
    for name in there:
        seen, here = [name], there[name]["over"]
        while here in there and here not in seen:
            seen, here = [*seen, here], there[here]["over"]
        if here == name and len(seen) > 1:
            yield ("networks", name, "over"), f"`{seen[1]}` is over `{name}` itself", FITS


def _on_nodes(there: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the networks with an interface of their own on a card of the nodes."""
    for name, network in there.items():
        if network["interface"] and not (network["over"] or network["local"] or network["loopback"]):
            yield name, network


def _vlans(there: Mapping[str, Mapping[str, Any]]) -> Iterator[Found]:
    seen: dict[tuple[str, int], str] = {}
    for name, network in there.items():
        if network["vlan"] is None or network["over"] is not None:
            continue
        first = seen.setdefault((network["nic"], network["vlan"]), name)
        if first != name:
            yield ("networks", name, "vlan"), f"VLAN {network['vlan']} is that of `{first}` already", FITS


def _untagged(there: Mapping[str, Mapping[str, Any]]) -> Iterator[Found]:
    cards: dict[str, str] = {}
    bridges: dict[str, str] = {}
    for name, network in _on_nodes(there):
        if not network["vlan"] and (first := cards.setdefault(network["nic"], name)) != name:
            message = f"`{first}` is untagged on `{network['nic']}` already: give it a `vlan`, or say `over: {first}`"
            yield ("networks", name), message, FITS
    for name, network in there.items():
        if network["bridge"] and network["interface"] and not network["over"]:
            first = bridges.setdefault(network["bridge"], name)
            if first != name:
                yield (
                    ("networks", name, "bridge"),
                    f"`{network['bridge']}` is the bridge of `{first}` already",
                    FITS,
                )


def _frames(there: Mapping[str, Mapping[str, Any]], defaults: Mapping[str, Any]) -> Iterator[Found]:
    below = {each["nic"]: (name, each["mtu"]) for name, each in _on_nodes(there) if not each["vlan"]}
    for name, network in there.items():
        parent, mtu = below.get(network["nic"], (None, None)) if network["vlan"] else (None, None)
        if network["over"] in there:
            parent, mtu = network["over"], there[network["over"]]["mtu"]
        if parent and mtu and network["mtu"] > mtu and network["interface"]:
            if mtu < defaults["mtu"]:
                message = f"{mtu} is less than the {network['mtu']} of `{name}`, which it carries"
                yield ("networks", parent, "mtu"), message, FITS
            else:
                message = f"{network['mtu']} is more than the {mtu} of `{parent}`, which carries it"
                yield ("networks", name, "mtu"), message, FITS
        six = any(isinstance(net, IPv6Network) for net in addresses.nets(network))
        if six and network["mtu"] < _SMALLEST_OF_SIX:
            yield ("networks", name, "mtu"), f"IPv6 needs at least {_SMALLEST_OF_SIX}", FITS


def _cidrs(there: Mapping[str, Mapping[str, Any]]) -> Iterator[Found]:
    seen: list[tuple[str, Path, addresses.Net]] = []
    for name, network in there.items():
        for path, net in _nets(name, network):
            for other, where, its in seen:
                if net.version != its.version or not net.overlaps(its):
                    continue
                if other != name and not (net == its and _is_one(there, name, other)):
                    yield path, f"{net} overlaps {its} of `{other}`", FITS
                elif other == name and "subnets" in path and "subnets" in where:
                    yield path, f"{net} overlaps {its} of the same network", FITS
            seen.append((name, path, net))


def _is_one(there: Mapping[str, Mapping[str, Any]], *names: str) -> bool:
    """Say whether one of the networks is the nodes' own foot in a subnet of the other."""
    return any(not (there[name]["attached"] or there[name]["vips"] or there[name]["hosts"]) for name in names)


def _nets(name: str, network: Mapping[str, Any]) -> Iterator[tuple[Path, addresses.Net]]:
    for index, net in enumerate(addresses.nets(network)):
        yield ("networks", name, "cidr", index), net
    for subnet, entry in network["subnets"].items():
        for index, net in enumerate(addresses.nets(entry)):
            yield ("networks", name, "subnets", subnet, "cidr", index), net


def _bgp(values: Mapping[str, Any]) -> Iterator[Found]:
    bgp, networks = values["bgp"], values["networks"]
    if bgp is None:
        return
    there = networks_of(networks)
    for rack, entry in bgp["racks"].items():
        for name in entry["cidrs"]:
            if name not in there:
                yield ("bgp", "racks", rack, "cidrs", name), f"there is no network `{name}`", THERE
    for index, name in enumerate(bgp["pools"]):
        if name not in there or not there[name]["vips"]:
            yield ("bgp", "pools", index), f"there is no network `{name}` with a pool", THERE
    yield from _neighbours(bgp, networks)


def _neighbours(bgp: Mapping[str, Any], networks: Mapping[str, Any]) -> Iterator[Found]:
    nowhere: Mapping[str, Any] = {"cidr": []}
    for name, peer in bgp["peers"].items():
        yield from _resolved(("bgp", "peers", name, "address"), peer["address"], nowhere, networks)
    if bgp["routerId"] is not None:
        yield from _resolved(("bgp", "routerId"), bgp["routerId"], nowhere, networks)
        try:
            router = ip_address(addresses.address(nowhere, bgp["routerId"], networks=networks))
        except ValueError:
            return
        if not isinstance(router, IPv4Address):  # a router id has 32 bits
            yield ("bgp", "routerId"), f"{router} is no IPv4 address, and a router id is one", FITS
