"""Progress that never goes back, and errors that are held."""

from typing import Any

import pytest

from openstack_k8s_cli.apply import waiting
from openstack_k8s_cli.apply.waiting import Goal, Wait
from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.verdicts import State, Verdict
from tests.unit.apply.plans import judge, thing_id

ONE = thing_id("one")


def body(phase: str, *, done: int = 0, message: str = "", **rest: Any) -> Body:
    """Make a Thing's body."""
    return {"metadata": {"name": "one"}, "status": {"phase": phase, "done": done, "message": message, **rest}}


def looks(*bodies: Body | None, goal: Goal = Goal.READY) -> tuple[Wait, list[bool]]:
    """Look at one body after the other, one second apart."""
    wait, progress = Wait(ONE, goal, condition="Available", uid="u1"), []
    for second, each in enumerate(bodies):
        wait, moved = waiting.look(wait, each, float(second), judge=judge)
        progress.append(moved)
    return wait, progress


@pytest.mark.parametrize(
    ("bodies", "expected"),
    [
        ([None, body("waiting"), body("progressing"), body("ready")], [False, True, True, True]),
        ([body("progressing"), body("waiting"), body("progressing")], [True, False, False]),
        (
            [body("progressing", done=2), body("progressing", done=1), body("progressing", done=2)],
            [True, False, False],
        ),
        ([body("progressing", done=1), body("progressing", done=2)], [True, True]),
        ([body("ready"), body("progressing"), body("ready")], [True, False, False]),
        ([body("waiting"), body("failing"), body("waiting")], [True, False, False]),
    ],
)
def test_progress_is_monotone(bodies: list[Body | None], expected: list[bool]) -> None:
    """Only what happens for the first time is progress; flapping and restarts are none."""
    assert looks(*bodies)[1] == expected


def test_new_child_is_progress() -> None:
    """A child that was never seen before moves the deadline."""
    child = ObjectId("", "Pod", "cloud", "p")
    verdicts = iter(
        Verdict(State.PROGRESSING, children=children) for children in ((), (child,), (), (child,))
    )
    wait, moved = Wait(ONE, Goal.READY), []
    for _ in range(4):
        wait, progress = waiting.look(wait, body("x"), 0.0, judge=lambda *_: next(verdicts))
        moved.append(progress)

    assert moved == [True, True, False, False]


def test_error_is_shown_once_it_is_held() -> None:
    """An error counts as progress until it has stood with the same message for the given time."""
    wait, _ = looks(body("failing", message="a"), body("failing", message="b"), body("failing", message="b"))

    assert waiting.shown(wait, 100.0, 180.0).state is State.PROGRESSING
    assert waiting.shown(wait, 181.0, 180.0).state is State.FAILING
    assert wait.same_since == 1.0


def test_condition_must_be_about_this_generation() -> None:
    """A condition that is True for an older generation does not count yet."""
    conditions = [{"type": "Available", "status": "True"}]
    stale = {"metadata": {"generation": 2}, "status": {"observedGeneration": 1, "conditions": conditions}}
    fresh = {"metadata": {"generation": 2}, "status": {"observedGeneration": "2", "conditions": conditions}}

    assert [looks(each, goal=Goal.CONDITION)[0].met for each in (stale, fresh)] == [False, True]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [(None, True), ({"metadata": {"uid": "u1"}}, False), ({"metadata": {"uid": "another"}}, True)],
)
def test_gone_means_this_very_object(seen: Body | None, expected: bool) -> None:
    """A deleted object is gone when it is not there, or another one of its name is."""
    assert looks(seen, goal=Goal.GONE)[0].met is expected


def test_what_stays_gone_is_no_progress() -> None:
    """A deleted object is progress once; looking at the same absence again is none, so that a teardown can stall."""
    wait = Wait(ONE, Goal.GONE, uid="u1")
    first, moved = waiting.look(wait, None, 0.0, judge=judge)

    assert moved
    assert not waiting.look(first, None, 30.0, judge=judge)[1]


def test_note_says_why_nothing_is_there() -> None:
    """An object whose kind is not served says so instead of merely being absent."""
    wait, _ = waiting.look(
        Wait(ONE, Goal.READY), None, 0.0, judge=judge, note="the kind Thing is not served yet"
    )

    assert wait.verdict.message == "the kind Thing is not served yet"


def test_what_cannot_be_seen_is_not_gone() -> None:
    """While the API server of a kind is away nothing of the kind counts as deleted."""
    wait = Wait(ONE, Goal.GONE, uid="u1")
    unseen, _ = waiting.look(wait, None, 0.0, judge=judge, note="connection refused", unknown=True)
    gone, _ = waiting.look(unseen, None, 1.0, judge=judge)

    assert (unseen.met, gone.met) == (False, True)
    assert (unseen.verdict.state, unseen.verdict.message) == (State.TERMINATING, "connection refused")
