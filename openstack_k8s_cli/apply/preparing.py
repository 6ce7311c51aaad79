"""What a run does before its first step and after its last: leases, ledger, adoption, pruning."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from typing import TypeVar

from openstack_k8s_cli.apply import adoption, ledger, naming, records
from openstack_k8s_cli.apply.adoption import Examined, Standing
from openstack_k8s_cli.apply.changes import Mark, mark_of
from openstack_k8s_cli.apply.lease import Leases
from openstack_k8s_cli.apply.ledger import Entry, Record
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.parallel import each_in_parallel
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind
from openstack_k8s_cli.apply.state import State
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.events import Event, Warned
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Layer, Manifest, Policy, Step
from openstack_k8s_cli.plan import Plan

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the run starts from."""

    plan: Plan
    """With the steps that prune."""
    mark: Mark | None = None
    uids: Mapping[ObjectId, str] = field(default_factory=dict)
    used: Mapping[ObjectId, Body] = field(default_factory=dict)
    restored: Mapping[ObjectId, Body] = field(default_factory=dict)
    """Objects that are not deleted; their earlier values are put back instead."""
    unconfirmed: frozenset[ObjectId] = frozenset()
    """Objects that were announced by a run that did not come to note their UID."""


@dataclass
class Preparing:
    """The frame around a run."""

    plan: Plan
    cluster: Cluster
    clock: Clock
    options: Options
    random: Random
    stop: threading.Event
    _stored: dict[Layer, Record] = field(default_factory=dict)
    _current: dict[Layer, Record] = field(default_factory=dict)

    def __post_init__(self) -> None:
        token = f"{self.random.getrandbits(64):016x}"
        self._leases = Leases(self.cluster, self.clock, self.options, token, self.plan.profile)

    @property
    def _layers(self) -> tuple[Layer, ...]:
        present = {step.layer for step in self.plan.steps} | self.options.full
        return tuple(layer for layer in Layer if layer in present)

    def prepare(self) -> Prepared:
        """Take the leases, read the ledger, look at what is not in it, write what will be written; raises OskError."""
        naming.check(self.plan, self.options)
        if not self.options.recorded or not (self.plan.steps or self.options.full):
            return Prepared(self.plan)
        written = self._patiently(self._acquire)
        self._patiently(self.options.confirmed)
        found = self._patiently(lambda: records.read(self.cluster))
        mine = {each.layer: each for each in found if each.profile == self.plan.profile}
        self._stored = {layer: mine[layer] for layer in self._layers if layer in mine}
        examined = self._examine(found)
        plan = ledger.with_pruning(self.plan, ledger.pruned(self.plan, mine.values(), self.options.full))
        for layer in self._layers:
            self._current[layer] = self._announced(layer, examined)
        self._save()
        return self._prepared(plan, mark_of(written) if written else None, examined, found)

    def fence(self, layer: Layer) -> None:
        """Let a write pass only while the layer's lease is surely held."""
        self._leases.fence(layer)

    def settle(self, state: State) -> Iterator[Event]:
        """Note what the run learnt and forget what is gone; what cannot be written is a warning."""
        moved = {manifest.id: step.layer for step in self.plan.steps for manifest in step.manifests}
        for layer, record in self._current.items():
            elsewhere = {
                entry.id
                for entry in record.entries
                if layer in self.options.full and moved.get(entry.id, layer) is not layer
            }
            self._current[layer] = ledger.trim(record, uids=state.uids, gone=state.gone | elsewhere)
        try:
            self._save()
        except OskError as error:
            text = "; ".join(problem.summary for problem in error.problems)
            yield Warned(
                self.clock.now(), f"the ledger could not be brought up to date, the next run will: {text}"
            )

    def release(self) -> None:
        """Let others run."""
        self._leases.release()

    def _acquire(self) -> Body | None:
        try:
            return self._leases.acquire(self._layers)
        except ClusterError as error:
            if not records.is_missing(error):
                raise
            records.make_namespace(self.cluster)
            return self._leases.acquire(self._layers)

    def _examine(self, found: Sequence[Record]) -> dict[ObjectId, Examined]:
        """Look at every object that the ledger does not know as osk's; refuse the run for those that are not osk's to change."""
        unknown = [
            (manifest, step.layer)
            for step in self.plan.steps
            for manifest in step.manifests
            if not self._is_known(manifest, step.layer)
        ]

        def look(pair: tuple[Manifest, Layer]) -> Examined:
            return self._patiently(
                lambda: adoption.examine(
                    pair[0],
                    pair[1],
                    cluster=self.cluster,
                    profile=self.plan.profile,
                    records=found,
                    options=self.options,
                )
            )

        examined = {each.id: each for each in each_in_parallel(look, unknown, threads=self.options.workers)}
        problems = tuple(each.problem for each in examined.values() if each.problem)
        if problems:
            raise OskError(*problems, exit_code=ExitCode.REFUSED)
        return examined

    def _is_known(self, manifest: Manifest, layer: Layer) -> bool:
        record = self._stored.get(layer)
        entry = record.by_id.get(manifest.id) if record else None
        if entry is None:
            return False
        return entry.owned or entry.patched or manifest.policy is not Policy.APPLY

    def _announced(self, layer: Layer, examined: Mapping[ObjectId, Examined]) -> Record:
        """Give the layer's record with everything that this run may write."""
        stored = self._stored[layer].by_id if layer in self._stored else {}
        entries = [
            _entry(ledger.entry_of(step, index), examined.get(manifest.id), stored.get(manifest.id))
            for step in self.plan.steps
            if step.layer is layer and not (step.again and _is_twice(step, self.plan))
            for index, manifest in enumerate(step.manifests)
        ]
        record = ledger.union(self._stored.get(layer) or Record(self.plan.profile, layer), entries)
        if self.options.values_digest is None:
            return record
        return replace(
            record,
            cluster_id=self.options.cluster_id,
            digest=self.plan.digest,
            values_digest=self.options.values_digest,
            version=self.options.version,
        )

    def _save(self) -> None:
        for layer, record in self._current.items():
            if record == self._stored.get(layer):
                continue
            self._patiently(partial(self._write, record, layer))
            self._stored[layer] = record

    def _write(self, record: Record, layer: Layer) -> None:
        self._leases.fence(layer)
        if record.entries:
            records.write(self.cluster, record)
        elif layer in self._stored:
            records.erase(self.cluster, record)

    def _prepared(
        self, plan: Plan, mark: Mark | None, examined: Mapping[ObjectId, Examined], found: Sequence[Record]
    ) -> Prepared:
        entries = [entry for record in self._current.values() for entry in record.entries]
        uids = {entry.id: entry.uid for entry in entries if entry.uid}
        uids |= {
            each.id: str(get(each.live, "metadata", "uid") or "")
            for each in examined.values()
            if each.live is not None
        }
        applied = {manifest.id for manifest in plan.manifests if manifest.policy is Policy.APPLY}
        left_alone = {each.id for each in examined.values() if each.standing is Standing.USED} & applied
        return Prepared(
            plan,
            mark,
            uids,
            used={each.id: each.live for each in examined.values() if each.id in left_alone and each.live},
            restored=self._spared(entries, found),
            unconfirmed=frozenset(entry.id for entry in entries if entry.owned and not entry.uid),
        )

    def _spared(self, entries: Sequence[Entry], found: Sequence[Record]) -> dict[ObjectId, Body]:
        spared = {entry.id: entry.earlier or {} for entry in entries if not entry.owned}
        for entry in entries:
            if entry.owned and ledger.sharing(found, entry.id, profile=self.plan.profile):
                spared[entry.id] = {}
        return spared

    def _patiently(self, call: Callable[[], T]) -> T:
        """Repeat what may succeed later, for a while."""
        began, attempt = self.clock.monotonic(), 0
        while True:
            try:
                return call()
            except ClusterError as error:
                late = self.clock.monotonic() - began > self.options.patience
                if not error.retried or late or self.stop.is_set():
                    raise _refused(error) from error
                delay = min(self.options.backoff * 2**attempt, self.options.backoff_cap)
                self.stop.wait(max(delay, error.retry_after or 0.0))
                attempt += 1


def _is_twice(step: Step, plan: Plan) -> bool:
    """Tell whether another step of the plan brings the same objects first."""
    mine = {manifest.id for manifest in step.manifests}
    others = (each for each in plan.steps if not each.again)
    return mine <= {manifest.id for each in others for manifest in each.manifests}


def _entry(entry: Entry, examined: Examined | None, stored: Entry | None) -> Entry:
    """Say whose an object is: what is found now, or for one that was not looked at what the ledger says."""
    if examined is None:
        return replace(entry, owned=stored.owned, earlier=stored.earlier) if stored else entry
    if examined.standing is Standing.OURS:
        return entry
    return replace(entry, owned=False, earlier=examined.earlier)


def _refused(error: ClusterError) -> OskError:
    advice = {
        ErrorKind.FORBIDDEN: "log in as a cluster administrator",
        ErrorKind.UNAUTHORIZED: "log in again",
        ErrorKind.UNREACHABLE: "check that the cluster runs and that the kubeconfig's context is the right one",
    }.get(error.kind, "read the message; the same command goes on from here")
    problem = Problem(
        "OSK0561",
        f"The cluster does not let osk begin: {error.kind.value}",
        subject=f"Namespace {records.NAMESPACE}",
        detail=error.message,
        advice=(Advice(advice),),
    )
    return OskError(problem, exit_code=ExitCode.REFUSED)
