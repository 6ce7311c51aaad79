"""`dataplane`: the hosts that run the workloads."""

from typing import Annotated, ClassVar

from pydantic import Field

from openstack_k8s_cli.profile.shape import Addresses, AddressText, Count, Free, Name, Section, Texts


class Registry(Section):
    """Where the hosts' container images come from, as variables for Ansible."""

    url: str = Field("quay.io/podified-antelope-centos9", description="Registry and organisation.")
    prefix: str = Field("openstack", description="The images' common prefix.")
    tag: str = Field("current-podified", description="The images' tag.")


class Repositories(Section):
    """The RPM repositories that the service `repo-setup` enables on the hosts."""

    repository: str = Field("current-podified", description="The repository, in repo-setup's words.")
    branch: str = Field("antelope", description="The OpenStack branch.")


class Deployment(Section):
    """The OpenStackDataPlaneDeployment."""

    name: Name = Field(
        "edpm-deployment",
        description="The deployment's name; a hash of its content is appended unless `exact`.",
    )
    exact: bool = Field(
        False, description="Whether the name stands as it is: nothing is run again when the content changes."
    )
    services: list[Name] | None = Field(
        None, description="Only these services (servicesOverride); null: those of the node sets."
    )
    spec: Free = Field(default_factory=dict, description="Merged into the deployment's spec as it is.")


class Node(Section):
    """One host that differs from its node set."""

    host_name: str | None = Field(None, description="The host's own name; null: the name it has here.")
    address: AddressText | None = Field(None, description="Its address; null: the node set's rule.")
    vars: Free = Field(default_factory=dict, description="Ansible variables of this host.")
    spec: Free = Field(default_factory=dict, description="Merged into the node as it is.")


class NodeSet(Section):
    """Hosts of one kind: an OpenStackDataPlaneNodeSet."""

    PLANNED: ClassVar[dict[str, str]] = {"provision": "making the hosts"}

    role: Annotated[str, Field(pattern="^(compute|networker)$")] = Field(
        "compute", description="compute or networker."
    )
    resource: Name | None = Field(
        None, description="The OpenStackDataPlaneNodeSet's name; null: the node set's name here."
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
    networks: list[Name] | None = Field(
        None, description="The networks of its hosts; null: `dataplane.networks`."
    )
    services: list[Name] | None = Field(
        None, description="The services, in order; null: `dataplane.services` of its role."
    )
    vars: Free = Field(default_factory=dict, description="Ansible variables, over `dataplane.vars`.")
    spec: Free = Field(default_factory=dict, description="Merged into the node set's spec as it is.")


class RoleServices(Section):
    """The services by role; they come with the release."""

    compute: list[Name] = Field(default_factory=list, description="Of compute hosts.")
    networker: list[Name] = Field(default_factory=list, description="Of networkers.")


class DataPlane(Section):
    """The data plane."""

    user: str = Field("cloud-admin", description="The account that Ansible logs in as.")
    ssh_secret: Name = Field(
        "dataplane-ansible-ssh-private-key-secret", description="The Secret with Ansible's key pair."
    )
    migration_secret: Name = Field(
        "nova-migration-ssh-key", description="The Secret with the key pair of live migration."
    )
    registry: Registry = Field(
        default_factory=Registry, description="Where the hosts' container images come from."
    )
    repositories: Repositories | None = Field(
        default_factory=Repositories,
        description="The hosts' RPM repositories, where the services include repo-setup.",
    )
    ntp: Texts = Field(default_factory=lambda: ["pool.ntp.org"], description="Time servers.")
    dns: Addresses = Field(
        default_factory=list, description="Name servers of the hosts; empty: those of NetConfig."
    )
    ssh_ranges: list[str] | None = Field(
        None, description="Networks that may reach sshd; null: the CIDR of ctlplane."
    )
    interface: str = Field("eth0", description="The hosts' interface for the networks.")
    bridge: str = Field("br-ex", description="The hosts' bridge on that interface.")
    networks: list[Name] = Field(
        default_factory=list, description="The hosts' networks; the first has the default route."
    )
    nova_config: str = Field("", description="A snippet for nova.conf on compute hosts.")
    env: dict[str, str] = Field(default_factory=dict, description="Environment of the Ansible jobs.")
    services: RoleServices = Field(
        default_factory=RoleServices, description="The services that a node set runs unless it names its own."
    )
    vars: Free = Field(default_factory=dict, description="Ansible variables of every host.")
    deployment: Deployment = Field(default_factory=Deployment, description="The deployment.")
    nodesets: dict[Name, NodeSet] = Field(
        default_factory=dict, description="Hosts of one kind, by a name for them."
    )
