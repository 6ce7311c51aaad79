"""What osk made and used in a cluster: a record for each layer and cloud.

Records are values here; `records` keeps them in the cluster.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.steps import Action, Fate, Layer, Step
from openstack_k8s_cli.plan import Plan

_NEVER_PRUNED = frozenset(
    {"Namespace", "CustomResourceDefinition", "PersistentVolumeClaim", "PersistentVolume"}
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One object."""

    id: ObjectId
    api_version: str
    uid: str = ""
    """Empty until a run that wrote it came to its end."""
    owned: bool = True
    """False: it was there before osk, and is never deleted."""
    fate: Fate = Fate.DELETE
    step: str = ""
    earlier: Body | None = None
    """Of an object that was there: the values that osk's fields had, None where there was none."""

    @property
    def patched(self) -> bool:
        """Whether osk changes an object that was there before it."""
        return not self.owned and self.earlier is not None


@dataclass(frozen=True, slots=True)
class Record:
    """One layer of one cloud."""

    profile: str
    layer: Layer
    cluster_id: str = ""
    digest: str = ""
    """Of the plan that ran last."""
    values_digest: str = ""
    """Of the profile's values in that run."""
    version: str = ""
    """osk's own in that run."""
    entries: tuple[Entry, ...] = ()
    """In the order they were applied in."""

    @property
    def by_id(self) -> dict[ObjectId, Entry]:
        """Key the entries."""
        return {entry.id: entry for entry in self.entries}


def union(record: Record, entries: Iterable[Entry]) -> Record:
    """Add what a run is about to write; what is known of an object already stays."""
    known = record.by_id
    for entry in entries:
        old = known.get(entry.id)
        known[entry.id] = entry if old is None else _kept(old, entry)
    return replace(record, entries=tuple(known.values()))


def _kept(old: Entry, new: Entry) -> Entry:
    return replace(
        new,
        uid=old.uid or new.uid,
        owned=old.owned or new.owned,
        earlier=old.earlier if old.earlier is not None else new.earlier,
    )


def trim(record: Record, *, uids: Mapping[ObjectId, str], gone: Iterable[ObjectId]) -> Record:
    """Note the UIDs that a run learnt, and forget what is confirmed to be gone."""
    dropped = set(gone)
    kept = tuple(
        replace(entry, uid=uids.get(entry.id) or entry.uid)
        for entry in record.entries
        if entry.id not in dropped
    )
    return replace(record, entries=kept)


def entry_of(step: Step, index: int) -> Entry:
    """Make the entry of one of a step's manifests."""
    manifest = step.manifests[index]
    return Entry(manifest.id, manifest.api_version, fate=manifest.on_teardown, step=step.id)


def pruned(plan: Plan, records: Iterable[Record], full: Iterable[Layer]) -> dict[Layer, tuple[Entry, ...]]:
    """Find what earlier runs of whole layers made and the plan has no more, last made first."""
    planned = {manifest.id for manifest in plan.manifests}
    planned |= {target for step in plan.steps for target in step.deletes} | plan.spared
    layers = set(full)
    return {
        record.layer: entries
        for record in records
        if record.profile == plan.profile and record.layer in layers
        if (entries := tuple(reversed([entry for entry in record.entries if _goes(entry, planned)])))
    }


def _goes(entry: Entry, planned: set[ObjectId]) -> bool:
    if entry.id in planned or entry.id.kind in _NEVER_PRUNED:
        return False
    return (entry.owned and entry.fate is Fate.DELETE) or entry.patched


def with_pruning(plan: Plan, found: Mapping[Layer, Sequence[Entry]]) -> Plan:
    """Add a step to the end of each layer that deletes what was found."""
    steps = tuple(
        Step(
            f"{layer.value}/prune/main",
            layer,
            f"{layer.value}/prune",
            Action.DELETE,
            after=_last(plan, layer),
            deletes=tuple(entry.id for entry in entries),
        )
        for layer, entries in found.items()
    )
    return replace(plan, steps=plan.steps + steps) if steps else plan


def _last(plan: Plan, layer: Layer) -> frozenset[str]:
    """Name the steps that pruning comes after: the layer's own, or all where it has none any more."""
    own = frozenset(step.id for step in plan.steps if step.layer is layer)
    return own or frozenset(step.id for step in plan.steps)


def sharing(records: Iterable[Record], target: ObjectId, *, profile: str) -> tuple[str, ...]:
    """Name the other clouds that own an object too; it stays as long as there are any."""
    return tuple(
        sorted(
            {
                record.profile
                for record in records
                if record.profile != profile
                and (entry := record.by_id.get(target)) is not None
                and entry.owned
            }
        )
    )
