"""`dataplane.deployments` and what they run: passes over the node sets, and services of one's own."""

from typing import Annotated

from pydantic import Field, model_validator

from openstack_k8s_cli.profile.shape import Free, Name, Section


class Deployment(Section):
    """The OpenStackDataPlaneDeployment."""

    name: Name = Field(
        "edpm-deployment",
        description="The deployment's name; a hash of its content is appended.",
    )
    exact: bool = Field(
        False,
        description="Whether the first deployment has the name as it is; only later ones have a hash appended.",
    )
    services: list[Name] | None = Field(
        None, description="Only these services (servicesOverride); null: those of the node sets."
    )
    spec: Free = Field(default_factory=dict, description="Merged into the deployment's spec as it is.")


class Pass(Section):
    """One of several deployments, one after another."""

    name: Name | None = Field(
        None, description="The deployment's name; null: `dataplane.deployment.name` and its name here."
    )
    after: list[Name] = Field(
        default_factory=list, description="Passes that it comes after; others keep the order of the profile."
    )
    nodesets: list[Name] | None = Field(None, description="The node sets, by their names here; null: all.")
    services: list[Name] | None = Field(
        None, description="Only these services (servicesOverride); null: those of the node sets."
    )
    spec: Free = Field(default_factory=dict, description="Merged into the deployment's spec as it is.")


class DataSource(Section):
    """A ConfigMap or a Secret that a service's playbook reads."""

    config_map: Name | None = Field(None, description="The ConfigMap.")
    secret: Name | None = Field(None, description="The Secret.")
    optional: bool = Field(False, description="Whether it may be missing.")
    existing: bool = Field(
        False, description="Whether it is in the cluster already; else the profile or a service makes it."
    )

    @model_validator(mode="after")
    def _one(self) -> "DataSource":
        if (self.config_map is None) == (self.secret is None):
            raise ValueError("it is either a `configMap` or a `secret`")
        return self


class ServiceTls(Section):
    """A certificate for each host, for one service."""

    contents: list[Annotated[str, Field(pattern="^(dnsnames|ips)$")]] = Field(
        default_factory=lambda: ["dnsnames", "ips"], description="What the certificate names."
    )
    networks: list[Name] = Field(
        default_factory=list, description="Networks whose names and addresses it has; none: all."
    )
    issuer: Name | None = Field(None, description="The issuer; null: the internal one.")
    usages: list[str] = Field(default_factory=list, description="Its key usages; none: the usual ones.")


class OwnService(Section):
    """A service that the operators do not bring: an OpenStackDataPlaneService."""

    type: Name | None = Field(
        None, description="The service that it stands for (edpmServiceType), such as nova; null: itself."
    )
    playbook: str | None = Field(None, description="The playbook, such as `osp.edpm.nova`.")
    contents: str | None = Field(None, description="The playbook's text, in place of its name.")
    role: str | None = Field(None, description="A role to run, in place of a playbook.")
    sources: list[DataSource] = Field(
        default_factory=list, description="ConfigMaps and Secrets that it reads."
    )
    certificates: dict[str, ServiceTls] = Field(
        default_factory=dict, description="Certificates for each host, by name."
    )
    ca: Name | None = Field(
        "combined-ca-bundle", description="The Secret with the CAs that it trusts; null: the operator's."
    )
    everywhere: bool = Field(
        False, description="Whether it runs once over all node sets (deployOnAllNodeSets)."
    )
    image: str | None = Field(None, description="The image of its Ansible pods.")
    spec: Free = Field(default_factory=dict, description="Merged into the service's spec as it is.")

    @model_validator(mode="after")
    def _one_form(self) -> "OwnService":
        if sum(each is not None for each in (self.playbook, self.contents, self.role)) != 1:
            raise ValueError("a service has exactly one of `playbook`, `contents` and `role`")
        return self
