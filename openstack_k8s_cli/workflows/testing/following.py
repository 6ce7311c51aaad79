"""Follows a test's resource and pods to their end: what changes is told, and silence has a limit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from openstack_k8s_cli import readiness
from openstack_k8s_cli.apply.ports import ClusterError, Resource
from openstack_k8s_cli.model.events import Event, ObjectJudged
from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.problems import Advice, ExitCode, Problem
from openstack_k8s_cli.model.verdicts import State, Verdict
from openstack_k8s_cli.teardown.patience import Patience
from openstack_k8s_cli.workflows.testing import pods
from openstack_k8s_cli.workflows.testing.fetching import PODS
from openstack_k8s_cli.workflows.testing.objects import Asked
from openstack_k8s_cli.workflows.testing.pods import Pod
from openstack_k8s_cli.workflows.world import World

_PAUSE = 2.0
"""Seconds between looks at the test's pods."""
_GLANCE = 5
"""Lines of a log that are read for its last one."""


@dataclass(slots=True)
class Following:
    """One test on its way; after `events` the rest says how it ended."""

    world: World
    asked: Asked
    resource: Resource
    stall: float
    """Seconds without progress after which it has stalled."""
    total: float
    """Seconds that it may take in all."""
    held: float
    """Seconds after which an error that stays the same is final while nothing runs."""
    again: str
    over: bool = False
    """Whether the tests ran to their end, however they went."""
    code: ExitCode = ExitCode.DONE
    problems: tuple[Problem, ...] = ()
    seen: tuple[Pod, ...] = ()
    _told: dict[ObjectId, Verdict] = field(default_factory=dict)

    def events(self) -> Iterator[Event]:
        """Tell of every change until the end."""
        clock = self.world.clock
        began = progressed = clock.monotonic()
        while True:
            body, found = Patience(clock)(self._look)
            if body is None:
                self._end(ExitCode.FAILED, self._vanished())
                return
            self.seen = found
            changed = list(self._changes(body))
            yield from changed
            now = clock.monotonic()
            progressed = now if changed else progressed
            if pods.is_over(body, found):
                self._judge()
                return
            if self._is_stuck(now - progressed):
                self._end(ExitCode.FAILED, self._not_begun())
                return
            if now - progressed > self.stall or now - began > self.total:
                self._end(ExitCode.STALLED, self._stalled(late=now - began > self.total))
                return
            clock.sleep(_PAUSE)

    def logs(self) -> Mapping[ObjectId, str]:
        """Read all that the pods wrote."""
        return {each.id: self._log(each) for each in self.seen}

    def _look(self) -> tuple[Body | None, tuple[Pod, ...]]:
        cluster, target = self.world.cluster, self.asked.id
        body = cluster.get(self.resource, target.namespace, target.name)
        label = f"{pods.LABEL}={target.name}"
        listed = cluster.list(PODS, target.namespace, labels=label).items
        return body, pods.pods(listed, self.asked.test)

    def _changes(self, body: Body) -> Iterator[Event]:
        verdicts = {self.asked.id: readiness.judge(self.asked.id, body)}
        verdicts |= {each.id: each.verdict(self._last(each)) for each in self.seen}
        for target, verdict in verdicts.items():
            if self._told.get(target) != verdict:
                self._told[target] = verdict
                yield ObjectJudged(self.world.clock.now(), self.asked.run.id, target, verdict)

    def _last(self, pod: Pod) -> str:
        said = self._log(pod, lines=_GLANCE) if pod.phase == "Running" else ""
        return next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "")

    def _log(self, pod: Pod, *, lines: int | None = None) -> str:
        try:
            return self.world.cluster.logs(pod.id.namespace, pod.id.name, lines=lines)
        except ClusterError:  # the node is away, or the container has not begun
            return ""

    def _judge(self) -> None:
        self.over = True
        failed = [each for each in self.seen if each.failed]
        logs = {each.id: self._log(each, lines=pods.LINES) for each in failed}
        self.problems = tuple(pods.problems(self.asked.test, failed, logs, again=self.again))
        self.code = ExitCode.FAILED if self.problems else ExitCode.DONE

    def _is_stuck(self, still: float) -> bool:
        """Tell whether an error has lasted with no pod to change anything about it."""
        verdict = self._told[self.asked.id]
        running = any(each.phase not in {"Succeeded", "Failed"} for each in self.seen)
        return verdict.state in {State.FAILING, State.FAILED} and not running and still > self.held

    def _end(self, code: ExitCode, problem: Problem) -> None:
        self.code, self.problems = code, (problem,)

    def _not_begun(self) -> Problem:
        return Problem(
            "OSK0833",
            f"{self.asked.test} does not begin: {self._told[self.asked.id].message}",
            subject=str(self.asked.id),
            advice=(
                Advice("Correct what it names; the same command goes on", self.again),
                Advice("See that the cloud is Ready", "osk status"),
            ),
        )

    def _stalled(self, *, late: bool) -> Problem:
        which = "total" if late else "stall"
        running = [str(each.id) for each in self.seen if each.phase not in {"Succeeded", "Failed"}]
        limit = self.asked.settings[which]
        what = "did not end" if late else "wrote no line"
        return Problem(
            "OSK0834",
            f"{self.asked.test} {what} for {limit}",
            subject=", ".join(running) or str(self.asked.id),
            detail="\n".join(f"{target}: {each.message}" for target, each in self._told.items()),
            advice=(
                Advice("It runs on; the same command goes on waiting", self.again),
                Advice(f"Where it needs longer: `tests.{self.asked.test}.{which}`"),
            ),
        )

    def _vanished(self) -> Problem:
        return Problem(
            "OSK0833",
            f"{self.asked.id} was deleted by someone while it ran",
            subject=str(self.asked.id),
            advice=(Advice("The same command runs the tests anew", self.again),),
        )
