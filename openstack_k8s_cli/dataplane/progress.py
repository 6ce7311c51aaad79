"""How far a deployment's services are on their hosts: jobs, pods and log lines in, what is told of them out.

At 5,000 hosts there are millions of results, so only what changes is told: a service that begins or ends, a host's end
with it, each failure, and the task that runs, once a second and node set. Of a job's pods the newest one counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openstack_k8s_cli.apply.hooks import Told
from openstack_k8s_cli.dataplane import causes, jobs, logs, records
from openstack_k8s_cli.dataplane.logs import BAD, Began, Did, News, Reading, Recap
from openstack_k8s_cli.dataplane.masking import Mask
from openstack_k8s_cli.model.objects import Body, condition, get

_PACE = 1.0
"""Seconds between two words on which task runs."""
_HELD = 0.2
"""Seconds after which no more of a result is expected."""
_AGAIN = 6
"""How often Kubernetes tries again where nothing is said."""
ENDED = frozenset({"Succeeded", "Failed"})
RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Bad:
    """A host on which a service did not end well."""

    host: str
    nodeset: str
    outcome: str
    play: str = ""
    task: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A pod that failed."""

    service: str
    nodeset: str
    attempt: int
    attempts: int
    """How many there may be."""
    bad: tuple[Bad, ...]
    last: tuple[str, ...]
    """The last lines of its log."""
    pod: str
    namespace: str
    why: str = ""
    """Where no host is to blame."""
    before: tuple[str, ...] = ()
    """Services that come before it on the node set."""


@dataclass(slots=True)
class Attempt:
    """One pod of a job."""

    name: str
    uid: str
    born: tuple[str, int]
    """When it was made, and in which order it was seen, for those of one second."""
    body: Body
    reading: Reading = field(default_factory=Reading)
    bad: dict[str, Bad] = field(default_factory=dict)
    read: bool = False
    """Whether its log was read to the end."""
    told: float = float("-inf")
    """When it was last said which task runs."""
    heard: float | None = None
    """When its last line came."""
    silent: float | None = None
    """Seconds from its last line to its end."""
    settled: bool = False

    @property
    def phase(self) -> str:
        """Give the pod's phase."""
        return str(get(self.body, "status", "phase") or "Pending")


@dataclass(slots=True)
class Work:
    """A service on a node set: one job."""

    service: str
    nodeset: str
    attempts: dict[str, Attempt] = field(default_factory=dict)
    begun: bool = False
    done: bool = False
    final: bool = False
    """Whether its job is not tried again."""
    failure: Failure | None = None
    """Of its newest pod that ended."""

    @property
    def newest(self) -> Attempt | None:
        """Give the attempt that counts."""
        return max(self.attempts.values(), key=lambda each: each.born, default=None)

    def number(self, attempt: Attempt) -> int:
        """Count the attempts up to this one."""
        return sum(1 for each in self.attempts.values() if each.born <= attempt.born)


class Progress:
    """What is known of one deployment."""

    def __init__(self, deployment: Body, mask: Mask, orders: Mapping[str, Sequence[str]]) -> None:
        self.name = str(deployment["metadata"]["name"])
        self.works: dict[tuple[str, str], Work] = {}
        self._orders = orders
        self._mask = mask
        again = get(deployment, "spec", "backoffLimit")
        self._limit = 1 + (_AGAIN if again is None else int(again))
        purpose = records.purpose_of(deployment)
        shares = purpose.shares if purpose else {}
        self._places = {host: name for name, share in shares.items() for host in share.hosts}
        self._said: set[Bad] = set()
        self._ends: dict[tuple[str, str], str] = {}

    def seed(self, live: Body) -> None:
        """Take the operator's word for the services that have ended: their logs are not read."""
        shown: Mapping[str, Any] = get(live, "status", "nodeSetConditions") or {}
        ready = {
            (name, each["type"])
            for name, some in shown.items()
            for each in some
            if each.get("status") == "True"
        }
        for nodeset, services in self._orders.items():
            for service in services:
                if (nodeset, jobs.condition_of(service)) in ready:
                    self._work(service, nodeset).done = True

    def job(self, body: Body) -> Iterator[Told]:
        """Take a job in."""
        work = self._of(body)
        yield from self._begin(work)
        if (condition(body, "Complete") or {}).get("status") == "True":
            yield from self._done(work)
        work.final = work.final or (condition(body, "Failed") or {}).get("status") == "True"

    def pod(self, body: Body, now: float) -> Iterator[Told | Failure]:
        """Take a pod in."""
        work = self._of(body)
        meta = body["metadata"]
        known = work.attempts.get(meta["uid"])
        if known is None:
            born = (str(meta.get("creationTimestamp")), len(work.attempts))
            known = work.attempts[meta["uid"]] = Attempt(meta["name"], meta["uid"], born, body)
            yield from self._begin(work)
            if len(work.attempts) > 1 and known is work.newest and not work.done:
                yield Told("", "", RUNNING, self._count(work, known), work.nodeset, work.service)
        known.body = body
        if known.phase in ENDED and known.silent is None and known.heard is not None:
            known.silent = now - known.heard
        yield from self._settle(work, known)

    def unread(self) -> Iterator[Attempt]:
        """Give the pods whose logs are to be read: the newest of each job that has not ended well."""
        for work in self.works.values():
            newest = work.newest
            if newest is not None and not work.done and not newest.read and newest.phase != "Pending":
                yield newest

    def pending(self) -> Iterator[Attempt]:
        """Give the pods that have not started."""
        for work in self.works.values():
            newest = work.newest
            if newest is not None and newest.phase == "Pending":
                yield newest

    def heard(self, uid: str, line: str, now: float) -> Iterator[Told]:
        """Take a line of a pod's log in."""
        for work, attempt in self._attempts(uid):
            attempt.heard = now
            for news in attempt.reading.feed(line):
                yield from self._news(work, attempt, news, now)

    def idle(self, now: float) -> Iterator[Told]:
        """Tell what was held back where nothing has come since."""
        for work in self.works.values():
            for attempt in work.attempts.values():
                if attempt.heard is None or now - attempt.heard < _HELD:
                    continue
                for news in attempt.reading.settle():
                    yield from self._news(work, attempt, news, now)

    def closed(self, uid: str, now: float) -> Iterator[Told | Failure]:
        """Note that a pod's log was read to its end."""
        for work, attempt in self._attempts(uid):
            for news in attempt.reading.settle():
                yield from self._news(work, attempt, news, now)
            attempt.read = True
            yield from self._settle(work, attempt)

    def failures(self) -> tuple[Failure, ...]:
        """Give the failures that stand: their services have not ended well since."""
        return tuple(each.failure for each in self.works.values() if each.failure and not each.done)

    def _attempts(self, uid: str) -> Iterator[tuple[Work, Attempt]]:
        for work in self.works.values():
            if uid in work.attempts:
                yield work, work.attempts[uid]

    def _of(self, body: Body) -> Work:
        labels = body["metadata"].get("labels") or {}
        return self._work(str(labels.get(jobs.SERVICE)), str(labels.get(jobs.NODESET)))

    def _work(self, service: str, nodeset: str) -> Work:
        return self.works.setdefault((service, nodeset), Work(service, nodeset))

    def _begin(self, work: Work) -> Iterator[Told]:
        if not work.begun and not work.done:
            work.begun = True
            yield Told("", "", RUNNING, "", work.nodeset, work.service)

    def _count(self, work: Work, attempt: Attempt) -> str:
        number = work.number(attempt)
        return f"attempt {number} of {max(self._limit, number)}"

    def _done(self, work: Work) -> Iterator[Told]:
        if not work.done:
            work.done = True
            yield Told("", "", "ok", "", work.nodeset, work.service)

    def _news(self, work: Work, attempt: Attempt, news: News, now: float) -> Iterator[Told]:
        match news:
            case Began():
                if now - attempt.told >= _PACE:
                    attempt.told = now
                    task = self._mask(news.task)
                    yield Told("", task, RUNNING, "", work.nodeset, work.service, news.play)
            case Did():
                if news.outcome in BAD and not news.ignored:
                    yield from self._bad(work, attempt, news)
            case Recap():
                yield from self._end(work, attempt, news)

    def _bad(self, work: Work, attempt: Attempt, did: Did) -> Iterator[Told]:
        place = self._places.get(did.host, work.nodeset)
        message = self._mask(did.message)
        bad = Bad(did.host, place, did.outcome, did.play, self._mask(did.task), message)
        attempt.bad[did.host] = bad
        self._ends[work.service, did.host] = bad.outcome
        if bad not in self._said:  # the next attempts mostly fail at the same
            self._said.add(bad)
            yield Told(bad.host, bad.task, bad.outcome, message, place, work.service, bad.play)

    def _end(self, work: Work, attempt: Attempt, recap: Recap) -> Iterator[Told]:
        if recap.outcome not in BAD:
            attempt.bad.pop(recap.host, None)  # what went wrong was rescued
        elif recap.host not in attempt.bad:
            attempt.bad[recap.host] = Bad(
                recap.host, self._places.get(recap.host, work.nodeset), recap.outcome
            )
        if self._ends.get((work.service, recap.host)) != recap.outcome:
            self._ends[work.service, recap.host] = recap.outcome
            place = self._places.get(recap.host, work.nodeset)
            yield Told(recap.host, "", recap.outcome, "", place, work.service)

    def _settle(self, work: Work, attempt: Attempt) -> Iterator[Told | Failure]:
        """Conclude once a pod has ended and its log was read."""
        later = any(each.settled and each.born > attempt.born for each in work.attempts.values())
        if attempt.settled or later or not attempt.read or attempt.phase not in ENDED:
            return
        attempt.settled = True
        if attempt.phase == "Succeeded":
            work.failure = None
            yield from self._done(work)
            return
        self._blame(work, attempt)
        before = work.failure
        work.failure = self._failure(work, attempt)
        yield Told("", "", "failed", self._count(work, attempt), work.nodeset, work.service)
        if before is None or (before.bad, before.why) != (work.failure.bad, work.failure.why):
            yield work.failure

    def _blame(self, work: Work, attempt: Attempt) -> None:
        """Add hosts that the pod's last word names and its log does not."""
        told = get(attempt.body, "status", "containerStatuses", 0, "state", "terminated", "message")
        summary = logs.summary(told)
        for outcome, hosts in (
            (("failed", summary.failed), ("unreachable", summary.unreachable)) if summary else ()
        ):
            for host in hosts:
                place = self._places.get(host, work.nodeset)
                attempt.bad.setdefault(host, Bad(host, place, outcome))

    def _failure(self, work: Work, attempt: Attempt) -> Failure:
        why = causes.of_pod(attempt.body, silent=attempt.silent) if not attempt.reading.ended else ""
        order = list(self._orders.get(work.nodeset) or ())
        before = order[: order.index(work.service)] if work.service in order else []
        return Failure(
            work.service,
            work.nodeset,
            work.number(attempt),
            self._limit,
            tuple(sorted(attempt.bad.values(), key=lambda each: each.host)),
            tuple(self._mask("\n".join(attempt.reading.last)).splitlines()),
            attempt.name,
            str(get(attempt.body, "metadata", "namespace") or ""),
            "" if attempt.bad else self._mask(why) or "it ended without a word on any host",
            tuple(before),
        )
