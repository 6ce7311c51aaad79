"""One pass of a simulated controller: what it would write for what it sees."""

from typing import Any

import pytest

from openstack_k8s_cli.model.objects import Body, ObjectId, condition, get
from openstack_k8s_cli.rehearsal.options import Pace
from openstack_k8s_cli.rehearsal.simulators import life, paces
from openstack_k8s_cli.rehearsal.simulators.faults import NONE, Faults
from openstack_k8s_cli.rehearsal.simulators.life import Circumstances, Memory, Outcome
from openstack_k8s_cli.rehearsal.simulators.rows import Condition, Lack, Row, trouble
from openstack_k8s_cli.rehearsal.simulators.world import View, World

TEMPO = paces.tempo(Pace.FAST)
OPERATOR = "thing-operator-controller-manager"
MINE = ObjectId("thing.openstack.org", "Thing", "openstack", "one")


def needs_secret(_body: Body, view: View) -> Lack | None:
    """Need the Secret `key`."""
    return None if view.get(ObjectId("", "Secret", "openstack", "key")) else trouble("no key")


def child(_body: Body, _view: View) -> list[Body]:
    """Make one ConfigMap."""
    return [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "made", "namespace": "openstack"}}]


ROW = Row(
    group="thing.openstack.org",
    kind="Thing",
    operator=OPERATOR,
    source="a test",
    conditions=(
        Condition(type="InputReady", init="not checked", done="complete", needs=(needs_secret,)),
        Condition(
            type="DeploymentReady",
            init="not started",
            waiting="in progress",
            done="completed",
            makes=(child,),
            takes=2,
        ),
    ),
    finalizer="openstack.org/thing",
)


def thing(**more: Any) -> Body:
    """Give an object of the row, with its finalizer."""
    meta = {"name": "one", "namespace": "openstack", "uid": "u1", "generation": 1, "resourceVersion": "5"}
    meta |= {"finalizers": ["openstack.org/thing"]} | more.pop("metadata", {})
    return {
        "apiVersion": "thing.openstack.org/v1beta1",
        "kind": "Thing",
        "metadata": meta,
        "spec": {},
        **more,
    }


def named(api_version: str, kind: str, name: str, **more: Any) -> Body:
    """Give another object."""
    meta = {"name": name, "namespace": "openstack", "uid": name, "resourceVersion": "1"}
    return {"apiVersion": api_version, "kind": kind, "metadata": meta, **more}


def world(*bodies: Body, operator: bool = True) -> World:
    """Give a world with the operator's Deployment, up or not there."""
    found = World()
    if operator:
        found.put(named("apps/v1", "Deployment", OPERATOR, status={"readyReplicas": 1}))
    for body in bodies:
        found.put(body)
    return found


def run(body: Body, found: World, memory: Memory, now: float, faults: Faults = NONE) -> Outcome:
    """Do one pass."""
    return life.live(ROW, body, View(found), memory, Circumstances(TEMPO, now, faults))


def after(body: Body, outcome: Outcome) -> Body:
    """Give the object as the pass would leave it."""
    return {**body, "status": {**body.get("status", {}), **(outcome.status or {})}}


def settled(
    body: Body, found: World, memory: Memory, now: float, faults: Faults = NONE
) -> tuple[Body, float]:
    """Do passes until nothing is left to wait for, or twenty."""
    for _ in range(20):
        outcome = run(body, found, memory, now, faults)
        body = after(body, outcome)
        if outcome.wake is None:
            break
        now = max(now, outcome.wake)
    return body, now


def status_of(body: Body, kind: str) -> str:
    """Give a condition's status and reason."""
    found = condition(body, kind) or {}
    return f"{found.get('status')}/{found.get('reason')}"


def test_without_operator_nothing_moves() -> None:
    """No operator: no status, no finalizer, and no deletion."""
    found = world(operator=False)

    assert Outcome() == run(thing(), found, Memory(), 100)
    assert Outcome() == run(thing(metadata={"deletionTimestamp": "now"}), found, Memory(), 100)


def test_finalizer_comes_first() -> None:
    """A new object gets its finalizer before anything else."""
    outcome = run(thing(metadata={"finalizers": []}), world(), Memory(), 100)

    assert [(MINE, "openstack.org/thing")] == outcome.finalizers
    assert outcome.status is None


def test_starts_unknown() -> None:
    """Noticed after a moment, an object first has every condition Unknown, at its generation."""
    memory = Memory()
    early = run(thing(), world(), memory, 100)
    outcome = run(thing(), world(), memory, 100 + TEMPO.notice)
    body = after(thing(), outcome)

    assert early.status is None
    assert 1 == get(body, "status", "observedGeneration")
    assert {"Unknown/Init"} == {status_of(body, kind) for kind in ("Ready", "InputReady", "DeploymentReady")}


def test_conditions_come_in_order_and_take_their_time() -> None:
    """The later condition waits for the earlier one, makes its objects only then, and is Requested meanwhile."""
    memory, found = Memory(), world(named("v1", "Secret", "key"))
    run(thing(), found, memory, 100)
    body = after(thing(), run(thing(), found, memory, 101))
    outcome = run(body, found, memory, 101)
    body = after(body, outcome)

    assert ["made"] == [each["metadata"]["name"] for each in outcome.applies]
    assert "u1" == outcome.applies[0]["metadata"]["ownerReferences"][0]["uid"]
    assert "True/Ready" == status_of(body, "InputReady")
    assert "False/Requested" == status_of(body, "DeploymentReady")
    assert "in progress" == (condition(body, "Ready") or {}).get("message")

    body, _ = settled(body, found, memory, 101)
    assert "True/Ready" == status_of(body, "Ready")
    assert "Ready" == body["status"]["conditions"][0]["type"]


def test_missing_need_is_an_error_that_clears() -> None:
    """What is missing shows as an error with the words of the operator, mirrored by Ready, and clears when it comes."""
    memory = Memory()
    body, now = settled(thing(), world(), memory, 100)
    assert "False/Error" == status_of(body, "Ready")
    assert "Unknown/Init" == status_of(body, "DeploymentReady")

    body, _ = settled(body, world(named("v1", "Secret", "key")), memory, now)
    assert "True/Ready" == status_of(body, "Ready")


def test_change_leaves_the_old_ready_for_a_moment() -> None:
    """After a change of the spec Ready stays True with the old generation, then all is Unknown, then Ready again."""
    memory, found = Memory(), world(named("v1", "Secret", "key"))
    body, now = settled(thing(), found, memory, 100)
    body["metadata"] = body["metadata"] | {"generation": 2}

    first = run(body, found, memory, now + 1)
    assert first.status is None
    assert "True/Ready" == status_of(after(body, first), "Ready")
    assert 1 == body["status"]["observedGeneration"]

    second = after(body, run(body, found, memory, now + 1 + TEMPO.notice))
    assert "Unknown/Init" == status_of(second, "Ready")
    assert 2 == second["status"]["observedGeneration"]
    assert "True/Ready" == status_of(settled(second, found, memory, now + 2)[0], "Ready")


def test_restart_finds_things_as_they_are() -> None:
    """Simulators that are started again change nothing of an object that is Ready."""
    found = world(named("v1", "Secret", "key"))
    body, now = settled(thing(), found, Memory(), 100)
    outcome = run(body, found, Memory(), now + 60)

    assert outcome.status is not None
    assert body["status"]["conditions"] == outcome.status["conditions"]


@pytest.mark.parametrize(
    ("fault", "later", "finally_"),
    [
        ({"fault": "never-ready"}, "False/Requested", "False/Requested"),
        ({"fault": "error", "message": "broken"}, "False/Error", "False/Error"),
        (
            {"fault": "error", "reason": "BackoffLimitExceeded"},
            "False/BackoffLimitExceeded",
            "False/BackoffLimitExceeded",
        ),
        ({"fault": "error-clears", "after": 30}, "False/Error", "True/Ready"),
    ],
)
def test_faults(fault: dict[str, Any], later: str, finally_: str) -> None:
    """A fault shows at the condition it names by default, and only one that clears goes by itself."""
    ordered = Faults.model_validate({"faults": [{"kind": "Thing", **fault}]})
    memory, found = Memory(), world(named("v1", "Secret", "key"))
    run(thing(), found, memory, 100, ordered)
    body = after(thing(), run(thing(), found, memory, 101, ordered))
    body = after(body, run(body, found, memory, 102, ordered))
    assert later == status_of(body, "DeploymentReady")

    body, _ = settled(body, found, memory, 102, ordered)
    assert finally_ == status_of(body, "DeploymentReady")


def test_leaves_only_after_its_users() -> None:
    """An object that others hold keeps its own finalizer; the last user gone, it takes it off."""
    held = thing(
        metadata={"deletionTimestamp": "now", "finalizers": ["openstack.org/thing", "openstack.org/user-a"]}
    )
    free = thing(metadata={"deletionTimestamp": "now"})

    assert [] == run(held, world(), Memory(), 100).released
    assert [(MINE, "openstack.org/thing")] == run(free, world(), Memory(), 100).released
