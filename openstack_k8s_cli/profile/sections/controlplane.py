"""`controlplane`: the OpenStackControlPlane and its services."""

from typing import ClassVar

from pydantic import Field

from openstack_k8s_cli.profile.shape import AddressText, Count, Free, Name, Quantity, Section


class Service(Section):
    """One service."""

    enabled: bool = Field(True, description="Whether it is deployed.")
    replicas: Count | None = Field(None, description="Copies of what scales; null: `controlplane.replicas`.")
    storage: Quantity | None = Field(
        None, description="The size of each of its volumes; null: the service's own default."
    )
    config: str | None = Field(None, description="A snippet for its `customServiceConfig`.")
    spec: Free = Field(
        default_factory=dict, description="Merged into its part of the OpenStackControlPlane as it is."
    )


class OptionalService(Service):
    """A service that is off unless it is asked for."""

    enabled: bool = Field(False, description="Whether it is deployed.")


def _service(what: str) -> Service:
    field: Service = Field(default_factory=Service, description=what)
    return field


def _optional(what: str) -> OptionalService:
    field: OptionalService = Field(default_factory=OptionalService, description=what)
    return field


class Services(Section):
    """The services that the operators know."""

    barbican: Service = _service("Keys and secrets.")
    cinder: Service = _service("Block storage.")
    designate: OptionalService = _optional("DNS as a service.")
    dns: Service = _service("The cloud's own name server (dnsmasq).")
    glance: Service = _service("Images.")
    heat: OptionalService = _optional("Orchestration.")
    horizon: OptionalService = _optional("The dashboard.")
    ironic: OptionalService = _optional("Bare metal.")
    keystone: Service = _service("Identity.")
    manila: OptionalService = _optional("Shared file systems.")
    memcached: Service = _service("The cache.")
    neutron: Service = _service("Networking.")
    nova: Service = _service("Compute.")
    octavia: OptionalService = _optional("Load balancing.")
    openstackclient: Service = _service("The pod with the command line client.")
    ovn: Service = _service("The virtual network's databases and controllers.")
    placement: Service = _service("Resource inventories.")
    rabbitmq: Service = _service("The message bus.")
    redis: OptionalService = _optional("Coordination.")
    swift: Service = _service("Object storage.")
    telemetry: Service = _service("Metering and metrics.")
    watcher: OptionalService = _optional("Optimisation.")


class Galera(Section):
    """The database clusters."""

    replicas: Count | None = Field(
        None, description="Members of each cluster; null: `controlplane.replicas`."
    )
    storage: Quantity = Field("10G", description="The size of each member's volume.")
    spec: Free = Field(default_factory=dict, description="Merged into the galera part as it is.")


class Tls(Section):
    """TLS; null leaves it to the operator, which turns both on."""

    ingress: bool | None = Field(None, description="TLS of what users reach.")
    pod_level: bool | None = Field(None, description="TLS between the pods, and to the data plane's hosts.")
    spec: Free = Field(default_factory=dict, description="Merged into the tls part as it is.")


class ControlPlane(Section):
    """The control plane."""

    PLANNED: ClassVar[dict[str, str]] = {"from": "an OpenStackControlPlane of one's own"}

    name: Name = Field("openstack", description="The OpenStackControlPlane's name.")
    secret: Name = Field("osp-secret", description="The Secret with the services' passwords.")
    libvirt_secret: Name = Field("libvirt-secret", description="The Secret with libvirt's password.")
    replicas: Count = Field(1, description="Copies of what scales, unless a service says otherwise.")
    galera: Galera = Field(default_factory=Galera, description="The database clusters.")
    tls: Tls = Field(default_factory=Tls, description="TLS.")
    addresses: dict[Name, AddressText] = Field(
        default_factory=dict,
        description="Addresses of services inside the cloud, with network isolation: dns, api (shared by all APIs), and each message bus.",
    )
    services: Services = Field(default_factory=Services, description="The services.")
    spec: Free = Field(
        default_factory=dict, description="Merged into the OpenStackControlPlane's spec last, as it is."
    )
