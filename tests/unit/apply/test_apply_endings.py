"""The reducer: how steps of every kind end, and what their end does to others."""

from dataclasses import replace

import pytest

from openstack_k8s_cli.apply.messages import (
    Execute,
    Executed,
    Follow,
    NotYet,
    Refused,
    Remove,
    Removed,
    Seen,
    Ticked,
)
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import Ran
from openstack_k8s_cli.apply.state import Phase
from openstack_k8s_cli.model.events import (
    Change,
    ObjectChanged,
    ObjectJudged,
    Outcome,
    StepBlocked,
    StepFinished,
    TaskRan,
    Warned,
)
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.model.steps import Action, Exec, Layer
from openstack_k8s_cli.model.verdicts import State as Condition
from tests.unit.apply.plans import step, thing, thing_id
from tests.unit.apply.play import ONE, PATIENCE, TWO, Play, status, wrote

COMMAND = Exec("cloud", "app=x", None, ("do", "it"))


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
    """An exec step ends Ready with status 0, and tells what was run where."""
    play = Play(step("one", action=Action.EXEC, exec_=COMMAND))
    asked = play.requests
    play.at(1, Executed(ONE, "pod", Ran(0, "done", "")))

    assert asked == [Execute(ONE, COMMAND)]
    assert [each for each in play.events if isinstance(each, TaskRan)] == [
        TaskRan(1001.0, ONE, "pod", "do it", "ok", "done")
    ]
    assert play.outcomes[ONE] is Outcome.READY


def test_command_that_fails_is_repeated() -> None:
    """A status that is not zero fails nothing yet: the command runs again, and the same failure is told once."""
    play = Play(step("one", action=Action.EXEC, exec_=COMMAND, timeout=PATIENCE))
    told, asked = [], []
    for second in (1, 10):
        play.at(second, Executed(ONE, "pod", Ran(1, "", "no cell")))
        told += [each.outcome for each in play.events if isinstance(each, TaskRan)]
        play.at(second + 8, Ticked())
        asked += play.requests
    play.at(20, Executed(ONE, "pod", Ran(0, "done", "")))

    assert told == ["failed"]
    assert asked == [Execute(ONE, COMMAND), Execute(ONE, COMMAND)]
    assert play.outcomes[ONE] is Outcome.READY


@pytest.mark.parametrize(
    ("layer", "code"), [(Layer.NETWORKS, ExitCode.FAILED), (Layer.DATAPLANE, ExitCode.DATAPLANE_FAILED)]
)
def test_command_that_keeps_failing_fails_its_step(layer: Layer, code: ExitCode) -> None:
    """Repetition stays inside the stall time, then the step fails with the last output; no failure is progress."""
    play = Play(step("one", action=Action.EXEC, exec_=COMMAND, layer=layer, timeout=PATIENCE))
    step_id = f"{layer.value}/one/main"
    play.at(1, Executed(step_id, "pod", Ran(1, "", "no cell"))).at(90, Ticked())
    play.at(91, Executed(step_id, "pod", Ran(3, "", "no\nroute"))).at(99, Ticked())
    before = play.outcomes[step_id]
    play.at(100, Ticked())

    each = play.state.steps[step_id]
    assert before is None
    assert (each.outcome, each.exit_code) == (Outcome.FAILED, code)
    assert (each.problems[0].code, each.problems[0].detail) == ("OSK0510", "no\nroute")


def test_pod_that_went_away_is_named_instead_of_its_last_failure() -> None:
    """A command whose pod is gone after a failure stalls, since that is what it lacks now."""
    play = Play(step("one", action=Action.EXEC, exec_=COMMAND, timeout=PATIENCE))
    play.at(1, Executed(ONE, "pod", Ran(1, "", "no cell"))).at(10, Refused(ONE, NotYet("no pod"), 1.0))
    play.at(100, Ticked())

    assert play.outcomes[ONE] is Outcome.STALLED
    assert play.state.steps[ONE].problems[0].detail == "no pod"


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
    assert [type(each).__name__ for each in play.events] == ["ObjectChanged", "StepFinished"]


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
