"""The profile as a person writes it: docs/profile.md is generated from these descriptions."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from openstack_k8s_cli.profile.sections.bgp import Bgp
from openstack_k8s_cli.profile.sections.controlplane import ControlPlane
from openstack_k8s_cli.profile.sections.dataplane import DataPlane
from openstack_k8s_cli.profile.sections.hooks import Hooks
from openstack_k8s_cli.profile.sections.labs import Labs
from openstack_k8s_cli.profile.sections.mirror import Mirror
from openstack_k8s_cli.profile.sections.networks import Networks
from openstack_k8s_cli.profile.sections.operators import Operators
from openstack_k8s_cli.profile.sections.platform import Namespaces, Platform
from openstack_k8s_cli.profile.sections.storage import Storage
from openstack_k8s_cli.profile.sections.tests import Test
from openstack_k8s_cli.profile.services import Kinds
from openstack_k8s_cli.profile.shape import Duration, Free, Name, SecretValue, Section, listed

FIELDS = (
    "cinderBackups",
    "cloudkitty",
    "messagingBus",
    "notificationsBus",
    "operatorOverrides",
    "redisServiceName",
)
"""Names that the releases say something about, and the templates ask for, under `fields`; services may ask for more."""


class Index(Section):
    """A release by its catalog alone."""

    index: str = Field(description="The catalog's image; everything else is that of release main.")


class Target(Section):
    """Which rendered objects a patch is for; every key that is given must match."""

    kind: str = Field(description="The kind.")
    group: str | None = Field(None, description="The API group; empty for the core group.")
    name: str | None = Field(None, description="The name, `*` and `?` standing for others.")
    namespace: str | None = Field(None, description="The namespace.")
    labels: dict[str, str] = Field(default_factory=dict, description="Labels.")


class Patch(Section):
    """A change to rendered objects; an error when it matches none."""

    target: Target = Field(description="The objects.")
    merge: Free | None = Field(
        None,
        description="A strategic merge patch: maps merge, lists of things with names merge by name, null removes.",
    )
    json_: list[dict[str, Any]] | None = Field(None, alias="json", description="A JSON patch (RFC 6902).")

    @model_validator(mode="after")
    def _one_form(self) -> "Patch":
        if (self.merge is None) == (self.json_ is None):
            raise ValueError("a patch has either `merge` or `json`")
        return self


class Patience(Section):
    """How long a step may take."""

    stall: Duration | None = Field(None, description="Without progress.")
    total: Duration | None = Field(None, description="In all.")


class Timeouts(Section):
    """Deadlines; each step's own are in its component."""

    scale: Annotated[float, Field(gt=0, le=100)] = Field(
        1.0, strict=False, description="Multiplies every deadline."
    )
    steps: dict[str, Patience] = Field(
        default_factory=dict,
        description="Deadlines of single steps, by `layer/component` or `layer/component/step`.",
    )


class Apply(Section):
    """How objects are written."""

    force_from: list[str] = Field(
        default_factory=list, description="Field managers whose fields osk takes over where they conflict."
    )


class Profile(Section):
    """A cloud: one file, over built-in ones."""

    api_version: Literal["osk/v1"] = Field("osk/v1", description="The schema's version.")
    kind: Literal["Profile"] = Field("Profile", description="What this file is.")
    name: Name = Field("unnamed", description="The cloud's name; not a namespace.")
    summary: str = Field("", description="One line that says for whom it is.")
    extends: Annotated[list[str], BeforeValidator(listed, json_schema_input_type=str | list[str])] = Field(
        default_factory=list,
        description="Built-in profiles or paths, relative to this file; later ones win, and this file over all.",
    )
    excludes: list[Name] = Field(
        default_factory=list,
        description="Built-in profiles that this one contradicts: both together are refused.",
    )
    release: str | Index = Field(
        "main", description="The OpenStack release: a built-in layer, or {index: IMAGE}."
    )
    fields: dict[str, bool] = Field(
        default_factory=dict,
        description="Which optional fields the release's resources have; comes with the release.",
    )
    platform: Platform = Field(default_factory=Platform, description="The cluster.")
    namespaces: Namespaces = Field(default_factory=Namespaces, description="Where things are.")
    operators: Operators = Field(default_factory=Operators, description="Where each operator comes from.")
    storage: Storage = Field(default_factory=Storage, description="The cloud's volumes.")
    mirror: Mirror | None = Field(
        None,
        description="A disconnected cluster's registry; null: none. The trait `mirror` has one to start from, `extends: [crc, mirror]`.",
    )
    networks: Networks = Field(default_factory=Networks, description="Networks, by name.")
    bgp: Bgp | None = Field(None, description="BGP; null: none.")
    controlplane: ControlPlane = Field(default_factory=ControlPlane, description="The control plane.")
    dataplane: DataPlane = Field(default_factory=DataPlane, description="The data plane.")
    labs: Labs = Field(
        default_factory=Labs,
        description="What `osk host` makes on the hypervisor: networks, NFS, bare machines.",
    )
    secrets: dict[Name, dict[str, SecretValue]] = Field(
        default_factory=dict,
        description="Values of Secrets by name and key, in place of generated ones: a value, {file: …}, {env: …}, {secret: …}, {command: […]} or {generate: true}.",
    )
    hooks: Hooks = Field(
        default_factory=dict,
        description="Playbooks, commands, manifests and waits before or after any node of the graph, by name.",
    )
    tests: dict[Name, Test] = Field(
        default_factory=dict, description="What `osk test NAME` runs in a cloud that is up, by name."
    )
    patches: list[Patch] = Field(default_factory=list, description="Changes to any rendered object.")
    timeouts: Timeouts = Field(default_factory=Timeouts, description="Deadlines.")
    apply: Apply = Field(default_factory=Apply, description="How objects are written.")


def json_schema(kinds: Kinds) -> dict[str, Any]:
    """Give the JSON schema of a profile, for editors, with the services that a catalogue has and the keys of each."""
    schema = Profile.model_json_schema(by_alias=True, mode="validation")
    services = schema["$defs"]["ControlPlane"]["properties"]["services"]
    (shape,) = services.pop("patternProperties").values()
    services |= {
        "additionalProperties": False,
        "properties": {
            name: {"description": kind.summary, "allOf": [shape], "propertyNames": {"enum": list(kind.keys)}}
            for name, kind in kinds.items()
        },
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
