"""Addresses, networks and ranges as an object's fields write them."""

import ipaddress
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.validation.findings import Item, Path
from openstack_k8s_cli.validation.lint.objects import (
    ATTACHMENT,
    NET_CONFIG,
    NODE_SET,
    POLICY,
    POOL,
    Objects,
    rows,
    texts,
    together,
)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Range:
    """Addresses from one to another, both included."""

    start: Address
    end: Address

    def meets(self, other: "Range") -> bool:
        """Tell whether two ranges share an address."""
        same = self.start.version == other.start.version
        return same and int(self.start) <= int(other.end) and int(other.start) <= int(self.end)

    def has(self, address: Address) -> bool:
        """Tell whether an address is in the range."""
        return self.meets(Range(address, address))

    def __str__(self) -> str:
        return f"{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet of a NetConfig."""

    item: Item
    path: Path
    network: str
    name: str
    cidr: Network | None
    ranges: tuple[tuple[Path, Range], ...]
    excluded: tuple[tuple[Path, Address], ...]
    """Never given out, though within a range."""
    gateway: Address | None
    vlan: int | None
    mtu: int | None

    def __str__(self) -> str:
        return f"{self.network}/{self.name}"


@dataclass(frozen=True, slots=True)
class Given:
    """An address that an object gives to something."""

    item: Item
    path: Path
    address: Address
    holder: str
    """What has it, such as a host and its network."""
    interface: str = ""
    kind: str | None = None
    """The interface's type."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One plugin of an attachment definition's configuration."""

    item: Item
    config: dict[str, Any] = field(repr=False)
    ranges: tuple[Range, ...]
    excluded: tuple[Range, ...]
    """Never given out, though within a range."""

    @property
    def networks(self) -> tuple[Any, ...]:
        """What it calls its networks."""
        return tuple(get(place, "range") for place in _places(self.config.get("ipam")))

    @property
    def path(self) -> Path:
        """Where the configuration stands."""
        return ("spec", "config")


def address(value: Any) -> Address | None:
    """Read an address; None where it is none."""
    try:
        return ipaddress.ip_address(value) if isinstance(value, str) else None
    except ValueError:
        return None


def network(value: Any) -> Network | None:
    """Read a network; None where it is none."""
    try:
        return ipaddress.ip_network(value, strict=False) if isinstance(value, str) else None
    except ValueError:
        return None


def span(start: Any, end: Any) -> Range | None:
    """Read a range; None where its ends are no addresses of one family."""
    first, last = address(start), address(end)
    if first is None or last is None or first.version != last.version:
        return None
    return Range(first, last)


def subnets(objects: Objects, namespace: str | None = None) -> list[Subnet]:
    """Give the subnets of every NetConfig, as it stands at the end."""
    return [
        subnet
        for item in objects.last(NET_CONFIG)
        if namespace is None or together(item.id.namespace, namespace)
        for subnet in _subnets(item)
    ]


def _subnets(item: Item) -> Iterator[Subnet]:
    for path, net in rows(item, "spec", "networks"):
        for below, subnet in rows(item, *path, "subnets"):
            ranges = (
                (at, span(each.get("start"), each.get("end")))
                for at, each in rows(item, *below, "allocationRanges")
            )
            yield Subnet(
                item,
                below,
                str(net.get("name")),
                str(subnet.get("name")),
                network(subnet.get("cidr")),
                tuple((at, each) for at, each in ranges if each),
                tuple(_excluded(item, below)),
                address(subnet.get("gateway")),
                number(subnet.get("vlan")),
                number(net.get("mtu")),
            )


def _excluded(item: Item, subnet: Path) -> Iterator[tuple[Path, Address]]:
    for path, text in texts(item, *subnet, "excludeAddresses"):
        found = address(text)
        if found:
            yield path, found


def number(value: Any) -> int | None:
    """Read a number, which nmstate takes as a string too."""
    return int(value) if isinstance(value, (int, str)) and str(value).isdecimal() else None


def pools(objects: Objects) -> Iterator[tuple[Item, Path, Range]]:
    """Give the ranges of every address pool."""
    for item in objects.last(POOL):
        for path, text in texts(item, "spec", "addresses"):
            start, dash, end = text.partition("-")
            net = None if dash else network(text)
            found = Range(net[0], net[-1]) if net else span(start.strip(), end.strip())
            if found:
                yield item, path, found


def attachments(objects: Objects) -> Iterator[Attachment]:
    """Give the plugins of every attachment definition."""
    for item in objects.last(ATTACHMENT):
        try:
            config = json.loads(get(item.body, "spec", "config") or "{}")
        except (TypeError, ValueError):
            continue
        plugins = config.get("plugins") if isinstance(config, dict) else None
        for each in plugins if isinstance(plugins, list) else [config]:
            if isinstance(each, dict):
                nets = (network(text) for text in _spared(each.get("ipam")))
                spared = (Range(net[0], net[-1]) for net in nets if net)
                yield Attachment(item, each, tuple(_ranges(each.get("ipam"))), tuple(spared))


def _spared(ipam: Any) -> Iterator[Any]:
    for place in _places(ipam):
        listed = get(place, "exclude")
        yield from listed if isinstance(listed, list) else ()


def _places(ipam: Any) -> tuple[Any, ...]:
    """Give the mappings that may have a range of whereabouts in them."""
    if not isinstance(ipam, dict) or ipam.get("type") != "whereabouts":
        return ()
    more = ipam.get("ipRanges")
    return (ipam, *(more if isinstance(more, list) else ()))


def _ranges(ipam: Any) -> Iterator[Range]:
    for each in _places(ipam):
        net = network(get(each, "range"))
        if net:
            found = span(each.get("range_start") or str(net[0]), each.get("range_end") or str(net[-1]))
            if found:
                yield found


def interfaces(objects: Objects) -> Iterator[tuple[Item, Path, dict[str, Any]]]:
    """Give the interfaces of every node policy."""
    for item in objects.last(POLICY):
        for path, each in rows(item, "spec", "desiredState", "interfaces"):
            if each.get("state") != "absent":
                yield item, path, each


def of_nodes(objects: Objects) -> Iterator[Given]:
    """Give the addresses that node policies give to nodes."""
    for item, path, each in interfaces(objects):
        for family in ("ipv4", "ipv6"):
            for at, row in rows(item, *path, family, "address"):
                found = address(row.get("ip"))
                if found and get(each, family, "enabled") is not False:
                    name = str(each.get("name"))
                    yield Given(item, (*at, "ip"), found, f"{item.id.name} {name}", name, each.get("type"))


def of_hosts(objects: Objects) -> Iterator[Given]:
    """Give the fixed addresses of data plane hosts."""
    for item in objects.last(NODE_SET):
        for path, _ in rows(item, "spec", "nodes"):
            for at, row in rows(item, *path, "networks"):
                found = address(row.get("fixedIP"))
                if found:
                    yield Given(item, (*at, "fixedIP"), found, f"{path[-1]} {row.get('name')}")
