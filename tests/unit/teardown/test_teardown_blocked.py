"""What is said when a teardown does not end."""

import pytest

from openstack_k8s_cli import readiness
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import Advice, ExitCode, Problem
from openstack_k8s_cli.model.verdicts import State, Verdict
from openstack_k8s_cli.teardown import blocked

ENGINES = Problem("OSK0601", "no progress", advice=(Advice("look"),))


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (ExitCode.STALLED, ExitCode.TEARDOWN_BLOCKED),
        (ExitCode.APPLY_REFUSED, ExitCode.TEARDOWN_BLOCKED),
        (ExitCode.LEASE_HELD, ExitCode.LEASE_HELD),
        (ExitCode.INTERRUPTED, ExitCode.INTERRUPTED),
    ],
)
def test_what_blocks_is_exit_9(code: ExitCode, told: ExitCode) -> None:
    """What keeps objects from going has a code of its own; a lease or a signal keeps theirs."""
    assert told is blocked.code_of(code)


def _terminating(count: int) -> dict[ObjectId, Verdict]:
    verdict = Verdict(State.TERMINATING, message="held by finalizer x")
    return {ObjectId("g.io", "Thing", "n", f"t{number}"): verdict for number in range(count)}


def test_each_held_object_is_named_with_what_holds_it() -> None:
    """The problem names object and finalizer, and how to look at it; that nothing is forced is said."""
    (problem,) = blocked.explain([ENGINES], _terminating(1))

    assert problem.summary == "Thing n/t0 does not go: held by finalizer x"
    assert "no finalizer by force" in problem.advice[0].text
    assert problem.advice[1].command == "kubectl -n n get thing.g.io t0 -o yaml"


def test_many_are_counted() -> None:
    """Five are shown, the others counted."""
    problems = blocked.explain([ENGINES], _terminating(8))

    assert len(problems) == 6
    assert problems[-1].summary == "3 more objects do not go"


def test_without_a_held_object_the_engines_words_stand() -> None:
    """A refused deletion is told as the API server told it."""
    ready = {ObjectId("g.io", "Thing", "n", "t"): Verdict(State.READY)}

    assert (ENGINES,) == blocked.explain([ENGINES], ready)


def test_what_comes_again_is_listed() -> None:
    """Objects that someone makes anew are named, all of them."""
    problem = blocked.left_over(_terminating(2))

    assert problem.code == "OSK0702"
    assert problem.detail == "Thing n/t0\nThing n/t1"


@pytest.mark.parametrize(
    ("condition", "advice"),
    [
        ("could not list instances: storage is (re)initializing", "A new start of the API server"),
        ("CustomResource deletion is in progress", "deletes the kind's objects first"),
    ],
)
def test_a_kind_that_does_not_go_is_told_with_its_cause(condition: str, advice: str) -> None:
    """The API server's own words are in the summary, and what helps depends on them."""
    target = ObjectId("apiextensions.k8s.io", "CustomResourceDefinition", "", "things.g.io")
    shown = [{"type": "Terminating", "status": "True", "message": condition}]
    meta = {"deletionTimestamp": "2026-11-26T00:00:00Z", "finalizers": ["customresourcecleanup"]}
    verdict = readiness.judge(target, {"metadata": meta, "status": {"conditions": shown}})

    (problem,) = blocked.explain([ENGINES], {target: verdict})

    assert condition in problem.summary
    assert "customresourcecleanup" in problem.summary
    assert advice in problem.advice[0].text


def test_a_namespace_that_does_not_go_tells_what_is_left_in_it() -> None:
    """The conditions of its deletion say it."""
    target = ObjectId("", "Namespace", "", "openstack")
    shown = [
        {"type": "NamespaceContentRemaining", "status": "True", "message": "keystoneapis has 1 instance"},
        {"type": "NamespaceDeletionDiscoveryFailure", "status": "False", "message": "All resources found"},
    ]
    meta = {"deletionTimestamp": "2026-11-26T00:00:00Z"}

    verdict = readiness.judge(target, {"metadata": meta, "status": {"conditions": shown}})

    assert verdict == Verdict(State.TERMINATING, message="keystoneapis has 1 instance")
