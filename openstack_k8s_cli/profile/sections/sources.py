"""`operators.sources`: where the operators beside OpenStack's own come from; `origins` has what is known."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from openstack_k8s_cli.profile.shape import Name, Section, listed


class Manifests(Section):
    """A file of manifests; it is fetched at deployment, kept in the user's cache, and applied as it is."""

    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = Field(None, description="Its address.")
    file: str | None = Field(None, description="Its path on this machine; `~` is the home folder.")
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        None, description="Its checksum; null: what comes is taken, over https only."
    )

    @model_validator(mode="after")
    def _one_place(self) -> "Manifests":
        if (self.url is None) == (self.file is None):
            raise ValueError("a file of manifests has either `url` or `file`")
        if self.url is not None and self.url.startswith("http:") and self.sha256 is None:
            raise ValueError("what comes over http needs a `sha256`")
        return self


def _written(value: Any) -> Any:
    if isinstance(value, dict):
        value = [value]
    together = listed(value) or []
    if not isinstance(together, list):
        return together  # the schema says what is expected
    return [
        ({"url": each} if each.startswith(("http://", "https://")) else {"file": each})
        if isinstance(each, str)
        else each
        for each in together
    ]


class Source(Section):
    """An operator, from a catalog or from manifests; what is null follows from the flavour and its version."""

    install: bool = Field(
        True,
        description="Whether osk installs it where it is needed and not there; false: someone else does.",
    )
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
    group: Name | None = Field(None, description="The OperatorGroup's name; null: by the flavour.")
    subscription: Name | None = Field(
        None, description="The Subscription's name; null: by the flavour, or else the package."
    )
    env: dict[str, str] | None = Field(
        None, description="Variables that the operator's pods get; null: by the flavour."
    )
    manifests: (
        Annotated[
            list[Manifests],
            BeforeValidator(
                _written, json_schema_input_type=str | dict[str, str] | list[str | dict[str, str]]
            ),
        ]
        | None
    ) = Field(
        None,
        description="Manifests in place of a catalog: addresses or paths, or `{url: …, sha256: …}`; null: by the flavour.",
    )


def _source(what: str) -> Any:
    return Field(default_factory=Source, description=what)


class Sources(Section):
    """Where the operators beside OpenStack's own come from."""

    nmstate: Source = _source("Configures the nodes' network interfaces.")
    metallb: Source = _source("Gives services their addresses.")
    cert_manager: Source = _source("Issues certificates.")
    lvms: Source = _source("Makes volumes of the nodes' disks.")
    loki: Source = _source("Stores logs.")
    netobserv: Source = _source("Observes the network's flows.")
    cluster_observability: Source = _source("Stores metrics.")
    rook: Source = _source("Runs Ceph.")
    baremetal: Source = _source("Provisions bare metal machines.")
