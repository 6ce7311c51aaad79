"""Virtual machines that `osk hosts create` makes: what they are like, and where they run."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from openstack_k8s_cli.profile.shape import Addresses, Free, Name, Quantity, Section, Texts, formed

_IMAGES = "https://cloud.centos.org/centos/9-stream/x86_64/images"
_LATEST = f"{_IMAGES}/CentOS-Stream-GenericCloud-9-latest.x86_64.qcow2"

Mac = Annotated[str, Field(pattern=r"^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$")]
Port = Annotated[int, Field(ge=1, le=65535)]
LibvirtName = Annotated[str, *formed(r"[A-Za-z0-9][-A-Za-z0-9._+]*", "a name in libvirt")]
Checksum = Annotated[
    str, *formed(r"[0-9a-f]{64}|https?://\S+", "a SHA-256 in 64 digits, or the address of a list of them")
]


class DiskImage(Section):
    """A cloud image with cloud-init in qcow2 format."""

    url: str | None = Field(None, description="Where it is fetched from, once for each hypervisor.")
    path: str | None = Field(None, description="A file on the hypervisor in place of it.")
    checksum: Checksum | None = Field(
        None,
        description="Its SHA-256, or the address of a list that has it; without one a fetched image is refused.",
    )

    @model_validator(mode="after")
    def _one(self) -> "DiskImage":
        if (self.url is None) == (self.path is None):
            raise ValueError("it is either a `url` or a `path`")
        if self.url is not None and self.checksum is None:
            raise ValueError("an image that is fetched needs a `checksum`")
        if self.path is not None and "://" in (self.checksum or ""):
            raise ValueError("of a file the `checksum` is the SHA-256 itself")
        return self


class Nic(Section):
    """A network card; what it is attached to is a network of libvirt or a bridge of the hypervisor."""

    network: LibvirtName | None = Field(None, description="A network of libvirt.")
    bridge: LibvirtName | None = Field(None, description="A bridge of the hypervisor.")
    mac: Mac | None = Field(None, description="Its MAC address; null: derived from the host's name.")
    model: LibvirtName = Field("virtio", description="What it looks like to the machine, such as `igb`.")

    @model_validator(mode="after")
    def _one(self) -> "Nic":
        if (self.network is None) == (self.bridge is None):
            raise ValueError("it is either in a `network` or on a `bridge`")
        return self


class ExtraDisk(Section):
    """An empty disk beside the first."""

    size: Quantity = Field("10Gi", description="How large it is.")
    bus: Literal["virtio", "scsi", "sata", "usb"] = Field("virtio", description="How it is attached.")


class Machines(Section):
    """Virtual machines that osk makes with libvirt."""

    vcpus: Annotated[int, Field(ge=1, le=512)] = Field(2, description="Virtual processors of each.")
    memory: Quantity | None = Field(
        None,
        description="Memory of each; null: 4Gi, and 8Gi of bare ones, which are provisioned out of memory.",
    )
    disk: Quantity = Field("20Gi", description="The first disk of each, over the image.")
    image: DiskImage = Field(
        default_factory=lambda: DiskImage(url=_LATEST, checksum=f"{_LATEST}.SHA256SUM"),
        description="The image that they start from.",
    )
    nic: Nic = Field(
        default_factory=lambda: Nic(network="default"),
        description="Their card on the first of their networks.",
    )
    nics: list[Nic] = Field(default_factory=list, description="Further cards of each, without addresses.")
    macs: dict[Name, Mac] = Field(
        default_factory=dict,
        description="The first card's MAC address by host, where it is not the derived one.",
    )
    disks: list[ExtraDisk] = Field(
        default_factory=list, max_length=20, description="Further disks of each, empty."
    )
    dns: Addresses = Field(
        default_factory=list,
        description="Name servers until they are deployed; empty: those of the network, or its gateway.",
    )
    autostart: bool = Field(True, description="Whether they start with the hypervisor.")
    firmware: Literal["bios", "efi"] | None = Field(
        None, description="How they start; null: `efi` of bare ones, `bios` of others."
    )
    user_data: Free = Field(
        default_factory=dict,
        description="Merged into cloud-init's user data; `runcmd` and `users` are added to.",
    )
    bare: bool = Field(
        False,
        description="Whether they are made without a system, and off, for the cluster to provision: a BareMetalHost each, with sushy-emulator as their boards.",
    )


class Pool(Section):
    """The storage pool of libvirt that the disks are in; osk makes it where it is not there."""

    name: LibvirtName = Field("osk", description="Its name.")
    path: str = Field("/var/lib/libvirt/images/osk", description="The folder of one that osk makes.")


class Boards(Section):
    """sushy-emulator, the management boards of bare virtual machines, in a container on the hypervisor."""

    image: str = Field("quay.io/metal3-io/sushy-tools:latest", description="The container image.")
    address: str | None = Field(
        None,
        description="The hypervisor's address as the cluster reaches it; null: the gateway of the machines' first network.",
    )
    port: Port = Field(8000, description="The port.")
    secret: Name = Field(
        "virtual-bmc-secret",
        description="The Secret with the account of the boards, made from `secrets` or generated.",
    )
    user: str = Field("osk", description="The account.")


class Hypervisor(Section):
    """The machine that runs the virtual machines: this one, or another over SSH."""

    address: str | None = Field(None, description="Its name or address; null: this machine.")
    user: str | None = Field(None, description="The account there; null: as ssh has it.")
    port: Port | None = Field(None, description="The port of its SSH server; null: as ssh has it.")
    key: str | None = Field(None, description="A private key's file; null: as ssh has it, agent included.")
    options: Texts = Field(
        default_factory=list, description="Further options of ssh, such as `ProxyJump=bastion.example.com`."
    )
    uri: str = Field("qemu:///system", description="libvirt, as that machine reaches it.")
    pool: Pool = Field(default_factory=Pool, description="Where the disks are.")
    boards: Boards = Field(default_factory=Boards, description="The management boards of bare machines.")
