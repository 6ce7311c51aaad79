"""`operators`: where each operator comes from."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from openstack_k8s_cli.profile.shape import Name, Section


class OpenStackOperator(Section):
    """The OpenStack operator by OLM."""

    index: str | None = Field(None, description="The image of the catalog; comes with the release.")
    address: Annotated[str, Field(pattern=r"^[^\s/]+:\d+$")] | None = Field(
        None, description="HOST:PORT of a catalog that is served already, instead of an image."
    )
    package: str = Field("openstack-operator", description="The package in the catalog.")
    channel: str = Field("alpha", description="The Subscription's channel; comes with the release.")
    source: Name = Field(
        "openstack-operator-index",
        description="The CatalogSource; osk makes it where `sourceNamespace` is null, and uses an existing one otherwise.",
    )
    source_namespace: Name | None = Field(
        None,
        description="The namespace of a CatalogSource that is there already, such as openshift-marketplace.",
    )
    version: str | None = Field(
        None,
        description="The CSV to start with, such as openstack-operator.v0.6.0; null: the channel's newest.",
    )
    approval: Literal["auto", "manual"] = Field("auto", description="Who approves install plans.")


class Source(Section):
    """A prerequisite operator from a catalog."""

    PLANNED: ClassVar[dict[str, str]] = {"manifests": "operators from manifests instead of a catalog"}

    catalog: Name = Field("redhat-operators", description="The CatalogSource.")
    catalog_namespace: Name = Field("openshift-marketplace", description="The CatalogSource's namespace.")
    package: str = Field(description="The package in the catalog.")
    channel: str = Field("stable", description="The Subscription's channel.")
    namespace: Name = Field(description="Where the operator is installed.")


def _nmstate() -> Source:
    return Source(package="kubernetes-nmstate-operator", namespace="openshift-nmstate")


def _metallb() -> Source:
    return Source(package="metallb-operator", namespace="metallb-system")


def _cert_manager() -> Source:
    return Source(
        package="openshift-cert-manager-operator", channel="stable-v1", namespace="cert-manager-operator"
    )


class Sources(Section):
    """Where the prerequisite operators come from."""

    nmstate: Source = Field(default_factory=_nmstate, description="Configures the nodes' network interfaces.")
    metallb: Source = Field(default_factory=_metallb, description="Gives services their addresses.")
    cert_manager: Source = Field(default_factory=_cert_manager, description="Issues certificates.")


class Operators(Section):
    """Operators."""

    PLANNED: ClassVar[dict[str, str]] = {"overrides": "images, replicas and memory of single operators"}

    openstack: OpenStackOperator = Field(
        default_factory=OpenStackOperator, description="The OpenStack operator."
    )
    sources: Sources = Field(default_factory=Sources, description="The operators that it needs.")
