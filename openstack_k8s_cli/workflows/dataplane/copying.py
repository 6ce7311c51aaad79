"""Disks of machines that are off are copied, and the copies put in their place again: by libvirt, in its own pool."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.dataplane.making import looks
from openstack_k8s_cli.workflows.dataplane.hypervisors import Hypervisor
from openstack_k8s_cli.workflows.dataplane.making import Making
from openstack_k8s_cli.workflows.telling import Told

Volumes = Mapping[str, Sequence[str]]
"""By machine, its disks."""


_MARK = ".osk-"
"""In the name of a copy, between its disk's and its snapshot's."""


def copied(volumes: Volumes, there: Iterable[str]) -> tuple[str, ...]:
    """Name the snapshots that have copies of disks among what is there."""
    disks = {each for some in volumes.values() for each in some}
    pairs = (each.rpartition(_MARK) for each in there)
    return tuple(sorted({name for disk, mark, name in pairs if mark and disk in disks}))


@dataclass(frozen=True, slots=True)
class Copying:
    """The hypervisor, and what the copies are called."""

    making: Making
    name: str

    def lacking(self, volumes: Volumes) -> int:
        """Tell how many bytes the pool lacks for copies that are not there yet; 0: none. Raises OskError."""
        said = looks.told(self.making.probed("sizes=yes"))
        pairs = (each.split() for each in said.get("size", ()))
        sizes = {pair[0]: int(pair[1]) for pair in pairs if len(pair) > 1}
        wanted = [each for some in volumes.values() for each in some if self._copy(each) not in sizes]
        room = "".join(said.get("room", ()))
        return max(0, sum(sizes.get(each, 0) for each in wanted) - int(room)) if room else 0

    def lost(self, volumes: Volumes, there: Collection[str]) -> tuple[str, ...]:
        """Name the copies that are not among those that are there."""
        copies = (self._copy(each) for some in volumes.values() for each in some)
        return tuple(each for each in copies if each not in there)

    def take(self, volumes: Volumes) -> Iterator[Told]:
        """Copy the disks; raises OskError in the end for those that failed."""
        yield from self._copied(
            {name: [(each, self._copy(each)) for each in some] for name, some in volumes.items()}
        )

    def put_back(self, volumes: Volumes) -> Iterator[Told]:
        """Replace the disks by the copies, which stay."""
        yield from self._copied(
            {name: [(self._copy(each), each) for each in some] for name, some in volumes.items()}
        )

    def delete(self, volumes: Volumes) -> Iterator[Told]:
        """Delete the copies."""
        forms = {
            name: {"name": name, "volumes": [self._copy(each) for each in some]}
            for name, some in volumes.items()
        }
        yield from self._there.told("volumes-delete.yaml", {"machines": forms}, {})

    def _copy(self, volume: str) -> str:
        return f"{volume}{_MARK}{self.name}"

    def _copied(self, pairs: Mapping[str, Sequence[tuple[str, str]]]) -> Iterator[Told]:
        forms: Mapping[str, Mapping[str, Any]] = {
            name: {"name": name, "copies": [{"source": source, "target": target} for source, target in some]}
            for name, some in pairs.items()
        }
        yield from self._there.told("volumes-copy.yaml", {"machines": forms}, {})

    @property
    def _there(self) -> Hypervisor:
        return Hypervisor(self.making.ansible, self.making.hypervisor)
