"""What a deployment of services by themselves left that came to none of them: found and taken down again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from openstack_k8s_cli import __version__
from openstack_k8s_cli.apply import ledger, lookups, records
from openstack_k8s_cli.apply.ledger import Entry, Record
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.steps import Action, Layer, Step
from openstack_k8s_cli.plan import building
from openstack_k8s_cli.workflows import deploying, filledin, planning, refusals, serving
from openstack_k8s_cli.workflows.world import World


def left(world: World, names: Iterable[str]) -> tuple[ObjectId, ...]:
    """Name what was made for services of which none ever was, their namespace last; nothing where anything has data.

    The ledger announces an object before it is made, and has no UID of one that never was.
    """
    _, full = planning.bearings(world)
    wanted = {f"{filledin.COMPONENT}[{name}]" for name in names}
    planned = {each.id for each in full.manifests if each.component in wanted}
    return refusals.reading(lambda: tuple(_left(world, planned)))


def take(world: World, targets: Sequence[ObjectId], options: Options) -> Iterator[Event]:
    """Delete them in the layers that the ledger has them in, namespaces after all others."""
    facts, full = planning.bearings(world)
    homes = refusals.reading(
        lambda: {entry.id: layer for layer, entry in _entries(records.read(world.cluster), full.profile)}
    )
    made: list[Step] = []
    for last in (False, True):
        for layer in reversed(Layer):
            chosen = tuple(each for each in targets if homes.get(each) is layer and _is_space(each) is last)
            if chosen:
                component = f"{layer.value}/standalone"
                step_id = f"{component}/{'namespaces' if last else 'gone'}"
                after = frozenset(each.id for each in made)
                made.append(Step(step_id, layer, component, Action.DELETE, deletes=chosen, after=after))
    plan = building.build(made, profile=full.profile)
    options = replace(options, version=__version__, cluster_id=facts.cluster_id or "")
    yield from deploying.driven(world, plan, options)


def _left(world: World, planned: set[ObjectId]) -> Iterator[ObjectId]:
    found = records.read(world.cluster)
    entries = [entry for _, entry in _entries(found, world.loaded.name)]
    never = [entry.id for entry in entries if entry.id in planned and not entry.uid]
    if not never or _is_used(world, entries):
        return
    yield from never
    around = [each.id for each in reversed(entries) if _goes(world, found, each)]
    yield from sorted(around, key=_is_space)  # in their order, namespaces last


def _is_used(world: World, entries: Iterable[Entry]) -> bool:
    """Tell whether the namespace has services by themselves, a control plane, or data."""
    claims = world.cluster.resource("", "PersistentVolumeClaim")
    standing = (entry.id for entry in entries if entry.step.startswith(f"{filledin.COMPONENT}["))
    return (
        any(each.namespace == world.namespace and lookups.find(world.cluster, each) for each in standing)
        or serving.has_plane(world)
        or bool(claims and world.cluster.list(claims, world.namespace).items)
    )


def _goes(world: World, found: Iterable[Record], entry: Entry) -> bool:
    """Tell an object in the namespace, or the namespace, that is this cloud's alone and there."""
    target = entry.id
    place = target.name if _is_space(target) else target.namespace
    return (
        place == world.namespace
        and entry.owned
        and not ledger.sharing(found, target, profile=world.loaded.name)
        and lookups.find(world.cluster, target) is not None
    )


def _is_space(target: ObjectId) -> bool:
    return (target.group, target.kind) == ("", "Namespace")


def _entries(found: Iterable[Record], profile: str) -> Iterator[tuple[Layer, Entry]]:
    for record in found:
        if record.profile == profile:
            yield from ((record.layer, entry) for entry in record.entries)
