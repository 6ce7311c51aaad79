"""What templates ask of the profile's networks: addresses, parts, and interfaces on the nodes."""

from collections.abc import Mapping
from ipaddress import ip_address, ip_interface, ip_network
from typing import Any

from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.profile import addresses


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
        """Give the network that an address expression names."""
        return addresses.parse(expression).network or default

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
        return addresses.span(self._one(name), self._slices(name, kind), family=family)

    def node_address(self, name: str, index: int, *, family: int | None = None) -> str:
        """Give the address of the index-th node in a network."""
        left = index
        for text in self._slices(name, "nodes"):
            first, last = addresses.parse_slice(text)
            if not first.isdecimal():
                found = ip_address(first) + left
                if found <= ip_address(last):  # type: ignore[operator]  # parse_slice has checked that both are of one version
                    return str(found)
                left -= int(ip_address(last)) - int(ip_address(first)) + 1
            elif int(first) + left <= int(last):
                return self.address(name, int(first) + left, family=family)
            else:
                left -= int(last) - int(first) + 1
        raise ValueError(f"the slice `nodes` of network {name} has no address for node number {index + 1}")

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
        network = self._one(name)
        base = self.nic(network.get("nic") or "default", node=node)
        return f"{base}.{network['vlan']}" if network.get("vlan") else base

    def _slices(self, name: str, kind: str) -> list[str]:
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
