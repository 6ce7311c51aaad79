"""The ledger as values and as ConfigMaps."""

from dataclasses import replace

import pytest

from openstack_k8s_cli.apply import ledger, records
from openstack_k8s_cli.apply.ledger import Entry, Record
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.model.steps import Action, Fate, Layer
from tests.fakes.cluster import FakeCluster
from tests.unit.apply.plans import build, manifest, step, thing, thing_id

SPACE = ObjectId("", "Namespace", "", "cloud")


def entry(name: str, *, uid: str = "", owned: bool = True, fate: Fate = Fate.DELETE) -> Entry:
    """Make a Thing's entry."""
    return Entry(thing_id(name), "example.org/v1", uid, owned, fate, "networks/one/main")


def record(*entries: Entry, layer: Layer = Layer.NETWORKS, profile: str = "lab") -> Record:
    """Make a record."""
    return Record(profile, layer, "cluster", "d1", "v1", "1.0", entries)


def ready() -> FakeCluster:
    """Make a cluster with the ledger's namespace."""
    made = FakeCluster()
    records.make_namespace(made)
    return made


def test_record_comes_back_as_it_was_written() -> None:
    """What is written is read again, all of it, with one request for all clouds and layers."""
    over = ready()
    shared = Entry(SPACE, "v1", "u", owned=False, earlier={"metadata": {"labels": {"x": None}}})
    wrote = (
        record(entry("a", uid="u1"), shared),
        record(entry("b"), layer=Layer.OPERATORS),
        record(profile="Two"),
    )
    for each in wrote:
        records.write(over, each)
    before = over.requests().get("list ConfigMap", 0)

    assert {(each.profile, each.layer): each for each in records.read(over)} == {
        (each.profile, each.layer): each for each in wrote
    }
    assert over.requests()["list ConfigMap"] - before == 1


@pytest.mark.parametrize("kind", [ErrorKind.NAMESPACE_MISSING, ErrorKind.FORBIDDEN])
def test_where_osk_was_never_there_are_none(kind: ErrorKind) -> None:
    """A namespace that is not there is no error; that it may not be read is one."""
    over = ready()
    over.fail(ClusterError(kind, "no"), verb="list", kind="ConfigMap", times=2)

    if kind is ErrorKind.NAMESPACE_MISSING:
        assert records.read(over) == ()
    else:
        with pytest.raises(ClusterError):
            records.read(over)


def test_large_record_is_kept_in_shards() -> None:
    """A record that is larger than one ConfigMap is split, and shards of before are gone afterwards."""
    over = ready()
    entries = tuple(entry(f"thing-{number}") for number in range(50))
    records.write(over, record(*entries), shard=100)
    many = len([each for each in over.ids() if each.kind == "ConfigMap"])
    records.write(over, record(*entries[:40]), shard=100)

    assert many > 3
    assert records.read(over) == (record(*entries[:40]),)
    names = [each.name for each in over.ids() if each.kind == "ConfigMap"]
    assert len({name.split(".")[3] for name in names if name.count(".") > 3}) <= 1


def test_end_between_shards_loses_nothing() -> None:
    """A write that ends before its head is written leaves the earlier record readable."""
    over = ready()
    first = record(*(entry(f"thing-{number}") for number in range(50)))
    records.write(over, first, shard=100)
    requests = len(over.log)
    over.reactions.append(
        lambda _: (
            over.fail(ClusterError(ErrorKind.UNREACHABLE, "gone"), verb="apply")
            if len(over.log) > requests + 1
            else None
        )
    )

    with pytest.raises(ClusterError):
        records.write(over, record(*(entry(f"other-{number}") for number in range(50))), shard=100)

    assert records.read(over) == (first,)


def test_erased_record_leaves_no_config_map() -> None:
    """The last object's end takes the record and its shards with it."""
    over = ready()
    big = record(*(entry(f"thing-{number}") for number in range(50)))
    records.write(over, big, shard=100)
    records.erase(over, big)

    assert [each for each in over.ids() if each.kind == "ConfigMap"] == []


def test_unreadable_record_is_an_error_with_advice() -> None:
    """A ledger that osk cannot read stops the run before anything is written."""
    over = ready()
    records.write(over, record())
    body = over.peek(ObjectId("", "ConfigMap", "osk-system", "osk.lab.networks")) or {}
    over.put({**body, "data": {**body["data"], "ledger": "bm9uc2Vuc2U="}})

    with pytest.raises(OskError) as caught:
        records.read(over)

    assert caught.value.problems[0].subject == "ConfigMap osk-system/osk.lab.networks"


@pytest.mark.parametrize(
    ("profile", "expected"), [("lab", "osk.lab.networks"), ("two-racks", "osk.two-racks.networks")]
)
def test_name_says_profile_and_layer(profile: str, expected: str) -> None:
    """A plain profile name stands in the ConfigMap's name as it is."""
    assert records.name_of(profile, Layer.NETWORKS) == expected


def test_names_that_differ_in_signs_only_do_not_meet() -> None:
    """Profiles whose names become alike when made safe still have records of their own."""
    names = {records.name_of(each, Layer.NETWORKS) for each in ("my lab", "my_lab", "my-lab", "My-Lab")}

    assert len(names) == 4


def test_union_keeps_what_is_known() -> None:
    """Announcing an object again loses neither its UID nor its earlier values, and keeps the order."""
    old = record(entry("a", uid="u1"), replace(entry("b", owned=False), earlier={"spec": {}}))
    new = ledger.union(old, [replace(entry("b", owned=False), step="later"), entry("a"), entry("c")])

    assert [(each.id.name, each.uid, each.owned, each.earlier) for each in new.entries] == [
        ("a", "u1", True, None),
        ("b", "", False, {"spec": {}}),
        ("c", "", True, None),
    ]


def test_adopted_object_becomes_owned() -> None:
    """An object that was used and is adopted later is osk's from then on."""
    assert ledger.union(record(entry("a", owned=False)), [entry("a")]).entries[0].owned


def test_trim_forgets_only_what_is_gone() -> None:
    """UIDs are noted, and entries dropped only when their deletion is confirmed."""
    after = ledger.trim(
        record(entry("a"), entry("b", uid="u2")), uids={thing_id("a"): "u1"}, gone=[thing_id("b")]
    )

    assert [(each.id.name, each.uid) for each in after.entries] == [("a", "u1")]


def test_pruned_is_what_whole_layers_have_no_more() -> None:
    """Owned objects that left the plan go, last made first; namespaces, data and what others made stay."""
    plan = build(step("one", thing("kept")))
    mine = record(
        Entry(SPACE, "v1"),
        entry("kept"),
        entry("first"),
        entry("used", owned=False),
        entry("data", fate=Fate.DATA),
        entry("second"),
    )

    found = ledger.pruned(plan, [mine, record(entry("x"), profile="other")], [Layer.NETWORKS])

    assert [each.id.name for each in found[Layer.NETWORKS]] == ["second", "first"]
    assert ledger.pruned(plan, [mine], []) == {}


def test_prune_step_comes_last_in_its_layer() -> None:
    """The step that prunes comes after every other of its layer."""
    plan = build(step("one", thing("a")), step("two", manifest("ConfigMap", "c")))
    made = ledger.with_pruning(plan, {Layer.NETWORKS: [entry("gone")]})

    assert made.steps[-1].action is Action.DELETE
    assert made.steps[-1].after == {"networks/one/main", "networks/two/main"}
    assert made.steps[-1].deletes == (thing_id("gone"),)


def test_pruning_a_layer_that_is_gone_comes_after_everything() -> None:
    """What is left of a layer that the profile has no more is deleted when all else is there."""
    made = ledger.with_pruning(build(step("one", thing("a"))), {Layer.DATAPLANE: [entry("gone")]})

    assert made.steps[-1].after == {"networks/one/main"}


def test_sharing_names_other_clouds() -> None:
    """An object that other clouds own too is known as shared."""
    all_records = [
        record(entry("a")),
        record(entry("a"), profile="two"),
        record(entry("a", owned=False), profile="three"),
    ]

    assert ledger.sharing(all_records, thing_id("a"), profile="lab") == ("two",)
