"""`networks`: from NetConfig, attachment definitions, address pools and the nodes' policies."""

import json
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network, ip_address, ip_network
from typing import Any

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.live.found import Found, mappings, named


def carry(found: Found, draft: Draft, *, base: Mapping[str, Any]) -> None:
    """Put every network into the draft, and take out those of the base that are not there."""
    configured = {str(each["name"]).lower(): each for each in _configured(found)}
    attached = {named(each): _plugin(each) for each in found.all("NetworkAttachmentDefinition", own=True)}
    pools = {named(each): each for each in found.all("IPAddressPool")}
    if not attached:
        draft.set("networks.isolation", False)
    else:
        pools = {name: pool for name, pool in pools.items() if name in attached or name in configured}
    names = list(dict.fromkeys([*configured, *attached, *(pools if attached else ())]))
    network = _Networks(found, draft)
    for name in names:
        network.carry(name, configured.get(name), attached.get(name), pools.get(name))
    if attached:
        for name in base:
            if name not in {*names, "defaults", "isolation", "policies"}:
                draft.set(f"networks.{name}", None)


def _configured(found: Found) -> Iterable[Mapping[str, Any]]:
    config = found.first("NetConfig")
    return mappings(get(config, "spec", "networks")) if config else ()


def _plugin(body: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        read = json.loads(get(body, "spec", "config") or "{}")
    except ValueError:
        return {}
    return read if isinstance(read, Mapping) else {}


class _Networks:
    """Writes one network after the other; what shares an interface stands over the first of them."""

    def __init__(self, found: Found, draft: Draft) -> None:
        self._draft = draft
        self._interfaces = found.interfaces()
        self._owners: dict[str, str] = {}
        self._nics: dict[str, str] = {}

    def carry(
        self,
        name: str,
        config: Mapping[str, Any] | None,
        plugin: Mapping[str, Any] | None,
        pool: Mapping[str, Any] | None,
    ) -> None:
        path = f"networks.{name}"
        cidrs = _cidrs(config, plugin)
        if cidrs:
            self._draft.set(f"{path}.cidr", cidrs)
        self._draft.set(f"{path}.hosts", config is not None)
        if config is not None:
            self._hosts(path, config, cidrs)
        self._draft.set(f"{path}.attached", plugin is not None)
        if plugin is not None:
            self._attachment(path, plugin, cidrs)
        self._draft.set(f"{path}.vips", pool is not None)
        if pool is not None and cidrs:
            pairs = [text.split("-") for text in get(pool, "spec", "addresses") or () if "-" in text]
            ends = [ip_address(end.strip()) for pair in pairs for end in pair]
            if all(any(end in ip_network(cidr) for cidr in cidrs) for end in ends):
                ranges = [_part(_home(cidrs, first), first, last) for first, last in pairs]
                self._draft.set(f"{path}.slices.vips", list(dict.fromkeys(ranges)))
            else:
                self._draft.set(f"{path}.pool", ["-".join(pair) for pair in pairs])
            self._draft.set(f"{path}.autoAssign", get(pool, "spec", "autoAssign") is not False)
        device = str((plugin or {}).get("master") or (plugin or {}).get("bridge") or "")
        if plugin is not None or device:
            self._interface(name, path, device, cidrs)

    def _hosts(self, path: str, config: Mapping[str, Any], cidrs: list[str]) -> None:
        subnets = list(mappings(config.get("subnets")))
        first: Mapping[str, Any] = subnets[0] if subnets else {}
        for key, place in (("mtu", "mtu"), ("dnsDomain", "domain")):
            if config.get(key) is not None:
                self._draft.set(f"{path}.{place}", config[key])
        if first.get("vlan") is not None:
            self._draft.set(f"{path}.vlan", int(first["vlan"]))
        gateways = [
            _short(cidrs[0], each["gateway"]) for each in subnets[: len(cidrs)] if each.get("gateway")
        ]
        if gateways:
            self._draft.set(f"{path}.gateway", list(dict.fromkeys(gateways)))
        if cidrs:
            ranges = [
                _part(cidrs[0], each["start"], each["end"])
                for each in mappings(first.get("allocationRanges"))
            ]
            self._draft.set(f"{path}.slices.hosts", ranges)

    def _attachment(self, path: str, plugin: Mapping[str, Any], cidrs: list[str]) -> None:
        ipam = plugin.get("ipam") or {}
        pods = next(iter(mappings(ipam.get("ipRanges"))), ipam)
        self._draft.set(f"{path}.attachment.type", plugin.get("type") or "macvlan")
        self._draft.set(f"{path}.attachment.ipam", bool(pods.get("range")))
        if pods.get("range_start") and cidrs:
            self._draft.set(f"{path}.slices.pods", [_part(cidrs[0], pods["range_start"], pods["range_end"])])
        routes = [
            {
                "destination": each["dst"],
                **({"gateway": _short(cidrs[0], each["gw"])} if each.get("gw") and cidrs else {}),
            }
            for each in mappings(ipam.get("routes"))
        ]
        self._draft.set(f"{path}.attachment.routes", routes)

    def _interface(self, name: str, path: str, device: str, cidrs: list[str]) -> None:
        entry = self._interfaces.get(device)
        self._draft.set(f"{path}.interface", entry is not None)
        if entry is None:
            return
        if device in self._owners:
            self._draft.set(f"{path}.over", self._owners[device])
            self._draft.set(f"{path}.nodes", False)
            return
        self._owners[device] = name
        carrier = device
        if entry.get("type") == "linux-bridge":
            self._draft.set(f"{path}.bridge", device)
            carrier = next((str(each["name"]) for each in mappings(get(entry, "bridge", "port"))), device)
        below = self._interfaces.get(carrier, {})
        if below.get("type") == "vlan":
            self._draft.set(f"{path}.vlan", int(get(below, "vlan", "id")))
            carrier = str(get(below, "vlan", "base-iface"))
        self._nic(path, carrier)
        self._nodes(path, entry, cidrs)

    def _nic(self, path: str, card: str) -> None:
        role = self._nics.setdefault(card, "default" if not self._nics else card)
        self._draft.set(f"platform.nics.{role}", card)
        self._draft.set(f"{path}.nic", role)

    def _nodes(self, path: str, entry: Mapping[str, Any], cidrs: list[str]) -> None:
        addresses = [
            str(each["ip"])
            for family in ("ipv4", "ipv6")
            if get(entry, family, "enabled")
            for each in mappings(get(entry, family, "address"))
        ]
        self._draft.set(f"{path}.nodes", bool(addresses))
        if addresses and cidrs:
            first = _number(cidrs[0], addresses[0])
            last = "29" if first.isdecimal() and int(first) < 29 else ""  # noqa: PLR2004  # where the base's slices end
            self._draft.set(f"{path}.slices.nodes", [f"{first}-{last}" if last else first])


def _cidrs(config: Mapping[str, Any] | None, plugin: Mapping[str, Any] | None) -> list[str]:
    """Give a network's CIDR, or one of each family: from the first subnets of NetConfig, else where pods are."""
    listed = [str(each["cidr"]) for each in mappings((config or {}).get("subnets"))]
    ipam = (plugin or {}).get("ipam") or {}
    listed += [str(each["range"]) for each in (ipam, *mappings(ipam.get("ipRanges"))) if each.get("range")]
    by_family: dict[int, str] = {}
    for text in listed:
        by_family.setdefault(ip_network(text, strict=False).version, text)
    return [by_family[version] for version in sorted(by_family)]


def _home(cidrs: list[str], address: str) -> str:
    """Give the CIDR of an address's family, or the first one."""
    version = ip_address(address).version
    return next((text for text in cidrs if ip_network(text, strict=False).version == version), cidrs[0])


def _number(cidr: str, address: str) -> str:
    """Write an address as its number in the network, or as it is where that has no number."""
    net, found = ip_network(cidr, strict=False), ip_address(address)
    if found not in net:
        return address
    offset = int(found) - int(net.network_address)
    text = str(offset) if isinstance(net, IPv4Network) else f"{offset:x}"
    return text if text.isdecimal() else address


def _short(cidr: str, address: str) -> str:
    number = _number(cidr, address)
    return f".{number}" if number.isdecimal() else number


def _part(cidr: str, first: str, last: str) -> str:
    start, end = _number(cidr, first), _number(cidr, last)
    return f"{start}-{end}" if start.isdecimal() == end.isdecimal() else f"{first}-{last}"
