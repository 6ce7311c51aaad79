"""Takes entries back: what they changed is again as the profile, or whoever it was of, has it.

Backwards through what `swapping` does, and from any point on that a swap, a reset or their process ended at: the
entries are `leaving`; effects that come early are put back; the engine brings the plan of a world that was loaded
without them; the other effects are put back, the last made first; the entries are erased.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import Cluster, ClusterError
from openstack_k8s_cli.developing import building
from openstack_k8s_cli.developing.entries import Effect, Entry, State
from openstack_k8s_cli.model.events import Event, RunFinished, Warned
from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows import refusals
from openstack_k8s_cli.workflows.developing import driving, effects, store
from openstack_k8s_cli.workflows.developing.driving import Drive
from openstack_k8s_cli.workflows.world import World


def reset(world: World, gone: Sequence[Entry], options: Options) -> Iterator[Event]:
    """Take entries back that `world` is loaded without.

    Raises OskError before the first write where another run is at work, or somebody else changed one of them.
    """

    def story(world: World, drive: Drive) -> Iterator[Event]:
        leaving = refusals.reading(lambda: [_leaving(world, each) for each in gone])
        said = put_back(world.cluster, leaving, early=True)
        for event in drive():
            if isinstance(event, RunFinished) and event.exit_code is ExitCode.DONE:
                for text in (*said, *put_back(world.cluster, leaving, early=False)):
                    yield Warned(world.clock.now(), text)
                for each in leaving:
                    store.erase(world.cluster, each)
            yield event

    return driving.leased(world, gone, options, story)


def put_back(
    cluster: Cluster, entries: Iterable[Entry], *, early: bool | None = None, again: bool = True
) -> tuple[str, ...]:
    """Put effects back, the last made first: the early ones, those that are not, or (None) all; raises OskError.

    Without `again` nothing is made anew that is gone meanwhile, as in a teardown. Says what stays as others made it.
    """
    said: list[str] = []
    for entry in reversed(tuple(entries)):
        mine = [each for each in reversed(entry.effects) if early is None or each.early is early]
        if mine:
            kept = refusals.reading(partial(store.earlier, cluster, entry))
            said += [
                f"{each} was changed by others since {entry.title}: it stays as it is"
                for each in _put_back(cluster, mine, kept, again=again)
            ]
    return tuple(said)


def _put_back(
    cluster: Cluster, found: Iterable[Effect], earlier: Mapping[ObjectId, Body], *, again: bool
) -> Iterator[ObjectId]:
    """Give those that others have changed since."""
    for each in found:
        try:
            if not effects.put_back(cluster, each, earlier, again=again):
                yield each.object
        except ClusterError as error:
            problem = refusals.problem(error, subject=str(each.object))
            raise OskError(problem, exit_code=ExitCode.APPLY_REFUSED) from error


def _leaving(world: World, entry: Entry) -> Entry:
    """Write that an entry leaves; what the profile uses of it by now stays."""
    lasting = tuple(each for each in entry.effects if not building.is_used(each.object, world.loaded.values))
    return store.write(world.cluster, replace(entry, state=State.LEAVING, effects=lasting))
