"""The reducer: starting, waiting, repeating; without threads, clock or network."""

import pytest

from openstack_k8s_cli.apply.messages import (
    Follow,
    Refused,
    Seen,
    Ticked,
    Write,
)
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, FieldConflict
from openstack_k8s_cli.apply.state import due
from openstack_k8s_cli.model.events import (
    ObjectJudged,
    Outcome,
    StepStarted,
)
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.model.steps import Action, Gate, Timeout
from tests.unit.apply.plans import step, thing, thing_id
from tests.unit.apply.play import ONE, PATIENCE, TWO, Play, refused, status, wrote


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


def test_what_was_not_looked_at_is_not_told() -> None:
    """An awaited object is told of once it was seen or missed, and not as absent before."""
    play = Play(step("one", gates=[Gate(thing_id("other"))], action=Action.AWAIT))
    before = [each for each in play.at(1, Ticked()).events if isinstance(each, ObjectJudged)]
    play.at(2, Seen(thing_id("other"), None))

    assert [] == before
    assert ["absent"] == [each.verdict.state.value for each in play.events if isinstance(each, ObjectJudged)]


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


def test_a_kind_that_is_about_to_come_is_looked_for_often() -> None:
    """A kind that is not served yet is looked for every few seconds, however long that takes."""
    play = Play(step("one", thing("one")), options=Options(backoff=2.0, backoff_cap=60.0, serving_cap=3.0))
    retries = []
    for second in range(4):
        play.at(second * 20, refused(ErrorKind.NOT_SERVED))
        retries.append((play.state.steps[ONE].retry_at or 0) - second * 20)
        play.at(second * 20 + 19, Ticked())

    assert retries == [2.0, 3.0, 3.0, 3.0]


def test_refusals_in_vain_stall_the_step() -> None:
    """Repetition stays inside the step's patience; the end says what the server said."""
    play = (
        Play(step("one", thing("one"), timeout=PATIENCE))
        .at(0, refused(ErrorKind.NOT_SERVED))
        .at(100, Ticked())
    )

    assert play.outcomes[ONE] is Outcome.STALLED
    assert play.state.steps[ONE].problems[0].detail == "it is not served"
