"""What templates ask of single nodes: their addresses, interfaces and routes in the networks."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.profile import addresses, subnetting
from openstack_k8s_cli.render.networking import Networking


class Nodes:
    """Answers for one profile; every ValueError says what the profile lacks."""

    def __init__(self, values: Mapping[str, Any], facts: Facts, networking: Networking) -> None:
        self._all: Mapping[str, Any] = values.get("networks") or {}
        self._bgp: Mapping[str, Any] = values.get("bgp") or {}
        self._workers = facts.workers
        self._networking = networking

    def networks_on(self, node: str) -> dict[str, Mapping[str, Any]]:
        """Give the networks that a node has an interface of its own in, as they are on that node."""
        there = {name: self._networking.on(name, node) for name in self._networking.networks_of()}
        return {name: entry for name, entry in there.items() if entry["interface"] and not entry["over"]}

    def addresses_on(self, name: str, node: str) -> list[dict[str, Any]]:
        """Give a node's addresses in a network, each with `ip`, `prefix` and `version`."""
        network = self._networking.on(name, node)
        given = (network["perNode"].get(node) or {}).get("address") or network["nodeAddress"]
        if not network["nodes"]:
            return []
        if given:
            found = [pair for text in given for pair in self._written(name, text, node)]
        else:
            index = self._index(node)
            found = [
                (self.node_address(name, index, family=net.version), net.prefixlen)
                for net in addresses.nets(network)
            ]
        return [
            {
                "ip": ip,
                "prefix": ip_address(ip).max_prefixlen if network["loopback"] else length,
                "version": ip_address(ip).version,
            }
            for ip, length in found
        ]

    def node_address(self, name: str, index: int, *, family: int | None = None) -> str:
        """Give the address of the index-th node in a network: along the slice, or the first of its own subnet."""
        net = addresses.cidr(self._networking.on(name, None), family=family)
        slices = addresses.of_family(self._networking.slices(name, "nodes"), net.version)
        step = self._networking.on(name, None).get("nodeStep") or 0
        found = addresses.written(net, slices, 0 if step else index)
        if found is None:
            raise ValueError(
                f"the slice `nodes` of network {name} has no address for node number {index + 1}"
            )
        return str(ip_address(found) + index * step)

    def address_on(self, expression: str, node: str, *, default: str = "ctlplane") -> str:
        """Resolve an address such as `bgpnet1[1]` as one node sees it: in its own subnet."""
        name = addresses.parse(expression).network or default
        return self._moved(name, self._networking.address(default, expression), node)

    def routes_on(self, node: str) -> list[dict[str, Any]]:
        """Give a node's routes, as nmstate wants them; all ways to one destination together."""
        extra = (self._all.get("policies") or {}).get("route") or {}
        found = [
            {
                "destination": route.destination,
                "next-hop-interface": self._networking.interface(name, node=node),
                **({"next-hop-address": route.gateway} if route.gateway else {}),
                **extra,
                **route.spec,
            }
            for name in self.networks_on(node)
            for route in self._routes(name, node)
        ]
        order = list(dict.fromkeys(each["destination"] for each in found))
        return sorted(found, key=lambda each: order.index(each["destination"]))

    def peers(self) -> list[dict[str, Any]]:
        """Give the BGP peers: one for all nodes, or one for each node that sees another address."""
        return [
            {
                "name": f"{name}-{nodes[0]}" if number else name,
                "address": address,
                "router_id": router,
                "asn": peer["asn"] or self._bgp["peerAsn"],
                "nodes": nodes if peer["nodes"] or len(groups) > 1 else [],
                "spec": peer["spec"],
            }
            for name, peer in self._bgp["peers"].items()
            for groups in [self._grouped(peer)]
            for number, ((address, router), nodes) in enumerate(groups.items())
        ]

    def _grouped(self, peer: Mapping[str, Any]) -> dict[tuple[str, str | None], list[str]]:
        groups: dict[tuple[str, str | None], list[str]] = {}
        router = self._bgp["routerId"]
        for node in peer["nodes"] or self._workers or [""]:
            seen = self.address_on(peer["address"], node), router and self.address_on(router, node)
            groups.setdefault(seen, []).append(node)
        return groups

    def cards_on(self, node: str, *, shared: bool = False) -> dict[str, int]:
        """Give the MTU of each card below VLANs and bridges that needs another than its usual one; or that several share."""
        found: dict[str, list[int]] = {}
        for entry in self.networks_on(node).values():
            if not (entry["loopback"] or entry["local"]):
                found.setdefault(self._networking.nic(entry["nic"], node=node), []).append(entry["mtu"])
        plain = {
            self._networking.link(name, node=node)
            for name, entry in self.networks_on(node).items()
            if not (entry["vlan"] or entry["bridge"])
        }
        usual = 1500
        return {
            card: max(mtus)
            for card, mtus in found.items()
            if card not in plain and (max(mtus) > usual or (shared and len(mtus) > 1))
        }

    def _routes(self, name: str, node: str) -> Iterator[subnetting.Route]:
        network = self._networking.on(name, node)
        for route in (*network["nodeRoutes"], *network["routes"]):
            hop = route["gateway"]
            version = ip_network(route["destination"]).version
            where = hop and self._networking.address(name, hop, family=version)
            yield subnetting.Route(
                route["destination"], where and self._moved(name, where, node), route["spec"]
            )
        for family in self._networking.families(name):
            yield from subnetting.between(network, family)

    def _written(self, name: str, text: str, node: str) -> Iterator[tuple[str, int]]:
        written, _, length = text.partition("/")
        for family in self._networking.families(name):
            if addresses.parse(written).absolute is None:
                net = addresses.cidr(self._networking.on(name, node), family=family)
                yield (
                    self._moved(name, self._networking.address(name, written, family=family), node),
                    net.prefixlen,
                )
            elif ip_address(written).version == family:
                yield written, int(length or self._networking.prefix(name, family=family))

    def _moved(self, name: str, address: str, node: str) -> str:
        step = self._networking.on(name, node)["nodeStep"]
        own = any(ip_address(address) in net for net in addresses.nets(self._networking.on(name, node)))
        return str(ip_address(address) + self._index(node) * step) if step and own else address

    def _index(self, node: str) -> int:
        return self._workers.index(node) if node in self._workers else 0
