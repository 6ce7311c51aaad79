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


class NmstateSource(Source):
    """Where nmstate comes from."""

    package: str = Field("kubernetes-nmstate-operator", description="The package in the catalog.")
    namespace: Name = Field("openshift-nmstate", description="Where the operator is installed.")


class MetallbSource(Source):
    """Where MetalLB comes from."""

    package: str = Field("metallb-operator", description="The package in the catalog.")
    namespace: Name = Field("metallb-system", description="Where the operator is installed.")


class CertManagerSource(Source):
    """Where cert-manager comes from."""

    package: str = Field("openshift-cert-manager-operator", description="The package in the catalog.")
    channel: str = Field("stable-v1", description="The Subscription's channel.")
    namespace: Name = Field("cert-manager-operator", description="Where the operator is installed.")


class Sources(Section):
    """Where the prerequisite operators come from."""

    nmstate: NmstateSource = Field(
        default_factory=NmstateSource, description="Configures the nodes' network interfaces."
    )
    metallb: MetallbSource = Field(
        default_factory=MetallbSource, description="Gives services their addresses."
    )
    cert_manager: CertManagerSource = Field(
        default_factory=CertManagerSource, description="Issues certificates."
    )


class Operators(Section):
    """Operators."""

    PLANNED: ClassVar[dict[str, str]] = {"overrides": "images, replicas and memory of single operators"}

    openstack: OpenStackOperator = Field(
        default_factory=OpenStackOperator, description="The OpenStack operator."
    )
    sources: Sources = Field(default_factory=Sources, description="The operators that it needs.")
