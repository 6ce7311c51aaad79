"""Further interfaces of CRC's machine: attached, detached and looked at."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, ip_address
from xml.etree import ElementTree as ET

from openstack_k8s_cli.crc import devices
from openstack_k8s_cli.crc.devices import Done
from openstack_k8s_cli.crc.facts import look_at_libvirt
from openstack_k8s_cli.crc.ports import Host
from openstack_k8s_cli.crc.wanted import Interface
from openstack_k8s_cli.model.problems import Advice


@dataclass(frozen=True, slots=True)
class Card:
    """How it is now."""

    running: bool
    """Whether the machine runs."""
    live: bool
    """Whether the running machine has it."""
    kept: bool
    """Whether it has it after its next start."""
    networks: Mapping[str, str]
    """MAC address → network of all interfaces."""
    reserved: frozenset[str]
    """Addresses that DHCP keeps for it."""
    has_dhcp: bool


def look(host: Host, interface: Interface) -> Card:
    """Read the machine and the network."""
    machine = devices.look(host)
    live, kept = _interfaces(machine.live), _interfaces(machine.kept)
    reserved, has_dhcp = _network(host, interface)
    return Card(
        machine.running,
        interface.mac in live,
        interface.mac in kept,
        {**live, **kept},
        reserved,
        has_dhcp,
    )


def _network(host: Host, interface: Interface) -> tuple[frozenset[str], bool]:
    """Give what DHCP keeps for it in its network, and whether there is DHCP at all."""
    network = devices.tree(devices.told(host, "net-dumpxml", interface.network))
    reserved = frozenset(
        each.get("ip") or ""
        for each in network.iter("host")
        if (each.get("mac") or "").lower() == interface.mac
    )
    return reserved, network.find("ip/dhcp") is not None


def is_whole(host: Host, interface: Interface) -> bool:
    """Tell whether there is nothing to attach."""
    card = look(host, interface)
    return card.kept and (card.live or not card.running) and not _reservable(host, interface, card)


def is_there(host: Host, interface: Interface) -> bool:
    """Tell whether there is something to detach."""
    card = look(host, interface)
    return card.live or card.kept or bool(card.reserved)


def attach(host: Host, interface: Interface) -> Done:
    """Attach it where it is not."""
    card = look(host, interface)
    other = card.networks.get(interface.mac, interface.network)
    if other != interface.network:
        key = "" if interface.role == "default" else f" {interface.role}"
        raise devices.failed(
            f"the interface {interface.mac} is in the network `{other}`, not `{interface.network}`",
            Advice("Take it out of there, then the same command again", f"osk crc network detach{key}"),
        )
    done = []
    for address in _reservable(host, interface, card):
        verb = "modify" if card.reserved else "add-last"
        _reserve(host, interface, verb, address)
        done.append(f"{address} is kept for {interface.mac} in the network {interface.network}")
    live, kept = card.running and not card.live, not card.kept
    is_in = devices.plug(host, device(interface), live=live, kept=kept)
    if kept or (live and is_in):
        done.append(f"interface {interface.mac} in the network {interface.network} attached")
    return Done(tuple(done), waits=not is_in)


def detach(host: Host, interface: Interface) -> Done:
    """Detach it where it is, and give its addresses back."""
    there = replace(interface, network=look(host, interface).networks.get(interface.mac, interface.network))
    card, done = look(host, there), []
    if card.live or card.kept:
        devices.unplug(host, device(there), live=card.live, kept=card.kept)
        done.append(f"interface {interface.mac} detached")
    return Done((*done, *_given_back(host, there, card.reserved)))


def release(host: Host, interfaces: Iterable[Interface]) -> Iterator[str]:
    """Give back what DHCP keeps for interfaces of a machine that is gone."""
    for interface, addresses in _kept(host, interfaces):
        yield from _given_back(host, interface, addresses)


def releasable(host: Host, interfaces: Iterable[Interface]) -> Iterator[str]:
    """Say what `release` would give back."""
    for interface, addresses in _kept(host, interfaces):
        for address in sorted(addresses):
            yield f"no longer keep {address} for {interface.mac}"


def _kept(host: Host, interfaces: Iterable[Interface]) -> Iterator[tuple[Interface, Iterable[str]]]:
    known = look_at_libvirt(host).networks
    return ((each, _network(host, each)[0]) for each in interfaces if each.network in known)


def _given_back(host: Host, interface: Interface, addresses: Iterable[str]) -> Iterator[str]:
    for address in sorted(addresses):
        _reserve(host, interface, "delete", address)
        yield f"{address} is no longer kept for {interface.mac}"


def device(interface: Interface) -> ET.Element:
    """Make it by https://libvirt.org/formatdomain.html#network-interfaces."""
    found = ET.Element("interface", type="network")
    ET.SubElement(found, "mac", address=interface.mac)
    ET.SubElement(found, "source", network=interface.network)
    ET.SubElement(found, "model", type="virtio")
    return found


def _reserve(host: Host, interface: Interface, verb: str, address: str) -> None:
    entry = ET.tostring(ET.Element("host", mac=interface.mac, ip=address), encoding="unicode")
    devices.change(host, "net-update", interface.network, verb, "ip-dhcp-host", entry, "--live", "--config")


def _reservable(host: Host, interface: Interface, card: Card) -> tuple[str, ...]:
    """Choose the address of the profile that is in the network and not kept yet."""
    if not card.has_dhcp:
        return ()
    nets = look_at_libvirt(host).networks.get(interface.network, ())
    own = (each for each in interface.addresses if isinstance(ip_address(each), IPv4Address))
    found = next((each for each in own if any(ip_address(each) in net for net in nets)), None)
    return (found,) if found and found not in card.reserved else ()


def _interfaces(machine: ET.Element) -> Mapping[str, str]:
    found = {}
    for each in machine.iter("interface"):
        mac, source = each.find("mac"), each.find("source")
        if mac is not None and source is not None:
            found[(mac.get("address") or "").lower()] = source.get("network") or source.get("bridge") or ""
    return found
