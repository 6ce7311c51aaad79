"""One service of a control plane gone and made anew, the others untouched.

Its own resources are deleted, what they own before them, and the OpenStack operator makes new ones of the control plane, which is not changed.
To drop databases osk holds the resources by a finalizer until nothing but them is left: no service has its databases taken away while it
runs, and no new one comes up on the old ones.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar
from uuid import uuid4

from openstack_k8s_cli.apply import records
from openstack_k8s_cli.apply.labels import HOLD
from openstack_k8s_cli.apply.lease import Leases
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, Resource
from openstack_k8s_cli.model.events import Event, RunFinished
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Action, Gate, Layer, Step
from openstack_k8s_cli.plan import building
from openstack_k8s_cli.teardown.patience import Patience
from openstack_k8s_cli.workflows import deploying, judging, refusals, telling
from openstack_k8s_cli.workflows.developing import belongings, dropping, marks
from openstack_k8s_cli.workflows.developing.marks import Mark
from openstack_k8s_cli.workflows.telling import Story, Task, Told
from openstack_k8s_cli.workflows.world import World

T = TypeVar("T")
_COMPONENT = "controlplane/redeploy"
_PAUSE, _PATIENCE = 0.5, 900.0
"""Seconds between two looks, and without anything going."""
_TRIES = 5
_SHOWN = 3


def redo(
    world: World, plane: Body, mark: Mark, ready: str | None, options: Options, *, after: tuple[str, ...] = ()
) -> Iterator[Event]:
    """Do it, or go on with it; `ready` is the condition of the control plane that is about the service.

    Raises OskError where another run is at work, before anything is written.
    """
    leases = Leases(world.cluster, world.clock, options, uuid4().hex, world.loaded.name)
    refusals.reading(lambda: _acquire(leases))
    going = Going(world, leases, plane, mark)
    quiet = replace(options, under=leases.run, recorded=False)
    stories: list[Callable[[], Iterator[Event]]] = [
        lambda: Story(world, options, f"{_COMPONENT}[{mark.service}]", going.tasks()).events(),
        lambda: _ended(going, _awaited(world, plane, mark, ready, quiet), after),
    ]
    try:
        yield from telling.chained(world.clock, stories)
    finally:
        leases.release()


def _acquire(leases: Leases) -> None:
    try:
        leases.acquire([Layer.CONTROLPLANE])
    except ClusterError as error:
        if not records.is_missing(error):
            raise
        records.make_namespace(leases.cluster)
        leases.acquire([Layer.CONTROLPLANE])


def _awaited(world: World, plane: Body, mark: Mark, ready: str | None, options: Options) -> Iterator[Event]:
    """Wait until the new resources are Ready, and the control plane has seen it."""
    step = Step(
        f"{_COMPONENT}[{mark.service}]/ready",
        Layer.CONTROLPLANE,
        _COMPONENT,
        Action.AWAIT,
        gates=tuple(Gate(each) for each in (*mark.targets, id_of(plane))),
    )
    plan = building.build([step], profile=world.loaded.name)
    yield from deploying.driven(world, plan, options, judge=judging.brought([ready]))


def _ended(going: "Going", events: Iterator[Event], after: tuple[str, ...]) -> Iterator[Event]:
    for event in events:
        if isinstance(event, RunFinished) and event.exit_code is ExitCode.DONE:
            going.forget()
            yield replace(event, next=(*event.next, *after))
        else:
            yield event


@dataclass(slots=True)
class Going:
    """The resources of a service on their way out."""

    world: World
    leases: Leases
    plane: Body
    mark: Mark

    def tasks(self) -> tuple[Task, ...]:
        """Give the steps."""
        dropping_too = (
            (Task("databases", self._drop), Task("release", self._release)) if self.mark.databases else ()
        )
        return (Task("mark", self._mark), Task("gone", self._go), *dropping_too)

    def forget(self) -> None:
        """Take the mark off; what does not succeed is found by the next deployment."""
        with suppress(ClusterError):
            marks.erase(self.world.cluster, self.plane, self.mark.service)

    def _mark(self) -> Iterator[Told]:
        if any(each.service == self.mark.service for each in marks.of(self.plane)):
            yield Told(self.mark.service, "goes on from where it was", "ok")
        else:
            self._do(lambda: marks.write(self.world.cluster, self.plane, self.mark))
            yield Told(self.mark.service, "is marked in the control plane")
        if not self.mark.databases or self.mark.dropped:
            return
        for resource, body in self._left():
            if not marks.is_held(body):
                self._change(resource, body, lambda held: [*held, HOLD])
                yield Told(str(id_of(body)), "is held until its databases are dropped")

    def _go(self) -> Iterator[Told]:
        """Delete what is there as it was, and wait until it is gone, and what it owned."""
        cluster = self.world.cluster
        for resource, body in self._left():
            target = id_of(body)
            if not get(body, "metadata", "deletionTimestamp"):
                uid = body["metadata"]["uid"]
                self._do(
                    partial(cluster.delete, resource, target.namespace, target.name, uid=uid, foreground=True)
                )
                yield Told(str(target), "is on its way out")
        there: frozenset[ObjectId] | None = None
        since = self.world.clock.monotonic()
        while True:
            now = self._do(self._going)
            if there is not None:
                yield from (Told(str(each), "is gone") for each in sorted(there - now.keys()))
            if not now:
                return
            if there is None or there != now.keys():
                there, since = frozenset(now), self.world.clock.monotonic()
            if self.world.clock.monotonic() - since > self._patience:
                raise _stuck(now, self.mark.service)
            self.world.clock.sleep(_PAUSE)

    @property
    def _patience(self) -> float:
        timeouts = self.world.loaded.values.get("timeouts") or {}
        return _PATIENCE * float(timeouts.get("scale") or 1.0)

    def _going(self) -> dict[ObjectId, Body]:
        """Give what is not gone yet; a resource that nothing but osk holds is as good as gone."""
        cluster = self.world.cluster
        left = [body for _, body in marks.left(cluster, self.mark)]
        found = {id_of(each): each for each in left if _finalizers(each) != [HOLD] or not _goes(each)}
        if left:
            targets = {each: self.mark.targets[each] for each in map(id_of, left)}
            found |= belongings.of(cluster, self.world.namespace, targets)
        return found

    def _drop(self) -> Iterator[Told]:
        cluster = self.world.cluster
        if self.mark.dropped:
            yield Told(self.mark.service, "its databases are dropped already", "ok")
            return
        if len(list(self._left())) < len(self.mark.targets):
            self.forget()
            raise _let_go(self.mark)
        self._do(lambda: None)
        yield from dropping.drop(cluster, self.world.namespace, self.mark.databases)
        self.mark = marks.after_drop(self.mark)
        self._do(lambda: marks.write(cluster, self.plane, self.mark))

    def _release(self) -> Iterator[Told]:
        for resource, body in self._left():
            self._change(resource, body, lambda held: [each for each in held if each != HOLD])
            yield Told(str(id_of(body)), "is gone")

    def _left(self) -> Iterator[tuple[Resource, Body]]:
        yield from self._do(lambda: list(marks.left(self.world.cluster, self.mark)))

    def _do(self, call: Callable[[], T]) -> T:
        """Do something while the lease is surely held, also where the API server is away for a moment."""

        def fenced() -> T:
            self.leases.fence(Layer.CONTROLPLANE)
            return call()

        return Patience(self.world.clock)(fenced)

    def _change(self, resource: Resource, body: Body, change: Callable[[list[str]], list[str]]) -> None:
        """Change a resource's finalizers, whoever else does meanwhile."""
        cluster, target, uid = self.world.cluster, id_of(body), body["metadata"]["uid"]
        for _ in range(_TRIES):
            meta = body["metadata"]
            wanted = {"resourceVersion": meta["resourceVersion"], "finalizers": change(_finalizers(body))}
            try:
                self._do(
                    partial(cluster.merge, resource, target.namespace, target.name, {"metadata": wanted})
                )
            except ClusterError as error:
                if error.kind not in {ErrorKind.CONFLICT, ErrorKind.NOT_FOUND}:
                    raise
                now = self._do(lambda: cluster.get(resource, target.namespace, target.name))
                if now is None or now["metadata"]["uid"] != uid:
                    return
                body = {**body, **now}
            else:
                return
        raise ClusterError(ErrorKind.CONFLICT, f"{target} changes too often")


def _finalizers(body: Body) -> list[str]:
    return list(get(body, "metadata", "finalizers") or ())


def _goes(body: Body) -> bool:
    return bool(get(body, "metadata", "deletionTimestamp"))


def _stuck(there: Mapping[ObjectId, Body], service: str) -> OskError:
    lines = [
        f"{each}: held by {', '.join(_finalizers(body)) or 'what it owns'}" for each, body in there.items()
    ]
    more = [f"and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    problem = Problem(
        "OSK1435",
        f"{service} does not go: nothing of it went for long",
        subject=str(next(iter(there))),
        detail="\n".join([*lines[:_SHOWN], *more]),
        advice=(
            Advice(
                "osk removes no finalizer of others: see that the operators which put them there run",
                "osk status",
            ),
            Advice("Then the same command goes on", f"osk redeploy {service}"),
        ),
    )
    return OskError(problem, exit_code=ExitCode.STALLED)


def _let_go(mark: Mark) -> OskError:
    names: Iterable[str] = (each for several in mark.databases.values() for each in several)
    problem = Problem(
        "OSK1434",
        f"{mark.service} was let go before its databases were dropped",
        detail=f"Somebody took osk's finalizer off; {', '.join(names)} are as they were",
        advice=(Advice("Begin anew", f"osk redeploy {mark.service} --drop-db"),),
    )
    return OskError(problem, exit_code=ExitCode.REFUSED)
