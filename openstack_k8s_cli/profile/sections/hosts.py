"""`dataplane.nodesets`: hosts of one kind, how they are reached, and how bare ones are provisioned."""

import difflib
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from openstack_k8s_cli.profile import addresses
from openstack_k8s_cli.profile.sections.hostkinds import Bootc, Disk, Dpdk, Sriov
from openstack_k8s_cli.profile.sections.machines import Mac, Machines
from openstack_k8s_cli.profile.shape import AddressText, Count, Free, Name, Section, Words

TEMPLATES = ("vlans", "nmstate", "bgp", "bgp-ovn", "dpdk", "dpdk-sriov")
"""Names of osk's own templates for the hosts' networks."""
BOARDS = (
    "redfish-virtualmedia", "redfish", "redfish-uefihttp", "idrac-virtualmedia", "idrac-redfish", "idrac",
    "ilo5-virtualmedia", "ilo5-redfish", "ilo5", "ilo4-virtualmedia", "ilo4", "ipmi", "irmc", "libvirt",
)  # fmt: skip
"""Kinds of management boards that the bare metal operator knows; an address without one is IPMI's."""


def _checked(text: str) -> str:
    addresses.parse(addresses.counted(text, 0))
    return text


def _board(text: str) -> str:
    scheme, there, _ = text.partition("://")
    name = scheme.partition("+")[0]
    if there and name not in BOARDS:
        near = difflib.get_close_matches(name, BOARDS, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(BOARDS)}"
        message = f"no management board is reached by `{scheme}://`; {hint}"
        raise ValueError(message)
    return text


HostAddress = Annotated[
    str,
    AfterValidator(_checked),
    Words("an address such as `.10`, `storage[10+{i}]` or `100.65.{n}.6`"),
]
"""An address of the i-th host: `{i}` counts from 0, `{n}` from 1."""


class Node(Section):
    """One host that differs from its node set."""

    host_name: str | None = Field(None, description="The host's own name; null: the name it has here.")
    address: AddressText | None = Field(None, description="Its address; null: the node set's rule.")
    networks: list[Name] | None = Field(None, description="Its networks; null: those of the node set.")
    addresses: dict[Name, HostAddress] = Field(
        default_factory=dict, description="Its addresses in other networks, over those of the node set."
    )
    subnets: dict[Name, str] = Field(
        default_factory=dict, description="Its subnets by network, over those of the node set."
    )
    labels: dict[str, str] = Field(
        default_factory=dict, description="Which BareMetalHost it becomes (bmhLabelSelector)."
    )
    vars: Free = Field(default_factory=dict, description="Ansible variables of this host.")
    spec: Free = Field(default_factory=dict, description="Merged into the node as it is.")


class BareMetalHost(Section):
    """A machine that the cluster provisions: a BareMetalHost and the Secret of its board."""

    address: Annotated[str, AfterValidator(_board)] = Field(
        description="The address of its management board, such as `redfish-virtualmedia+https://10.0.0.2/redfish/v1/Systems/1`."
    )
    mac: Mac = Field(description="The MAC address of the interface that it boots from.")
    boot_mode: Literal["UEFI", "legacy", "UEFISecureBoot"] = Field("UEFI", description="How it boots.")
    credentials: Name | None = Field(
        None,
        description="A Secret with `username` and `password` that is there already; null: NAME-bmc-secret, made from `secrets`.",
    )
    user: str = Field("admin", description="The account of its board, in the Secret that osk makes.")
    verify: bool = Field(True, description="Whether the board's certificate is verified.")
    disk: str | Literal[False] = Field("/dev/vda", description="The disk that is written; false: the first.")
    online: bool = Field(False, description="Whether it is on before it is needed.")
    inspect: bool = Field(
        True, description="Whether its hardware is looked at before it counts as available."
    )
    labels: dict[str, str] = Field(
        default_factory=dict, description="Labels beside those that the node set selects by."
    )
    spec: Free = Field(default_factory=dict, description="Merged into the BareMetalHost's spec as it is.")


class Provision(Section):
    """How the hosts of a node set are made: as virtual machines, or from bare machines."""

    libvirt: Machines | None = Field(
        None,
        description="Virtual machines that `osk hosts create` makes; null: the machines are there.",
    )
    labels: dict[str, str] = Field(
        default_factory=lambda: {"app": "openstack"},
        description="Which BareMetalHosts are taken (bmhLabelSelector).",
    )
    namespace: Name | None = Field(
        None, description="The namespace of the BareMetalHosts; null: the cloud's."
    )
    interface: str = Field("enp1s0", description="The machines' interface on ctlplane.")
    provisioning_interface: str | None = Field(
        None, description="The cluster nodes' interface that images are served on; null: that of ctlplane."
    )
    image: str | None = Field(
        None, description="The disk image in the container below; null: the operator's own choice."
    )
    container: str | None = Field(None, description="The container image that has the disk image.")
    container_type: Literal["SelfExtracting", "PassThrough"] | None = Field(
        None, description="How the image is taken from the container."
    )
    root_password: bool = Field(
        False,
        description="Whether root gets the password `secrets.baremetalset-password-secret.NodeRootPassword`.",
    )
    hosts: dict[Name, BareMetalHost] = Field(
        default_factory=dict, description="Machines that osk makes BareMetalHosts of, by name."
    )
    spec: Free = Field(default_factory=dict, description="Merged into baremetalSetTemplate as it is.")


class VarsSource(Section):
    """A ConfigMap or a Secret whose keys become Ansible variables."""

    config_map: Name | None = Field(None, description="The ConfigMap.")
    secret: Name | None = Field(None, description="The Secret.")
    prefix: str = Field("", description="What is put before each key.")
    optional: bool = Field(False, description="Whether it may be missing.")
    existing: bool = Field(
        False, description="Whether it is in the cluster already; else the profile makes it."
    )

    @model_validator(mode="after")
    def _one(self) -> "VarsSource":
        if (self.config_map is None) == (self.secret is None):
            raise ValueError("it is either a `configMap` or a `secret`")
        return self


class NodeSet(Section):
    """Hosts of one kind: an OpenStackDataPlaneNodeSet."""

    role: Annotated[str, Field(pattern="^[a-z][-a-z0-9]*$")] = Field(
        "compute",
        description="compute, networker, swift, or a word of one's own for hosts with their own services.",
    )
    resource: Name | None = Field(
        None, description="The OpenStackDataPlaneNodeSet's name; null: the node set's name here."
    )
    settings: Name | None = Field(
        None,
        description="What the names of its ConfigMaps end in (network-config-template-, neutron-edpm-); null: from `resource`.",
    )
    count: Count = Field(
        1,
        description="Hosts that the rules `name` and `address` make; `nodes` come on top, or change one of them.",
    )
    name: str = Field(
        "edpm-{role}-{i}", description="The rule for names; `{i}` counts from 0, `{role}` is the role."
    )
    address: AddressText = Field(
        "ctlplane[100+{i}]", description="The rule for addresses; `{i}` counts from 0."
    )
    nodes: dict[Name, Node] = Field(default_factory=dict, description="Single hosts, by name.")
    absent: list[Name] = Field(
        default_factory=list,
        description="Hosts that `count` or `nodes` would make and that are not there, such as one removed from the middle; the others keep their numbers and addresses.",
    )
    networks: list[Name] | None = Field(
        None, description="The networks of its hosts; null: `dataplane.networks`."
    )
    addresses: dict[Name, HostAddress] = Field(
        default_factory=dict,
        description="Rules for addresses in other networks; `{n}` counts from 1. Others are given out by the cluster.",
    )
    subnets: dict[Name, str] = Field(
        default_factory=dict,
        description="Rules for subnets by network, such as `subnet{n}` for a rack each; others are `subnet1`.",
    )
    racks: list[Name] = Field(
        default_factory=list,
        description="Racks of `bgp.racks` that have such a node set each, RACK-NAME, in the rack's subnets; texts may have `{rack}`.",
    )
    peers: dict[Name, HostAddress] = Field(
        default_factory=dict,
        description="The BGP neighbours of each host by network, such as `.1` in its subnet (edpm_frr_bgp_peers).",
    )
    default_route: Name | bool = Field(
        True, description="The network with the default route; true: the first, false: none."
    )
    shared_networks: bool = Field(
        False, description="Whether the networks stand in the node set's template as well."
    )
    attachments: list[Name] | None = Field(
        None, description="Networks that Ansible's pods are attached to; null: the first of its networks."
    )
    services: list[Name] | None = Field(
        None,
        description="The services, in order; null: `dataplane.services` of its role that the control plane has a use for.",
    )
    interface: str | None = Field(None, description="Its hosts' interface; null: `dataplane.interface`.")
    bridge: str | None = Field(None, description="Its hosts' bridge; null: `dataplane.bridge`.")
    nic: str = Field("nic1", description="The interface below the bridge, as os-net-config numbers them.")
    network_template: str | None = Field(
        None,
        min_length=1,
        description="How the hosts' networks are set up: `vlans` (a bridge with a port for each VLAN), `nmstate` (the same by nmstate), `bgp`, `bgp-ovn` (routed networks), `dpdk` (user-space bridges beside it), `dpdk-sriov` (on a bond, and functions of further cards), or a template of one's own; null: `vlans`, or what `dpdk` and `sriov` need.",
    )
    inline: bool = Field(
        False, description="Whether those settings are variables of the node set, and not ConfigMaps."
    )
    cell: Name | None = Field(
        None,
        description="The cell of nova that its hosts are in, of `controlplane.services.nova.cells`; null: cell1.",
    )
    nova_config: str | None = Field(
        None, description="A snippet for nova.conf of its hosts, after that of `dataplane.novaConfig`."
    )
    dpdk: Dpdk | None = Field(None, description="Open vSwitch with DPDK on its hosts; null: without.")
    sriov: Sriov | None = Field(
        None, description="Functions of network cards for instances (SR-IOV); null: none."
    )
    disks: list[Disk] = Field(
        default_factory=list, description="Disks of each of its hosts that Swift keeps objects on."
    )
    bootc: Bootc | None = Field(
        None, description="Hosts whose system is a container image; null: packages are installed."
    )
    growvols: str | None = Field(
        None, description="How the disks are divided, such as `/=8GB /tmp=1GB /home=1GB /var=100%`."
    )
    nova_share: str | None = Field(
        None, description="An NFS export for the instances; null: `dataplane.novaShare`."
    )
    ceph: Name | None = Field(
        None, description="The Secret with Ceph's configuration and keyrings, for the service ceph-client."
    )
    mounts: list[Free] = Field(
        default_factory=list, description="Further extraMounts of Ansible's pods, as they are."
    )
    tls: bool | None = Field(None, description="Whether its services use TLS; null: as the control plane.")
    vars_from: list[VarsSource] = Field(
        default_factory=list, description="ConfigMaps and Secrets with further Ansible variables."
    )
    vars: Free = Field(default_factory=dict, description="Ansible variables, over `dataplane.vars`.")
    provision: Provision | None = Field(
        None, description="How the hosts are made, as virtual or from bare machines; null: they are there."
    )
    spec: Free = Field(default_factory=dict, description="Merged into the node set's spec as it is.")

    @model_validator(mode="after")
    def _known_template(self) -> "NodeSet":
        text = self.network_template
        if text is not None and "\n" not in text and text not in TEMPLATES:
            known = ", ".join(TEMPLATES)
            raise ValueError(f"`networkTemplate` is one of {known}, or a template of several lines")
        return self
