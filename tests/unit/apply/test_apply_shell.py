"""The engine's threads over an in-memory cluster."""

import threading
import time
from collections.abc import Callable

from openstack_k8s_cli import apply
from openstack_k8s_cli.apply.hooks import Told
from openstack_k8s_cli.apply.messages import Faulted, TaskTold
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.model.events import (
    Change,
    Event,
    ObjectChanged,
    ObjectJudged,
    Outcome,
    PlanMade,
    RunFinished,
    StepBlocked,
    StepFinished,
    TaskRan,
    Warned,
)
from openstack_k8s_cli.model.problems import ExitCode, Problem
from openstack_k8s_cli.model.steps import Gate, Layer, Step, Timeout
from openstack_k8s_cli.model.verdicts import State
from openstack_k8s_cli.plan import Plan
from tests.unit.apply.plans import (
    Ticking,
    Values,
    build,
    cluster,
    drive,
    judge,
    manifest,
    step,
    thing,
    thing_id,
)

QUICK = apply.Options(backoff=0.001, recheck=0.05)


def small() -> Plan:
    """Make a namespace, then two Things, one after the other."""
    return build(
        step("space", manifest("Namespace", "cloud")),
        step("one", thing("one")),
        step("two", thing("two"), after=["one"]),
    )


def test_plan_is_driven_to_ready() -> None:
    """Every step ends Ready in the order of the graph, and the run with code 0."""
    events = drive(small(), cluster())

    assert isinstance(events[0], PlanMade)
    assert [each.step for each in events if isinstance(each, StepFinished)] == [
        "networks/space/main",
        "networks/one/main",
        "networks/two/main",
    ]
    assert isinstance(events[-1], RunFinished)
    assert events[-1].exit_code == ExitCode.DONE


def test_second_run_changes_nothing() -> None:
    """The same plan again finds every object as it should be and writes none."""
    over = cluster()
    drive(small(), over)
    versions = {
        each: (over.peek(each) or {})["metadata"]["resourceVersion"]
        for each in over.ids()
        if each.kind == "Thing"
    }

    events = drive(small(), over)

    assert {each.change for each in events if isinstance(each, ObjectChanged)} == {Change.UNCHANGED}
    assert versions == {each: (over.peek(each) or {})["metadata"]["resourceVersion"] for each in versions}


def test_failed_step_blocks_only_what_needs_it() -> None:
    """One object that failed for good ends its step and those after it; the rest comes up."""
    over = cluster(ready=False)
    over.reactions.append(
        lambda event: (
            over.set_status(
                thing_id(event.body["metadata"]["name"]),
                {
                    "phase": "failed" if event.body["metadata"]["name"] == "bad" else "ready",
                    "message": "no disk",
                },
            )
            if event.body["kind"] == "Thing" and "status" not in event.body
            else None
        )
    )
    plan = build(
        step("space", manifest("Namespace", "cloud")),
        step("bad", thing("bad")),
        step("late", thing("late"), after=["bad"]),
        step("good", thing("good")),
    )

    events = drive(plan, over)

    outcomes = {each.step: each.outcome for each in events if isinstance(each, StepFinished)}
    assert outcomes["networks/bad/main"] is Outcome.FAILED
    assert outcomes["networks/good/main"] is Outcome.READY
    assert [each.step for each in events if isinstance(each, StepBlocked)] == ["networks/late/main"]
    assert isinstance(events[-1], RunFinished)
    assert events[-1].exit_code == ExitCode.FAILED
    assert events[-1].problems[0].detail == "no disk"


class Beside:
    """A companion that says what a test wants, and waits for the step's end."""

    def __init__(self, *words: TaskTold | Faulted) -> None:
        self.words = words
        self.ended: list[str] = []

    def goes_with(self, step: Step) -> bool:
        """Go with the step `one`."""
        return step.id == "dataplane/one/main"

    def follow(self, step: Step, tell: Callable[[TaskTold | Faulted], None], stop: threading.Event) -> None:
        """Say it."""
        for word in self.words:
            tell(word)
        stop.wait(60)
        self.ended.append(step.id)


ONE = "dataplane/one/main"
TOLD = Told("h", "t", "failed", "why", "compute", "nova", "p")
FAULT = Faulted(ONE, "nova failed on h", Problem("OSK1170", "nova failed on h"))


def accompanied(*words: TaskTold | Faulted, fail_fast: bool = False) -> tuple[list[Event], Beside]:
    """Run a step that gets ready once its companion has spoken."""
    over, beside = cluster(ready=False), Beside(*words)
    plan = build(
        step("space", manifest("Namespace", "cloud")),
        step("one", thing("one"), layer=Layer.DATAPLANE),
    )
    options = apply.Options(backoff=0.001, recheck=0.05, fail_fast=fail_fast)
    events: list[Event] = []
    running = apply.run(
        plan, over, Ticking(), judge=judge, options=options, secrets=Values(), companion=beside
    )
    for event in running:
        events.append(event)
        heard = any(isinstance(each, (TaskRan, Warned)) for each in events)
        if heard and not fail_fast:  # the object may come after the word
            over.set_status(thing_id("one"), {"phase": "ready"})
    return events, beside


def test_a_companion_goes_with_its_step() -> None:
    """What it tells becomes events of the step, and it ends with the step."""
    events, beside = accompanied(TaskTold(ONE, TOLD))

    (told,) = (each for each in events if isinstance(each, TaskRan))
    assert ("h", "t", "failed", "why", "compute", "nova", "p") == (
        told.host,
        told.task,
        told.outcome,
        told.message,
        told.nodeset,
        told.service,
        told.play,
    )
    assert isinstance(events[-1], RunFinished)
    assert events[-1].exit_code is ExitCode.DONE
    assert wait_for(lambda: beside.ended == [ONE])


def test_a_fault_that_may_be_overcome_is_a_warning() -> None:
    """The step goes on, and is ready when its objects are."""
    events, _ = accompanied(FAULT)

    assert [(ONE, "nova failed on h")] == [
        (each.step, each.message) for each in events if isinstance(each, Warned)
    ]
    assert isinstance(events[-1], RunFinished)
    assert events[-1].exit_code is ExitCode.DONE


def test_a_fault_ends_a_run_that_fails_fast() -> None:
    """At once, with the companion's problem and the exit code of its layer."""
    events, _ = accompanied(FAULT, fail_fast=True)

    assert isinstance(events[-1], RunFinished)
    assert (ExitCode.DATAPLANE_FAILED, (FAULT.problem,)) == (events[-1].exit_code, events[-1].problems)


def wait_for(holds: Callable[[], bool]) -> bool:
    """Wait until something holds that another thread brings about."""
    for _ in range(6000):
        if holds():
            return True
        time.sleep(0.01)
    return False


def test_outage_is_survived() -> None:
    """An API server that refuses connections in the middle ends nothing; the run finishes once it is back."""
    over = cluster()
    over.fail(ClusterError(ErrorKind.UNREACHABLE, "connection refused"), verb="apply", times=3)
    over.fail(ClusterError(ErrorKind.SERVER, "etcd leader changed", status=503), verb="watch", times=2)

    events = drive(small(), over)

    assert isinstance(events[-1], RunFinished)
    assert events[-1].exit_code == ExitCode.DONE


def test_outage_is_told_once_and_so_is_its_end() -> None:
    """While objects are waited for an API server that goes away is one line, and its coming back another."""
    over = cluster(ready=False)
    running = apply.run(small(), over, Ticking(), judge=judge, options=QUICK, secrets=Values())
    told: list[str] = []
    for event in running:
        if isinstance(event, ObjectJudged) and event.object == thing_id("one") and not told:
            over.go_down()
        if isinstance(event, Warned):
            told.append(event.message)
            over.come_back()
        if len(told) == 2:
            break
    running.close()

    assert [each.partition(",")[0] for each in told] == [
        "the API server does not answer",
        "the API server answers again",
    ]


class Jumping(Ticking):
    """A clock that goes on while the process is stopped, as by Ctrl-Z."""

    def __init__(self) -> None:
        self.jumped = 0.0

    def monotonic(self) -> float:
        """Give seconds that never go back."""
        return super().monotonic() + self.jumped


def test_a_stopped_process_misses_no_deadline() -> None:
    """What came about while it did not run is heard before anything counts as late; the time is not the cluster's."""
    over, clock = cluster(ready=False), Jumping()
    options = apply.Options(backoff=0.001, recheck=0.01)
    plan = build(
        step("space", manifest("Namespace", "cloud")), step("one", thing("one"), timeout=Timeout(5, 8))
    )
    events: list[Event] = []
    for event in apply.run(plan, over, clock, judge=judge, options=options, secrets=Values()):
        events.append(event)
        if isinstance(event, ObjectJudged) and event.object == thing_id("one") and not clock.jumped:
            clock.jumped = 1000.0
            over.log.clear()
            assert wait_for(lambda: len(over.log) > 3)  # it goes on looking
            over.set_status(thing_id("one"), {"phase": "ready"})

    assert isinstance(events[-1], RunFinished)
    assert events[-1].exit_code is ExitCode.DONE


def test_gate_waits_for_another_object() -> None:
    """A step with a gate ends when what the gate names has its condition, seen through a watch."""
    over = cluster()
    gate = Gate(thing_id("other"), condition="Available")
    made = threading.Event()

    def bring(_: object) -> None:
        """Bring the gate's target once the step's own object is there."""
        if not made.is_set() and over.peek(thing_id("one")):
            made.set()
            status = {"phase": "ready", "conditions": [{"type": "Available", "status": "True"}]}
            body = {
                "apiVersion": "example.org/v1",
                "kind": "Thing",
                "metadata": {"name": "other", "namespace": "cloud"},
            }
            over.put({**body, "status": status})

    over.reactions.append(bring)
    plan = build(step("space", manifest("Namespace", "cloud")), step("one", thing("one"), gates=[gate]))

    events = drive(plan, over)

    judged = [each for each in events if isinstance(each, ObjectJudged) and each.object == thing_id("other")]
    assert judged[-1].verdict.state is State.READY
    assert isinstance(events[-1], RunFinished)


def test_steps_that_wait_for_one_kind_share_its_watch() -> None:
    """A watch outlives the step that began it, so that the next one that waits for the kind asks nothing."""
    over = cluster()
    for name in ("first", "second"):
        over.put(thing(name).body | {"status": {"state": "ready"}})
    plan = build(
        step("one", gates=[Gate(thing_id("first"))]),
        step("two", gates=[Gate(thing_id("second"))], after=["one"]),
    )

    drive(plan, over)

    assert [each.verb for each in over.log if each.kind == "Thing" and each.verb in {"list", "watch"}] == [
        "list",
        "watch",
    ]


def test_closing_stops_every_thread() -> None:
    """A generator that is closed in the middle leaves no thread of its own that goes on."""
    over = cluster(ready=False)
    running = apply.run(small(), over, Ticking(), judge=judge, options=QUICK, secrets=Values())
    for event in running:
        if isinstance(event, ObjectJudged) and event.object == thing_id("one"):
            break

    running.close()

    assert wait_for(lambda: "osk-driver" not in {each.name for each in threading.enumerate()})
