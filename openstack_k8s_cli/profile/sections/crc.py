"""`platform.crc`: OpenShift Local (CRC) on a host, as `osk crc` makes it."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from openstack_k8s_cli.profile.shape import Section, Size, Texts, Words, formed

_PLACE = r"^https?://\S+$"


def _without_login(address: str) -> str:
    if "@" in address:
        raise ValueError("a proxy's login would stand on a command line: name a proxy that needs none")
    return address


def _plain(place: str) -> str:
    """Refuse a login in an address; what only looks like one, as a path or a digest of an image, has no scheme before it or no name."""
    if "@" in urlsplit(place).netloc:
        raise ValueError("a login would stand on a command line: name an address that needs none")
    return place


def _file(value: object) -> object:
    return {"file": value} if isinstance(value, str) else value


Proxy = Annotated[str, Field(pattern=_PLACE), AfterValidator(_without_login), Words("a proxy's address")]
Mac = Annotated[str, *formed(r"([0-9a-f]{2}:){5}[0-9a-f]{2}", "a MAC address such as `52:54:00:11:11:10`")]
Role = Annotated[
    str,
    *formed(
        r"(?!default$)[A-Za-z0-9][A-Za-z0-9_-]*",
        "a role other than `default`, which is `platform.crc.interface`",
    ),
]
DiskName = Annotated[
    str, *formed(r"[a-z0-9][a-z0-9-]{0,19}", "the name of a disk (at most 20 small letters, digits and `-`)")
]


class PullSecret(Section):
    """The pull secret, from https://console.redhat.com/openshift/create/local."""

    file: str = Field(description="Its path on the host; `~` is the home folder there.")


class Proxies(Section):
    """How the cluster reaches the outside."""

    http: Proxy | None = Field(None, description="The proxy for http.")
    https: Proxy | None = Field(None, description="The proxy for https.")
    no: Texts = Field(default_factory=list, description="Hosts, addresses and networks that need no proxy.")
    ca_file: str | None = Field(None, description="The path of the proxy's certificate authority.")


class Download(Section):
    """The archive that `crc` is taken from where it is not installed."""

    url: Annotated[str, AfterValidator(_plain)] = Field(pattern=r"^https://\S+$", description="Its address.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Its checksum.")


class Card(Section):
    """The second interface of the virtual machine, which the networks of the cloud are on."""

    enabled: bool = Field(True, description="Whether it has one.")
    network: str = Field("default", description="The libvirt network that it is in.")
    mac: Mac = Field("52:54:00:11:11:10", description="Its MAC address.")


class FurtherCard(Section):
    """One more interface of the virtual machine."""

    network: str = Field(description="The libvirt network that it is in.")
    mac: Mac | None = Field(None, description="Its MAC address; null: derived from its role.")


class Disk(Section):
    """One more disk of the virtual machine."""

    size: Size = Field("100Gi", description="How large it can grow.")


class Crc(Section):
    """OpenShift Local (CRC) on a host."""

    preset: Literal["openshift", "okd", "microshift"] | None = Field(
        None, description="What runs in it; null: by `platform.flavour`."
    )
    cpus: Annotated[int, Field(ge=2, le=1024)] | Literal["auto"] = Field(
        "auto", description="Processors; auto: at least what the profile will request."
    )
    memory: Size | Literal["auto"] = Field(
        "auto", description="Memory, such as `25Gi`; auto: at least what the profile will request."
    )
    disk: Size | Literal["auto"] = Field(
        "auto", description="The disk, such as `100Gi`; auto: at least what the profile will request."
    )
    bundle: Annotated[str, AfterValidator(_plain)] | None = Field(
        None, description="Another bundle than crc's own: a path, or an https or docker address."
    )
    pull_secret: (
        Annotated[PullSecret, BeforeValidator(_file, json_schema_input_type=str | PullSecret)] | None
    ) = Field(None, description="The pull secret, `{file: PATH}`; the preset okd needs none.")
    network_mode: Literal["auto", "system", "user"] = Field(
        "auto",
        description="How the machine is reached; auto: system where the profile has networks on its nodes.",
    )
    proxy: Proxies = Field(default_factory=Proxies, description="Proxies of the cluster.")
    monitoring: bool = Field(False, description="Whether the cluster's own monitoring runs.")
    nested_virtualization: bool = Field(
        True, description="Whether guests of virtual machines on this host must be able to use KVM."
    )
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")] | None = Field(
        None, description="The oldest release of `crc` that will do, and the one that is downloaded."
    )
    download: Download | None = Field(
        None, description="Where `crc` comes from; null: that version from mirror.openshift.com."
    )
    interface: Card = Field(default_factory=Card, description="The second interface of the machine.")
    interfaces: dict[Role, FurtherCard] = Field(
        default_factory=dict,
        description="Further interfaces of the machine, each by its role in `platform.nics`.",
    )
    disks: dict[DiskName, Disk] = Field(
        default_factory=dict,
        description="Further disks of the machine, such as for Rook, by name: the node has NAME as /dev/disk/by-id/virtio-NAME.",
    )
    labels: dict[str, str] = Field(default_factory=dict, description="Labels of the node.")
    gateway: bool = Field(
        True,
        description="Whether OVN-Kubernetes routes by the host's own tables, which MetalLB on other interfaces needs.",
    )

    @model_validator(mode="after")
    def _known(self) -> "Crc":
        if self.download is not None and self.version is None:
            raise ValueError("what `download` gives is not known without `version`")
        macs = [self.interface.mac, *(each.mac for each in self.interfaces.values() if each.mac)]
        if len(set(macs)) < len(macs):
            raise ValueError("two interfaces have the same MAC address")
        return self
