"""The nodes' interfaces: names that fit and differ, one network a VLAN and card, frames that fit, addresses of single nodes."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from ipaddress import ip_address, ip_interface
from typing import Any

from openstack_k8s_cli.profile import addresses, spans
from openstack_k8s_cli.profile.addresses import networks_of
from openstack_k8s_cli.profile.paths import Path

Found = tuple[Path, str, str]
_FITS, _THERE = "OSK0111", "OSK0110"
_LONGEST = 15
"""Characters that Linux takes in an interface's name."""
_KEPT = frozenset({"address", "routes"})


def findings(values: Mapping[str, Any]) -> Iterator[Found]:
    """Check the interfaces of every node of a filled profile; each problem once."""
    if not spans.is_made(values):
        return
    nodes: list[str] = values["platform"]["workers"]
    found: dict[Found, None] = {}
    for node in nodes or [""]:
        found |= dict.fromkeys(_Node(node, values).findings())
    yield from found
    yield from _roles(values)
    for name, network in networks_of(values["networks"]).items():
        yield from _given(name, network, values)
        yield from _stepped(name, network, nodes)
        yield from _twice(name, network, nodes)


class _Node:
    """The interfaces of one node, as networks claim them."""

    def __init__(self, node: str, values: Mapping[str, Any]) -> None:
        self._node = node
        self._nics: Mapping[str, Any] = values["platform"]["nics"]
        self._rule: str = values["networks"]["defaults"]["device"]
        self._all = networks_of(values["networks"])
        own = {name: _on(network, node) for name, network in self._all.items()}
        self._there = {name: each for name, each in own.items() if each["interface"] and not each["over"]}
        self._cards = {
            self._card(each): name
            for name, each in self._there.items()
            if not (each["local"] or each["loopback"])
        }

    def findings(self) -> Iterator[Found]:
        names: dict[str, str] = {}
        untagged: dict[str, str] = {}
        tags: dict[tuple[str, int], str] = {}
        for name, network in self._there.items():
            if network["loopback"]:
                continue
            if not network["local"]:
                yield from self._carried(name, network, untagged, tags)
            for key, text in self._made(name, network):
                yield from self._claimed(name, key, text, names)
        yield from self._frames(untagged)

    def _carried(
        self,
        name: str,
        network: Mapping[str, Any],
        untagged: dict[str, str],
        tags: dict[tuple[str, int], str],
    ) -> Iterator[Found]:
        card, tag = self._card(network), network["vlan"]
        first = tags.setdefault((card, tag), name) if tag else untagged.setdefault(card, name)
        if first != name:
            what = f"VLAN {tag} of {card}" if tag else f"untagged {card}"
            yield self._path(name, "vlan"), f"{what} is that of `{first}` already", _FITS

    def _made(self, name: str, network: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Give the interfaces that a network makes, each with the key that names it."""
        if network["vlan"] and not network["local"]:
            text = str(network["device"] or self._rule)
            for word, value in (("nic", self._card(network)), ("name", name), ("vlan", network["vlan"])):
                text = text.replace(f"{{{word}}}", str(value))
            yield "device", text
        yield from ((key, network[key]) for key in ("bridge", "macvlan") if network[key])

    def _claimed(self, name: str, key: str, text: str, names: dict[str, str]) -> Iterator[Found]:
        path = self._path(name, key)
        first = names.setdefault(text, name) if text not in self._cards else self._cards[text]
        if text in self._cards:
            yield path, f"`{text}` is a card of the nodes, which `{first}` is on", _FITS
        elif first != name:
            yield path, f"`{text}` is an interface of `{first}` already", _FITS
        if len(text) > _LONGEST:
            message = f"`{text}` has {len(text)} characters, and an interface's name has {_LONGEST} at most: give it a shorter `device`"
            yield path, message, _FITS

    def _frames(self, untagged: Mapping[str, str]) -> Iterator[Found]:
        for name, network in self._there.items():
            below = untagged.get(self._card(network)) if network["vlan"] and not network["local"] else None
            if below and network["mtu"] > self._there[below]["mtu"]:
                message = f"{network['mtu']} is more than the {self._there[below]['mtu']} of `{below}`, which carries it"
                yield self._path(name, "mtu"), message, _FITS

    def _card(self, network: Mapping[str, Any]) -> str:
        own = self._nics.get(self._node)
        role = network["nic"]
        found = own.get(role) if isinstance(own, Mapping) else None
        found = found or self._nics.get(role)
        return found if isinstance(found, str) else f"<{role}>"

    def _path(self, name: str, key: str) -> Path:
        own = self._all[name]["perNode"].get(self._node) or {}
        return (
            ("networks", name, "perNode", self._node, key)
            if own.get(key) is not None
            else ("networks", name, key)
        )


def _on(network: Mapping[str, Any], node: str) -> Mapping[str, Any]:
    own = network["perNode"].get(node) or {}
    return {**network, **{key: each for key, each in own.items() if key not in _KEPT and each is not None}}


def _roles(values: Mapping[str, Any]) -> Iterator[Found]:
    """Find roles that single nodes do not have."""
    nics = values["platform"]["nics"]
    for name, network in networks_of(values["networks"]).items():
        for node, own in network["perNode"].items():
            home: Path = ("networks", name, "perNode", node)
            of_node = nics.get(node) if isinstance(nics.get(node), dict) else {}
            if own["nic"] and own["nic"] not in of_node and not isinstance(nics.get(own["nic"]), str):
                yield (*home, "nic"), f"`platform.nics` has no `{own['nic']}`", _THERE


def _stepped(name: str, network: Mapping[str, Any], nodes: list[str]) -> Iterator[Found]:
    """Find nodes whose network would begin beyond the last address."""
    for net in addresses.nets(network):
        for index, node in enumerate(nodes):
            if int(net.broadcast_address) + index * network["nodeStep"] >= 1 << net.max_prefixlen:
                message = (
                    f"there is no address of IPv{net.version} for `{node}` so many addresses after {net}"
                )
                yield ("networks", name, "nodeStep"), message, _FITS
                break


def _given(name: str, network: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[Found]:
    """Find addresses of single nodes that are of no family or no part of the network."""
    nets = addresses.nets(network)
    for node, own in network["perNode"].items():
        for index, text in enumerate(own["address"]):
            path: Path = ("networks", name, "perNode", node, "address", index)
            written, slash, _ = text.partition("/")
            absolute = addresses.parse(written).absolute
            if absolute is None:
                try:
                    addresses.address(network, written, networks=values["networks"])
                except ValueError as error:
                    yield path, str(error), _FITS
            elif absolute.version not in {net.version for net in nets}:
                yield path, f"{absolute} is of no family of `{name}`", _FITS
            elif not (slash or network["loopback"] or any(absolute in net for net in nets)):
                message = f"{absolute} lies outside {' and '.join(map(str, nets))}: write its prefix, such as {absolute}/24"
                yield path, message, _FITS


def _twice(name: str, network: Mapping[str, Any], nodes: list[str]) -> Iterator[Found]:
    """Find addresses that two nodes have."""
    seen: dict[str, str] = {}
    given = {node: own["address"] for node, own in network["perNode"].items() if own["address"]}
    if not given or network["nodeStep"] or not network["nodes"]:
        return
    for index, node in enumerate(nodes):
        own = network["perNode"].get(node) or {}
        if node not in given and own.get("interface") is not False:
            for net in addresses.nets(network):
                slices = addresses.of_family(network["slices"]["nodes"], net.version)
                with suppress(ValueError):  # said where the slices stand
                    seen.setdefault(addresses.written(net, slices, index) or "", node)
    for node, texts in given.items():
        for place, text in enumerate(texts):
            for found in _resolved(network, text):
                first = seen.setdefault(found, node)
                if first != node:
                    path: Path = ("networks", name, "perNode", node, "address", place)
                    yield path, f"{found} is that of `{first}` already", "OSK0114"


def _resolved(network: Mapping[str, Any], text: str) -> Iterator[str]:
    parsed = addresses.parse(text.partition("/")[0])
    if parsed.absolute is not None:
        yield str(ip_interface(text).ip)
    elif parsed.network is None:
        for net in addresses.nets(network):
            try:
                yield str(ip_address(addresses.address({"cidr": [str(net)]}, text)))
            except ValueError:
                return  # said where it stands
