"""What a network has several of: subnets, routes, nodes that differ, and the nodes' policies."""

from pydantic import Field

from openstack_k8s_cli.profile.shape import (
    Addresses,
    AddressText,
    Cidr,
    Cidrs,
    Free,
    Mtu,
    Name,
    NodeAddresses,
    Section,
    Slices,
    Vlan,
)


class Route(Section):
    """A route."""

    destination: Cidr = Field(description="The CIDR that it leads to.")
    gateway: AddressText | None = Field(
        None, description="The next hop, also as `.1`; null: straight through the interface."
    )
    spec: Free = Field(
        default_factory=dict,
        description="Merged into the nodes' route as it is, such as a metric, a weight or a table.",
    )


class Subnet(Section):
    """A subnet for hosts; what is left out is that of its network."""

    cidr: Cidrs = Field(default_factory=list, description="The CIDR; none: the network's own.")
    gateway: AddressText | None = Field(None, description="The gateway, also as `.1` in this subnet.")
    vlan: Vlan | None = Field(None, description="The VLAN.")
    hosts: Slices | None = Field(None, description="The slice `hosts` of this subnet.")
    routes: list[Route] | None = Field(None, description="Routes of its hosts, in place of all others.")


class NodeEntry(Section):
    """What differs on one node; what is left out is that of the network."""

    interface: bool | None = Field(None, description="Whether the node has an interface in it.")
    address: NodeAddresses = Field(
        default_factory=list, description="Its address, one of each family, also as 100.64.0.10/30."
    )
    nic: str | None = Field(None, description="The role of the interface that carries it.")
    vlan: Vlan | None = Field(None, description="The VLAN.")
    mtu: Mtu | None = Field(None, description="The MTU.")
    routes: list[Route] | None = Field(None, description="Its routes.")


class Policies(Section):
    """The NodeNetworkConfigurationPolicies, one a node."""

    enabled: bool | None = Field(
        None, description="Whether there are any; null: where networks are isolated, and with BGP."
    )
    name: str = Field(
        "{nic}-{node}", description="The rule for their names, from the interface and the node."
    )
    only: list[Name] | None = Field(
        None,
        description="The nodes that have one; null: all, `[]`: none. Addresses are counted over all nodes.",
    )
    labels: dict[str, str] = Field(
        default_factory=lambda: {"osp/interface": "{nic}"},
        description="Their labels; `{nic}` is the interface, `{node}` the node, `{i}` its index.",
    )
    complete: bool = Field(
        False,
        description="Whether they also write what holds anyhow: the usual MTU, the cards below bridges, that there are no routes.",
    )
    resolver: Addresses = Field(default_factory=list, description="Name servers of the nodes themselves.")
    route: Free = Field(
        default_factory=dict, description="Merged into every route on the nodes as it is, such as a metric."
    )
    spec: Free = Field(default_factory=dict, description="Merged into each policy's desired state as it is.")
