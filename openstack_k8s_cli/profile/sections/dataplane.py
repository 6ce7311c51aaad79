"""`dataplane`: the hosts that run the workloads."""

from typing import Literal

from pydantic import Field

from openstack_k8s_cli.profile.sections.deployments import Deployment, OwnService, Pass
from openstack_k8s_cli.profile.sections.hosts import NodeSet
from openstack_k8s_cli.profile.sections.machines import Hypervisor
from openstack_k8s_cli.profile.shape import Addresses, Free, Name, Section, Texts, Wording

CheckName = Literal[
    "sudo",
    "python",
    "os",
    "cpu",
    "memory",
    "disk",
    "space",
    "clock",
    "mtu",
    "names",
    "hostname",
    "gateway",
    "registry",
    "repository",
    "interface",
    "leftovers",
]
"""The checks of `osk dataplane check` (dataplane.checks.CODES), but `ssh`, without which there are none."""


class Registry(Section):
    """Where the hosts' container images come from, as variables for Ansible."""

    url: str = Field("quay.io/podified-antelope-centos9", description="Registry and organisation.")
    prefix: str = Field("openstack", description="The images' common prefix.")
    tag: str = Field("current-podified", description="The images' tag.")


class Repositories(Section):
    """The RPM repositories that the service `repo-setup` enables on the hosts."""

    repository: Wording = Field("current-podified", description="The repository, in repo-setup's words.")
    branch: Wording = Field("antelope", description="The OpenStack branch.")


class RoleServices(Section):
    """The services by role; they come with the release."""

    compute: list[Name] = Field(default_factory=list, description="Of compute hosts.")
    networker: list[Name] = Field(default_factory=list, description="Of networkers.")
    swift: list[Name] = Field(default_factory=list, description="Of hosts that keep Swift's objects.")


class Check(Section):
    """What is looked at on the hosts before they are deployed."""

    enabled: bool = Field(True, description="Whether `osk deploy` looks at hosts before it deploys to them.")
    skip: list[CheckName] = Field(default_factory=list, description="Checks that are left out.")
    urls: list[str] = Field(
        default_factory=list,
        description="Further addresses that hosts must reach, such as https://rhsm.example.",
    )


class Failure(Section):
    """How many hosts a node set may go on without."""

    max_percent: int | None = Field(
        None,
        ge=0,
        le=99,
        description="Percent of a node set's hosts that may fail or not answer without holding up the others (edpm_max_fail_percentage, which Ansible needs osk's help for); null: any failure does. The next deployment is for those hosts.",
    )


class Shards(Section):
    """How large node sets are split."""

    size: int = Field(
        100,
        ge=2,
        le=600,
        description="Hosts of a node set; one that has more is split into NAME, NAME-1 and so on, where each host stays as others come and go.",
    )


class Waves(Section):
    """How many hosts are deployed at once."""

    size: int = Field(
        500,
        ge=1,
        description="Hosts of one deployment; more are deployed in several, one after another, unless `deployments` says how.",
    )


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
        None,
        description="Networks that may reach sshd; the one that Ansible's pods come from is added where it is missing. null: that one.",
    )
    interface: str = Field("eth0", description="The hosts' interface for the networks.")
    bridge: str = Field("br-ex", description="The hosts' bridge on that interface.")
    networks: list[Name] = Field(
        default_factory=list, description="The hosts' networks; the first has the default route."
    )
    nova_config: str = Field("", description="A snippet for nova.conf on compute hosts.")
    nova_share: str | None = Field(
        None,
        description="An NFS export for the instances of compute hosts, such as `172.18.0.9:/export/nova`.",
    )
    env: dict[str, str] = Field(default_factory=dict, description="Environment of the Ansible jobs.")
    runner: str | None = Field(
        None,
        description="The image of Ansible's pods, as `ansibleeeImage` of `controlplane.customImages`; null: the release's own.",
    )
    logs: Name | None = Field(
        None, description="A volume claim that Ansible's logs are kept in; null: they go with the pods."
    )
    generate_keys: bool = Field(
        True,
        description="Whether osk makes the key pairs and the root password; false: their Secrets are there.",
    )
    services: RoleServices = Field(
        default_factory=RoleServices, description="The services that a node set runs unless it names its own."
    )
    own_services: dict[Name, OwnService] = Field(
        default_factory=dict, description="Services that the operators do not bring, by name."
    )
    config_maps: dict[Name, dict[str, str]] = Field(
        default_factory=dict, description="ConfigMaps for the services, by name and key."
    )
    secret_names: list[Name] = Field(
        default_factory=list,
        description="Secrets for the services and hosts, made from `secrets.NAME`.",
    )
    vars: Free = Field(default_factory=dict, description="Ansible variables of every host.")
    check: Check = Field(
        default_factory=Check, description="What is looked at on the hosts before they are deployed."
    )
    hypervisor: Hypervisor = Field(
        default_factory=Hypervisor,
        description="Where hosts run that are virtual machines of `nodesets.NAME.provision.libvirt`.",
    )
    shards: Shards = Field(default_factory=Shards, description="How large node sets are split.")
    waves: Waves = Field(default_factory=Waves, description="How many hosts are deployed at once.")
    failure: Failure = Field(
        default_factory=Failure, description="What happens where Ansible fails on some hosts."
    )
    deployment: Deployment = Field(
        default_factory=Deployment, description="The deployment, where there is only one."
    )
    deployments: dict[Name, Pass] = Field(
        default_factory=dict, description="Several deployments in place of it, one after another."
    )
    nodesets: dict[Name, NodeSet] = Field(
        default_factory=dict, description="Hosts of one kind, by a name for them."
    )
