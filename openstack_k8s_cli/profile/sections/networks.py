"""`networks`: one entry a network, from which all its objects are made."""

import re
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from openstack_k8s_cli.profile.sections.subnets import NodeEntry, Policies, Route, Subnet
from openstack_k8s_cli.profile.shape import (
    Addresses,
    AddressText,
    Cidrs,
    Free,
    InterfaceName,
    Mtu,
    Name,
    Ranges,
    Section,
    Slices,
    Title,
    Vlan,
)

_NETWORK = re.compile(r"[a-z][-a-z0-9]{0,13}[a-z0-9]")


class SliceSet(Section):
    """Parts of one network, as numbers of addresses in it (`5-29`) or as addresses."""

    nodes: Slices | None = Field(None, description="The cluster's nodes.")
    pods: Slices | None = Field(None, description="Pods, by the attachment definition.")
    vips: Slices | None = Field(None, description="Services, by MetalLB's address pool.")
    hosts: Slices | None = Field(
        None, description="The data plane's hosts, by NetConfig's allocation ranges."
    )


class DefaultSlices(Section):
    """Parts of every network that does not have its own."""

    nodes: Slices = Field(default_factory=lambda: ["5-29"], description="The cluster's nodes.")
    pods: Slices = Field(default_factory=lambda: ["30-70"], description="Pods, by the attachment definition.")
    vips: Slices = Field(
        default_factory=lambda: ["80-90"], description="Services, by MetalLB's address pool."
    )
    hosts: Slices = Field(
        default_factory=lambda: ["100-250"],
        description="The data plane's hosts, by NetConfig's allocation ranges.",
    )


class Labels(Section):
    """Labels of what is made from a network; `{name}` is the network's name."""

    attachment: dict[str, str] = Field(default_factory=dict, description="Of its attachment definition.")
    pool: dict[str, str] = Field(default_factory=dict, description="Of its address pool.")


class NetworkDefaults(Section):
    """What holds for every network that does not say otherwise."""

    mtu: Mtu = Field(1500, description="The MTU.")
    domain: str = Field("example.com", description="The DNS domain; a network's own is NAME.DOMAIN.")
    slices: DefaultSlices = Field(default_factory=DefaultSlices, description="The parts of each network.")
    device: str = Field(
        "{nic}.{vlan}",
        description="The rule for the names of VLAN interfaces on the nodes; `{name}` is the network's name.",
    )
    labels: Labels = Field(
        default_factory=Labels,
        description="Labels of what is made from each network; `{name}` is the network's name.",
    )


class Attachment(Section):
    """The NetworkAttachmentDefinition of a network, which has the network's name."""

    type: Annotated[str, Field(pattern=r"^[a-z][-a-z0-9]*$")] = Field(
        "macvlan", description="The CNI plugin: macvlan, bridge, ipvlan, host-device, …"
    )
    ipam: bool = Field(True, description="Whether pods get addresses of the slice `pods`.")
    gateway: AddressText | None = Field(None, description="The gateway that pods get, such as `.1`.")
    routes: list[Route] = Field(default_factory=list, description="Routes that pods get.")
    labels: dict[str, str] = Field(
        default_factory=dict, description="Its labels, over `networks.defaults.labels.attachment`."
    )
    config: Free = Field(default_factory=dict, description="Merged into the plugin's configuration as it is.")


def _attachment(value: object) -> object:
    return {"type": value} if isinstance(value, str) else value


class Network(Section):
    """A network and everything that is made from it."""

    cidr: Cidrs = Field(
        default_factory=list,
        description="The CIDR, or one of each family. Nodes, pods and services have addresses of both, hosts of one: of the first, `subnet1`, unless their `subnets` name `subnet2`.",
    )
    gateway: Addresses = Field(
        default_factory=list, description="The gateway, one of each family; `.1` counts from the CIDR."
    )
    dns: Addresses = Field(default_factory=list, description="Name servers.")
    vlan: Vlan | None = Field(None, description="The VLAN; null: untagged.")
    mtu: Mtu | None = Field(None, description="The MTU; null: `networks.defaults.mtu`.")
    domain: str | None = Field(None, description="The DNS domain; null: NAME and `networks.defaults.domain`.")
    title: Title | None = Field(None, description="Its name in NetConfig; null: its name here.")
    nic: str = Field(
        "default", description="The role of the nodes' interface that carries it, one of `platform.nics`."
    )
    device: InterfaceName | None = Field(
        None, description="The name of its VLAN interface on the nodes; null: `networks.defaults.device`."
    )
    bridge: InterfaceName | None = Field(
        None, description="A Linux bridge on the nodes that it is on; null: none."
    )
    description: str | None = Field(
        None,
        min_length=1,
        description="What its VLAN interface on the nodes is called; null: `NAME vlan interface`.",
    )
    spec: Free = Field(
        default_factory=dict,
        description="Merged into its interface on the nodes as it is, such as a description (there `{name}` is its name); of several, the uppermost.",
    )
    local: bool = Field(False, description="Whether its bridge has no port, and so stays within each node.")
    macvlan: InterfaceName | None = Field(
        None, description="A macvlan interface on the nodes that has their addresses; null: none."
    )
    loopback: bool = Field(False, description="Whether the nodes have their addresses on `lo`, one by one.")
    over: Name | None = Field(
        None, description="Another network whose interface on the nodes this one shares."
    )
    interface: bool = Field(True, description="Whether the nodes have an interface in it, by nmstate.")
    nodes: bool = Field(True, description="Whether that interface has addresses, of the slice `nodes`.")
    node_address: Addresses = Field(
        default_factory=list,
        description="The address that every node has; only where the network is `local`.",
    )
    node_step: Annotated[int, Field(ge=0, le=2**64)] = Field(
        0,
        description="Each node's network is its own, and the next node's begins so many addresses later (256: the next /24).",
    )
    per_node: dict[Name, NodeEntry] = Field(
        default_factory=dict, description="What differs on single nodes, by their names."
    )
    attachment: Annotated[Attachment, BeforeValidator(_attachment)] = Field(
        default_factory=Attachment,
        description="Its attachment definition, or just the plugin.",
    )
    attached: bool = Field(True, description="Whether pods can attach to it, by its attachment definition.")
    vips: bool = Field(
        False, description="Whether services get addresses in it, by MetalLB's pool and advertisement."
    )
    pool: Ranges | None = Field(
        None,
        description="MetalLB's pool where it is outside of the network, such as addresses that are routed here; null: `slices.vips`.",
    )
    auto_assign: bool = Field(True, description="Whether MetalLB may pick the pool on its own.")
    hosts: bool = Field(True, description="Whether the data plane's hosts are in it, by NetConfig.")
    subnets: dict[Title, Subnet] = Field(
        default_factory=dict,
        description="Its subnets for the hosts, one a rack or site; none: `subnet1`, and one more for a second family.",
    )
    router: AddressText | None = Field(
        None,
        description="The router between the subnets, such as `.1` in each: hosts, nodes and pods get routes by it.",
    )
    slices: SliceSet = Field(
        default_factory=SliceSet, description="Its parts; those not named are `networks.defaults.slices`."
    )
    routes: list[Route] = Field(default_factory=list, description="Routes on the nodes and hosts.")
    node_routes: list[Route] = Field(default_factory=list, description="Routes on the nodes only.")
    host_routes: list[Route] = Field(default_factory=list, description="Routes on the hosts only.")


class Networks(Section):
    """Networks by name, beside `defaults`, `isolation` and `policies`."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Network]

    defaults: NetworkDefaults = Field(
        default_factory=NetworkDefaults, description="What holds for every network."
    )
    isolation: bool = Field(
        True,
        description="Whether networks get interfaces, attachments and pools of their own on the cluster.",
    )
    policies: Policies = Field(
        default_factory=Policies, description="The nodes' policies, by which nmstate makes the interfaces."
    )

    @model_validator(mode="after")
    def _names(self) -> "Networks":
        for name in self.__pydantic_extra__:
            if not _NETWORK.fullmatch(name):
                message = f"`{name}` is no name for a network: 2 to 15 small letters, digits and `-`, a letter first"
                raise ValueError(message)
        return self
