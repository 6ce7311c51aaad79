"""What templates ask of the profile's networks: addresses, parts, and interfaces on the nodes."""

from collections.abc import Mapping
from ipaddress import ip_interface, ip_network
from typing import Any

from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.profile import addresses, subnetting


class Networking:
    """Answers for one profile; every ValueError says what the profile lacks."""

    def __init__(self, values: Mapping[str, Any], facts: Facts) -> None:
        self._all: Mapping[str, Any] = values.get("networks") or {}
        self._nics: Mapping[str, Any] = (values.get("platform") or {}).get("nics") or {}
        self._facts = facts

    def networks_of(self) -> dict[str, Mapping[str, Any]]:
        """Give the networks, in order."""
        return addresses.networks_of(self._all)

    def address(self, name: str, expression: str | int, *, index: int = 0, family: int | None = None) -> str:
        """Resolve `.1`, a number or `ctlplane[100+{i}]` in a network."""
        written = f".{expression}" if isinstance(expression, int) else expression
        return addresses.address(self._one(name), written, networks=self._all, index=index, family=family)

    def network_of(self, expression: str, default: str) -> str:
        """Give the network that an address expression names, or lies in."""
        return addresses.named(expression, self._all) or default

    def cidr(self, name: str, *, family: int | None = None) -> str:
        """Give a network's CIDR as text."""
        return str(addresses.cidr(self._one(name), family=family))

    def prefix(self, name: str, *, family: int | None = None) -> int:
        """Give the length of a network's prefix."""
        return addresses.cidr(self._one(name), family=family).prefixlen

    def families(self, name: str) -> list[int]:
        """Give the IP versions of a network's CIDRs."""
        return [ip_network(text).version for text in self._one(name)["cidr"]]

    def version_of(self, address: str) -> int:
        """Give the IP version of an address, or of a CIDR."""
        return ip_interface(address).version

    def part(self, name: str, kind: str, *, family: int | None = None) -> list[tuple[str, str]]:
        """Give the first and last addresses of a network's slice: nodes, pods, vips or hosts."""
        net = addresses.cidr(self._one(name), family=family)
        slices = addresses.of_family(self.slices(name, kind), net.version)
        return addresses.span(self._one(name), slices, family=net.version)

    def servers(self, name: str) -> list[str]:
        """Give a network's name servers, those that count from its CIDR in each family, IPv6 first."""
        network = self._one(name)
        families: list[int | None] = [*sorted(self.families(name), reverse=True)]
        found = dict.fromkeys(
            addresses.address(network, text, networks=self._all, family=family)
            for family in families or [None]
            for text in network["dns"]
        )
        return sorted(found, key=self.version_of, reverse=True)

    def subnets(self, name: str) -> tuple[subnetting.Subnet, ...]:
        """Give the subnets that a network's hosts are in."""
        return subnetting.subnets(self._one(name))

    def pod_routes(self, name: str) -> list[subnetting.Route]:
        """Give the routes that pods in a network get: their own, and those between its subnets."""
        network = self._one(name)
        given = [
            subnetting.Route(each["destination"], self._hop(name, each), each["spec"])
            for each in network["attachment"]["routes"]
        ]
        return given + [
            route for version in self.families(name) for route in subnetting.between(network, version)
        ]

    def nic(self, role: str = "default", *, node: str | None = None) -> str:
        """Give the interface of a role, on one node or on all."""
        if node is not None:
            of_node = self._nics.get(node)
            if isinstance(of_node, Mapping) and role in of_node:
                return str(of_node[role])
            if role == "default" and node in self._facts.nics:
                return self._facts.nics[node]
        found = self._nics.get(role)
        if isinstance(found, str):
            return found
        raise ValueError(f"`platform.nics` has no interface for the role `{role}`")

    def interface(self, name: str, *, node: str | None = None) -> str:
        """Give the interface that pods and services of a network are attached to on the nodes."""
        network = self._one(name)
        if network.get("over"):
            return self.interface(network["over"], node=node)
        return str(network.get("bridge") or self.link(name, node=node))

    def link(self, name: str, *, node: str | None = None) -> str:
        """Give the interface that carries a network's traffic, below its bridge."""
        network = self.on(name, node)
        if network.get("loopback"):
            return "lo"
        base = self.nic(network.get("nic") or "default", node=node)
        if not network.get("vlan"):
            return base
        rule = network.get("device") or self._all["defaults"].get("device") or "{nic}.{vlan}"
        text = str(rule).replace("{nic}", base).replace("{name}", name)
        return text.replace("{vlan}", str(network["vlan"]))

    def on(self, name: str, node: str | None) -> Mapping[str, Any]:
        """Give a network's entry as it is on one node."""
        network = self._one(name)
        own = (network.get("perNode") or {}).get(node) or {}
        changed = {key: value for key, value in own.items() if key != "address" and value is not None}
        return {**network, **changed}

    def interfaces(self, name: str) -> list[str]:
        """Give the interfaces that a network has over all nodes: one, where the nodes are alike."""
        nodes = [each for each in self._facts.workers if self.on(name, each).get("interface", True)]
        found = [self.interface(name, node=node) for node in nodes] or [self.interface(name)]
        return list(dict.fromkeys(found))

    def _hop(self, name: str, route: Mapping[str, Any]) -> str | None:
        version = ip_network(route["destination"]).version
        return self.address(name, route["gateway"], family=version) if route["gateway"] else None

    def slices(self, name: str, kind: str) -> list[str]:
        """Give a slice of a network as it is written."""
        own = (self._one(name).get("slices") or {}).get(kind)
        found = own or (self._all["defaults"].get("slices") or {}).get(kind)
        if not found:
            raise ValueError(f"network {name} has no slice `{kind}`")
        return list(found)

    def _one(self, name: str) -> Mapping[str, Any]:
        found = self.networks_of().get(name)
        if found is None:
            raise ValueError(f"there is no network `{name}` in the profile")
        return found
