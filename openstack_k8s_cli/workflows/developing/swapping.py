"""Makes an entry: something of a cloud is other than the release from now on.

The order is the same for every kind, so that an end at any moment leaves a cluster that can be explained and restored:
the entry is written as `pending` with what its effects' objects are now; the effects are made; the engine brings the
profile's part, which is the plan of a world that was loaded with the entry's layer; the entry is `there`.
A second call with the same entry goes on from wherever the first one ended.

    entry = entries.Entry(kind=Kind.IMAGE, name="nova", values={...}, touches=("openstack-operator",), …)
    swap(world, entry, options, wishes=[effects.wanted(crd)])    # world: loaded with layers.layer of all entries
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import ClusterError
from openstack_k8s_cli.developing import entries, layers, touching
from openstack_k8s_cli.developing.entries import Effect, Entry, State
from openstack_k8s_cli.model.events import Event, RunFinished
from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows import planning, refusals
from openstack_k8s_cli.workflows.developing import driving, effects, store
from openstack_k8s_cli.workflows.developing.driving import Drive
from openstack_k8s_cli.workflows.developing.effects import Wanted
from openstack_k8s_cli.workflows.world import Target, World


def swap(
    world: World, entry: Entry, options: Options, *, wishes: Sequence[Wanted] = (), end: State = State.THERE
) -> Iterator[Event]:
    """Make an entry that `world` is loaded with, in the place of an older one of its kind and name.

    Raises OskError before the first write where it contradicts another one, or another run is at work.
    """

    def story(world: World, drive: Drive) -> Iterator[Event]:
        _check(world, entry, wishes)
        written = refusals.reading(lambda: announced(world, entry, wishes))
        _make(world, wishes)
        for event in drive():
            if isinstance(event, RunFinished) and event.exit_code is ExitCode.DONE:
                refusals.reading(lambda: _ended(world, written, wishes, end))
            yield event

    return driving.leased(world, (entry,), options, story)


def _ended(world: World, written: Entry, wishes: Sequence[Wanted], end: State) -> None:
    noted = effects.noted(world.cluster, written.effects, wishes)
    store.write(world.cluster, replace(written, state=end, effects=noted))


def _check(world: World, entry: Entry, wishes: Sequence[Wanted]) -> None:
    """Refuse what the API server would not take of the profile's part, such as for want of rights; raises OskError.

    What needs a kind as it is going to be cannot be tried before.
    """
    _, plan = planning.bearings(world)
    chosen = touching.steps(plan, (entry,))
    if not chosen or any(each.object.kind == "CustomResourceDefinition" for each in wishes):
        return
    rows = planning.preview(world, Target(chosen, only=True)).rows
    problems = tuple(row.problem for row in rows if row.problem)
    if problems:
        raise OskError(*problems, exit_code=ExitCode.REFUSED)


def announced(world: World, entry: Entry, wishes: Sequence[Wanted]) -> Entry:
    """Write an entry as pending, with what the objects of its effects are now; raises OskError and ClusterError.

    Its version is that of somebody else's which it takes the place of: one that came since is not written over.
    """
    there = [each for each in store.read(world.cluster) if each.profile == entry.profile]
    layers.check(there, entry)
    old = entries.found(there, *entry.key)
    if old is not None and old.by != entry.by and old.version != entry.version:
        raise store.overtaken(world.cluster, entry)
    made, bodies = effects.now(world.cluster, wishes)
    new = entries.after(old, replace(entry, effects=made, state=State.PENDING))
    kept = store.earlier(world.cluster, old) if old and old.effects else {}
    others = {each.object for each in old.effects if _is_others(each, bodies)} if old else set()
    first = {each.object for each in new.effects if each.was_there} - (kept.keys() - others)
    return store.write(world.cluster, new, {target: bodies[target] for target in first & bodies.keys()})


def _is_others(effect: Effect, bodies: Mapping[ObjectId, Body]) -> bool:
    """Tell whether an object is somebody else's change by now, which is what a reset has to go back to."""
    return effect.object in bodies and effects.is_others(effect, bodies[effect.object])


def _make(world: World, wishes: Sequence[Wanted]) -> None:
    for each in wishes:
        if each.later:
            continue
        try:
            effects.make(world.cluster, each)
        except ClusterError as error:
            problem = refusals.problem(error, subject=str(each.object))
            raise OskError(problem, exit_code=ExitCode.APPLY_REFUSED) from error
