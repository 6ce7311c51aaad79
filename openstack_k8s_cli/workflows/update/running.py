"""Runs an update: stage by stage, each worked out anew from what the cluster says, as one stream of events."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import uuid4

from openstack_k8s_cli import __version__, apply
from openstack_k8s_cli.apply import records
from openstack_k8s_cli.apply.lease import Leases
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import ClusterError
from openstack_k8s_cli.dataplane import kinds
from openstack_k8s_cli.developing import telling
from openstack_k8s_cli.model.events import (
    Change,
    Event,
    ObjectChanged,
    Outcome,
    PlanMade,
    RunFinished,
    Warned,
)
from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.plan.building import digest
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.teardown.patience import Patience
from openstack_k8s_cli.workflows import planning, refusals
from openstack_k8s_cli.workflows.dataplane import company, errands
from openstack_k8s_cli.workflows.developing import ending, store
from openstack_k8s_cli.workflows.explaining import explained
from openstack_k8s_cli.workflows.judging import judging
from openstack_k8s_cli.workflows.update import checks, hosts, live
from openstack_k8s_cli.workflows.update.asked import Asked
from openstack_k8s_cli.workflows.update.live import Live
from openstack_k8s_cli.workflows.update.stages import (
    STAGES,
    Setting,
    Work,
    again,
    announced,
    chosen,
    layer_of,
)
from openstack_k8s_cli.workflows.world import World

T = TypeVar("T")
_LAYERS = (Layer.OPERATORS, Layer.CONTROLPLANE, Layer.DATAPLANE)
_APPROVALS = 20
"""InstallPlans that one upgrade may need, one after another."""
_RESOLVING = 60.0
"""Seconds that OLM may take to look at a changed catalog."""


def look(world: World) -> Live:
    """Read how the cloud is; raises OskError where there is none, or the cluster does not answer."""
    return refusals.reading(lambda: _read(world))


def run(world: World, asked: Asked, options: Options) -> Iterator[Event]:
    """Update a cloud; raises OskError before the first write when it is refused."""
    facts, full = planning.bearings(world)
    now = look(world)
    checks.before(now, asked)
    ending.check_update(world.entries)
    token = uuid4().hex
    leases = Leases(world.cluster, world.clock, options, token, world.loaded.name)
    inner = replace(
        options,
        under=token,
        full=frozenset(),
        values_digest=None,
        version=__version__,
        cluster_id=facts.cluster_id or "",
    )
    names = chosen(asked, upgrades=not (asked.to and asked.to in now.known))
    try:
        yield from explained(world.cluster, _Run(world, asked, inner, leases, full, names).events())
    finally:
        leases.release()


@dataclass(slots=True)
class _Run:
    world: World
    asked: Asked
    options: Options
    leases: Leases
    full: Plan
    names: tuple[str, ...]
    finished: RunFinished | None = None
    changed: bool = False
    """Whether it has changed what was there."""
    pulled: bool = False
    """Whether the catalog's pods were made anew."""

    def events(self) -> Iterator[Event]:
        began = self.world.clock.monotonic()
        self._patiently(self._acquire)
        self._patiently(self._check_entries)
        yield self._announced().announced(
            self.options.command, at=self.world.clock.now(), cluster=self.options.cluster
        )
        if kept := telling.kept(self.world.entries):
            yield Warned(self.world.clock.now(), kept)
        for name in self.names:
            try:
                yield from self._stage(name)
            except OskError as error:
                if not self.changed:
                    raise
                yield self._halted(error, began)
                return
            if self.finished is not None and self.finished.exit_code is not ExitCode.DONE:
                yield replace(self.finished, seconds=self.world.clock.monotonic() - began)
                return
        yield self._done(began)

    def _done(self, began: float) -> RunFinished:
        clock, paused = self.world.clock, self.asked.pause_after
        if paused:
            after: tuple[str, ...] = (f"paused after {paused}; `{self.asked.again}` goes on from here",)
        else:
            after = (f"the cloud runs {self._read().deployed}",)
        return RunFinished(clock.now(), Outcome.READY, ExitCode.DONE, clock.monotonic() - began, next=after)

    def _halted(self, error: OskError, began: float) -> RunFinished:
        """End a run that is refused after it has changed something: what is done stays, and is said."""
        clock, now = self.world.clock, self._read()
        done = f"{now.installed or 'the operator'} is installed, the cloud still runs {now.deployed}"
        seconds = clock.monotonic() - began
        return RunFinished(
            clock.now(), Outcome.FAILED, ExitCode.FAILED, seconds, error.problems, next=(done,)
        )

    def _stage(self, name: str) -> Iterator[Event]:
        for _ in range(_APPROVALS):
            now = self._read()
            setting = self._setting(name, now)
            work = STAGES[name](setting)
            yield from self._drive(again(work, setting))
            if not self._failed:
                yield from self._drive(work)
            self._count(work)
            if name == "catalog" and (self.changed or self.pulled) and not self._failed:
                self._resolve(now)
            if name != "approve" or self._failed or self._read().pending_plan is None:
                return

    def _count(self, work: Work) -> None:
        """Take a host that a deployment went on without for a failure, also where a profile lets a few fail."""
        made = [
            each.body for step in work.steps for each in step.manifests if each.id.kind == kinds.DEPLOYMENT
        ]
        lost = self._patiently(lambda: errands.losses(self.world, made)) if made and not self._failed else {}
        problems = tuple(each for some in lost.values() for each in some)
        if problems:
            now, code = self.world.clock.now(), ExitCode.DATAPLANE_FAILED
            self.finished = RunFinished(now, Outcome.FAILED, code, 0.0, problems)

    def _lost(self, target: str) -> frozenset[str]:
        """Name the deployments for a version that went on without hosts."""
        bodies = [each.body for each in hosts.all_of(self._read(), target, self.asked)]
        return frozenset(self._patiently(lambda: errands.losses(self.world, bodies)))

    def _resolve(self, before: Live) -> None:
        """Give OLM time to look at a changed catalog: until then all it says is about the one before."""
        clock = self.world.clock
        until = clock.monotonic() + _RESOLVING
        while clock.monotonic() < until:
            now = self._read()
            if now.pending_plan or _told_of(now) != _told_of(before):
                return
            if not self.changed and now.catalog_images == before.catalog_images != frozenset():
                return  # the same image as before is behind the tag
            clock.sleep(1.0)

    def _setting(self, name: str, now: Live) -> Setting:
        target = ""
        if layer_of(name) is not Layer.OPERATORS:
            target = checks.target(now, self.asked)
            if name == "version":
                checks.version(now, target, self.asked)
        scale = float(self.world.loaded.values.get("timeouts", {}).get("scale", 1.0))
        lost = self._lost(target) if layer_of(name) is Layer.DATAPLANE else frozenset()
        return Setting(now, self.asked, self.full, target, scale, lost)

    @property
    def _failed(self) -> bool:
        return self.finished is not None and self.finished.exit_code is not ExitCode.DONE

    def _drive(self, work: Work) -> Iterator[Event]:
        """Run a stage's steps; the engine's own first and last events are kept back."""
        world = self.world
        if not work.steps:
            return
        plan = Plan(world.loaded.name, work.steps, digest(work.steps))
        companion = company.following(world, plan, self.options)
        running = apply.run(
            plan,
            world.cluster,
            world.clock,
            judge=judging(work.rules),
            options=self.options,
            secrets=world.secrets,
            companion=companion,
        )
        try:
            for event in company.concluded(companion, running):
                if isinstance(event, RunFinished):
                    self.finished = event
                    continue
                if isinstance(event, ObjectChanged):
                    self.changed |= event.change in (Change.CONFIGURED, Change.CREATED)
                    self.pulled |= event.change is Change.DELETED
                if not isinstance(event, PlanMade):
                    yield event
        finally:
            running.close()

    def _announced(self) -> Plan:
        steps = announced(self.names, self.full)
        return Plan(self.world.loaded.name, steps, digest(steps))

    def _acquire(self) -> None:
        try:
            self.leases.acquire(_LAYERS)
        except ClusterError as error:
            if not records.is_missing(error):
                raise
            records.make_namespace(self.world.cluster)
            self.leases.acquire(_LAYERS)

    def _check_entries(self) -> None:
        world = self.world
        store.check_others(world.cluster, world.entries, (), profile=world.loaded.name)

    def _read(self) -> Live:
        return self._patiently(lambda: _read(self.world))

    def _patiently(self, call: Callable[[], T]) -> T:
        return Patience(self.world.clock)(call)


def _read(world: World) -> Live:
    values = world.loaded.values
    now = live.read(
        world.cluster,
        namespace=world.namespace,
        operators=str(values["namespaces"]["operators"]),
        package=str(values["operators"]["openstack"]["package"]),
    )
    return replace(now, wanted=get(values, "controlplane", "customImages") or {})


def _told_of(now: Live) -> object:
    return get(now.subscription or {}, "status")
