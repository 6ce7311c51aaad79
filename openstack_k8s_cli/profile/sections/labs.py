"""`labs`: what `osk host` makes on the hypervisor, such as networks of libvirt and an NFS server."""

from ipaddress import IPv4Interface, IPv4Network, IPv6Interface, IPv6Network, ip_address, ip_interface
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from openstack_k8s_cli.profile.sections.machines import DiskImage, LibvirtName, Port
from openstack_k8s_cli.profile.shape import (
    Cidr,
    Cidrs,
    InterfaceName,
    Mtu,
    Name,
    Quantity,
    Ranges,
    SecretValue,
    Section,
    Texts,
    Words,
    formed,
    listed,
)

_UBUNTU = "https://cloud-images.ubuntu.com/releases/noble/release"


def _checked(text: str) -> str:
    if "/" not in text or "%" in text:
        message = f"`{text}` is no address with the length of its network's prefix, such as 172.16.1.1/24"
        raise ValueError(message)
    return str(ip_interface(text))


Own = Annotated[
    str, AfterValidator(_checked), Words("an address with its prefix length such as `172.16.1.1/24`")
]
OwnAddresses = Annotated[
    list[Own], BeforeValidator(listed, json_schema_input_type=str | list[str]), Field(max_length=2)
]
Single = Annotated[
    str, AfterValidator(lambda text: str(ip_address(text))), Words("an address such as `172.16.1.2`")
]
Folder = Annotated[
    str, *formed(r"(/[A-Za-z0-9._-]*[A-Za-z0-9_-]){2,}", "a folder of two levels or more such as `/srv/nfs`")
]
FolderName = Annotated[str, *formed(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", "the name of a folder")]
DomainName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]+$")]


class LabRoute(Section):
    """A route of the hypervisor into a network of libvirt."""

    destination: Cidr = Field(description="The CIDR that it leads to.")
    gateway: Single = Field(description="The address of a machine in the network.")


class LabNetwork(Section):
    """A network of libvirt that `osk host network create` makes."""

    of: Name | None = Field(
        None,
        description="A network of the profile: the hypervisor has the address of its gateway in each family, and the MTU is the same.",
    )
    address: OwnAddresses = Field(
        default_factory=list,
        description="The hypervisor's addresses, one of each family; empty: those of `of`, and without it none.",
    )
    forward: Literal["none", "nat", "route", "open"] = Field(
        "none",
        description="The way out: none, isolated; nat, behind the hypervisor's address; route, by routes that others know; open, without any rule of libvirt's.",
    )
    bridge: InterfaceName | None = Field(
        None, description="Its bridge on the hypervisor; null: of its name, where that is no longer than 15."
    )
    mtu: Mtu | None = Field(None, description="The MTU; null: that of `of`, or 1500.")
    domain: DomainName | None = Field(None, description="The DNS domain that libvirt gives out.")
    dns: bool = Field(True, description="Whether libvirt answers DNS there.")
    dhcp: Ranges | None = Field(
        None,
        description="Addresses that libvirt's DHCP gives out, such as 172.16.1.100-172.16.1.120; null: none.",
    )
    routes: list[LabRoute] = Field(default_factory=list, description="Routes of the hypervisor into it.")

    @model_validator(mode="after")
    def _whole(self) -> "LabNetwork":
        if self.of and self.address:
            raise ValueError("it has the addresses either `of` a network or its own")
        families = [ip_interface(each).version for each in self.address]
        if len(set(families)) < len(families):
            raise ValueError("it has one address of each family")
        if self.dhcp and not (self.of or self.address):
            raise ValueError("`dhcp` needs an `address`")
        return self


class Nat64(Section):
    """A way for machines with nothing but IPv6 to servers that have nothing but IPv4: NAT64 and DNS64 in a machine of its own."""

    network: LibvirtName = Field("nat64", description="The network of libvirt that the router is in.")
    name: Name = Field("nat64-router", description="The router's name.")
    ipv4: Cidr = Field("172.30.0.0/24", description="Its network; the hypervisor is .1, the router .2.")
    ipv6: Cidr = Field(
        "fd00:abcd:abcd:fc00::/64",
        description="The same in IPv6; the router is name server with DNS64 and gateway there, too.",
    )
    prefix: Cidr = Field(
        "fd00:abcd:abcd:fcff::/96", description="What stands before addresses of IPv4 that are reached so."
    )
    pool: Cidr = Field(
        "192.168.255.0/24", description="Addresses that the router has inside itself for machines."
    )
    forwarders: Texts = Field(
        default_factory=list,
        description="Name servers that the router asks; empty: it resolves names itself, from the root.",
    )
    vcpus: Annotated[int, Field(ge=1, le=64)] = Field(2, description="Virtual processors.")
    memory: Quantity = Field("2Gi", description="Memory.")
    disk: Quantity = Field("20Gi", description="The disk.")
    image: DiskImage = Field(
        default_factory=lambda: DiskImage(
            url=f"{_UBUNTU}/ubuntu-24.04-server-cloudimg-amd64.img", checksum=f"{_UBUNTU}/SHA256SUMS"
        ),
        description="Its image, of a distribution whose packages include tayga, unbound and radvd under these names.",
    )

    @model_validator(mode="after")
    def _fitting(self) -> "Nat64":
        inside, outside, prefix = _nets(self.ipv4), _nets(self.ipv6), _nets(self.prefix)
        if not isinstance(inside, IPv4Network) or inside.prefixlen > 29:  # noqa: PLR2004  # .1 and .2 and some
            raise ValueError("`ipv4` is a network of IPv4 of /29 or larger")
        if not isinstance(outside, IPv6Network) or outside.prefixlen != 64:  # noqa: PLR2004  # autoconfiguration's
            raise ValueError("`ipv6` is a /64 of IPv6")
        if not isinstance(prefix, IPv6Network) or prefix.prefixlen != 96:  # noqa: PLR2004  # RFC 6052
            raise ValueError("`prefix` is a /96 of IPv6")
        if not isinstance(_nets(self.pool), IPv4Network):
            raise ValueError("`pool` is a network of IPv4")  # noqa: TRY004  # pydantic's
        if prefix.subnet_of(outside):
            raise ValueError("`prefix` lies outside of `ipv6`, whose machines reach each other directly")
        return self


def _nets(text: str) -> IPv4Network | IPv6Network:
    found: IPv4Interface | IPv6Interface = ip_interface(text)
    return found.network


class NfsServer(Section):
    """The NFS server that `osk host nfs up` makes of the hypervisor."""

    path: Folder = Field("/srv/osk-nfs", description="The folder that holds those that are exported.")
    exports: Annotated[list[FolderName], Field(min_length=1)] = Field(
        default_factory=lambda: ["glance", "glance-staging", "nova", "cinder", "cinder_image_conversion"],
        description="Folders in it, each an export of its own.",
    )
    clients: Cidrs = Field(
        default_factory=list,
        description="Networks that may mount them; empty: ctlplane and storage of the profile.",
    )
    zone: Name | None = Field(
        "libvirt",
        description="The zone of firewalld that NFS is let in from, where firewalld runs; null: it is left alone.",
    )


class LabBoards(Section):
    """sushy-emulator, the management boards of the lab's bare machines."""

    image: str = Field("quay.io/metal3-io/sushy-tools:latest", description="The container image.")
    address: str | None = Field(
        None,
        description="The hypervisor's address as the cloud reaches it; null: its first one in the network.",
    )
    port: Port = Field(8001, description="The port; that of `dataplane.hypervisor.boards` is another.")
    user: str = Field("admin", description="The account.")
    password: SecretValue | None = Field(
        None, description="Its password; `osk host bmaas up` refuses without."
    )


class Bmaas(Section):
    """Virtual machines for the cloud's own users to take as bare metal, by Ironic."""

    count: Annotated[int, Field(ge=1, le=100)] = Field(1, description="How many.")
    name: Annotated[
        str, *formed(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?-?\{i\}", "a rule for names such as `bmaas-{i}`")
    ] = Field("bmaas-{i}", description="The rule for their names.")
    vcpus: Annotated[int, Field(ge=1, le=512)] = Field(2, description="Virtual processors of each.")
    memory: Quantity = Field("4Gi", description="Memory of each.")
    disk: Quantity = Field("20Gi", description="The disk of each.")
    firmware: Literal["bios", "efi"] = Field("efi", description="How they start.")
    network: LibvirtName = Field("crc-bmaas", description="The network of libvirt that they are in.")
    address: OwnAddresses = Field(
        default_factory=lambda: ["172.20.1.1/24"],
        min_length=1,
        description="The hypervisor's addresses there, one of each family.",
    )
    boards: LabBoards = Field(default_factory=LabBoards, description="Their management boards.")


class Labs(Section):
    """What `osk host` makes on the hypervisor (`dataplane.hypervisor`)."""

    networks: dict[LibvirtName, LabNetwork] = Field(
        default_factory=dict,
        description="Networks of libvirt, by name. Those that cards of `provision.libvirt` are in and that are not named here follow from the profile: that of the first card is forwarded with nat and has the addresses of the machines' first network, others are isolated and have none.",
    )
    nat64: Nat64 | None = Field(None, description="NAT64 and DNS64 for networks of IPv6 alone; null: none.")
    nfs: NfsServer = Field(default_factory=NfsServer, description="An NFS server.")
    bmaas: Bmaas = Field(default_factory=Bmaas, description="Bare machines for the cloud's users.")
