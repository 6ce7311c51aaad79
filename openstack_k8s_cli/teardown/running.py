"""Runs a teardown: layer by layer from the top, each looked at anew, as one stream of events."""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar
from uuid import uuid4

from openstack_k8s_cli import apply
from openstack_k8s_cli.apply import labels, ledger, lookups, records
from openstack_k8s_cli.apply.lease import Leases
from openstack_k8s_cli.apply.options import Judge, Options, SecretValues
from openstack_k8s_cli.apply.ports import Cluster, ClusterError
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.events import (
    Change,
    Event,
    ObjectChanged,
    ObjectJudged,
    Outcome,
    PlanMade,
    RunFinished,
    Warned,
)
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import ExitCode, Problem
from openstack_k8s_cli.model.steps import Action, Layer, Step, Timeout
from openstack_k8s_cli.model.verdicts import Verdict
from openstack_k8s_cli.plan import Plan
from openstack_k8s_cli.plan.building import digest
from openstack_k8s_cli.teardown import belongings, blocked, identity, preparing
from openstack_k8s_cli.teardown.deciding import Choices
from openstack_k8s_cli.teardown.found import leftovers
from openstack_k8s_cli.teardown.keeping import Keep
from openstack_k8s_cli.teardown.patience import Patience
from openstack_k8s_cli.teardown.plans import Phase, Teardown, Touch

T = TypeVar("T")
_ROUNDS = 5
"""How often what is left of OpenStack's own kinds is taken down again."""
_PATIENCE = 120.0
"""Seconds that osk's own namespace may take to go."""


def run(
    teardown: Teardown,
    cluster: Cluster,
    clock: Clock,
    *,
    judge: Judge,
    options: Options,
    secrets: SecretValues,
    deployed: Plan | None = None,
) -> Iterator[Event]:
    """Do what was planned; ends with RunFinished. Closing it stops everything within 2 s.

    Raises OskError, before the first write, when a lease is held, and ClusterError when the cluster cannot be read.
    """
    edges = {step.id: step.after for step in deployed.steps} if deployed else {}
    token = uuid4().hex
    leases = Leases(cluster, clock, options, token, teardown.profile)
    inner = replace(options, under=token, full=frozenset(), values_digest=None)
    try:
        yield from _Run(teardown, cluster, clock, judge, inner, secrets, edges, leases).events()
    finally:
        leases.release()


@dataclass(slots=True)
class _Run:
    teardown: Teardown
    cluster: Cluster
    clock: Clock
    judge: Judge
    options: Options
    secrets: SecretValues
    deployed: Mapping[str, AbstractSet[str]]
    leases: Leases
    """Of all layers, from before the first write to the end; the engine's runs work under them."""
    verdicts: dict[ObjectId, Verdict] = field(default_factory=dict)
    finished: RunFinished | None = None
    """How the last of the engine's runs ended."""

    @property
    def patiently(self) -> Patience:
        """Repeat requests while the API server is away."""
        return Patience(self.clock)

    def _fenced(self, layer: Layer, call: Callable[[], T]) -> T:
        """Write only while the layer's lease is surely held; raises OskError when it was lost."""

        def write() -> T:
            self.leases.fence(layer)
            return call()

        return self.patiently(write)

    def _records(self) -> tuple[ledger.Record, ...]:
        return self.patiently(lambda: records.read(self.cluster))

    @property
    def _layers(self) -> tuple[Layer, ...]:
        return tuple(phase.layer for phase in self.teardown.phases)

    def events(self) -> Iterator[Event]:
        began = self.clock.monotonic()
        self.patiently(lambda: self.leases.acquire(self._layers))
        yield self.teardown.plan.announced(
            self.options.command, at=self.clock.now(), cluster=self.options.cluster
        )
        for planned in self.teardown.phases:
            yield from self._phase(planned.layer)
            if self.finished is not None and self.finished.exit_code is not ExitCode.DONE:
                yield self._failed(self.finished, began)
                return
        yield from self._close()
        seconds = self.clock.monotonic() - began
        yield RunFinished(self.clock.now(), Outcome.READY, ExitCode.DONE, seconds)

    def _phase(self, layer: Layer) -> Iterator[Event]:
        """Look again at what is there now, and take one layer down."""
        profile = self.teardown.profile
        choices = Choices(
            self.teardown.keep, self.teardown.crds, profile, self._records(), layers=self._layers
        )
        mine = [record for record in choices.records if record.profile == choices.profile]
        clouds = sorted(preparing.clouds_of(mine))
        again = self.patiently(lambda: preparing.plan(self.cluster, (layer,), choices, self.deployed))
        saving = layer is Layer.CONTROLPLANE and self.teardown.keep is Keep.IDENTITY
        if saving:
            self._fenced(layer, lambda: identity.save(self.cluster, clouds, profile=profile))
        for phase in again.phases:
            yield from self._touch(phase)
            yield from self._drive(phase.steps, phase.uids)
            if self._is_well() and layer in {Layer.CONTROLPLANE, Layer.DATAPLANE}:
                yield from self._sweep(layer, clouds)
            if self._is_well():
                self._fenced(layer, partial(self._forget, phase))
        keeping = layer is Layer.CONTROLPLANE and self.teardown.keep is not Keep.NOTHING
        if keeping and self._is_well():  # also what an earlier teardown that was ended had set apart
            self._fenced(layer, lambda: identity.put_back(self.cluster, clouds, profile=profile))

    def _is_well(self) -> bool:
        return self.finished is None or self.finished.exit_code is ExitCode.DONE

    def _touch(self, phase: Phase) -> Iterator[Event]:
        for touch in phase.touches:
            target = touch.object
            try:
                self._fenced(phase.layer, partial(self._merge, touch))
            except ClusterError as error:
                yield Warned(self.clock.now(), f"{target} could not be prepared: {error.message}")

    def _merge(self, touch: Touch) -> None:
        target = touch.object
        resource = self.cluster.resource(target.group, target.kind)
        if resource is not None:
            self.cluster.merge(resource, target.namespace, target.name, touch.patch)

    def _drive(self, steps: tuple[Step, ...], uids: Mapping[ObjectId, str]) -> Iterator[Event]:
        """Run some steps; the engine's own first and last events are kept back."""
        if not steps:
            return
        options = replace(self.options, uids=uids)
        plan = Plan(self.teardown.profile, steps, digest(steps))
        running = apply.run(
            plan, self.cluster, self.clock, judge=self.judge, options=options, secrets=self.secrets
        )
        try:
            for event in running:
                self._note(event)
                if not isinstance(event, (PlanMade, RunFinished)):
                    yield _told(event, uids)
        finally:
            running.close()

    def _note(self, event: Event) -> None:
        if isinstance(event, RunFinished):
            self.finished = event
        elif isinstance(event, ObjectJudged):
            self.verdicts[event.object] = event.verdict
        elif isinstance(event, ObjectChanged) and event.change in {Change.DELETED, Change.SKIPPED}:
            self.verdicts.pop(event.object, None)

    def _sweep(self, layer: Layer, clouds: list[str]) -> Iterator[Event]:
        """Go on until nothing of OpenStack's own kinds is left that operators made."""
        rest: list[ObjectId] = []
        for _ in range(_ROUNDS):
            found = self.patiently(lambda: leftovers(self.cluster, clouds))
            known = [entry.id for record in self._records() for entry in record.entries]
            rest = [
                target
                for target in belongings.children(found, clouds, known).orphans
                if (target.group == "dataplane.openstack.org") is (layer is Layer.DATAPLANE)
            ]
            if not rest:
                return
            step_id = f"{layer.value}/leftovers/gone"
            step = Step(
                step_id,
                layer,
                f"{layer.value}/leftovers",
                Action.DELETE,
                timeout=Timeout(900.0, 5400.0),
                deletes=tuple(rest),
            )
            yield from self._drive((step,), {target: found.uid(target) for target in rest})
            if not self._is_well():
                return
        self._fail(blocked.left_over(rest))

    def _fail(self, problem: Problem) -> None:
        self.verdicts.clear()
        self.finished = RunFinished(
            self.clock.now(), Outcome.STALLED, ExitCode.TEARDOWN_BLOCKED, 0.0, (problem,)
        )

    def _forget(self, phase: Phase) -> None:
        """Drop from the ledger what stays and is osk's no longer."""
        for record in records.read(self.cluster):
            if (record.profile, record.layer) != (self.teardown.profile, phase.layer):
                continue
            left = ledger.trim(record, uids={}, gone=phase.forgotten)
            if not left.entries:
                records.erase(self.cluster, record)
            elif left != record:
                records.write(self.cluster, left)

    def _close(self) -> Iterator[Event]:
        """Take osk's own namespace down when it keeps nothing any more, and nobody is at work there."""
        left = self._records()
        if left:
            kept = {record.layer for record in left if record.profile == self.teardown.profile}
            self.patiently(lambda: self.leases.drop(set(self._layers) - kept))
        elif why := self.patiently(self._why_open):
            self.patiently(lambda: self.leases.drop(self._layers))
            yield Warned(self.clock.now(), f"Namespace {records.NAMESPACE} stays: {why}")
        elif not self.patiently(self._end_namespace):
            yield Warned(self.clock.now(), f"Namespace {records.NAMESPACE} takes long to go")

    def _why_open(self) -> str:
        """Say why osk's own namespace must stay; empty: it need not."""
        body = self._namespace()
        if body is not None and not labels.is_ours(body):
            return "it does not carry osk's label"
        others = self.leases.others() if body is not None else ()
        return f"another run is at work, {others[0]}" if others else ""

    def _namespace(self) -> Body | None:
        return lookups.find(self.cluster, ObjectId("", "Namespace", "", records.NAMESPACE))

    def _end_namespace(self) -> bool:
        """Delete it, with the leases in it; False: it takes too long to go."""
        namespaces, body = self.cluster.resource("", "Namespace"), self._namespace()
        if namespaces is None or body is None:
            return True
        for layer in self._layers:
            self.leases.fence(layer)
        uid = str(get(body, "metadata", "uid") or "")
        self.cluster.delete(namespaces, "", records.NAMESPACE, uid=uid)
        until = self.clock.monotonic() + _PATIENCE
        while self._namespace() is not None:
            if self.clock.monotonic() > until:
                return False
            self.clock.sleep(1.0)
        return True

    def _failed(self, finished: RunFinished, began: float) -> RunFinished:
        return replace(
            finished,
            at=self.clock.now(),
            exit_code=blocked.code_of(finished.exit_code),
            seconds=self.clock.monotonic() - began,
            problems=blocked.explain(finished.problems, self.verdicts),
        )


def _told(event: Event, there: Mapping[ObjectId, str]) -> Event:
    """Call what garbage collection took first deleted, not skipped: it was there when the layer began."""
    if isinstance(event, ObjectChanged) and event.change is Change.SKIPPED and event.object in there:
        return replace(event, change=Change.DELETED)
    return event
