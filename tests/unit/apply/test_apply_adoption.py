"""Objects that were there before osk, and objects that left the plan."""

from typing import Any

import pytest

from openstack_k8s_cli import apply
from openstack_k8s_cli.apply import records
from openstack_k8s_cli.apply.ledger import Entry, Record
from openstack_k8s_cli.model.events import Change, Event, ObjectChanged, RunFinished
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import AGAIN, ExitCode, OskError
from openstack_k8s_cli.model.secrets import Generated, SecretKey
from openstack_k8s_cli.model.steps import Action, Layer, Policy
from openstack_k8s_cli.plan import Plan
from tests.fakes.cluster import FakeCluster
from tests.unit.apply import plans
from tests.unit.apply.plans import Ticking, Values, build, cluster, judge, manifest, step, thing, thing_id

SPACE = ObjectId("", "Namespace", "", "cloud")
FULL = frozenset({Layer.NETWORKS})


def drive(plan: Plan, over: FakeCluster, **options: Any) -> list[Event]:
    """Run a plan to its end as the whole of a profile."""
    return plans.drive(plan, over, settle=0.05, values_digest="v", full=FULL, **options)


def changes(events: list[Event]) -> dict[ObjectId, Change]:
    """Give what became of each object."""
    return {each.object: each.change for each in events if isinstance(each, ObjectChanged)}


def entries(over: FakeCluster) -> dict[ObjectId, Entry]:
    """Read the ledger."""
    return {entry.id: entry for record in records.read(over) for entry in record.entries}


def foreign(over: FakeCluster, name: str = "one", **spec: Any) -> Body:
    """Put a Thing of someone else's into the namespace."""
    over.put(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "cloud", "labels": {"mine": "yes"}}}
    )
    meta = {"name": name, "namespace": "cloud"}
    return over.put(
        {"apiVersion": "example.org/v1", "kind": "Thing", "metadata": meta, "spec": {"size": 1, **spec}}
    )


def plan_of(*names: str) -> Plan:
    """Make a namespace and some Things."""
    return build(
        step("space", manifest("Namespace", "cloud")), step("things", *(thing(name) for name in names))
    )


def test_what_osk_makes_is_owned() -> None:
    """Everything that a run created is in the ledger with its UID, and carries osk's labels."""
    over = cluster()

    drive(plan_of("one"), over)

    known = entries(over)
    live = over.peek(thing_id("one")) or {}
    assert known.keys() == {SPACE, thing_id("one")}
    assert (known[thing_id("one")].owned, known[thing_id("one")].uid) == (True, live["metadata"]["uid"])
    assert live["metadata"]["labels"] == {
        "app.kubernetes.io/managed-by": "osk",
        "osk.openstack.org/profile": "lab",
        "osk.openstack.org/layer": "networks",
        "osk.openstack.org/component": "test",
    }


@pytest.mark.parametrize("runs", [1, 2, 3])
def test_namespace_that_is_there_is_used_and_never_owned(runs: int) -> None:
    """Osk sets its labels on a namespace of others, and remembers what they were, however often it runs."""
    over = cluster()
    foreign(over, "theirs")

    for _ in range(runs):
        drive(plan_of("one"), over)

    assert not entries(over)[SPACE].owned
    labels = get(entries(over)[SPACE].earlier or {}, "metadata", "labels")
    assert set(labels.values()) == {None}
    assert (over.peek(SPACE) or {})["metadata"]["labels"]["mine"] == "yes"


def test_equal_object_of_others_is_left_as_it_is() -> None:
    """An object that a dry run would not change is used: not written, not owned."""
    over = cluster()
    version = foreign(over)["metadata"]["resourceVersion"]
    version = (over.peek(thing_id("one")) or {})["metadata"]["resourceVersion"] or version

    found = changes(drive(plan_of("one"), over))

    assert found[thing_id("one")] is Change.SKIPPED
    assert not entries(over)[thing_id("one")].owned
    assert (over.peek(thing_id("one")) or {})["metadata"]["resourceVersion"] == version


def test_other_object_of_others_is_refused_with_its_differences() -> None:
    """An object that differs stops the run before the first write, with the fields and the way out."""
    over = cluster()
    foreign(over, size=7)

    with pytest.raises(OskError) as caught:
        drive(plan_of("one", "two"), over)

    problem = caught.value.problems[0]
    assert caught.value.exit_code == ExitCode.REFUSED
    assert "spec.size" in (problem.detail or "")
    assert problem.advice[0].command == f"{AGAIN} --adopt Thing/one"
    assert over.peek(thing_id("two")) is None
    assert records.read(over) == ()


def test_adopted_object_becomes_osks() -> None:
    """`--adopt` takes an object over, with the fields that its maker holds, and stays so without it."""
    over = cluster()
    foreign(over, size=7)

    events = drive(plan_of("one"), over, adopt=frozenset({"Thing/one"}))
    again = drive(plan_of("one"), over)

    assert isinstance(events[-1], RunFinished)
    assert events[-1].exit_code == ExitCode.DONE
    assert changes(events)[thing_id("one")] is Change.CONFIGURED
    assert changes(again)[thing_id("one")] is Change.UNCHANGED
    assert entries(over)[thing_id("one")].owned
    assert get(over.peek(thing_id("one")) or {}, "spec", "size") == 1


@pytest.mark.parametrize("option", ["adopt", "recreate"])
def test_name_that_the_plan_has_not_is_refused(option: str) -> None:
    """A misspelled KIND/NAME ends the command with status 2 before anything is written, with the nearest names."""
    over = cluster()

    with pytest.raises(OskError) as caught:
        drive(plan_of("one"), over, **{option: frozenset({"Thing/one", "Thing/ons"})})

    problem = caught.value.problems[0]
    assert caught.value.exit_code is ExitCode.USAGE
    assert (problem.code, problem.subject) == ("OSK0553", "Thing/ons")
    assert "Thing/one" in problem.advice[0].text
    assert over.peek(SPACE) is None


def test_taken_field_is_refused_by_name() -> None:
    """A field that another manager took since is a conflict that names both; nothing is forced."""
    over = cluster()
    drive(plan_of("one"), over)
    live = over.peek(thing_id("one")) or {}
    over.put({**live, "spec": {"size": 9}})

    events = drive(plan_of("one"), over)

    assert isinstance(events[-1], RunFinished)
    assert events[-1].exit_code == ExitCode.APPLY_REFUSED
    assert "size belongs to world" in (events[-1].problems[0].detail or "")
    assert events[-1].problems[0].advice[1].command == f"{AGAIN} --adopt Thing/one"


def test_object_of_another_cloud_is_refused() -> None:
    """A name that another profile's ledger has outside of the operators layer is not shared."""
    over = cluster()
    drive(plan_of("one"), over)
    second = plan_of("one")

    with pytest.raises(OskError) as caught:
        drive(Plan("two", second.steps, second.digest), over)

    assert caught.value.problems[0].code == "OSK0552"
    assert "osk profile set name " in str(caught.value.problems[0].advice[-1].command)


def test_operators_are_shared_between_clouds() -> None:
    """An object of the operators layer belongs to every cloud that uses it."""
    over = cluster()
    first = build(
        step("space", manifest("Namespace", "cloud"), layer=Layer.OPERATORS),
        step("op", thing("one"), layer=Layer.OPERATORS),
    )
    drive(first, over)

    events = drive(Plan("two", first.steps, first.digest), over)

    assert isinstance(events[-1], RunFinished)
    assert events[-1].exit_code == ExitCode.DONE
    assert [record.by_id[thing_id("one")].owned for record in records.read(over)] == [True, True]


def test_lost_ledger_is_found_again_by_labels() -> None:
    """Objects with osk's labels of this profile are osk's, ledger or not; a namespace is then only used."""
    over = cluster()
    drive(plan_of("one"), over)
    for record in records.read(over):
        records.erase(over, record)

    events = drive(plan_of("one"), over)

    assert changes(events)[thing_id("one")] is Change.UNCHANGED
    assert (entries(over)[thing_id("one")].owned, entries(over)[SPACE].owned) == (True, False)


def test_ensured_secret_of_others_is_completed_and_not_owned() -> None:
    """An ensured Secret that was there gets its missing keys and stays someone else's."""
    over = cluster()
    foreign(over, "theirs")
    meta = {"name": "s", "namespace": "cloud"}
    over.put({"apiVersion": "v1", "kind": "Secret", "metadata": meta, "data": {"a": "eA=="}})
    secret = manifest("Secret", "s", policy=Policy.ENSURE, keys=[SecretKey("b", Generated("hex(4)"))])

    found = changes(drive(build(step("space", manifest("Namespace", "cloud")), step("secret", secret)), over))

    assert found[secret.id] is Change.CONFIGURED
    assert not entries(over)[secret.id].owned
    assert (over.peek(secret.id) or {})["data"].keys() == {"a", "b"}


def test_what_left_the_plan_is_deleted_at_the_end_of_a_whole_layer() -> None:
    """An object that the profile has no more goes, is told as deleted, and leaves the ledger."""
    over = cluster()
    drive(plan_of("one", "two"), over)

    found = changes(drive(plan_of("one"), over))

    assert found[thing_id("two")] is Change.DELETED
    assert over.peek(thing_id("two")) is None
    assert entries(over).keys() == {SPACE, thing_id("one")}


def test_what_is_left_of_a_layer_that_is_gone_is_deleted() -> None:
    """The profile has nothing of it any more, so that the plan has no step."""
    over = cluster()
    drive(plan_of("one"), over)

    assert changes(drive(build(), over))[thing_id("one")] is Change.DELETED
    assert over.peek(thing_id("one")) is None


def test_pruning_spares_an_object_that_was_made_anew() -> None:
    """An object of the same name that someone else made since is not osk's to delete."""
    over = cluster()
    drive(plan_of("one", "two"), over)
    over.delete(next(each for each in over.resources() if each.kind == "Thing"), "cloud", "two")
    foreign(over, "two")

    drive(plan_of("one"), over)

    assert over.peek(thing_id("two")) is not None
    assert thing_id("two") not in entries(over)


def test_patched_object_can_be_patched_again() -> None:
    """What was put back stands in the way of no later run: osk does not conflict with itself."""
    over = cluster()
    labels = {"app.kubernetes.io/managed-by": "them"}
    over.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "cloud", "labels": labels}})
    gone = build(step("end", action=Action.DELETE, deletes=[thing_id("one"), SPACE]))
    drive(plan_of("one"), over, force_from=frozenset({"world"}))
    drive(gone, over)

    assert (over.peek(SPACE) or {})["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "them"
    assert changes(drive(plan_of("one"), over))[SPACE] is Change.CONFIGURED


def test_patched_object_gets_its_earlier_value_back() -> None:
    """Deleting an object that osk only patched puts the earlier values back instead."""
    over = cluster()
    foreign(over, "theirs")
    drive(plan_of("one"), over)
    gone = build(step("end", action=Action.DELETE, deletes=[thing_id("one"), SPACE]))

    found = changes(drive(gone, over))

    assert found == {thing_id("one"): Change.DELETED, SPACE: Change.CONFIGURED}
    assert (over.peek(SPACE) or {})["metadata"]["labels"] == {
        "mine": "yes",
        "kubernetes.io/metadata.name": "cloud",
    }
    assert records.read(over) == ()


def test_terminating_namespace_is_waited_for_and_made_anew() -> None:
    """A namespace on its way out is not used: the run goes on when it is gone, and makes its own."""
    over = cluster()
    foreign(over, "held")
    over.set_finalizers(thing_id("held"), "example.org/hold")
    over.delete(next(each for each in over.resources() if each.kind == "Namespace"), "", "cloud")
    events = apply.run(
        plan_of("one"), over, Ticking(), judge=judge, options=apply.Options(backoff=0.001), secrets=Values()
    )
    seen = []
    for event in events:
        seen.append(event)
        if type(event).__name__ == "ObjectJudged" and over.peek(thing_id("held")):
            over.set_finalizers(thing_id("held"))

    assert isinstance(seen[-1], RunFinished)
    assert seen[-1].exit_code == ExitCode.DONE
    assert entries(over)[SPACE].owned


def test_shared_operator_is_spared_as_long_as_another_cloud_has_it() -> None:
    """Tearing one cloud down leaves what another one's ledger has; the last one deletes it."""
    over = cluster()
    layer = Layer.OPERATORS
    first = build(
        step("space", manifest("Namespace", "cloud"), layer=layer), step("op", thing("one"), layer=layer)
    )
    end = build(step("end", action=Action.DELETE, layer=layer, deletes=[thing_id("one")]))
    drive(first, over)
    drive(Plan("two", first.steps, first.digest), over)

    spared = changes(drive(end, over))
    gone = changes(drive(Plan("two", end.steps, end.digest), over))

    assert spared == {thing_id("one"): Change.SKIPPED}
    assert gone == {thing_id("one"): Change.DELETED}


def test_fields_of_a_listed_manager_are_taken_over() -> None:
    """A conflict with managers that the profile lists under `apply.forceFrom` is decided for osk."""
    over = cluster()
    drive(plan_of("one"), over)
    live = over.peek(thing_id("one")) or {}
    over.put({**live, "spec": {"size": 9}})

    events = drive(plan_of("one"), over, force_from=frozenset({"world"}))

    assert changes(events)[thing_id("one")] is Change.CONFIGURED
    assert get(over.peek(thing_id("one")) or {}, "spec", "size") == 1


def test_announced_object_that_someone_else_made_is_not_deleted() -> None:
    """An id that stands in the ledger without a UID is deleted only if the object carries osk's label."""
    over = cluster()
    foreign(over, "two")
    records.make_namespace(over)
    records.write(over, Record("lab", Layer.NETWORKS, entries=(Entry(thing_id("two"), "example.org/v1"),)))

    found = changes(drive(plan_of("one"), over))

    assert found[thing_id("two")] is Change.SKIPPED
    assert over.peek(thing_id("two")) is not None
