"""A machine as libvirt's domain XML, https://libvirt.org/formatdomain.html."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from openstack_k8s_cli.dataplane.making.wanted import Card, Disk, Machine

SPACE = "urn:openstack-k8s-cli:machine"
"""The namespace of what osk writes into a domain's metadata, by which it knows its own machines."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def text(machine: Machine, profile: str, pool: str) -> str:
    """Write the domain."""
    ET.register_namespace("osk", SPACE)
    domain = ET.Element("domain", type="kvm")
    _add(domain, "name", machine.name)
    _add(domain, "uuid", machine.identity)
    mark = {"profile": profile, "nodeset": machine.nodeset}
    ET.SubElement(_add(domain, "metadata"), f"{{{SPACE}}}machine", mark)
    _add(domain, "memory", str(machine.memory), unit="KiB")
    _add(domain, "vcpu", str(machine.vcpus), placement="static")
    _system(domain, machine)
    features = _add(domain, "features")
    _add(features, "acpi")
    _add(features, "apic")
    _add(domain, "cpu", mode="host-passthrough", check="none")
    _add(domain, "clock", offset="utc")
    _add(domain, "on_poweroff", "destroy")
    _add(domain, "on_reboot", "restart")
    _add(domain, "on_crash", "destroy")
    _devices(_add(domain, "devices"), machine, pool)
    ET.indent(domain)
    return ET.tostring(domain, encoding="unicode") + "\n"


def _add(parent: ET.Element, tag: str, content: str | None = None, /, **attributes: str) -> ET.Element:
    found = ET.SubElement(parent, tag, attributes)
    found.text = content
    return found


def _system(domain: ET.Element, machine: Machine) -> None:
    efi = machine.firmware == "efi"
    system = _add(domain, "os", **({"firmware": "efi"} if efi else {}))
    _add(system, "type", "hvm", arch="x86_64", machine="q35")
    if efi:
        _add(_add(system, "firmware"), "feature", enabled="no", name="secure-boot")
    _add(system, "boot", dev="hd")


def _devices(devices: ET.Element, machine: Machine, pool: str) -> None:
    names = _names()
    for disk in machine.disks:
        _disk(devices, disk, next(names[_family(disk.bus)]), pool)
    if machine.seed:
        seed = _add(devices, "disk", type="volume", device="cdrom")
        _add(seed, "driver", name="qemu", type="raw")
        _add(seed, "source", pool=pool, volume=machine.seed)
        _add(seed, "target", dev=next(names["sd"]), bus="sata")
        _add(seed, "readonly")
    if any(disk.bus == "scsi" for disk in machine.disks):
        _add(devices, "controller", type="scsi", index="0", model="virtio-scsi")
    for card in machine.cards:
        _card(devices, card)
    _add(devices, "serial", type="pty")
    _add(devices, "console", type="pty")
    _add(_add(devices, "channel", type="unix"), "target", type="virtio", name="org.qemu.guest_agent.0")
    _add(devices, "graphics", type="vnc", port="-1", autoport="yes", listen="127.0.0.1")
    _add(_add(devices, "video"), "model", type="virtio")
    _add(_add(devices, "rng", model="virtio"), "backend", "/dev/urandom", model="random")


def _disk(devices: ET.Element, disk: Disk, name: str, pool: str) -> None:
    found = _add(devices, "disk", type="volume", device="disk")
    _add(found, "driver", name="qemu", type="qcow2", discard="unmap")
    _add(found, "source", pool=pool, volume=disk.volume)
    _add(found, "target", dev=name, bus=disk.bus)


def _card(devices: ET.Element, card: Card) -> None:
    kind = "network" if card.network else "bridge"
    found = _add(devices, "interface", type=kind)
    _add(found, "mac", address=card.mac)
    _add(found, "source", **{kind: str(card.network or card.bridge)})
    _add(found, "model", type=card.model)


def _family(bus: str) -> str:
    return "vd" if bus == "virtio" else "sd"


def _names() -> dict[str, Iterator[str]]:
    """Give the names that devices get, by how they are attached."""
    return {family: iter([f"{family}{letter}" for letter in _LETTERS]) for family in ("vd", "sd")}
