"""What every story is told with: the cluster, the clock, the profile and the catalogue."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from openstack_k8s_cli.apply.hooks import Runner
from openstack_k8s_cli.apply.options import SecretValues
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.components import Catalogue
from openstack_k8s_cli.dataplane.choosing import Asked
from openstack_k8s_cli.developing.entries import Entry
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.profile.sources import Source


class Loaded(Protocol):
    """A profile after its layers were merged (profile.loading.Loaded)."""

    @property
    def name(self) -> str:
        """The profile's own name."""
        ...

    @property
    def values(self) -> Mapping[str, Any]:
        """Every value, defaults too, as plain data."""
        ...

    @property
    def provenance(self) -> Mapping[str, object]:
        """Where values come from, by profile path; as text `path:line:col`."""
        ...

    @property
    def files(self) -> Mapping[str, Source]:
        """The files that hooks name, by profile path."""
        ...

    def without(self, hooks: Collection[str]) -> Mapping[str, Any]:
        """Give the values as if these hooks provided nothing."""
        ...

    def gives(self, path: str) -> bool:
        """Tell whether the profile says a value itself, or it follows from others."""
        ...


class Downloads(Protocol):
    """What `manifests` of the profile name (adapters.downloads.Downloads)."""

    def kept(self, place: Mapping[str, Any]) -> str | None:
        """Give a text that is on this machine."""
        ...

    def text(self, place: Mapping[str, Any]) -> str:
        """Give a text, fetched where it is not here; raises OskError where it cannot be had."""
        ...


@dataclass(frozen=True, slots=True)
class World:
    """A profile and the cluster it is for."""

    cluster: Cluster
    clock: Clock
    loaded: Loaded
    catalogue: Catalogue
    secrets: SecretValues
    bearings: tuple[Facts, Plan] | None = None
    """What was gathered of the cluster, and all that the profile asks for there; None: not looked at yet."""
    runner: Runner | None = None
    """Who runs hooks on this machine."""
    downloads: Downloads | None = None
    """Who has the manifests that others wrote; None: no one."""
    asked: Asked = field(default_factory=Asked)
    """What the command line asks of Ansible beside the profile."""
    entries: tuple[Entry, ...] = ()
    """Development state of the cloud, which the profile is loaded with."""

    @property
    def namespace(self) -> str:
        """Where the control plane lives."""
        return str(self.loaded.values["namespaces"]["openstack"])


@dataclass(frozen=True, slots=True)
class Target:
    """The part of the plan that a command names."""

    words: tuple[str, ...] = ("all",)
    only: bool = False
    start: str | None = None
    until: str | None = None
