"""A run that ends anywhere is finished by the next one."""

from collections import Counter
from typing import Any

import pytest

from openstack_k8s_cli import apply
from openstack_k8s_cli.apply import records
from openstack_k8s_cli.model.events import Change, Event, ObjectChanged, RunFinished
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.model.secrets import Generated, SecretKey
from openstack_k8s_cli.model.steps import Layer, Policy
from openstack_k8s_cli.plan import Plan
from tests.fakes.cluster import FakeCluster
from tests.unit.apply.plans import Ticking, Values, build, cluster, judge, manifest, step, thing

FULL = frozenset(Layer)


def plan() -> Plan:
    """Make a plan with every policy, over two layers."""
    secret = manifest("Secret", "s", policy=Policy.ENSURE, keys=[SecretKey("k", Generated("hex(8)"))])
    return build(
        step("space", manifest("Namespace", "cloud"), layer=Layer.OPERATORS),
        step("secret", secret, layer=Layer.OPERATORS),
        step("config", manifest("ConfigMap", "c", policy=Policy.CREATE, data={"k": "v"})),
        step("one", thing("one"), thing("two")),
        step("three", thing("three"), after=["one"]),
    )


def start(over: FakeCluster, wanted: Plan | None = None) -> Any:
    """Start a run whose earlier holder is known to be dead."""
    options = apply.Options(backoff=0.001, recheck=0.05, values_digest="v", full=FULL, dead=lambda _: True)
    return apply.run(wanted or plan(), over, Ticking(), judge=judge, options=options, secrets=Values())


def drive(over: FakeCluster, wanted: Plan | None = None) -> list[Event]:
    """Run to the end."""
    return list(start(over, wanted))


def picture(over: FakeCluster) -> dict[ObjectId, Any]:
    """Describe what is in the cluster, without what differs from run to run."""
    drawn: dict[ObjectId, Any] = {}
    for target in over.ids():
        body = over.peek(target) or {}
        if target.kind != "Lease" and target.namespace != "osk-system":
            drawn[target] = (
                body.get("spec"),
                sorted(body.get("data") or {}),
                body.get("metadata", {}).get("labels"),
            )
    owned = {
        entry.id: (entry.owned, bool(entry.uid)) for record in records.read(over) for entry in record.entries
    }
    return {**drawn, ObjectId("", "Ledger", "", ""): owned}


@pytest.mark.parametrize("index", range(25))
def test_run_that_is_killed_at_any_event_is_finished_by_the_next(index: int) -> None:
    """Wherever a run ends, the same command again reaches the same end state, and keeps the same secrets."""
    whole = cluster()
    drive(whole)
    over = cluster()
    running = start(over)
    for number, _ in enumerate(running):
        if number == index:
            break
    running.close()
    secret = ObjectId("", "Secret", "cloud", "s")
    before = (over.peek(secret) or {}).get("data")

    events = drive(over)

    assert isinstance(events[-1], RunFinished)
    assert events[-1].exit_code == ExitCode.DONE
    assert picture(over) == picture(whole)
    assert before in (None, (over.peek(secret) or {}).get("data"))


def test_run_that_is_killed_while_it_prunes_is_finished_by_the_next() -> None:
    """A deletion that was begun is ended by the next run, and the ledger agrees."""
    less = build(
        step("space", manifest("Namespace", "cloud"), layer=Layer.OPERATORS), step("one", thing("one"))
    )
    over = cluster()
    drive(over)
    for count in range(6):
        running = start(over, less)
        for number, _ in enumerate(running):
            if number == count:
                break
        running.close()

    drive(over, less)

    kept = {entry.id.name for record in records.read(over) for entry in record.entries}
    assert kept == {"cloud", "one"}
    assert [each.name for each in over.ids() if each.kind == "Thing"] == ["one"]


def test_nothing_to_change_costs_little() -> None:
    """A second run makes at most one request an object, two a kind that is waited for, and few besides."""
    over = cluster()
    drive(over)
    before = Counter(over.requests())

    events = drive(over)

    spent = Counter(over.requests()) - before
    objects = len(plan().manifests)
    changed = {each.change for each in events if isinstance(each, ObjectChanged)}
    assert changed == {Change.UNCHANGED}
    assert sum(spent.values()) <= objects + 10, spent


def test_nothing_to_change_writes_nothing_but_leases() -> None:
    """A second run leaves every object, the ledger too, at the version it had."""
    over = cluster()
    drive(over)
    versions = {
        each: (over.peek(each) or {})["metadata"]["resourceVersion"]
        for each in over.ids()
        if each.kind != "Lease"
    }

    drive(over)

    assert versions == {each: (over.peek(each) or {})["metadata"]["resourceVersion"] for each in versions}
