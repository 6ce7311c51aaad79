"""What `osk hosts add` and `osk hosts remove` do: the profile's file, the cloud's records, the deployment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openstack_k8s_cli.adapters.ssh import Ssh
from openstack_k8s_cli.apply.ports import Ran
from openstack_k8s_cli.cli import making, picturing, printing, questions
from openstack_k8s_cli.dataplane.limits import short
from openstack_k8s_cli.dataplane.shells import Place
from openstack_k8s_cli.model.events import Change, Event, RunFinished, Warned
from openstack_k8s_cli.model.numbers import several, some
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows import planning, refusals
from openstack_k8s_cli.workflows.dataplane import (
    incluster,
    keys,
    knowledge,
    naming,
    reaching,
    remains,
)
from openstack_k8s_cli.workflows.dataplane.forgetting import forget
from openstack_k8s_cli.workflows.dataplane.leaving import Leaver, Leaving
from openstack_k8s_cli.workflows.telling import Story, Task, Told
from openstack_k8s_cli.workflows.world import Target, World

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.composing import Work
    from openstack_k8s_cli.cli.session import Session

_HOSTS = Target(("dataplane",), only=True)
_NODESETS = Target(("dataplane/nodesets",), only=True)
_MANY = 20


def grow(work: "Work", nodeset: str, number: int) -> list[str]:
    """Add hosts to the profile's file."""
    fresh = work.profiles.grow(work.profile_name, nodeset, number)
    printing.tell(f"{work.profile_name}: {some(len(fresh), 'new host')}: {several(fresh, _MANY)}")
    return fresh


def shrink(work: "Work", names: Sequence[str]) -> None:
    """Take hosts out of the profile's file."""
    found = [each.key for each in reaching.chosen(work.plan(Target()), work.loaded.values, names)]
    work.profiles.shrink(work.profile_name, found)
    printing.tell(f"{work.profile_name}: without {several(found, _MANY)}")


def add(session: "Session", nodeset: str, number: int, *, yes: bool, skip_checks: bool) -> Iterator[Event]:
    """Add hosts and deploy them; what else was changed since the last run is asked about before the file is written."""
    work = session.work
    work.profiles.grow(work.profile_name, nodeset, number, dry=True)
    recalled = work.recollection()
    preview = work.preview(_HOSTS) if recalled.differs else None
    if preview and (preview.differs or recalled.other_clouds):
        session.tell(picturing.preview_text(preview, everything=bool(session.scope.verbose)))
        session.tell(picturing.recollection_text(recalled, work.loaded.name))
        questions.confirm(f"{_otherwise(preview)} Deploy it as it is now?", yes=yes)
    profiles, name = work.profiles, work.profile_name
    before = profiles.source(name)
    names = grow(work, nodeset, number)
    after = profiles.source(name)
    begun = False
    try:
        for event in _brought(session, names, skip_checks=skip_checks):
            begun = True
            yield event
    except OskError:
        if not begun and profiles.put_back(name, before, after):
            session.tell(f"{name} is as it was before: without {several(names, _MANY)}")
        else:
            session.tell(f"{name} keeps {several(names, _MANY)}: `osk deploy dataplane` goes on")
        raise


def _brought(session: "Session", names: Sequence[str], *, skip_checks: bool) -> Iterator[Event]:
    """Make new hosts where osk does, and deploy them."""
    work = session.work
    for event in making.fresh(session, names):
        yield event
        if isinstance(event, RunFinished):
            return
    if not skip_checks:
        work.gate(_HOSTS)
    yield from work.deploy(_HOSTS, again=session.pointed("deploy", "dataplane"))


def _otherwise(preview: planning.Preview) -> str:
    """Say what the profile changes besides hosts."""
    same = (Change.UNCHANGED, Change.SKIPPED)
    changed = [f"{row.object.kind}/{row.object.name}" for row in preview.rows if row.change not in same]
    return f"The profile was changed otherwise too: {several(changed, _MANY)}." if changed else ""


def remove(session: "Session", names: Sequence[str], *, migrate: bool, yes: bool) -> Iterator[Event]:
    """Take hosts out of cloud, profile and node sets."""
    work = session.work
    world = work.informed
    gone = refusals.reading(lambda: _gone(world, names))
    if gone:
        printing.tell(
            f"{work.profile_name}: {several(gone, _MANY)} left it before; what is left of that is done now"
        )
    here = tuple(each for each in names if each not in gone)
    removal = _Removal(session, work, world, here, tuple(dict.fromkeys(map(short, gone))))
    found = removal.found
    if found:
        work.profiles.shrink(work.profile_name, [each.key for each in found], dry=True)
    leaving = removal.leaving()
    with_cloud = refusals.reading(lambda: leaving.has_cloud)
    if with_cloud:
        refusals.reading(lambda: leaving.check(migrate=migrate))
    hosts = [*(each.host for each in found), *removal.gone]
    questions.confirm(f"Take {several(hosts, _MANY)} out of the cloud?", yes=yes)
    yield from _forgetting(world, hosts, removal.events(leaving, with_cloud=with_cloud))


def _forgetting(world: World, hosts: Sequence[str], events: Iterator[Event]) -> Iterator[Event]:
    """Forget hosts once they have left."""
    for event in events:
        if isinstance(event, RunFinished) and event.exit_code is ExitCode.DONE:
            refusals.reading(
                lambda: forget(world.cluster, world.loaded.name, world.namespace, frozenset(hosts))
            )
        yield event


def _gone(world: World, names: Sequence[str]) -> tuple[str, ...]:
    """Find names that the profile has no more and something still knows: they were taken out by hand, or half."""
    _, plan = planning.bearings(world)
    there = naming.of(plan, world.loaded.values)
    return remains.known(world, [name for name in names if not there.knows(name)])


@dataclass(frozen=True, slots=True)
class _Removal:
    session: "Session"
    work: "Work"
    world: World
    names: tuple[str, ...]
    gone: tuple[str, ...] = ()
    """Hosts that the profile has no more, by their short names."""

    @property
    def found(self) -> list[reaching.Known]:
        _, plan = planning.bearings(self.world)
        values, cluster = self.world.loaded.values, self.world.cluster
        return refusals.reading(lambda: reaching.chosen(plan, values, self.names, cluster))

    def leaving(self) -> Leaving:
        world, values = self.world, self.world.loaded.values
        secret = str(values["dataplane"]["sshSecret"])
        key = keys.given(values, world.secrets) or refusals.reading(
            lambda: keys.kept(world.cluster, world.namespace, secret)
        )
        hosts = [Leaver(each.host, each.place) for each in self.found]
        hosts += [Leaver(each) for each in self.gone]
        rehearsed = values["platform"]["provider"] == "rehearsal"
        shells = None if rehearsed else Ssh(self.session.environment)
        _, plan = planning.bearings(world)

        def beyond(places: Sequence[Place], script: str) -> Mapping[str, Ran]:
            return incluster.run(world, plan, places, secret, script)

        return Leaving(world.cluster, world.clock, world.namespace, hosts, shells, key, beyond=beyond)

    def events(self, leaving: Leaving, *, with_cloud: bool) -> Iterator[Event]:
        profile = [Task("profile", self._shrink)] if self.names else []
        own = [*(leaving.tasks() if with_cloud else ()), *profile, Task("nodesets", self._let_go)]
        for event in Story(self.world, self.work.options(), "dataplane/leaving", own).events():
            if not isinstance(event, RunFinished):
                yield event
            elif event.exit_code is not ExitCode.DONE or not self._has_nodesets:
                yield from self._end(event, with_cloud=with_cloud)
                return
        if not with_cloud:
            yield self._warned
        yield from self.session.work.deploy(_HOSTS if with_cloud else _NODESETS)

    def _let_go(self) -> Iterator[Told]:
        _, plan = planning.bearings(self.world)
        return remains.let_go(self.world, plan, [*(each.host for each in self.found), *self.gone])

    def _end(self, event: RunFinished, *, with_cloud: bool) -> Iterator[Event]:
        if not with_cloud:
            yield self._warned
        yield event

    @property
    def _warned(self) -> Warned:
        text = "the cloud is not there: only the profile and what is left of the node sets were changed"
        return Warned(self.world.clock.now(), text)

    @property
    def _has_nodesets(self) -> bool:
        world = self.world
        kept = refusals.reading(lambda: knowledge.read(world.cluster, world.loaded.name, world.namespace))
        return bool(kept.nodesets)

    def _shrink(self) -> Iterator[Told]:
        keys_of = [each.key for each in self.found]
        self.work.profiles.shrink(self.work.profile_name, keys_of)
        yield Told(self.work.profile_name, f"without {several(keys_of, _MANY)}")
