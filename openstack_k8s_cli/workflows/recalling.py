"""What earlier runs left in the ledger, held against what a new one is about to do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from openstack_k8s_cli.apply import lease, ledger, records
from openstack_k8s_cli.apply.ledger import Record
from openstack_k8s_cli.apply.ports import ClusterError
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows import refusals
from openstack_k8s_cli.workflows.world import World


@dataclass(frozen=True, slots=True)
class Recollection:
    """How this run differs from the last one."""

    other_values: tuple[Layer, ...] = ()
    """Layers that were last run with another profile file or other --set."""
    other_clouds: tuple[str, ...] = ()
    """Profiles that have a ledger in this cluster; empty when this one has one too."""

    @property
    def differs(self) -> bool:
        """Whether a person should be asked."""
        return bool(self.other_values or self.other_clouds)


def recall(world: World, origin: str) -> Recollection:
    """Compare with the last run; `origin` is the digest of what the profile was loaded from."""
    found = ledger_of(world)
    own = [record for record in found if record.profile == world.loaded.name]
    others = sorted({record.profile for record in found} - {world.loaded.name})
    return Recollection(
        other_values=tuple(each.layer for each in own if each.values_digest not in ("", origin)),
        other_clouds=() if own else tuple(others),
    )


def at_work(world: World, dead: Callable[[str], bool]) -> tuple[str, ...]:
    """Say who is at work on the cluster now; nothing where that may not be read."""
    try:
        found = lease.at_work(world.cluster, world.clock.now(), dead)
    except ClusterError:
        return ()
    return tuple(f"{_who(holder)} at work on {', '.join(layers)}" for holder, layers in found.items())


def _who(holder: str) -> str:
    user, *more = holder.split()
    process, since = (*more, "", "")[:2]
    return f"{user} (process {process}, since {since}) is" if process and since else f"{user} is"


def ledger_of(world: World) -> tuple[Record, ...]:
    """Read the cluster's ledger; empty before the first run."""
    return refusals.reading(lambda: records.read(world.cluster))


def deletions(found: Iterable[Record], full: Plan, layers: Iterable[Layer]) -> list[tuple[str, ObjectId]]:
    """Name what a run of these whole layers would delete, since the profile has it no more: step and object."""
    gone = ledger.pruned(full, found, layers)
    return [(f"{layer.value}/prune/main", entry.id) for layer, entries in gone.items() for entry in entries]
