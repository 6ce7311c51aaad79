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
    """A prerequisite operator from a catalog; what is null follows from the flavour."""

    PLANNED: ClassVar[dict[str, str]] = {"manifests": "operators from manifests instead of a catalog"}

    catalog: Name | None = Field(
        None, description="The CatalogSource; null: the one that this flavour has the operator in, if any."
    )
    catalog_namespace: Name = Field("openshift-marketplace", description="The CatalogSource's namespace.")
    image: str | None = Field(
        None, description="The catalog's image, where osk is to make the CatalogSource; null: it is there."
    )
    package: str | None = Field(None, description="The package in the catalog; null: by the flavour.")
    channel: str | None = Field(None, description="The Subscription's channel; null: by the flavour.")
    namespace: Name | None = Field(None, description="Where the operator is installed; null: by the flavour.")


class Sources(Section):
    """Where the prerequisite operators come from."""

    nmstate: Source = Field(default_factory=Source, description="Configures the nodes' network interfaces.")
    metallb: Source = Field(default_factory=Source, description="Gives services their addresses.")
    cert_manager: Source = Field(default_factory=Source, description="Issues certificates.")


class Operators(Section):
    """Operators."""

    PLANNED: ClassVar[dict[str, str]] = {"overrides": "images, replicas and memory of single operators"}

    openstack: OpenStackOperator = Field(
        default_factory=OpenStackOperator, description="The OpenStack operator."
    )
    sources: Sources = Field(default_factory=Sources, description="The operators that it needs.")


def _catalogued(catalog: str, package: str, channel: str, namespace: str) -> dict[str, str]:
    return {"catalog": catalog, "package": package, "channel": channel, "namespace": namespace}


_RED_HAT = {
    "nmstate": _catalogued("redhat-operators", "kubernetes-nmstate-operator", "stable", "openshift-nmstate"),
    "metallb": _catalogued("redhat-operators", "metallb-operator", "stable", "metallb-system"),
    "certManager": _catalogued(
        "redhat-operators", "openshift-cert-manager-operator", "stable-v1", "cert-manager-operator"
    ),
}
_COMMUNITY = {
    # No catalog has an nmstate that works there; it is installed from its own manifests, and used.
    "nmstate": {
        "package": "kubernetes-nmstate-operator",
        "channel": "stable",
        "namespace": "openshift-nmstate",
    },
    # In OperatorHub.io's catalog only, which a cluster does not have by itself.
    "metallb": {
        **_catalogued("operatorhubio-catalog", "metallb-operator", "beta", "metallb-system"),
        "image": "quay.io/operatorhubio/catalog:latest",
    },
    "certManager": _catalogued("community-operators", "cert-manager", "stable", "cert-manager"),
}
SOURCES: dict[str, dict[str, dict[str, str]]] = {
    "openshift": _RED_HAT,
    "okd": _COMMUNITY,
    "microshift": _RED_HAT,
    "kubernetes": _RED_HAT,
}
"""Where the prerequisite operators come from, by flavour, unless the profile says otherwise."""
