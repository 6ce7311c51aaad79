"""The reducer: what counts as ready right after osk's own change."""

from typing import Any

import pytest

from openstack_k8s_cli.apply.messages import Follow, Seen, Ticked, Wrote
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.state import due
from openstack_k8s_cli.model.events import Change, ObjectJudged, Outcome, RunFinished
from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.model.steps import Action, Gate
from openstack_k8s_cli.model.verdicts import State
from tests.unit.apply.plans import build, cluster, manifest, step, thing, thing_id
from tests.unit.apply.play import ONE, TWO, Play
from tests.unit.apply.test_apply_work import drive

OPTIONS = Options(settle=20.0)
ME, OTHER = thing_id("one"), thing_id("two")


def body(version: str, phase: str = "ready", *, generation: int = 2, **status: Any) -> Body:
    """Make the Thing at a version, with a status that may be older."""
    meta = {"name": "one", "namespace": "cloud", "uid": "u", "resourceVersion": version}
    return {"metadata": {**meta, "generation": generation}, "status": {"phase": phase, **status}}


def changed(seen: Body, change: Change = Change.CONFIGURED) -> Wrote:
    """Say that osk changed the Thing."""
    return Wrote(ONE, ME, change, seen)


def play(*, gates: tuple[Gate, ...] = ()) -> Play:
    """Begin a step that applies the Thing."""
    return Play(step("one", thing("one"), gates=gates), options=OPTIONS)


def test_ready_from_before_the_change_is_not_believed() -> None:
    """While the object is as osk wrote it an old Ready says nothing; once its operator moved it, its word counts."""
    run = play().at(1, changed(body("5")))
    asked = run.requests
    (told,) = [each.verdict for each in run.events if isinstance(each, ObjectJudged)]
    run.at(2, Seen(ME, body("5")))
    before = run.outcomes[ONE]
    run.at(3, Seen(ME, body("6", "progressing"))).at(4, Seen(ME, body("7")))

    assert asked == [Follow(ME)]
    assert (told.state, told.observed) == (State.WAITING, False)
    assert before is None
    assert run.outcomes[ONE] is Outcome.READY


def test_what_has_no_generation_is_believed_at_once() -> None:
    """Kinds without one are Kubernetes' own, of which osk changes labels only: there is nothing to wait for."""
    seen = body("5")
    del seen["metadata"]["generation"]

    assert play().at(1, changed(seen)).outcomes[ONE] is Outcome.READY


def test_any_movement_after_the_change_is_its_operators_word() -> None:
    """An operator that has nothing to do may say Ready again at once."""
    assert play().at(1, changed(body("5"))).at(2, Seen(ME, body("6"))).outcomes[ONE] is Outcome.READY


def test_object_that_nothing_moves_is_believed_in_the_end() -> None:
    """Without any movement the status counts after the settle time, driven by the clock alone; that is progress."""
    run = play().at(1, changed(body("5"))).at(2, Seen(ME, body("5")))
    wakes = due(run.state, run.options)
    run.at(20.9, Ticked())
    before = run.outcomes[ONE]
    run.at(21, Ticked())

    assert wakes == 21.0
    assert before is None
    assert run.outcomes[ONE] is Outcome.READY
    assert [each.verdict.state for each in run.events if isinstance(each, ObjectJudged)] == [State.READY]


@pytest.mark.parametrize("change", [Change.UNCHANGED, Change.SKIPPED, Change.CREATED])
def test_what_osk_did_not_change_is_not_delayed(change: Change) -> None:
    """An object that was as it should be, or was not there before, is ready as soon as it says so."""
    assert play().at(1, changed(body("5"), change)).outcomes[ONE] is Outcome.READY


@pytest.mark.parametrize(
    "seen",
    [
        body("5", observedGeneration=2),
        body("5", conditions=[{"type": "Ready", "status": "True", "observedGeneration": 2}]),
        body("5", generation=1),
    ],
)
def test_status_that_is_surely_about_the_change_is_not_delayed(seen: Body) -> None:
    """A status that names its generation is the readiness rule's to judge; a first generation was never changed."""
    assert play().at(1, changed(seen)).outcomes[ONE] is Outcome.READY


def test_condition_of_an_older_generation_names_none() -> None:
    """A condition that says it is about an earlier generation is not believed either."""
    old = [{"type": "Ready", "status": "True", "observedGeneration": 1}]

    assert play().at(1, changed(body("5", conditions=old))).outcomes[ONE] is None


def test_object_that_is_ready_by_its_existence_is_not_delayed() -> None:
    """A kind whose readiness does not come from a status has no one to wait for."""
    config = manifest("ConfigMap", "c")
    run = Play(step("one", config), options=OPTIONS)
    meta = {"name": "c", "namespace": "cloud", "resourceVersion": "5"}
    run.at(1, Wrote(ONE, config.id, Change.CONFIGURED, {"metadata": meta, "status": {"phase": "Active"}}))

    assert run.outcomes[ONE] is Outcome.READY


@pytest.mark.parametrize("condition", [None, "Available"])
def test_gates_do_not_believe_an_old_status_either(condition: str | None) -> None:
    """Another step that waits for the changed object, or for a condition of it, waits for news of it as well."""
    gate = Gate(ME, condition=condition)
    run = Play(step("one", thing("one")), step("two", gates=[gate], action=Action.AWAIT), options=OPTIONS)
    seen: dict[str, Any] = {"conditions": [{"type": "Available", "status": "True"}]}
    run.at(1, changed(body("5", **seen))).at(2, Seen(ME, body("5", **seen)))
    before = run.outcomes[TWO]
    run.at(3, Seen(ME, body("6", **seen)))

    assert before is None
    assert run.outcomes == {ONE: Outcome.READY, TWO: Outcome.READY}


def test_changed_object_is_ready_when_its_controller_has_moved_it() -> None:
    """Through the whole engine: the run ends with the controller's word on the change, long before the settle time."""
    over = cluster()
    target: ObjectId = ME
    over.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "cloud"}})
    drive(build(step("one", thing("one"))), over)
    over.reactions.append(
        lambda event: (
            over.set_status(target, {"phase": "ready", "size": event.body["spec"]["size"]})
            if event.body["kind"] == "Thing"
            and event.body["status"].get("size") != event.body["spec"]["size"]
            else None
        )
    )

    events = drive(build(step("one", thing("one", size=2))), over, settle=3600.0)

    assert isinstance(events[-1], RunFinished)
    assert events[-1].exit_code is ExitCode.DONE
    assert (over.peek(ME) or {})["status"]["size"] == 2


def heeding(change: Change = Change.CONFIGURED, time: str = "") -> Play:
    """Change one Thing, in a step whose gate is another that follows it in turn within a minute."""
    run = Play(step("one", thing("one"), gates=[Gate(OTHER, settle=60.0)]), options=OPTIONS)
    fields = [{"manager": "osk", "time": time}] if time else []
    seen = body("5", observedGeneration=2)
    return run.at(1, changed({**seen, "metadata": {**seen["metadata"], "managedFields": fields}}, change))


def other(generation: int = 1, phase: str = "ready", since: str = "1970-01-01T00:10:00Z") -> Seen:
    """See the other Thing as it became ready at a time; the play begins 1000 seconds after the epoch."""
    conditions = [{"type": "Updated", "status": "True", "lastTransitionTime": since}]
    status = {"phase": phase, "conditions": conditions, "observedGeneration": generation}
    return Seen(OTHER, {"metadata": {"name": "two", "generation": generation}, "status": status})


def test_what_follows_a_change_in_turn_is_not_believed_before_it_moved() -> None:
    """A pool that is through from before says nothing of the change; once it has begun and ended it does."""
    run = heeding().at(2, other())
    before = run.outcomes[ONE]
    run.at(10, other(generation=2, phase="progressing"))
    during = run.outcomes[ONE]
    run.at(40, other(generation=2))

    assert (None, None, Outcome.READY) == (before, during, run.outcomes[ONE])


def test_what_moved_before_it_was_looked_at_has_heeded_the_change() -> None:
    """Its own time says so: it became ready after the change."""
    run = heeding().at(2, other(since="1970-01-01T00:16:41Z"))

    assert run.outcomes[ONE] is Outcome.READY


def test_what_need_not_follow_is_believed_in_the_end() -> None:
    """Where nothing moves for as long as it may take, there was nothing to do."""
    run = heeding().at(2, other()).at(60, Ticked())
    before = run.outcomes[ONE]

    assert 61 == due(run.state, OPTIONS)
    assert before is None
    assert run.at(61, Ticked()).outcomes[ONE] is Outcome.READY


@pytest.mark.parametrize(
    ("time", "expected"), [("1970-01-01T00:05:00Z", Outcome.READY), ("1970-01-01T00:16:30Z", None)]
)
def test_a_run_that_goes_on_heeds_what_an_earlier_one_changed(time: str, expected: Outcome | None) -> None:
    """The server knows when osk changed the object last: long ago is over, a moment ago still counts."""
    run = heeding(Change.UNCHANGED, time).at(2, other())

    assert run.outcomes[ONE] is expected
