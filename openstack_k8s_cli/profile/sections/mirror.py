"""`mirror`: where a cluster without a way out gets its images from."""

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from openstack_k8s_cli.profile.shape import Free, Name, SecretValue, Section, Texts

_ADDRESS = r"^https?://\S+$"
_REGISTRY = Field(pattern=r"^[^\s/:]+(:\d+)?(/[^\s:]+)?$")


class Packages(Section):
    """An RPM repository that hosts take packages from."""

    url: str = Field(pattern=_ADDRESS, description="Its address.")
    key: str | None = Field(
        None,
        pattern=r"^(https?|file)://\S+$",
        description="The address of the key that packages are signed with; null: signatures go unchecked.",
    )


def _packages(value: object) -> object:
    return {"url": value} if isinstance(value, str) else value


class Mirror(Section):
    """A registry that has copies of the images, and how the cluster finds them there."""

    registry: Annotated[str, _REGISTRY] = Field(
        description="HOST[:PORT][/PATH] under which the copies are, such as registry.example:5000/mirror."
    )
    sources: dict[str, str] = Field(
        default_factory=dict,
        description="Registries or repositories that are mirrored, each with its place under `registry`; empty: the registry itself.",
    )
    fallback: bool = Field(
        False, description="Whether images that the mirror lacks may come from where they are named."
    )
    insecure: bool = Field(False, description="Whether the registry's certificate goes unchecked.")
    ca: SecretValue | None = Field(
        None, description="The authority that signed the registry's certificate, in PEM; null: a known one."
    )
    auth: SecretValue | None = Field(
        None,
        description="The registry's pull secret, as `.dockerconfigjson` has it: its entries are added to the cluster's own; null: it asks for none.",
    )
    catalogs: dict[Name, str] = Field(
        default_factory=dict,
        description="CatalogSources in the marketplace that are made from mirrored catalog images, by name.",
    )
    operators: dict[str, Texts] = Field(
        default_factory=dict,
        description="Packages to mirror of each catalog image, besides those that the profile installs.",
    )
    images: Texts = Field(default_factory=list, description="More images to mirror.")
    packages: dict[Name, Annotated[Packages, BeforeValidator(_packages)]] = Field(
        default_factory=dict,
        description="Mirrored RPM repositories of the data plane's hosts, by name: an address, or one with its `key`. The service repo-setup enables these in the place of RDO's.",
    )
    blocked: Texts = Field(default_factory=list, description="Images to leave out.")
    spec: Free = Field(default_factory=dict, description="Merged into the ImageSetConfiguration as it is.")

    @model_validator(mode="after")
    def _nothing_is_made_up(self) -> "Mirror":
        for name in ("ca", "auth"):
            if getattr(getattr(self, name), "generate", None):
                message = f"`{name}` is the registry's own, and cannot be generated"
                raise ValueError(message)
        return self
