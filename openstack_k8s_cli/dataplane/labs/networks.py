"""The networks of libvirt that a profile comes to, as they are and as libvirt's XML, https://libvirt.org/formatnetwork.html."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Interface, IPv6Network, ip_address, ip_interface, ip_network
from typing import Any
from xml.etree import ElementTree as ET

from openstack_k8s_cli.profile import addresses, hosts, machines

SPACE = "urn:openstack-k8s-cli:network"
"""The namespace of what osk writes into a network's metadata, by which it knows its own."""
_LONGEST = 15
"""Characters of an interface's name, which Linux takes at most."""
_CRC, _CTLPLANE = "default", "ctlplane"
_USUAL = 1500


@dataclass(frozen=True, slots=True)
class Net:
    """A network of libvirt, as it is to be."""

    name: str
    identity: str
    bridge: str
    forward: str = "none"
    addresses: tuple[str, ...] = ()
    """The hypervisor's own, with the length of the prefix."""
    mtu: int = _USUAL
    domain: str = ""
    dns: bool = True
    dhcp: tuple[tuple[str, str], ...] = ()
    routes: tuple[tuple[str, str], ...] = ()
    """Each with its gateway."""
    routed: bool = False
    """Whether IPv6 is routed also where IPv4 is behind the hypervisor's address."""


def wanted(values: Mapping[str, Any]) -> tuple[Net, ...]:
    """List them: those under `labs`, those of the machines' cards, those of CRC's, and NAT64's."""
    labs = values["labs"]
    found = {name: _given(name, each, values) for name, each in labs["networks"].items()}
    for name, net in _of_cards(values):
        found.setdefault(name, net)
    network = values["networks"].get(_CTLPLANE)
    if values["platform"]["provider"] == "crc" and values["networks"]["isolation"] and network:
        own = tuple(_gateways(network, values["networks"]))
        found.setdefault(_CRC, plain(_CRC, values["name"], own, mtu=int(network["mtu"])))
        for name in _of_crc(values):
            found.setdefault(name, _segment(name, values["name"]))
    if labs["nat64"]:
        net = _nat64(labs["nat64"], values["name"])
        found.setdefault(net.name, net)
    return tuple(found.values())


def plain(name: str, profile: str, own: tuple[str, ...], *, mtu: int = _USUAL) -> Net:
    """Give a network that is forwarded with nat."""
    return Net(name, identity(profile, name), _bridge(name), "nat", own, mtu)


def identity(profile: str, name: str) -> str:
    """Derive a network's UUID."""
    return machines.identity(profile, f"network/{name}")


def _bridge(name: str) -> str:
    return name if len(name) <= _LONGEST else f"osk{machines.identity('bridge', name)[:8]}"


def _given(name: str, each: Mapping[str, Any], values: Mapping[str, Any]) -> Net:
    networks = values["networks"]
    of = networks[each["of"]] if each["of"] else None
    own = tuple(_gateways(of, networks)) if of else tuple(each["address"])
    return Net(
        name,
        identity(values["name"], name),
        each["bridge"] or _bridge(name),
        each["forward"],
        own,
        int(each["mtu"] or (of["mtu"] if of else _USUAL)),
        each["domain"] or "",
        bool(each["dns"]),
        tuple(addresses.parse_slice(text) for text in each["dhcp"] or ()),
        tuple((route["destination"], route["gateway"]) for route in each["routes"]),
    )


def _of_cards(values: Mapping[str, Any]) -> Iterator[tuple[str, Net]]:
    """List what the cards of machines are in: the first with the addresses of the machines' first network."""
    networks, profile = values["networks"], values["name"]
    further = []
    for nodeset in values["dataplane"]["nodesets"].values():
        wanted_machines = machines.of(nodeset)
        if not wanted_machines:
            continue
        further += [each["network"] for each in wanted_machines["nics"] if each["network"]]
        first = wanted_machines["nic"]["network"]
        if first:
            mtu = int(networks[nodeset["networks"][0]]["mtu"])
            own = tuple(dict.fromkeys(_homes(nodeset, networks)))
            yield first, plain(first, profile, own, mtu=mtu)
    for name in further:
        yield name, _segment(name, profile)


def _of_crc(values: Mapping[str, Any]) -> Iterator[str]:
    """List what further cards of CRC are in, without that of bare machines, which comes with them."""
    for card in values["platform"]["crc"]["interfaces"].values():
        if card["network"] != values["labs"]["bmaas"]["network"]:
            yield card["network"]


def _segment(name: str, profile: str) -> Net:
    return Net(name, identity(profile, name), _bridge(name), dns=False)


def _homes(nodeset: Mapping[str, Any], networks: Mapping[str, Any]) -> Iterator[str]:
    first = nodeset["networks"][0]
    subnets = {
        each.subnet for host in hosts.hosts(nodeset, networks) for each in host.networks if each.name == first
    }
    for subnet in sorted(subnets) or ["subnet1"]:
        home = hosts.home(networks[first], subnet)
        yield from _gateways({**home, "gateway": home.get("gateway") or networks[first]["gateway"]}, networks)


def _gateways(network: Mapping[str, Any], networks: Mapping[str, Any]) -> Iterator[str]:
    """Give a network's gateway in each family, which is the hypervisor; where none is said, its first address."""
    told = network["gateway"]
    for net in addresses.nets(network):
        resolved = [
            addresses.address(network, each, networks=networks, family=net.version)
            for each in ([told] if isinstance(told, str) else told)
            if addresses.parse(each).absolute is None or ip_address(each).version == net.version
        ]
        own = next((each for each in resolved if ip_address(each) in net), str(net[1]))
        yield f"{own}/{net.prefixlen}"


def _nat64(found: Mapping[str, Any], profile: str) -> Net:
    """Give the router's network.

    libvirt lets through what goes to or comes from a network's own addresses, and rejects the rest. So the hypervisor
    has an address beside NAT64's prefix, too: then no rule of its own is needed, and none is left behind.
    """
    inside, outside, prefix = (ip_network(found[key]) for key in ("ipv4", "ipv6", "prefix"))
    around = prefix.supernet(new_prefix=64) if isinstance(prefix, IPv6Network) else prefix
    own = (
        f"{inside[1]}/{inside.prefixlen}",
        f"{outside[1]}/{outside.prefixlen}",
        f"{around[-2]}/{around.prefixlen}",
    )
    name = str(found["network"])
    routes = ((str(prefix), str(outside[2])),)
    return Net(
        name,
        identity(profile, name),
        _bridge(name),
        "nat",
        own,
        dns=False,
        routes=routes,
        routed=True,
    )


def text(net: Net, profile: str) -> str:
    """Write the network."""
    ET.register_namespace("osk", SPACE)
    six = any(isinstance(ip_interface(each), IPv6Interface) for each in net.addresses)
    top = ET.Element("network", {} if six else {"ipv6": "yes"})
    _add(top, "name", net.name)
    _add(top, "uuid", net.identity)
    ET.SubElement(_add(top, "metadata"), f"{{{SPACE}}}network", profile=profile)
    if net.forward != "none":
        forward = _add(top, "forward", mode=net.forward)
        if net.forward == "nat":
            nat = _add(forward, "nat", **({"ipv6": "yes"} if six and not net.routed else {}))
            _add(nat, "port", start="1024", end="65535")
    _add(top, "bridge", name=net.bridge, stp="on", delay="0")
    if net.mtu != _USUAL:
        _add(top, "mtu", size=str(net.mtu))
    if net.domain:
        _add(top, "domain", name=net.domain, localOnly="yes")
    if not net.dns:
        _add(top, "dns", enable="no")
    for each in net.addresses:
        _address(top, each, net)
    for destination, gateway in net.routes:
        to = ip_network(destination)
        where = {"address": str(to.network_address), "prefix": str(to.prefixlen), "gateway": gateway}
        _add(top, "route", family=f"ipv{to.version}", **where)
    ET.indent(top)
    return ET.tostring(top, encoding="unicode") + "\n"


def _address(top: ET.Element, own: str, net: Net) -> None:
    address = ip_interface(own)
    where = {"address": str(address.ip), "prefix": str(address.network.prefixlen)}
    found = _add(top, "ip", family=f"ipv{address.version}", **where)
    ranges = [each for each in net.dhcp if ip_address(each[0]) in address.network]
    if ranges:
        dhcp = _add(found, "dhcp")
        for start, end in ranges:
            _add(dhcp, "range", start=start, end=end)


def _add(parent: ET.Element, tag: str, content: str | None = None, /, **attributes: str) -> ET.Element:
    found = ET.SubElement(parent, tag, attributes)
    found.text = content
    return found
