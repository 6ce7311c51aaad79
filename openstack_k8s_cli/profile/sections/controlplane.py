"""`controlplane`: the OpenStackControlPlane and its services."""

from typing import ClassVar

from pydantic import Field

from openstack_k8s_cli.profile.shape import AddressText, Count, Free, Name, Quantity, Section

ADDRESSES = ("api", "dns", "rabbitmq", "rabbitmq-cell1")
"""Names that the templates know under `addresses`."""


class Service(Section):
    """One service."""

    enabled: bool = Field(True, description="Whether it is deployed.")
    spec: Free = Field(
        default_factory=dict, description="Merged into its part of the OpenStackControlPlane as it is."
    )


class Optional(Section):
    """A service that is off unless it is asked for."""

    enabled: bool = Field(False, description="Whether it is deployed.")


class Scaled(Section):
    """A service that has copies."""

    replicas: Count | None = Field(None, description="Copies of what scales; null: `controlplane.replicas`.")


class Stored(Section):
    """A service that has volumes."""

    storage: Quantity | None = Field(
        None, description="The size of each of its volumes; null: the service's own default."
    )


class Configured(Section):
    """A service that takes a snippet of configuration."""

    config: str | None = Field(None, description="A snippet for its `customServiceConfig`.")


class Client(Section):
    """A service that is always there."""

    spec: Free = Field(
        default_factory=dict, description="Merged into its part of the OpenStackControlPlane as it is."
    )


class Backend(Scaled, Service):
    """A service that others stand on."""


class StoredBackend(Stored, Backend):
    """A service that others stand on, with volumes."""


class OptionalBackend(Optional, Backend):
    """The same, off unless it is asked for."""


class Api(Configured, Backend):
    """A service with an API."""


class StoredApi(Stored, Api):
    """A service with an API and volumes."""


class OptionalApi(Optional, Api):
    """A service with an API, off unless it is asked for."""


class OptionalStoredApi(Optional, StoredApi):
    """The same, with volumes."""


class Telemetry(Configured, Stored, Service):
    """Metering and metrics."""


class Services(Section):
    """The services that the operators know, each with the keys that it has a use for."""

    barbican: Api = Field(default_factory=Api, description="Keys and secrets.")
    cinder: Api = Field(default_factory=Api, description="Block storage.")
    designate: OptionalStoredApi = Field(default_factory=OptionalStoredApi, description="DNS as a service.")
    dns: Backend = Field(default_factory=Backend, description="The cloud's own name server (dnsmasq).")
    glance: StoredApi = Field(default_factory=StoredApi, description="Images.")
    heat: OptionalApi = Field(default_factory=OptionalApi, description="Orchestration.")
    horizon: OptionalApi = Field(default_factory=OptionalApi, description="The dashboard.")
    ironic: OptionalStoredApi = Field(default_factory=OptionalStoredApi, description="Bare metal.")
    keystone: Api = Field(default_factory=Api, description="Identity.")
    manila: OptionalApi = Field(default_factory=OptionalApi, description="Shared file systems.")
    memcached: Backend = Field(default_factory=Backend, description="The cache.")
    neutron: Api = Field(default_factory=Api, description="Networking.")
    nova: Api = Field(default_factory=Api, description="Compute.")
    octavia: OptionalApi = Field(default_factory=OptionalApi, description="Load balancing.")
    openstackclient: Client = Field(
        default_factory=Client, description="The pod with the command line client."
    )
    ovn: StoredBackend = Field(
        default_factory=StoredBackend, description="The virtual network's databases and controllers."
    )
    placement: Api = Field(default_factory=Api, description="Resource inventories.")
    rabbitmq: StoredBackend = Field(default_factory=StoredBackend, description="The message bus.")
    redis: OptionalBackend = Field(default_factory=OptionalBackend, description="Coordination.")
    swift: StoredBackend = Field(default_factory=StoredBackend, description="Object storage.")
    telemetry: Telemetry = Field(default_factory=Telemetry, description="Metering and metrics.")
    watcher: OptionalApi = Field(default_factory=OptionalApi, description="Optimisation.")


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
