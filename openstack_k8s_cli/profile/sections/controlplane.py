"""`controlplane`: the OpenStackControlPlane and its services."""

from pydantic import Field

from openstack_k8s_cli.profile.sections.services import Instance, Service
from openstack_k8s_cli.profile.shape import AddressText, Count, Free, Name, Section, Size

ADDRESSES = ("api", "dns")
"""Names that the templates know under `addresses`, beside those of the message buses."""


class Galera(Section):
    """The database clusters."""

    enabled: bool = Field(True, description="Whether they are deployed.")
    replicas: Count | None = Field(
        None, description="Members of each cluster; null: `controlplane.replicas`."
    )
    storage: Size = Field("10G", description="The size of each member's volume.")
    instances: dict[Name, Instance] = Field(
        default_factory=dict,
        description="Clusters beside those that the services and cells ask for, or settings of these.",
    )
    spec: Free = Field(default_factory=dict, description="Merged into the galera part as it is.")


class Issuers(Section):
    """Issuers of one's own, by name; null: the operator makes its own authorities."""

    ingress: Name | None = Field(None, description="Of the certificates of what users reach.")
    internal: Name | None = Field(None, description="Of those between the pods.")
    libvirt: Name | None = Field(None, description="Of libvirt's.")
    ovn: Name | None = Field(None, description="Of OVN's.")


class Tls(Section):
    """TLS; null leaves it to the operator, which turns both on."""

    ingress: bool | None = Field(None, description="TLS of what users reach.")
    pod_level: bool | None = Field(None, description="TLS between the pods, and to the data plane's hosts.")
    public: Name | None = Field(
        None,
        description="A Secret with the certificate of everything that users reach: `tls.crt`, `tls.key`, `ca.crt`; `secrets` may have its values.",
    )
    ca_bundle: Name | None = Field(
        None,
        description="A Secret with authorities that every service trusts; `secrets` may have its values.",
    )
    issuers: Issuers = Field(default_factory=Issuers, description="Issuers of one's own.")
    spec: Free = Field(default_factory=dict, description="Merged into the tls part as it is.")


class ControlPlane(Section):
    """The control plane."""

    name: Name = Field("openstack", description="The OpenStackControlPlane's name.")
    from_: str | Free | None = Field(
        None,
        alias="from",
        description="A file with an OpenStackControlPlane of one's own, relative to the profile, in place of `services`; `spec` and `patches` go over it.",
    )
    secret: Name = Field("osp-secret", description="The Secret with the services' passwords.")
    passwords: dict[str, str] = Field(
        default_factory=dict,
        description="More keys of that Secret, and the recipe of each; the services' own are always in it.",
    )
    own_secrets: list[Name] | None = Field(
        None,
        description="Secrets that osk makes of what `secrets` says of them; null: those that TLS and the services name.",
    )
    libvirt_secret: Name = Field("libvirt-secret", description="The Secret with libvirt's password.")
    replicas: Count = Field(1, description="Copies of what scales, unless a service says otherwise.")
    isolation: bool | None = Field(
        None, description="Whether its services are on the isolated networks; null: `networks.isolation`."
    )
    node_selector: dict[str, str] = Field(
        default_factory=dict, description="Labels of the nodes that its pods run on."
    )
    topology: Name | None = Field(None, description="A Topology that spreads the pods of every service.")
    galera: Galera = Field(default_factory=Galera, description="The database clusters.")
    tls: Tls = Field(default_factory=Tls, description="TLS.")
    addresses: dict[Name, AddressText] = Field(
        default_factory=dict,
        description="Addresses of services inside the cloud, with network isolation: dns, api (shared by all APIs), and each message bus; null: the ones after `rabbitmq`'s, in order.",
    )
    services: dict[Name, Service] = Field(
        default_factory=dict, description="The services, by their names in the catalogue."
    )
    custom_images: dict[str, str | dict[str, str]] = Field(
        default_factory=dict,
        description="Images in place of the release's, as OpenStackVersion's `customContainerImages` has them: `keystoneAPIImage: IMAGE`, `cinderVolumeImages: {BACKEND: IMAGE}`.",
    )
    standalone: list[Name] = Field(
        default_factory=list,
        description="Services (and `galera`) that are deployed by resources of their own, with no OpenStackControlPlane; without the OpenStack operator each brings its own operator.",
    )
    spec: Free = Field(
        default_factory=dict, description="Merged into the OpenStackControlPlane's spec last, as it is."
    )
