"""The engine's body: one driver thread, some workers, one thread for each watch; a generator drains what they say."""

import queue
import threading
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from openstack_k8s_cli.apply import outcome, reducer
from openstack_k8s_cli.apply.cache import Cache
from openstack_k8s_cli.apply.companions import Companion, Company
from openstack_k8s_cli.apply.following import Changed, Followers, Key, Listed, News, Unheard
from openstack_k8s_cli.apply.hooks import Runner
from openstack_k8s_cli.apply.messages import Began, Follow, Input, Request, Ticked, Wrote
from openstack_k8s_cli.apply.options import Judge, Options, SecretValues
from openstack_k8s_cli.apply.ports import Cluster, ClusterError
from openstack_k8s_cli.apply.preparing import Prepared, Preparing
from openstack_k8s_cli.apply.served import Served
from openstack_k8s_cli.apply.state import Moment, Rules, State, due, initial
from openstack_k8s_cli.apply.work import Job, Tools, perform
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.events import Event, Warned
from openstack_k8s_cli.plan import Plan

_LINGER = 20.0
"""Seconds that a watch nobody needs is kept: the next step often waits for the same kind."""
_CLOSING = 1.5
"""Seconds that the end of a run may take once its reader has gone."""
_LATE = 1.0
"""Seconds after the time to wake up from which on this process must have been stopped, or kept from running."""


def run(
    plan: Plan,
    cluster: Cluster,
    clock: Clock,
    *,
    judge: Judge,
    options: Options,
    secrets: SecretValues,
    runner: Runner | None = None,
    companion: Companion | None = None,
    random: Random | None = None,
) -> Generator[Event, None, None]:
    """Drive a plan to Ready; closing the generator stops everything within 2 s.

    Raises OskError, before the first write, when a lease is held or an object is not osk's to change.
    """
    rules, chance = Rules(judge, options), random or Random()  # noqa: S311  # jitter
    engine = _Engine(plan, cluster, clock, rules, secrets, chance, runner, companion)
    engine.driver.start()
    try:
        yield from engine.drain()
    finally:
        engine.close()


@dataclass(frozen=True, slots=True)
class _Recheck:
    """List a watched kind once more, against lost events."""

    key: Key


@dataclass(frozen=True, slots=True)
class _Ended:
    """The driver's last word; an error that is not the cluster's goes to the reader."""

    error: BaseException | None = None


@dataclass
class _Engine:
    plan: Plan
    cluster: Cluster
    clock: Clock
    rules: Rules
    secrets: SecretValues
    random: Random
    runner: Runner | None = None
    companion: Companion | None = None
    events: "queue.SimpleQueue[Event | _Ended]" = field(default_factory=queue.SimpleQueue)
    inbox: "queue.SimpleQueue[Input | News | BaseException | None]" = field(default_factory=queue.SimpleQueue)
    jobs: "queue.SimpleQueue[Job | _Recheck | None]" = field(default_factory=queue.SimpleQueue)
    stop: threading.Event = field(default_factory=threading.Event)
    cache: Cache = field(default_factory=Cache)
    wanted: dict[Key, float] = field(default_factory=dict)
    """When a watch was last needed."""
    away: bool = False
    """The server did not answer when it was last asked."""
    absent: float = 0.0
    """Seconds in which this process did not run: what came about meanwhile is still to be heard, so no deadline counts them."""

    def __post_init__(self) -> None:
        self.served = Served(self.cluster, self.clock)
        self.followers = Followers(
            self.cluster, self.served, self.inbox.put, pause=self.rules.options.backoff
        )
        self.preparing = Preparing(
            self.plan, self.cluster, self.clock, self.rules.options, self.random, self.stop
        )
        steps = {step.id: step for step in self.plan.steps}
        self.company = Company(self.companion, steps, self.inbox.put)
        self.driver = threading.Thread(target=self._drive, name="osk-driver", daemon=True)

    def drain(self) -> Iterator[Event]:
        while not isinstance(event := self.events.get(), _Ended):
            yield event
        if event.error is not None:
            raise event.error

    def close(self) -> None:
        """Stop every thread; none is waited for longer than the reader can bear."""
        self.stop.set()
        self.inbox.put(None)
        self.followers.close()
        self.company.close()
        self.driver.join(_CLOSING)

    def _drive(self) -> None:
        error: BaseException | None = None
        try:
            self._run()
        except BaseException as caught:  # noqa: BLE001  # it is raised where the events are read
            error = caught
        finally:
            self.followers.close()
            self.company.close()
            for _ in range(self.rules.options.workers):
                self.jobs.put(None)
            self.events.put(_Ended(error))
            self.preparing.release()

    def _run(self) -> None:
        began = self._now()
        prepared = self.preparing.prepare()
        options = self.rules.options
        self.events.put(prepared.plan.announced(options.command, at=self._now().at, cluster=options.cluster))
        self._hire(prepared)
        state = self._loop(prepared)
        if not self.stop.is_set():
            for warning in self.preparing.settle(state):
                self.events.put(warning)
            self.events.put(outcome.finish(state, began=began, now=self._now(), options=options))

    def _hire(self, prepared: Prepared) -> None:
        tools = Tools(
            cluster=self.cluster,
            served=self.served,
            values=self.secrets,
            options=self.rules.options,
            profile=prepared.plan.profile,
            steps={step.id: step for step in prepared.plan.steps},
            fence=self.preparing.fence,
            random=self.random,
            mark=prepared.mark,
            uids=prepared.uids,
            used=prepared.used,
            restored=prepared.restored,
            unconfirmed=prepared.unconfirmed,
            runner=self.runner,
            tell=self.inbox.put,
            stop=self.stop,
        )
        for number in range(self.rules.options.workers):
            threading.Thread(
                target=self._work, args=(tools,), name=f"osk-worker-{number}", daemon=True
            ).start()

    def _work(self, tools: Tools) -> None:
        while (job := self.jobs.get()) is not None and not self.stop.is_set():
            try:
                if isinstance(job, _Recheck):
                    self.inbox.put(_listed(job.key, self.cluster, self.served))
                else:
                    self.inbox.put(perform(job, tools))
            except BaseException as error:  # noqa: BLE001  # the driver raises it
                self.inbox.put(error)

    def _loop(self, prepared: Prepared) -> State:
        state = self._reduce(initial(prepared.plan.steps), Began())
        now = self._now().mono
        recheck = now + self.rules.options.recheck
        excused = False
        while not self._is_over(state):
            next_due = due(state, self.rules.options)
            wake = recheck if next_due is None else min(next_due, recheck)
            for message in self._told(wake):
                if self._is_over(state):
                    return state
                state = self._take(state, message)
            began, now = now, self._now().mono
            excused = not excused and self._overslept(began, wake, now)
            if excused:
                now = self._now().mono
                continue
            if now >= wake:
                state = self._reduce(state, Ticked())
            if now >= recheck:
                recheck = now + self.rules.options.recheck
                for key in self.followers.keys if self.jobs.empty() else ():
                    self.jobs.put(_Recheck(key))
            self._unfollow(state)
        return state

    def _is_over(self, state: State) -> bool:
        return state.finished or self.stop.is_set()

    def _overslept(self, began: float, wake: float, now: float) -> bool:
        """Tell whether this process was stopped meanwhile; no deadline counts that time.

        The clock goes back to `_LATE` before it was to wake up, at most to where it was. Where that was a step's own
        deadline, its watches have only that long to say what they missed; else what was left of the deadline, too.
        """
        late = now - max(began, wake)
        if late > _LATE:
            self.absent += min(late + _LATE, now - began)
        return late > _LATE

    def _take(self, state: State, message: Input | News | BaseException | None) -> State:
        if isinstance(message, BaseException):
            raise message
        if isinstance(message, Wrote):
            self.cache.note(message.id, message.body)
        if isinstance(message, (Listed, Changed, Unheard)):
            self._mind_outage(message)
            for seen in tuple(self.cache.take(message, state.awaited())):
                state = self._reduce(state, seen)
            return state
        return state if message is None else self._reduce(state, message)

    def _mind_outage(self, news: News) -> None:
        """Say once when the server goes away, and once when it is back."""
        if isinstance(news, Unheard):
            if news.outage and not self.away:
                text = f"the API server does not answer, the run goes on when it does: {news.why}"
                self.events.put(Warned(self.clock.now(), text))
            self.away = self.away or news.outage
        elif self.away:
            self.events.put(Warned(self.clock.now(), "the API server answers again"))
            self.away = False

    def _told(self, wake: float) -> Iterator[Input | News | BaseException | None]:
        """Wait for what is told, until a time; give it with all that had been told by then."""
        with suppress(queue.Empty):
            yield self.inbox.get(timeout=max(wake - self._now().mono, 0.0))
            for _ in range(self.inbox.qsize()):
                yield self.inbox.get_nowait()

    def _reduce(self, state: State, message: Input) -> State:
        after, requests, events = reducer.reduce(state, message, self._now(), rules=self.rules)
        for event in events:
            self.events.put(event)
            self.company.see(event)
        for request in requests:
            after = self._ask(after, request)
        return after

    def _ask(self, state: State, request: Request) -> State:
        if not isinstance(request, Follow):
            self.jobs.put(request)
            return state
        self.followers.follow(Key.of(request.id))
        seen = self.cache.current(request.id)
        return self._reduce(state, seen) if seen is not None else state

    def _unfollow(self, state: State) -> None:
        now = self._now().mono
        self.wanted |= dict.fromkeys((Key.of(target) for target in state.awaited()), now)
        lately = {key for key, at in self.wanted.items() if now - at < _LINGER}
        if lately.issuperset(self.followers.keys):
            return
        for key in self.followers.keep(lately):
            self.cache.drop(key)

    def _now(self) -> Moment:
        return Moment(self.clock.now(), self.clock.monotonic() - self.absent)


def _listed(key: Key, cluster: Cluster, served: Served) -> News:
    try:
        resource = served.resource(key.group, key.kind)
        if resource is None:
            lacking = served.surely_lacks(key.group)
            return Unheard(key, f"the kind {key.kind} ({key.group or 'core'}) is not served", absent=lacking)
        return Listed(key, cluster.list(resource, key.namespace))
    except ClusterError as error:
        return Unheard(key, error.message)
