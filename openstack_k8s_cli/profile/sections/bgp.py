"""`bgp`: how the cluster and the data plane tell their neighbours where addresses are."""

from typing import Literal

from pydantic import Field

from openstack_k8s_cli.profile.shape import AddressText, Asn, Cidrs, Free, Name, Section


class Peer(Section):
    """A neighbour of the cluster's nodes, such as a leaf switch."""

    address: AddressText = Field(
        description="Its address; with a network's name, such as `bgpnet1[1]`, in each node's own subnet."
    )
    asn: Asn | None = Field(None, description="Its AS; null: `bgp.peerAsn`.")
    nodes: list[Name] = Field(default_factory=list, description="The nodes that it is for; none: all.")
    spec: Free = Field(default_factory=dict, description="Merged into the BGPPeer as it is.")


class Rack(Section):
    """A rack of hosts behind leaves of its own."""

    subnet: Name = Field(description="The name of its subnet in each network.")
    cidrs: dict[Name, Cidrs] = Field(
        default_factory=dict, description="That subnet's CIDR, by the network's name."
    )


class Bgp(Section):
    """Peers, what is told them, and the racks."""

    asn: Asn = Field(64999, description="The cluster's AS.")
    peer_asn: Asn | None = Field(None, description="The peers' AS; null: the same as `asn`.")
    router_id: AddressText | None = Field(
        None, description="The nodes' router id and source address, such as `bgpmainnet[2]`."
    )
    password: bool = Field(
        True, description="Whether the peers ask for a password: the key `password` of the Secret."
    )
    password_secret: Name = Field("bgp-peer-password", description="The Secret with the peers' password.")
    peers: dict[Name, Peer] = Field(default_factory=dict, description="The peers, by name.")
    advertisement: Name = Field("bgpadvertisement", description="The BGPAdvertisement's name.")
    pools: list[Name] | None = Field(
        None, description="The networks whose pools are advertised; null: all that have one."
    )
    l2: bool = Field(True, description="Whether the pools are announced on layer 2 as well.")
    backend: Literal["frr", "frrK8s"] | None = Field(
        None, description="What speaks BGP for MetalLB; null: frrK8s where the cluster has it, frr elsewhere."
    )
    frr_namespace: Name = Field(
        "openshift-frr-k8s", description="Where the speakers' FRRConfigurations are, with frrK8s."
    )
    extras: bool = Field(True, description="Whether the nodes advertise their router id, and send from it.")
    configuration: bool = Field(
        True, description="Whether pods with an address of their own are advertised, by a BGPConfiguration."
    )
    racks: dict[Name, Rack] = Field(
        default_factory=dict, description="Racks by name, each with its subnet of every network."
    )
