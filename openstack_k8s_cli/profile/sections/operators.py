"""`operators`: where each operator comes from."""

from typing import Annotated, Literal

from pydantic import Field

from openstack_k8s_cli.profile.sections.optional import Optional
from openstack_k8s_cli.profile.sections.sources import Sources
from openstack_k8s_cli.profile.shape import Free, Name, Quantity, Section

Address = Annotated[str, Field(pattern=r"^[^\s/]+:\d+$")]


class OpenStackOperator(Section):
    """The OpenStack operator by OLM."""

    enabled: bool = Field(
        True, description="Whether it is installed; without it there are only those of `operators.single`."
    )
    index: str | None = Field(None, description="The image of the catalog; comes with the release.")
    address: Address | None = Field(
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
    approval: Literal["auto", "manual"] = Field(
        "auto",
        description="Who approves install plans; manual: a deployment waits for each, and says how to approve it.",
    )


class Override(Section):
    """Settings of one operator that the OpenStack operator starts."""

    image: str | None = Field(None, description="Its image; null: the release's.")
    replicas: Annotated[int, Field(ge=0, le=1)] | None = Field(
        None, description="0 stops it, so that it can run elsewhere; null: 1."
    )
    memory: Quantity | None = Field(None, description="Its limit of memory.")
    cpu: Quantity | None = Field(None, description="Its limit of CPU.")
    spec: Free = Field(
        default_factory=dict,
        description="Merged into its entry in the resource OpenStack, such as tolerations.",
    )


class Single(Section):
    """The operator of one service, from a catalog of its own."""

    index: str | None = Field(
        None,
        description="The image of its catalog, which is made then also where `operators.openstack.source` is another; null: the newest upstream.",
    )
    address: Address | None = Field(
        None,
        description="HOST:PORT of a catalog that is served already, instead of an image; null without `index`: `operators.openstack.address`.",
    )
    package: str | None = Field(None, description="The package in the catalog; null: NAME-operator.")
    channel: str | None = Field(
        None, description="The Subscription's channel; null: `operators.openstack.channel`."
    )


class Operators(Section):
    """Operators."""

    openstack: OpenStackOperator = Field(
        default_factory=OpenStackOperator, description="The OpenStack operator."
    )
    overrides: dict[Name, Override] = Field(
        default_factory=dict,
        description="Settings of single operators that the OpenStack operator starts, such as `nova` or `openstack-baremetal`.",
    )
    single: dict[Name, Single] = Field(
        default_factory=dict,
        description="Operators of single services, each from its own catalog, such as `keystone: {}`; in place of the OpenStack operator, or beside it while developing.",
    )
    sources: Sources = Field(
        default_factory=Sources, description="Where the operators beside OpenStack's own come from."
    )
    optional: Optional = Field(
        default_factory=Optional, description="Operators that a cloud may have besides."
    )
