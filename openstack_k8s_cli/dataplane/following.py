"""Follows the jobs of deployments while the engine waits for them: watches by label, and a log for each running pod.

Requests depend on jobs, never on hosts: two watches a deployment, and each pod's log twice, as it comes and to its very end.
"""

import queue
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import assert_never

from openstack_k8s_cli.apply.companions import Word
from openstack_k8s_cli.apply.following import Changed, Followers, Key, Listed, News, Unheard
from openstack_k8s_cli.apply.hooks import Told
from openstack_k8s_cli.apply.messages import Faulted, TaskTold
from openstack_k8s_cli.apply.ports import Cluster, ClusterError
from openstack_k8s_cli.apply.served import Served
from openstack_k8s_cli.dataplane import blaming, jobs, kinds
from openstack_k8s_cli.dataplane.masking import Mask
from openstack_k8s_cli.dataplane.progress import ENDED, Attempt, Failure, Progress
from openstack_k8s_cli.dataplane.reading import Ended, Line, Log
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import Problem
from openstack_k8s_cli.model.steps import Action, Step

_QUIET = 0.25
"""Seconds without news after which what was held back is told."""
_LATE = 4.0
"""Seconds that the end of a step waits for the logs of its pods."""
_JOBS, _PODS = ("batch", "Job"), ("", "Pod")


@dataclass(slots=True)
class Following:
    """Follows the steps of a run; fulfils `apply.companions.Companion`."""

    cluster: Cluster
    clock: Clock
    orders: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The services of each node set."""
    again: str = ""
    """The command line that goes on after a failure."""
    secrets: Callable[[], Iterable[str]] = tuple
    """Reads the values that no line may show."""
    _threads: dict[str, "_Thread"] = field(default_factory=dict)

    def goes_with(self, step: Step) -> bool:
        """Tell a step that makes deployments, or waits for them."""
        return bool(_deployments(step))

    def follow(self, step: Step, tell: Callable[[Word], None], stop: threading.Event) -> None:
        """Follow a step until its end."""
        thread = self._threads[step.id] = _Thread(self, step, tell, stop)
        thread.run()

    def problems(self, step: str) -> tuple[Problem, ...]:
        """Say what failed in a step that has ended; waits a moment for the last lines."""
        thread = self._threads.get(step)
        if thread is None:
            return ()
        thread.over.wait(2 * _LATE)
        found = (failure for each in thread.progress.values() for failure in each.failures())
        return blaming.problems(found, self.again)


def _deployments(step: Step) -> tuple[Body, ...]:
    if step.action is Action.APPLY:
        return tuple(each.body for each in step.manifests if each.id.kind == kinds.DEPLOYMENT)
    named = (gate.target for gate in step.gates if gate.target.kind == kinds.DEPLOYMENT)
    return tuple({"metadata": {"name": each.name, "namespace": each.namespace}} for each in named)


class _Thread:
    """What follows one step."""

    def __init__(
        self, of: Following, step: Step, tell: Callable[[Word], None], stop: threading.Event
    ) -> None:
        self.over = threading.Event()
        self.progress: dict[str, Progress] = {}
        self._of = of
        self._step = step.id
        self._tell = tell
        self._stop = stop
        self._bodies = _deployments(step)
        self._inbox: queue.SimpleQueue[News | Line | Ended] = queue.SimpleQueue()
        self._logs: dict[str, Log] = {}
        self._idled = 0.0

    def run(self) -> None:
        """Follow until told to stop."""
        served = Served(self._of.cluster, self._of.clock)
        followers = Followers(self._of.cluster, served, self._inbox.put, pause=1.0)
        try:
            if self._begin(served):
                for name, body in self._named():
                    labels = f"{jobs.DEPLOYMENT}={name}"
                    for group, kind in (_JOBS, _PODS):
                        followers.follow(Key(group, kind, body["metadata"]["namespace"], labels))
                while not self._stop.is_set():
                    self._take(_QUIET)
                self._finish(served)
        finally:
            followers.close()
            for log in tuple(self._logs.values()):
                log.close()
            self.over.set()

    def _named(self) -> Iterable[tuple[str, Body]]:
        return ((str(body["metadata"]["name"]), body) for body in self._bodies)

    def _begin(self, served: Served) -> bool:
        """Ask the operator first; False: everything is through already."""
        there = [(name, body, self._live(served, body)) for name, body in self._named()]
        if all(get(found or {}, "status", "deployed") for _, _, found in there):
            return False
        mask = Mask(self._of.secrets())
        for name, body, found in there:
            progress = self.progress[name] = Progress(found or body, mask, self._of.orders)
            if found is not None:
                progress.seed(found)
        return True

    def _live(self, served: Served, body: Body) -> Body | None:
        try:
            resource = served.resource(kinds.GROUP, kinds.DEPLOYMENT)
            meta = body["metadata"]
            return self._of.cluster.get(resource, meta["namespace"], meta["name"]) if resource else None
        except ClusterError:
            return None  # the watches go on asking

    def _take(self, timeout: float) -> None:
        """Take in what comes next, if it comes in time."""
        news = None
        with suppress(queue.Empty):
            news = self._inbox.get(timeout=timeout)
        now = self._of.clock.monotonic
        if news is None or now() - self._idled >= _QUIET:
            self._idled = now()
            for each in self.progress.values():
                self._say(each.idle(now()))
        if news is not None:
            self._heed(news, now())

    def _heed(self, news: News | Line | Ended, now: float) -> None:
        match news:
            case Line():
                self._say(self.progress[news.deployment].heard(news.uid, news.text, now))
            case Ended():
                self._say(self.progress[news.deployment].closed(news.uid, now))
            case Listed():
                for body in news.listing.items:
                    self._see(news.key, body)
            case Changed():
                if news.event.kind != "deleted":
                    self._see(news.key, news.event.body)
                elif log := self._logs.get(news.event.body["metadata"]["uid"]):
                    log.pod_ended()
            case Unheard():
                pass  # the engine says when the API server is away
            case _:
                assert_never(news)

    def _see(self, key: Key, body: Body) -> None:
        progress = self.progress[key.labels.partition("=")[2]]
        if key.kind == "Job":
            self._say(progress.job(body))
            return
        self._say(progress.pod(body, self._of.clock.monotonic()))
        for attempt in progress.unread():
            self._read(progress, attempt)
        log = self._logs.get(body["metadata"]["uid"])
        if log is not None and get(body, "status", "phase") in ENDED:
            log.pod_ended()

    def _read(self, progress: Progress, attempt: Attempt) -> None:
        if attempt.uid not in self._logs:
            log = Log(self._of.cluster, progress.name, attempt.body, self._inbox.put)
            self._logs[attempt.uid] = log
            log.start()

    def _say(self, words: Iterable[Told | Failure]) -> None:
        for word in words:
            if isinstance(word, Told):
                self._tell(TaskTold(self._step, word))
                continue
            found = blaming.problems((word,), self._of.again)
            self._tell(Faulted(self._step, blaming.at_once(word, self._of.again), found[0]))

    def _finish(self, served: Served) -> None:
        """See the last pods, and read what they said to its end."""
        until = self._of.clock.monotonic() + _LATE
        for name, body in self._named():
            try:
                resource = served.resource(*_PODS)
                if resource is not None:
                    labels = f"{jobs.DEPLOYMENT}={name}"
                    listing = self._of.cluster.list(resource, body["metadata"]["namespace"], labels=labels)
                    self._inbox.put(Listed(Key("", "Pod", body["metadata"]["namespace"], labels), listing))
            except ClusterError:
                continue
        self._take(_QUIET)
        while self._owed() and self._of.clock.monotonic() < until:
            self._take(_QUIET)

    def _owed(self) -> bool:
        return any(attempt.phase in ENDED for each in self.progress.values() for attempt in each.unread())
