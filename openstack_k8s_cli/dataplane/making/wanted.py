"""The virtual machines that a profile's node sets come to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from ipaddress import ip_address
from typing import Any

from openstack_k8s_cli.profile import addresses, boards, hosts, machines

_UNITS = {
    "": 1,
    **{unit: 1000**power for power, unit in enumerate(("k", "M", "G", "T", "P", "E"), 1)},
    **{f"{unit}i": 1024**power for power, unit in enumerate(("K", "M", "G", "T", "P", "E"), 1)},
}


@dataclass(frozen=True, slots=True)
class Card:
    """A network card."""

    mac: str
    model: str
    network: str | None
    """A network of libvirt."""
    bridge: str | None
    """A bridge of the hypervisor."""


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk, and its volume in the pool."""

    volume: str
    size: int
    """In bytes."""
    bus: str = "virtio"


@dataclass(frozen=True, slots=True)
class Link:
    """How a host is in the first of its networks."""

    interface: str
    addresses: tuple[str, ...]
    """With the length of the prefix."""
    gateways: tuple[str, ...]
    """One of a family."""
    dns: tuple[str, ...]
    mtu: int
    domain: str


@dataclass(frozen=True, slots=True)
class Machine:
    """A virtual machine."""

    name: str
    host_name: str
    nodeset: str
    """The OpenStackDataPlaneNodeSet's name."""
    home: str
    """Its node set's name in the profile."""
    identity: str
    vcpus: int
    memory: int
    """In KiB."""
    cards: tuple[Card, ...]
    disks: tuple[Disk, ...]
    """The first one has the system."""
    firmware: str
    autostart: bool
    bare: bool
    """Whether the cluster brings the system."""
    link: Link | None
    """None: of a bare one, which gets its address from the cluster."""
    image: Mapping[str, Any] = field(default_factory=dict)
    user_data: Mapping[str, Any] = field(default_factory=dict)
    root: bool = False
    """Whether root has a password."""
    namespace: str = ""
    """That of its BareMetalHost; empty: it has none."""
    board: str = ""
    """The address that the cluster reaches its board at; empty: it has none."""

    @property
    def seed(self) -> str | None:
        """Give the volume with what cloud-init reads; None: there is none."""
        return None if self.bare else f"{self.name}-seed.iso"

    @property
    def volumes(self) -> tuple[str, ...]:
        """Name all its volumes."""
        return (*(each.volume for each in self.disks), *([self.seed] if self.seed else ()))


def machines_of(values: Mapping[str, Any]) -> tuple[Machine, ...]:
    """List them, in the order of the profile."""
    return tuple(
        _machine(host, str(nodeset.get("partOf") or key), nodeset, values)
        for key, nodeset in values["dataplane"]["nodesets"].items()
        if machines.of(nodeset)
        for host in hosts.hosts(nodeset, values["networks"])
    )


def of_a_lab(name: str, wanted: Mapping[str, Any], profile: str) -> Machine:
    """Give a machine that is no host of the profile, with one disk and one card."""
    return Machine(
        name,
        name,
        "labs",
        "labs",
        machines.identity(profile, name),
        int(wanted["vcpus"]),
        amount(wanted["memory"]) // 1024,
        (Card(machines.mac(profile, name, 0), "virtio", str(wanted["network"]), None),),
        (Disk(f"{name}.qcow2", amount(wanted["disk"])),),
        "bios",
        autostart=False,
        bare=False,
        link=None,
    )


def amount(text: str) -> int:
    """Read a quantity, such as `4Gi`."""
    digits = text.rstrip("kKMGTPEi")
    return int(Decimal(digits) * _UNITS[text[len(digits) :]])


def _machine(host: hosts.Host, home: str, nodeset: Mapping[str, Any], values: Mapping[str, Any]) -> Machine:
    wanted = nodeset["provision"]["libvirt"]
    bare = bool(wanted["bare"])
    return Machine(
        host.name,
        host.host_name,
        str(nodeset["resource"]),
        home,
        machines.identity(values["name"], host.name),
        int(wanted["vcpus"]),
        amount(wanted["memory"] or ("8Gi" if bare else "4Gi")) // 1024,
        tuple(_cards(host.name, wanted, values["name"])),
        tuple(_disks(host.name, wanted)),
        wanted["firmware"] or ("efi" if bare else "bios"),
        bool(wanted["autostart"]) and not bare,
        bare,
        None if bare else _link(host, nodeset, wanted, values["networks"]),
        {} if bare else wanted["image"],
        wanted["userData"],
        bool(nodeset["provision"]["rootPassword"]),
        str(nodeset["provision"]["namespace"]) if bare else "",
        boards.address(nodeset, values) if bare else "",
    )


def _cards(host: str, wanted: Mapping[str, Any], profile: str) -> Iterator[Card]:
    for number, nic in enumerate((wanted["nic"], *wanted["nics"])):
        own = str(nic["mac"] or machines.mac(profile, host, number)).lower()
        mac = own if number else machines.first_mac(profile, host, wanted)
        yield Card(mac, nic["model"], nic["network"], nic["bridge"])


def _disks(host: str, wanted: Mapping[str, Any]) -> Iterator[Disk]:
    yield Disk(f"{host}.qcow2", amount(wanted["disk"]))
    for number, disk in enumerate(wanted["disks"], 1):
        yield Disk(f"{host}-{number}.qcow2", amount(disk["size"]), disk["bus"])


def _link(
    host: hosts.Host, nodeset: Mapping[str, Any], wanted: Mapping[str, Any], networks: Mapping[str, Any]
) -> Link:
    first = nodeset["networks"][0]
    network = networks[first]
    subnet = next((each.subnet for each in host.networks if each.name == first), "subnet1")
    home = hosts.home(network, subnet)
    nets = [net for net in addresses.nets(home) if ip_address(host.address) in net] or addresses.nets(home)
    gateways = _resolved(home.get("gateway") or network["gateway"], home, networks)
    known = _resolved(wanted["dns"] or network["dns"], home, networks)
    return Link(
        str(nodeset["interface"]),
        (f"{host.address}/{nets[0].prefixlen}",),
        tuple(each for each in gateways if ip_address(each) in nets[0])[:1],
        tuple(known or gateways[:1]),
        int(network["mtu"]),
        str(network["domain"]),
    )


def _resolved(
    expressions: list[str] | str | None, home: Mapping[str, Any], networks: Mapping[str, Any]
) -> list[str]:
    listed = [expressions] if isinstance(expressions, str) else expressions or []
    return [addresses.address(home, each, networks=networks) for each in listed]
