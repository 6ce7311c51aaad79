"""The second interface of CRC's machine: attached, detached and looked at by `virsh`."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from xml.etree import ElementTree as ET

from openstack_k8s_cli.crc.facts import DOMAIN, LIBVIRT, look_at_libvirt
from openstack_k8s_cli.crc.ports import Host
from openstack_k8s_cli.crc.wanted import Interface
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

_ENGLISH = {"LC_ALL": "C"}


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
    live = _interfaces(_told(host, "dumpxml", DOMAIN))
    kept = _interfaces(_told(host, "dumpxml", "--inactive", DOMAIN))
    running = _told(host, "domstate", DOMAIN).strip() == "running"
    network = _tree(_told(host, "net-dumpxml", interface.network))
    reserved = frozenset(
        each.get("ip") or ""
        for each in network.iter("host")
        if (each.get("mac") or "").lower() == interface.mac
    )
    return Card(
        running,
        running and interface.mac in live,
        interface.mac in kept,
        {**live, **kept},
        reserved,
        network.find("ip/dhcp") is not None,
    )


def attach(host: Host, interface: Interface) -> tuple[str, ...]:
    """Attach it where it is not; says what was done."""
    card = look(host, interface)
    other = card.networks.get(interface.mac, interface.network)
    if other != interface.network:
        raise _failed(f"the interface {interface.mac} is in the network `{other}`, not `{interface.network}`")
    done = []
    for address in _reservable(host, interface, card):
        entry = ET.Element("host", mac=interface.mac, ip=address)
        text = ET.tostring(entry, encoding="unicode")
        verb = "modify" if card.reserved else "add-last"
        change = ("net-update", interface.network, verb, "ip-dhcp-host", text, "--live", "--config")
        _do(host, *change)
        done.append(f"{address} is kept for {interface.mac} in the network {interface.network}")
    flags = _flags(live=card.running and not card.live, kept=not card.kept)
    if flags:
        _do(host, "attach-device", DOMAIN, "/dev/stdin", *flags, stdin=text_of(interface))
        done.append(f"interface {interface.mac} in the network {interface.network} attached")
    return tuple(done)


def detach(host: Host, interface: Interface) -> tuple[str, ...]:
    """Detach it where it is, and give its addresses back; says what was done."""
    card = look(host, interface)
    done = []
    flags = _flags(live=card.live, kept=card.kept)
    if flags:
        _do(host, "detach-device", DOMAIN, "/dev/stdin", *flags, stdin=text_of(interface))
        done.append(f"interface {interface.mac} detached")
    for address in sorted(card.reserved):
        text = ET.tostring(ET.Element("host", mac=interface.mac, ip=address), encoding="unicode")
        _do(host, "net-update", interface.network, "delete", "ip-dhcp-host", text, "--live", "--config")
        done.append(f"{address} is no longer kept for it")
    return tuple(done)


def text_of(interface: Interface) -> str:
    """Write it as libvirt's XML, https://libvirt.org/formatdomain.html#network-interfaces."""
    found = ET.Element("interface", type="network")
    ET.SubElement(found, "mac", address=interface.mac)
    ET.SubElement(found, "source", network=interface.network)
    ET.SubElement(found, "model", type="virtio")
    return ET.tostring(found, encoding="unicode") + "\n"


def _flags(*, live: bool, kept: bool) -> tuple[str, ...]:
    return (*(("--live",) if live else ()), *(("--config",) if kept else ()))


def _reservable(host: Host, interface: Interface, card: Card) -> tuple[str, ...]:
    """Choose the address of the profile that is in the network and not kept yet."""
    if not card.has_dhcp:
        return ()
    nets = look_at_libvirt(host).networks.get(interface.network, ())
    own = (each for each in interface.addresses if ip_address(each).version == 4)  # noqa: PLR2004  # IPv6 has no MAC
    found = next((each for each in own if any(ip_address(each) in net for net in nets)), None)
    return (found,) if found and found not in card.reserved else ()


def _interfaces(text: str) -> Mapping[str, str]:
    found = {}
    for each in _tree(text).iter("interface"):
        mac, source = each.find("mac"), each.find("source")
        if mac is not None and source is not None:
            found[(mac.get("address") or "").lower()] = source.get("network") or source.get("bridge") or ""
    return found


def _tree(text: str) -> ET.Element:
    try:
        return ET.fromstring(text)  # noqa: S314  # libvirt's own output
    except ET.ParseError:
        return ET.Element("nothing")


def _told(host: Host, *words: str) -> str:
    ran = host.run([*LIBVIRT, *words], env=_ENGLISH, timeout=60)
    if ran.exit_code:
        raise _failed(
            ran.stderr.strip().splitlines()[-1].removeprefix("error: ") if ran.stderr.strip() else words[0]
        )
    return ran.stdout


def _do(host: Host, *words: str, stdin: str = "") -> None:
    ran = host.run([*LIBVIRT, *words], stdin=stdin.encode(), env=_ENGLISH, timeout=60)
    if ran.exit_code:
        raise _failed(ran.stderr.strip().removeprefix("error: "))


def _failed(why: str) -> OskError:
    advice = Advice(
        "See that the machine is there and the network too", "virsh --connect qemu:///system domiflist crc"
    )
    problem = Problem(
        "OSK1249", "The interface of the machine cannot be changed", f"domain {DOMAIN}", why, (advice,)
    )
    return OskError(problem, exit_code=ExitCode.FAILED)
