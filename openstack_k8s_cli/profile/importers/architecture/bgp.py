"""BGP: the links of each node to its leaves, the peers there, and the addresses that nodes are known by."""

import json
from collections.abc import Mapping, Sequence
from ipaddress import ip_interface
from itertools import pairwise
from typing import Any

from openstack_k8s_cli.profile import paths
from openstack_k8s_cli.profile.importers.architecture import routes, spans
from openstack_k8s_cli.profile.importers.draft import Draft

_LOOPBACKS = {"bgpmainnet": "loopback_ip", "bgpmainnetv6": "loopback_ipv6"}
_LINK = "bgpnet"


def carry(values: Mapping[str, Any], nodes: Mapping[str, Mapping[str, Any]], draft: Draft) -> list[str]:
    """Put what an example says of BGP into the draft, `nodes` by their keys; give the networks that it makes."""
    given = values.get("bgp")
    if not isinstance(given, Mapping):
        return []
    draft.set("bgp.asn", given.get("asn"))
    if given.get("peer_asn") != given.get("asn"):
        draft.set("bgp.peerAsn", given.get("peer_asn"))
    draft.set("bgp.l2", value=False)
    draft.set("bgp.extras", value=False)
    speaker = _Speaker(given, nodes, draft)
    for index, card in enumerate(given.get("ifaces") or ()):
        draft.set(f"platform.nics.bgp{index}", card)
        speaker.link(index, str(card))
    speaker.further()
    subnets = given.get("subnets") or {}
    for name, listed in subnets.items():
        speaker.hosts(str(name), [each for each in listed or () if isinstance(each, Mapping)])
    speaker.peers()
    return list(dict.fromkeys([*speaker.names, *map(str, subnets)]))


class _Speaker:
    """The nodes as the leaves see them."""

    def __init__(
        self, given: Mapping[str, Any], nodes: Mapping[str, Mapping[str, Any]], draft: Draft
    ) -> None:
        self._given = given
        self._draft = draft
        self._attached = {
            str(key).removeprefix("node"): _read(each)
            for key, each in (given.get("net-attach-def") or {}).items()
        }
        self._nodes = {key.removeprefix("node_"): each for key, each in nodes.items()}
        self.names: list[str] = []
        """Of the networks that are made."""

    def link(self, index: int, card: str) -> None:
        """Say one link of every node that has no network of its own there."""
        name = f"{_LINK}{index}"
        length = self._given.get("prefix-length")
        found = {
            key: f"{node['bgp_ip'][index]}/{length}"
            for key, node in self._nodes.items()
            if key not in self._attached and len(node.get("bgp_ip") or ()) > index
        }
        if not found:
            return
        self.names.append(name)
        self._set(name, "nic", f"bgp{index}")
        self._set(name, "attached", value=False)
        cidr = spans.cidr(next(iter(found.values())))
        self._set(name, "cidr", [cidr])
        is_regular = self._addresses(name, cidr, found)
        given = {key: self._routes(self._nodes[key], card, spans.cidr(each)) for key, each in found.items()}
        listed = list(given.values())
        if is_regular and all(each == listed[0] for each in listed):
            self._set(name, "nodeRoutes", listed[0])
            return
        for key, each in given.items():
            self._set(name, f"perNode.{self._worker(key)}.routes", each)

    def _addresses(self, name: str, cidr: str, found: Mapping[str, str]) -> bool:
        """Say the nodes' addresses in a network, by the rule that they follow, or one by one; tell whether there is a rule."""
        step = _regular(list(found.values()))
        first = next(iter(found.values())).partition("/")[0]
        digits = spans.number(cidr, first)
        if digits:
            self._set(name, "slices.nodes", [f"{digits}-{digits}"])
        if step and digits:
            self._set(name, "nodeStep", step)
        for key in self._nodes:
            if key not in found:
                self._set(name, f"perNode.{self._worker(key)}.interface", value=False)
            elif not (step and digits):
                self._set(name, f"perNode.{self._worker(key)}.address", [found[key]])
        return bool(step and digits)

    def _worker(self, key: str) -> str:
        return paths.write((str(self._nodes[key].get("name") or key),))

    def further(self) -> None:
        """Say the networks of single nodes, such as that of one that only runs tests."""
        for key, plugin in self._attached.items():
            node, ipam = self._nodes.get(key, {}), plugin.get("ipam") or {}
            name, cidr = str(plugin.get("name")), spans.cidr(ipam.get("range"))
            worker = paths.write((str(node.get("name")),))
            card = str(plugin.get("master"))
            cards = list(self._given.get("ifaces") or ())
            self.names.append(name)
            self._set(name, "nic", f"bgp{cards.index(card)}" if card in cards else "default")
            self._set(name, "cidr", [cidr])
            self._set(name, "interface", value=False)
            self._set(name, "hosts", value=False)
            self._set(name, "slices.pods", [spans.part(cidr, ipam.get("range_start"), ipam.get("range_end"))])
            self._set(name, "attachment.routes", routes.of_pods(ipam, cidr))
            self._set(name, f"perNode.{worker}.interface", value=True)
            mine = [spans.short(cidr, each) for each in node.get("bgp_ip") or () if spans.within(each, cidr)]
            self._set(name, f"perNode.{worker}.address", mine)
            self._set(name, f"perNode.{worker}.routes", self._routes(node, card, cidr))

    def hosts(self, name: str, subnets: Sequence[Mapping[str, Any]]) -> None:
        """Say the subnets of the hosts, and the addresses on the loopback that nodes are known by."""
        if name not in self.names and subnets:
            cidr = spans.cidr(subnets[0].get("cidr"))
            self._set(name, "attached", value=False)
            self._set(name, "cidr", [cidr])
            first = spans.ranges(cidr, subnets[0].get("allocationRanges"))
            if first:
                self._set(name, "slices.hosts", first)
            self._set(name, *(("loopback", True) if name in _LOOPBACKS else ("interface", False)))
            length = cidr.partition("/")[2]
            found = {
                key: f"{node[_LOOPBACKS[name]]}/{length}"
                for key, node in self._nodes.items()
                if node.get(_LOOPBACKS.get(name, ""))
            }
            if found:
                self._loopback(name, cidr, found)
        for each in subnets:
            at, own = f"subnets.{each.get('name')}", spans.cidr(each.get("cidr"))
            self._set(name, f"{at}.cidr", [own])
            if each.get("gateway"):
                self._set(name, f"{at}.gateway", spans.short(own, each["gateway"]))
            mine = [str(one) for node in self._nodes.values() for one in _own(node)]
            self._set(name, f"{at}.hosts", spans.ranges(own, each.get("allocationRanges"), without=mine))
            if listed := routes.of_hosts(each, own):
                self._set(name, f"{at}.routes", listed)

    def _loopback(self, name: str, cidr: str, found: Mapping[str, str]) -> None:
        regular = {key: each for key, each in found.items() if key not in self._attached}
        is_regular = self._addresses(name, cidr, regular)
        for key, each in found.items():
            if key not in regular or not is_regular:
                at = f"perNode.{self._worker(key)}"
                self._draft.entries.pop(
                    paths.parse(f"{paths.write(('networks', name))}.{at}.interface"), None
                )
                self._set(name, f"{at}.address", [each.partition("/")[0]])

    def peers(self) -> None:
        """Say the peers of each node."""
        for key, node in self._nodes.items():
            for index, each in enumerate(node.get("bgp_peers") or ()):
                at = paths.write(("bgp", "peers", f"bgp-peer-node-{key}-{index}"))
                self._draft.set(f"{at}.address", self._peer(index, each))
                self._draft.set(f"{at}.nodes", [str(node.get("name"))])
                if node.get("peer_asn") not in {None, self._given.get("peer_asn")}:
                    self._draft.set(f"{at}.asn", node["peer_asn"])

    def _routes(self, node: Mapping[str, Any], card: str, cidr: str | None) -> list[dict[str, Any]]:
        listed = (node.get("routes") or {}).get("config") or ()
        return [routes.of_node(each, cidr) for each in listed if each.get("next-hop-interface") == card]

    def _peer(self, index: int, address: Any) -> str:
        """Write a peer's address: by its number in each node's own network where that is the same everywhere."""
        name = f"{_LINK}{index}"
        if self._draft.get(f"networks.{name}.nodeStep"):
            for key, node in self._nodes.items():
                mine = (
                    f"{node['bgp_ip'][index]}/{self._given.get('prefix-length')}"
                    if key not in self._attached
                    else ""
                )
                if digits := spans.number(spans.cidr(mine), address):
                    return f"{name}[{digits}]"
        return str(address)

    def _set(self, name: str, key: str, value: Any) -> None:
        self._draft.set(f"{paths.write(('networks', name))}.{key}", value)


def _own(node: Mapping[str, Any]) -> list[Any]:
    """Give the addresses that a node has on its links and on the loopback."""
    return [*(node.get("bgp_ip") or ()), *(node[key] for key in _LOOPBACKS.values() if node.get(key))]


def _regular(found: Sequence[str]) -> int | None:
    """Give how many addresses later each node's network begins than the one before, where that is always the same."""
    try:
        starts = [int(ip_interface(each).network.network_address) for each in found]
        places = {int(ip_interface(each).ip) - start for each, start in zip(found, starts, strict=True)}
    except ValueError:
        return None
    steps = {after - before for before, after in pairwise(starts)}
    step = steps.pop() if len(steps) == 1 and len(places) == 1 else 0
    return step if step > 0 else None


def _read(text: Any) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except (ValueError, TypeError):
        return {}
    return read if isinstance(read, dict) else {}
