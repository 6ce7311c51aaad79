"""One service of the control plane: the keys that services may have; which of them one has a use for, its `service.yaml` says."""

from typing import Literal

from pydantic import Field

from openstack_k8s_cli.profile.shape import Count, Free, Name, Section, Size, Text


class Placed(Section):
    """What runs as pods, somewhere, in some number."""

    replicas: Count | None = Field(
        None, description="Copies of what scales; null: those of what it is part of."
    )
    config: Text | None = Field(
        None, description="A snippet for its `customServiceConfig`, or {file: PATH} beside the profile."
    )
    node_selector: dict[str, str] | None = Field(
        None, description="Labels of the nodes that its pods run on; null: any node."
    )
    topology: Name | None = Field(None, description="A Topology that spreads its pods.")
    spec: Free = Field(
        default_factory=dict, description="Merged into its part of the OpenStackControlPlane as it is."
    )


class Stored(Section):
    """What has volumes."""

    storage: Size | None = Field(
        None, description="The size of each of its volumes; null: the service's own default."
    )


class Attached(Section):
    """What reaches storage."""

    config_secrets: list[Name] | None = Field(
        None, description="Secrets with more of its configuration, such as a back end's credentials."
    )
    networks: list[Name] | None = Field(
        None, description="Networks that its pods are attached to; null: the service's own default."
    )


class Backend(Attached, Stored, Placed):
    """A named back end: of Cinder a volume or backup service, of Manila a share service, of Glance an API."""

    kind: Name | None = Field(
        None,
        description="What it stores on, such as `ceph` or `nfs`: a file `backends/KIND.conf.j2` of the service; null: `config` says it all.",
    )


class Instance(Stored, Placed):
    """One database cluster, message bus or cache of several."""


class Cell(Placed):
    """One cell of Nova."""

    database: Name | None = Field(None, description="Its database cluster; null: `openstack-CELL`.")
    bus: Name | None = Field(None, description="Its message bus; null: `rabbitmq-CELL`.")
    api_access: bool = Field(True, description="Whether it can reach the API's database.")


class Certificates(Section):
    """Certificates of one's own for a service; each a Secret with `tls.crt`, `tls.key` and perhaps `ca.crt`."""

    route: Name | None = Field(
        None, description="The Secret for what users reach; null: that of `controlplane.tls.public`, if any."
    )
    public: Name | None = Field(None, description="The Secret for its public Service.")
    internal: Name | None = Field(None, description="The Secret for its internal Service.")


class Service(Attached, Stored, Placed):
    """One service, by its name in the catalogue."""

    enabled: bool | None = Field(None, description="Whether it is deployed; null: the service's own default.")
    files: dict[str, Text] | None = Field(
        None,
        description="Configuration files that take the place of its own, such as `policy.yaml`: text, or {file: PATH}.",
    )
    database: Name | None = Field(None, description="Its database cluster; one that is new is made.")
    bus: Name | None = Field(None, description="Its message bus; one that is new is made.")
    notifications: Name | Literal[False] | None = Field(
        None, description="The message bus of its notifications; false: none."
    )
    cache: Name | None = Field(None, description="Its Memcached; one that is new is made.")
    tls: Certificates | None = Field(None, description="Certificates of its own.")
    backends: dict[Name, Backend] | None = Field(None, description="Its back ends, by name.")
    backups: dict[Name, Backend] | None = Field(None, description="Its backup services, by name.")
    instances: dict[Name, Instance] | None = Field(
        None, description="Instances beside those that the services ask for, or settings of these."
    )
    cells: dict[Name, Cell] | None = Field(
        None, description="Its cells, by name, each with a database and a message bus of its own."
    )


KEYS = tuple(field.alias or name for name, field in Service.model_fields.items())
"""Every key that a service may have a use for."""
