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


def _service(what: str, *, enabled: bool = True) -> Service:
    field: Service = Field(default_factory=lambda: Service(enabled=enabled), description=what)
    return field


class Services(Section):
    """The services that the operators know."""

    barbican: Service = _service("Keys and secrets.")
    cinder: Service = _service("Block storage.")
    designate: Service = _service("DNS as a service.", enabled=False)
    dns: Service = _service("The cloud's own name server (dnsmasq).")
    glance: Service = _service("Images.")
    heat: Service = _service("Orchestration.", enabled=False)
    horizon: Service = _service("The dashboard.", enabled=False)
    ironic: Service = _service("Bare metal.", enabled=False)
    keystone: Service = _service("Identity.")
    manila: Service = _service("Shared file systems.", enabled=False)
    memcached: Service = _service("The cache.")
    neutron: Service = _service("Networking.")
    nova: Service = _service("Compute.")
    octavia: Service = _service("Load balancing.", enabled=False)
    openstackclient: Service = _service("The pod with the command line client.")
    ovn: Service = _service("The virtual network's databases and controllers.")
    placement: Service = _service("Resource inventories.")
    rabbitmq: Service = _service("The message bus.")
    redis: Service = _service("Coordination.", enabled=False)
    swift: Service = _service("Object storage.")
    telemetry: Service = _service("Metering and metrics.")
    watcher: Service = _service("Optimisation.", enabled=False)


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


def _addresses() -> dict[str, str]:
    return {
        "dns": "ctlplane[80]",
        "api": "internalapi[80]",
        "rabbitmq": "internalapi[85]",
        "rabbitmq-cell1": "internalapi[86]",
    }


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
        default_factory=_addresses,
        description="Addresses of services inside the cloud, with network isolation: dns, api (shared by all APIs), and each message bus.",
    )
    services: Services = Field(default_factory=Services, description="The services.")
    spec: Free = Field(
        default_factory=dict, description="Merged into the OpenStackControlPlane's spec last, as it is."
    )
