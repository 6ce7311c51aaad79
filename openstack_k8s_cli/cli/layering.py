"""The profile of a session as its cluster has it: the layers that the cluster and development state put over it."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from openstack_k8s_cli.adapters import files, holders
from openstack_k8s_cli.cli import connecting
from openstack_k8s_cli.cli.connecting import Connection
from openstack_k8s_cli.cli.profiling import Profiles
from openstack_k8s_cli.developing import layers, mounting
from openstack_k8s_cli.developing.entries import Entry, Kind, beside, looked
from openstack_k8s_cli.profile.loading import Loaded
from openstack_k8s_cli.profile.sources import Source

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.session import Session


class Layered:
    """The profile, layer by layer, each loaded once when it is first needed."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self.profiles = Profiles(files.ProfileFiles(catalogs=session.scope.catalogs), session.scope.sets)

    @cached_property
    def profile_name(self) -> str:
        """Choose the profile: the option, OSK_PROFILE, `./osk.yaml`, else `crc`."""
        session = self._session
        return session.scope.profile_name(session.environment.get("OSK_PROFILE"), Path.cwd())

    @cached_property
    def loaded(self) -> Loaded:
        """Load the profile that the options name, with the layer of a named rehearsal."""
        return self.profiles.load(self.profile_name, self._named_layers)

    @property
    def _named_layers(self) -> tuple[Source, ...]:
        return connecting.named_layers(self._session.scope)

    @cached_property
    def connection(self) -> Connection:
        """Connect to the cluster."""
        return connecting.connect(
            self._session.scope, self.loaded.values["platform"]["context"], self._session.environment
        )

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Read the cloud's development state; nothing where that may not be read."""
        return tuple(each for each in self._every_entry if each.profile == self.loaded.name)

    @property
    def beside(self) -> tuple[Entry, ...]:
        """Give what other clouds have changed of the operators that this one has too."""
        return beside(self._every_entry, self.loaded.name)

    @cached_property
    def _every_entry(self) -> tuple[Entry, ...]:
        from openstack_k8s_cli.workflows.developing import store

        return looked(store.seen(self.connection.cluster), holders.is_dead)

    @cached_property
    def released(self) -> Loaded:
        """Load the profile with what the cluster itself puts over it: as it is without development state."""
        overlays = self.connection.overlays
        named = self._session.scope.rehearsal or not overlays
        return self.loaded if named else self.profiles.load(self.profile_name, overlays)

    @cached_property
    def on_cluster(self) -> Loaded:
        """Load the profile with the layers that the cluster puts over it, development state the last."""
        if self.overlays == self.connection.overlays:
            return self.released
        return self.profiles.load(self.profile_name, self.overlays)

    @property
    def overlays(self) -> tuple[Source, ...]:
        """Give the layers that the cluster puts over the profile: its own, then development state."""
        entries = self.entries
        if any(each.kind in {Kind.ANSIBLE, Kind.MOUNT} for each in entries):
            entries = tuple(mounting.fitting(each, self.released.values) for each in entries)
        over = layers.layer(entries)
        return (*self.connection.overlays, *([over] if over else ()))
