"""The work queue between the watches and the controllers' passes: what is seen goes in, what is written comes out."""

import asyncio
import contextlib
import copy
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from openstack_k8s_cli.model.objects import Body, ObjectId, id_of
from openstack_k8s_cli.rehearsal.simulators import life, objects, table
from openstack_k8s_cli.rehearsal.simulators.client import Client, RefusedError
from openstack_k8s_cli.rehearsal.simulators.faults import Faults, Trouble
from openstack_k8s_cli.rehearsal.simulators.life import Circumstances, Memory, Outcome
from openstack_k8s_cli.rehearsal.simulators.paces import Tempo
from openstack_k8s_cli.rehearsal.simulators.registering import Registry
from openstack_k8s_cli.rehearsal.simulators.runs import Runs
from openstack_k8s_cli.rehearsal.simulators.world import Key, View, World, owners, served

_LOG = logging.getLogger(__name__)
_WORKERS = 12
_SLOW, _RESTS = 0.004, 2.0
"""Seconds of a pass from which on it is a slow one, and how often as long as each those are at rest together."""
_PAUSE, _LONGEST_PAUSE = 0.3, 5.0
_TOLD = 3
"""How often in a row a refusal is worth a line."""


class Driver:
    """Passes over objects, one at a time for each of them."""

    def __init__(
        self,
        client: Client,
        tempo: Tempo,
        faults: Callable[[], Faults],
        logs: Path | None = None,
        *,
        registry: Registry | None = None,
    ) -> None:
        self.world = World()
        self._runs = Runs(client, self.world, tempo, faults, logs)
        self._registry = registry or Registry(None)
        self._client = client
        self._tempo = tempo
        self._faults = faults
        self._queue: asyncio.Queue[ObjectId] = asyncio.Queue()
        self._slow_queue: asyncio.Queue[ObjectId] = asyncio.Queue()
        self._took: dict[ObjectId, float] = {}
        self._queued: set[ObjectId] = set()
        self._busy: set[ObjectId] = set()
        self._again: set[ObjectId] = set()
        self._memories: dict[ObjectId, tuple[str, Memory]] = {}
        self._looked: dict[ObjectId, frozenset[Key]] = {}
        self._lookers: dict[Key, set[ObjectId]] = defaultdict(set)
        self._timers: dict[ObjectId, asyncio.TimerHandle] = {}
        self._failures: dict[ObjectId, int] = {}
        self._applied: dict[tuple[str, ObjectId], Body] = {}
        self._said: dict[tuple[str, ObjectId], object] = {}

    async def work(self, listed: Awaitable[None]) -> None:
        """Do passes for ever, once what is there has been listed; slow ones of large objects leave the others time."""
        await listed
        async with asyncio.TaskGroup() as group:
            for _ in range(_WORKERS):
                group.create_task(self._work(self._queue))
            group.create_task(self._work(self._slow_queue))

    def notice(self, what: str, body: Body) -> None:
        """Take an event from a watch."""
        target = id_of(body)
        if what == "DELETED":
            self._gone(target, body)
        else:
            self._learn(body)

    def kinds_changed(self, kinds: frozenset[tuple[str, str]]) -> None:
        """Learn which kinds are served; the objects of those that are not are forgotten."""
        changed = self.world.kinds ^ kinds
        lost = self.world.kinds - kinds
        self.world.kinds = kinds
        for group, kind in lost:
            for target in self.world.drop_kind(group, kind):
                self._forget(target)
        self._wake(served(group, kind) for group, kind in changed)

    def everything(self) -> None:
        """Look at all objects again."""
        for group, kind in table.BY_KIND:
            for body in tuple(self.world.of_kind(group, kind)):
                self._enqueue(id_of(body))

    def _learn(self, body: Body) -> None:
        """Note an object's state; an event may be older than the answer to an own write."""
        target = id_of(body)
        known = self.world.get(target)
        if known is not None and _is_newer(known, body):
            return
        body["metadata"].pop("managedFields", None)
        self._wake(self.world.put(body))
        self._enqueue(target)
        self._enqueue_owners(body)
        if target.kind == "Job":
            self._runs.notice(body)
            self._registry.notice(body, self.world)
        elif target.kind == "MariaDBDatabase":
            self._registry.made(body)

    def _gone(self, target: ObjectId, body: Body) -> None:
        known = self.world.get(target)
        if known is not None and known["metadata"]["uid"] != body["metadata"]["uid"]:
            return
        self._wake(self.world.drop(target))
        self._forget(target)
        self._registry.gone(body)
        self._enqueue_owners(body)
        if target.kind == "Job":
            self._runs.gone(body)
        orphans = [id_of(each) for each in self.world.owned(body["metadata"]["uid"])]
        if orphans:  # the garbage collector notices new kinds twice a minute only
            self._spawned = asyncio.ensure_future(self._sweep(orphans))

    async def _sweep(self, orphans: Iterable[ObjectId]) -> None:
        for target in orphans:
            with contextlib.suppress(RefusedError):
                await self._client.delete(target)

    def _enqueue_owners(self, body: Body) -> None:
        for api_version, kind, name, _ in owners(body):
            group = api_version.rpartition("/")[0] if "/" in api_version else ""
            for namespace in {str(body["metadata"].get("namespace") or ""), ""}:
                self._enqueue(ObjectId(group, kind, namespace, name))

    def _wake(self, keys: Iterable[Key]) -> None:
        for key in keys:
            for target in tuple(self._lookers.get(key, ())):
                self._enqueue(target)

    def _enqueue(self, target: ObjectId) -> None:
        if (target.group, target.kind) not in table.BY_KIND or target in self._queued:
            return
        if target in self._busy:
            self._again.add(target)
            return
        self._queued.add(target)
        queue = self._slow_queue if self._took.get(target, 0.0) > _SLOW else self._queue
        queue.put_nowait(target)

    def _forget(self, target: ObjectId) -> None:
        self._memories.pop(target, None)
        self._failures.pop(target, None)
        self._took.pop(target, None)
        self._note(target, frozenset())
        timer = self._timers.pop(target, None)
        if timer is not None:
            timer.cancel()

    def _note(self, target: ObjectId, seen: frozenset[Key]) -> None:
        before = self._looked.pop(target, frozenset())
        for key in before - seen:
            self._lookers[key].discard(target)
        for key in seen - before:
            self._lookers[key].add(target)
        if seen:
            self._looked[target] = seen

    async def _work(self, queue: asyncio.Queue[ObjectId]) -> None:
        while True:
            target = await queue.get()
            self._queued.discard(target)
            self._busy.add(target)
            try:
                await self._attempt(target)
            finally:
                self._busy.discard(target)
                if target in self._again:
                    self._again.discard(target)
                    self._enqueue(target)
            if queue is self._slow_queue:
                await asyncio.sleep(_RESTS * self._took.get(target, 0.0))

    async def _attempt(self, target: ObjectId) -> None:
        try:
            await self._pass(target)
        except RefusedError as error:
            count = self._failures.get(target, 0)
            self._failures[target] = count + 1
            pause = min(_LONGEST_PAUSE, _PAUSE * 2 ** min(count, 5))
            if count < _TOLD:
                _LOG.warning("%s: %s", target, error)
            self._wake_later(target, pause)
        except Exception:  # noqa: BLE001 -- one object that a controller cannot read must not stop the others
            _LOG.exception("%s", target)
        else:
            self._failures.pop(target, None)

    async def _pass(self, target: ObjectId) -> None:
        body = self.world.get(target)
        row = table.row_of(body) if body is not None else None
        if body is None or row is None:
            return
        uid = body["metadata"]["uid"]
        known, memory = self._memories.get(target, (uid, Memory()))
        if known != uid:
            memory = Memory()
        self._memories[target] = (uid, memory)
        view = View(self.world)
        now, began = time.time(), time.thread_time()
        around = Circumstances(self._tempo, now, self._faults())
        outcome = life.live(row, body, view, memory, around)
        self._took[target] = time.thread_time() - began
        self._note(target, frozenset(view.seen))
        await self._carry_out(target, uid, outcome)
        if outcome.wake is not None:
            self._wake_later(target, max(0.0, outcome.wake - now))

    def _wake_later(self, target: ObjectId, seconds: float) -> None:
        timer = self._timers.pop(target, None)
        if timer is not None:
            timer.cancel()
        self._timers[target] = asyncio.get_running_loop().call_later(seconds, self._enqueue, target)

    async def _carry_out(self, target: ObjectId, uid: str, outcome: Outcome) -> None:
        """Write everything that can be written; the first refusal is raised at the end."""
        making = [
            self._make(uid, body)
            for each in outcome.applies
            if not self._is_made(uid, body := self._as_ordered(each))
        ]
        made = await asyncio.gather(*making, return_exceptions=True)
        if outcome.status is not None:
            await self._say(target, uid, outcome)
        for held, finalizer in outcome.finalizers:
            known = self.world.get(held)
            self._remember(await self._client.change_finalizer(held, finalizer, wanted=True, known=known))
        for gone in outcome.deletes:
            await self._client.delete(gone)
        for held, finalizer in outcome.released:
            self._remember(await self._client.change_finalizer(held, finalizer, wanted=False))
        for error in made:
            if error is not None:
                raise error

    def _is_made(self, uid: str, body: Body) -> bool:
        target = id_of(body)
        there = not _is_watched(target) or self.world.get(target) is not None
        return there and self._applied.get((uid, target)) == body

    async def _make(self, uid: str, body: Body) -> None:
        target = id_of(body)
        made = await self._client.make(body)
        self._applied[uid, target] = body
        if _is_watched(target):
            self._learn(made)

    async def _say(self, target: ObjectId, uid: str, outcome: Outcome) -> None:
        status = outcome.status or {}
        plain = {
            **status,
            "conditions": [
                {key: value for key, value in each.items() if key != "lastTransitionTime"}
                for each in status.get("conditions", ())
            ],
        }
        if self._said.get((uid, target)) != plain:
            self._remember(await self._client.write_status(target, status))
            self._said[uid, target] = plain

    def _remember(self, body: Body | None) -> None:
        if body is None or (
            body["metadata"].get("deletionTimestamp") and not body["metadata"].get("finalizers")
        ):
            return
        if (id_of(body).group, body["kind"]) in table.WATCHED:
            self._learn(body)

    def _as_ordered(self, body: Body) -> Body:
        """Let a Job fail that a fault names, or a pod of tests; Ansible's are played (runs)."""
        labels = body["metadata"].get("labels") or {}
        if objects.OUTCOME not in labels:
            return body
        kind = "TestPod" if body["kind"] == "Pod" else body["kind"]
        if not self._faults().of(kind, str(body["metadata"]["name"]), Trouble.ERROR):
            return body
        changed = copy.deepcopy(body)
        changed["metadata"]["labels"][objects.OUTCOME] = "fail"
        return changed


def _is_watched(target: ObjectId) -> bool:
    return (target.group, target.kind) in table.WATCHED and target.kind != "Pod"


def _is_newer(known: Body, body: Body) -> bool:
    """Tell whether what is known of an object is not older than what is seen of it now."""
    mine, seen = known["metadata"], body["metadata"]
    return bool(mine["uid"] == seen["uid"] and int(mine["resourceVersion"]) >= int(seen["resourceVersion"]))
