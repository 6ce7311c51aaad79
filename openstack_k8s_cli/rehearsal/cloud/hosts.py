"""What services of hosts register by themselves once Ansible has started them, and what becomes of it."""

from collections.abc import Iterable
from types import MappingProxyType

from openstack_k8s_cli.rehearsal.cloud.state import Compute, Host, State, fresh_id

AGENTS = MappingProxyType(
    {
        "OVN Controller agent": "ovn-controller",
        "OVN Metadata agent": "neutron-ovn-metadata-agent",
        "OVN Neutron agent": "neutron-ovn-agent",
        "NIC Switch agent": "neutron-sriov-nic-agent",
        "DHCP agent": "neutron-dhcp-agent",
    }
)
"""Types of network agents and their binaries (neutron)."""
_BROUGHT = MappingProxyType(
    {
        "ovn": "OVN Controller agent",
        "neutron-metadata": "OVN Metadata agent",
        "neutron-ovn": "OVN Neutron agent",
        "neutron-sriov": "NIC Switch agent",
        "neutron-dhcp": "DHCP agent",
    }
)
"""Types of the operator's services and the agent that each starts."""
COMPUTES = frozenset({"nova"})
KINDS = COMPUTES | _BROUGHT.keys()
"""Types of services that register hosts."""


def register(state: State, kind: str, hosts: Iterable[tuple[str, str, str]]) -> None:
    """Let a service register hosts: each by its short name, its name and its address."""
    for short, name, address in hosts:
        host = state.hosts.setdefault(short, Host(name))
        host.name, host.address, host.alive = name, address, True
        if kind in COMPUTES and host.compute is None:
            host.compute = Compute(fresh_id())
        agent = _BROUGHT.get(kind)
        if agent:
            host.agents.setdefault(agent, fresh_id())
        if kind == "ovn" and host.chassis is None:
            host.chassis = fresh_id()


def discover(state: State) -> int:
    """Map hosts that are new, as nova-manage does; give their number."""
    found = [each.compute for each in state.hosts.values() if each.compute and not each.compute.mapped]
    for each in found:
        each.mapped = True
    return len(found)


def tidy(state: State) -> None:
    """Forget hosts of which nothing is left."""
    state.hosts = {short: each for short, each in state.hosts.items() if each.known}
