"""The reducer, without threads, clock or network."""

from dataclasses import replace

import pytest

from openstack_k8s_cli.apply import reducer
from openstack_k8s_cli.apply.messages import (
    Began,
    Execute,
    Executed,
    Follow,
    Input,
    NotYet,
    Refused,
    Remove,
    Removed,
    Request,
    Seen,
    Ticked,
    Write,
    Wrote,
)
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, FieldConflict, Ran
from openstack_k8s_cli.apply.state import Moment, Phase, Rules, State, due, initial
from openstack_k8s_cli.model.events import (
    Change,
    Event,
    ObjectChanged,
    ObjectJudged,
    Outcome,
    StepBlocked,
    StepFinished,
    StepStarted,
    TaskRan,
    Warned,
)
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.model.steps import Action, Exec, Gate, Layer, Step, Timeout
from openstack_k8s_cli.model.verdicts import State as Condition
from tests.unit.apply.plans import build, judge, step, thing, thing_id

ONE, TWO = "networks/one/main", "networks/two/main"
PATIENCE = Timeout(stall=100.0, total=1000.0)


class Play:
    """Feeds a reducer and remembers what it says."""

    def __init__(self, *steps: Step, options: Options | None = None) -> None:
        self.state: State = initial(build(*steps).steps)
        self.options = options or Options(backoff=2.0, held=60.0)
        self.requests: list[Request] = []
        self.events: list[Event] = []
        self.at(0.0, Began())

    def at(self, second: float, message: Input) -> "Play":
        """Give an input at a second."""
        rules = Rules(judge, self.options)
        moment = Moment(1000.0 + second, second)
        self.state, requests, events = reducer.reduce(self.state, message, moment, rules=rules)
        self.requests, self.events = list(requests), list(events)
        return self

    @property
    def outcomes(self) -> dict[str, Outcome | None]:
        """Every step's outcome so far."""
        return {step_id: each.outcome for step_id, each in self.state.steps.items()}


def wrote(name: str, body: Body, step_id: str = ONE, warnings: tuple[str, ...] = ()) -> Wrote:
    """Say that a Thing was written."""
    meta = {"name": name, "namespace": "cloud", "uid": f"uid-{name}"}
    return Wrote(step_id, thing_id(name), Change.CREATED, {**body, "metadata": meta}, warnings)


def status(phase: str, message: str = "", done: int = 0) -> Body:
    """Make a Thing's status."""
    return {"metadata": {"name": "x"}, "status": {"phase": phase, "message": message, "done": done}}


def refused(kind: ErrorKind, *, retry_after: float | None = None, jitter: float = 1.0) -> Refused:
    """Say that a request of step one failed."""
    return Refused(ONE, ClusterError(kind, f"it is {kind.value}", retry_after=retry_after), jitter)


def test_free_steps_start_together() -> None:
    """Every step without needs starts at once; no phase waits for another."""
    play = Play(step("one", thing("one")), step("two", thing("two")), step("late", after=["one"]))

    assert [each.step for each in play.events if isinstance(each, StepStarted)] == [ONE, TWO]
    assert [each.step for each in play.requests if isinstance(each, Write)] == [ONE, TWO]


def test_manifests_go_in_order() -> None:
    """A step's next manifest is written when the one before it is there."""
    play = Play(step("one", thing("a"), thing("b")))
    first = play.requests
    play.at(1, wrote("a", status("ready")))

    assert first == [Write(ONE, thing("a"))]
    assert play.requests == [Write(ONE, thing("b"))]


def test_ready_at_once_needs_no_watch() -> None:
    """An object that is Ready in the write's own answer ends its step without a look."""
    play = Play(step("one", thing("one"))).at(1, wrote("one", status("ready")))

    assert play.requests == []
    assert play.outcomes == {ONE: Outcome.READY}


def test_step_waits_for_its_objects_and_gates() -> None:
    """A step ends when all that it made and all that its gates name are Ready."""
    play = Play(
        step("one", thing("one"), gates=[Gate(thing_id("other"))]), step("two", thing("two"), after=["one"])
    )
    play.at(1, wrote("one", status("waiting")))
    follows = play.requests
    play.at(2, Seen(thing_id("other"), status("ready")))
    before = play.outcomes[ONE]
    play.at(3, Seen(thing_id("one"), status("ready")))

    assert follows == [Follow(thing_id("one")), Follow(thing_id("other"))]
    assert before is None
    assert play.outcomes[ONE] is Outcome.READY
    assert play.requests == [Write(TWO, thing("two"))]


def test_stall_follows_progress() -> None:
    """Progress moves the deadline; flapping does not; the end names what did not move."""
    play = Play(step("one", thing("one"), timeout=PATIENCE)).at(0, wrote("one", status("waiting")))
    play.at(90, Seen(thing_id("one"), status("progressing", "half")))
    play.at(150, Seen(thing_id("one"), status("waiting")))
    play.at(160, Seen(thing_id("one"), status("progressing", "half")))
    play.at(189, Ticked())
    before = play.outcomes[ONE]
    play.at(190, Ticked())

    assert before is None
    assert play.outcomes[ONE] is Outcome.STALLED
    problem = play.state.steps[ONE].problems[0]
    assert problem.code == "OSK0601"
    assert problem.subject == "Thing cloud/one"
    assert "half" in (problem.detail or "")


def test_total_time_ends_even_what_moves() -> None:
    """The total cap holds however much progress there is."""
    play = Play(step("one", thing("one"), timeout=Timeout(stall=100, total=150))).at(
        0, wrote("one", status("waiting"))
    )
    play.at(90, Seen(thing_id("one"), status("progressing"))).at(
        149, Seen(thing_id("one"), status("progressing", done=1))
    )
    play.at(150, Ticked())

    assert play.state.steps[ONE].problems[0].code == "OSK0602"
    assert play.state.steps[ONE].exit_code is ExitCode.STALLED


def test_gate_has_its_own_stall_time() -> None:
    """A gate's stall time counts instead of the step's while the gate is not met."""
    gate = Gate(thing_id("other"), stall=10.0)
    play = Play(step("one", gates=[gate], action=Action.AWAIT, timeout=PATIENCE)).at(10, Ticked())

    assert play.outcomes[ONE] is Outcome.STALLED


def test_due_names_the_next_moment() -> None:
    """The shell sleeps until a stall, a repetition or a held error is due, and no longer."""
    play = Play(step("one", thing("one"), timeout=PATIENCE))
    times = [due(play.state, play.options)]
    play.at(1, refused(ErrorKind.UNREACHABLE))
    times.append(due(play.state, play.options))
    play.at(3, Ticked()).at(4, wrote("one", status("failing", "x")))
    times.append(due(play.state, play.options))

    assert times == [100.0, 3.0, 64.0]


@pytest.mark.parametrize(
    "kind",
    [
        ErrorKind.UNREACHABLE,
        ErrorKind.NOT_SERVED,
        ErrorKind.NAMESPACE_MISSING,
        ErrorKind.NAMESPACE_TERMINATING,
        ErrorKind.WEBHOOK_UNREACHABLE,
        ErrorKind.TOO_MANY,
        ErrorKind.SERVER,
        ErrorKind.UNAUTHORIZED,
    ],
)
def test_passing_errors_are_repeated(kind: ErrorKind) -> None:
    """What may succeed later is asked for again, and shown on the object."""
    play = Play(step("one", thing("one"))).at(0, refused(kind))
    shown = [each.verdict.message for each in play.events if isinstance(each, ObjectJudged)]
    play.at(2, Ticked())

    assert shown == [f"it is {kind.value}"]
    assert play.requests == [Write(ONE, thing("one"))]


@pytest.mark.parametrize(
    "kind",
    [
        ErrorKind.FORBIDDEN,
        ErrorKind.INVALID,
        ErrorKind.UNKNOWN_FIELD,
        ErrorKind.DENIED,
        ErrorKind.IMMUTABLE,
        ErrorKind.OWNED_FIELDS,
        ErrorKind.OTHER,
    ],
)
def test_lasting_errors_refuse_the_step_at_once(kind: ErrorKind) -> None:
    """What cannot succeed by itself ends the step with code 5, the server's words and advice."""
    play = Play(step("one", thing("one"))).at(0, refused(kind))

    each = play.state.steps[ONE]
    assert (each.outcome, each.exit_code) == (Outcome.REFUSED, ExitCode.APPLY_REFUSED)
    assert each.problems[0].detail == f"it is {kind.value}"
    assert each.problems[0].advice


def test_second_refused_login_is_final() -> None:
    """A login is renewed once; when that does not help the step ends."""
    play = Play(step("one", thing("one"))).at(0, refused(ErrorKind.UNAUTHORIZED)).at(2, Ticked())
    play.at(3, refused(ErrorKind.UNAUTHORIZED))

    assert play.outcomes[ONE] is Outcome.REFUSED


def test_conflict_names_manager_and_field() -> None:
    """A field of another manager is refused with both names."""
    error = ClusterError(
        ErrorKind.OWNED_FIELDS, "conflict", conflicts=(FieldConflict("kubectl", ".spec.size"),)
    )
    play = Play(step("one", thing("one"))).at(0, Refused(ONE, error, 0.0))

    assert ".spec.size belongs to kubectl" in (play.state.steps[ONE].problems[0].detail or "")


def test_pauses_grow_and_heed_the_server() -> None:
    """Pauses double up to a cap, shortened by jitter, and are never shorter than Retry-After."""
    play = Play(step("one", thing("one")), options=Options(backoff=2.0, backoff_cap=5.0))
    retries = []
    for second, message in enumerate(
        [
            refused(ErrorKind.SERVER),
            refused(ErrorKind.SERVER, jitter=0.0),
            refused(ErrorKind.SERVER),
            refused(ErrorKind.TOO_MANY, retry_after=9.0),
        ]
    ):
        play.at(second * 20, message)
        retries.append((play.state.steps[ONE].retry_at or 0) - second * 20)
        play.at(second * 20 + 19, Ticked())

    assert retries == [2.0, 2.0, 5.0, 9.0]


def test_refusals_in_vain_stall_the_step() -> None:
    """Repetition stays inside the step's patience; the end says what the server said."""
    play = (
        Play(step("one", thing("one"), timeout=PATIENCE))
        .at(0, refused(ErrorKind.NOT_SERVED))
        .at(100, Ticked())
    )

    assert play.outcomes[ONE] is Outcome.STALLED
    assert play.state.steps[ONE].problems[0].detail == "it is not served"


def test_failed_object_ends_its_step_and_blocks_those_after() -> None:
    """FAILED is final; only steps that come after it are blocked, directly or through others."""
    play = Play(
        step("one", thing("one")),
        step("two", thing("two"), after=["one"]),
        step("three", thing("three"), after=["two"]),
        step("free", thing("free")),
    )
    play.at(1, wrote("one", status("failed", "no way")))

    assert [(each.step, each.by) for each in play.events if isinstance(each, StepBlocked)] == [
        (TWO, (ONE,)),
        ("networks/three/main", (ONE,)),
    ]
    assert play.outcomes["networks/free/main"] is None
    assert play.state.steps[ONE].exit_code is ExitCode.FAILED


def test_failure_in_the_data_plane_has_its_own_code() -> None:
    """A failed object of the data plane layer ends with code 8."""
    play = Play(step("one", thing("one"), layer=Layer.DATAPLANE))
    play.at(1, wrote("one", status("failed"), "dataplane/one/main"))

    assert play.state.steps["dataplane/one/main"].exit_code is ExitCode.DATAPLANE_FAILED


def test_error_is_shown_after_it_is_held_while_waiting_goes_on() -> None:
    """A fresh error shows as progress, a held one as an error; the step goes on and may still end Ready."""
    play = Play(step("one", thing("one"))).at(0, wrote("one", status("failing", "no image")))
    shown = [each.verdict.state for each in play.events if isinstance(each, ObjectJudged)]
    play.at(60, Ticked())
    shown += [each.verdict.state for each in play.events if isinstance(each, ObjectJudged)]
    play.at(61, Ticked())
    shown += [each.verdict.state for each in play.events if isinstance(each, ObjectJudged)]
    play.at(62, Seen(thing_id("one"), status("ready")))

    assert shown == [Condition.PROGRESSING, Condition.FAILING]
    assert play.outcomes[ONE] is Outcome.READY


def test_fail_fast_makes_a_held_error_final_and_stops_the_rest() -> None:
    """With fail-fast a held error fails its step, running steps are stopped, and waiting ones blocked."""
    options = Options(held=60.0, fail_fast=True)
    play = Play(
        step("one", thing("one")), step("two", thing("two")), step("late", after=["two"]), options=options
    )
    play.at(0, wrote("one", status("failing", "no image"))).at(60, Ticked())

    assert play.outcomes == {ONE: Outcome.FAILED, TWO: Outcome.STOPPED, "networks/late/main": Outcome.SKIPPED}
    assert play.state.finished


def test_warnings_of_the_server_are_told() -> None:
    """A warning in an answer becomes an event of the step."""
    play = Play(step("one", thing("one"))).at(1, wrote("one", status("ready"), warnings=("deprecated",)))

    assert [each for each in play.events if isinstance(each, Warned)] == [Warned(1001.0, "deprecated", ONE)]


def test_answer_after_the_end_is_kept_in_mind_only() -> None:
    """A write that comes back after its step ended still gives its UID to the ledger."""
    play = Play(step("one", thing("a"), thing("b"))).at(1, wrote("a", status("waiting")))
    play.at(2, Seen(thing_id("a"), status("failed")))
    play.at(3, wrote("b", status("waiting")))

    assert play.requests == []
    assert play.state.uids[thing_id("b")] == "uid-b"


def test_command_runs_and_tells_its_end() -> None:
    """An exec step ends Ready with status 0, and failed with the output's last lines otherwise."""
    command = Exec("cloud", "app=x", None, ("do", "it"))
    good = Play(step("one", action=Action.EXEC, exec_=command))
    asked = good.requests
    good.at(1, Executed(ONE, "pod", Ran(0, "done", "")))
    bad = Play(step("one", action=Action.EXEC, exec_=command)).at(
        1, Executed(ONE, "pod", Ran(3, "", "no\nroute"))
    )

    assert asked == [Execute(ONE, command)]
    assert [each for each in good.events if isinstance(each, TaskRan)] == [
        TaskRan(1001.0, ONE, "pod", "do it", "ok", "done")
    ]
    assert (good.outcomes[ONE], bad.outcomes[ONE]) == (Outcome.READY, Outcome.FAILED)
    assert bad.state.steps[ONE].problems[0].detail == "no\nroute"


def test_missing_pod_is_waited_for() -> None:
    """A command whose pod is not running yet is repeated."""
    command = Exec("cloud", "app=x", None, ("do",))
    play = (
        Play(step("one", action=Action.EXEC, exec_=command))
        .at(0, Refused(ONE, NotYet("no pod"), 1.0))
        .at(2, Ticked())
    )

    assert play.requests == [Execute(ONE, command)]


def test_deletion_ends_when_everything_is_gone() -> None:
    """A delete step deletes all, then waits until each is gone; what was not there is skipped."""
    play = Play(step("one", action=Action.DELETE, deletes=[thing_id("a"), thing_id("b")]))
    asked = list(play.requests)
    play.at(1, Removed(ONE, thing_id("a"), "u1"))
    asked += play.requests
    play.at(2, Removed(ONE, thing_id("b"), ""))
    changes = [each for each in play.events if isinstance(each, ObjectChanged)]
    play.at(3, Seen(thing_id("a"), {"metadata": {"uid": "u1", "deletionTimestamp": "now"}}))
    before = play.outcomes[ONE]
    play.at(4, Seen(thing_id("a"), None))

    assert asked == [Remove(ONE, thing_id("a")), Follow(thing_id("a")), Remove(ONE, thing_id("b"))]
    assert [each.change for each in changes] == [Change.SKIPPED]
    assert before is None
    assert play.outcomes[ONE] is Outcome.READY
    assert play.state.gone == {thing_id("a"), thing_id("b")}


def test_stuck_deletion_blocks_the_teardown() -> None:
    """An object that does not go ends its step with code 9."""
    play = Play(step("one", action=Action.DELETE, deletes=[thing_id("a")], timeout=PATIENCE))
    play.at(1, Removed(ONE, thing_id("a"), "u1")).at(101, Ticked())

    assert play.state.steps[ONE].exit_code is ExitCode.TEARDOWN_BLOCKED


@pytest.mark.parametrize("action", [Action.PLAYBOOK, Action.HOST])
def test_step_that_no_one_can_run_is_refused(action: Action) -> None:
    """A step that needs more than the cluster says so, and blocks what needs it."""
    play = Play(replace(step("one"), action=action), step("two", thing("two"), after=["one"]))

    assert play.outcomes == {ONE: Outcome.REFUSED, TWO: Outcome.SKIPPED}
    assert play.state.steps[ONE].problems[0].code == "OSK0511"


def test_empty_step_ends_at_once_and_frees_the_next() -> None:
    """Steps without anything to do fall through in one turn, each started once."""
    play = Play(step("one"), step("two", after=["one"]), step("three", thing("three"), after=["two"]))

    assert [type(each).__name__ for each in play.events].count("StepStarted") == 3
    assert play.state.steps["networks/three/main"].phase is Phase.WORKING


def test_step_seconds_are_counted_from_its_start() -> None:
    """A finished step says how long it took."""
    play = Play(step("one", thing("one"))).at(7, wrote("one", status("ready")))

    assert [each.seconds for each in play.events if isinstance(each, StepFinished)] == [7.0]
