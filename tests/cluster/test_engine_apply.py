"""The engine against a real API server: what only a real one can show."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from openstack_k8s_cli import apply, plan, readiness
from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.apply import records
from openstack_k8s_cli.apply.ports import Cluster, Resource
from openstack_k8s_cli.model.events import Change, Event, ObjectChanged, ObjectJudged, RunFinished
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.model.secrets import Generated, SecretKey
from openstack_k8s_cli.model.steps import Action, Layer, Manifest, Origin, Policy, Step, Timeout
from openstack_k8s_cli.model.verdicts import State, Verdict
from tests.fakes.secrets import NoSecrets

FULL = frozenset(Layer)
SIZES = {"type": "object", "properties": {"size": {"type": "integer"}, "colour": {"type": "string"}}}
STATUS = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
CRD: Body = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "things.engine.example.org"},
    "spec": {
        "group": "engine.example.org",
        "scope": "Namespaced",
        "names": {"kind": "Thing", "plural": "things", "singular": "thing", "listKind": "ThingList"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {
                    "openAPIV3Schema": {"type": "object", "properties": {"spec": SIZES, "status": STATUS}}
                },
            }
        ],
    },
}


def judge(target: ObjectId, body: Body | None) -> Verdict:
    """Judge a Thing by `spec.colour`, which stands for a controller's word; other kinds by osk's own rules."""
    if target.kind != "Thing" or body is None or get(body, "metadata", "deletionTimestamp"):
        return readiness.judge(target, body)
    ready = get(body, "spec", "colour") != "grey" or get(body, "status", "painted")
    return Verdict(State.READY if ready else State.WAITING, message="" if ready else "not painted")


def manifest(body: Body, policy: Policy = Policy.APPLY, keys: Sequence[SecretKey] = ()) -> Manifest:
    """Make a manifest."""
    origin = Origin("networks/engine/test.yaml.j2", 0)
    return Manifest(
        id_of(body), body["apiVersion"], body, "networks/engine", origin, policy, secret_keys=tuple(keys)
    )


def thing(space: str, name: str, **spec: Any) -> Manifest:
    """Make a Thing."""
    meta = {"name": name, "namespace": space}
    return manifest(
        {
            "apiVersion": "engine.example.org/v1",
            "kind": "Thing",
            "metadata": meta,
            "spec": {"size": 1, **spec},
        }
    )


def config(space: str, **more: Any) -> Manifest:
    """Make a ConfigMap."""
    return manifest(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": space}, **more}
    )


def step(name: str, *manifests: Manifest, layer: Layer = Layer.NETWORKS, **more: Any) -> Step:
    """Make a step."""
    component = f"{layer.value}/{name}"
    return Step(f"{component}/main", layer, component, more.pop("action", Action.APPLY), manifests, **more)


def build(space: str, *steps: Step) -> plan.Plan:
    """Make the plan of a profile with a namespace of the same name, and the definition of Things."""
    own = manifest({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": space}})
    return plan.build(
        [step("crd", manifest(CRD), layer=Layer.OPERATORS), step("space", own), *steps], profile=space
    )


def start(wanted: plan.Plan, over: Cluster, **options: Any) -> Iterator[Event]:
    """Start a run."""
    chosen = apply.Options(backoff=0.05, values_digest="v", full=FULL, holder="test", **options)
    return apply.run(wanted, over, SystemClock(), judge=judge, options=chosen, secrets=NoSecrets())


def drive(wanted: plan.Plan, over: Cluster, **options: Any) -> tuple[RunFinished, dict[ObjectId, Change]]:
    """Run to the end; give the last event and what became of each object."""
    events = list(start(wanted, over, **options))
    assert isinstance(events[-1], RunFinished)
    return events[-1], {each.object: each.change for each in events if isinstance(each, ObjectChanged)}


def things(over: Cluster) -> Resource:
    """Find the kind."""
    over.refresh()
    found = over.resource("engine.example.org", "Thing")
    assert found is not None
    return found


def whole(space: str) -> plan.Plan:
    """Make a plan with every policy."""
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": space}}
    keys = [
        SecretKey("password", Generated("password(16)")),
        SecretKey("key", Generated("ssh-ed25519.private")),
    ]
    return build(
        space,
        step("secret", manifest(secret, Policy.ENSURE, keys)),
        step("config", config(space, data={"a": "1"})),
        step("things", thing(space, "one"), thing(space, "two")),
    )


def test_new_kind_and_its_objects_come_up_in_one_run(cluster: Cluster) -> None:
    """A definition, its namespace and its objects are made in one run, each told as created."""
    end, changes = drive(whole("first"), cluster)

    assert end.exit_code is ExitCode.DONE
    assert set(changes.values()) <= {Change.CREATED, Change.UNCHANGED, Change.SKIPPED}
    assert changes[thing("first", "one").id] is Change.CREATED


def test_second_run_changes_nothing_and_costs_little(cluster: Cluster) -> None:
    """The same plan again tells every object unchanged, writes leases only, and makes few requests."""
    wanted = whole("again")
    drive(wanted, cluster)
    before = Counter(cluster.requests())

    end, changes = drive(wanted, cluster)

    spent = Counter(cluster.requests()) - before
    del spent["update Lease"]  # as often as time goes by
    assert end.exit_code is ExitCode.DONE
    assert set(changes.values()) <= {Change.UNCHANGED, Change.SKIPPED}
    assert sum(spent.values()) <= len(wanted.manifests) + 1 + 20, spent


def test_changed_field_is_told_as_configured(cluster: Cluster) -> None:
    """A new value in the plan is told as configured, on that object only."""
    drive(whole("changed"), cluster)
    wanted = build("changed", step("things", thing("changed", "one", size=2), thing("changed", "two")))

    _, changes = drive(wanted, cluster)

    assert changes[thing("changed", "one").id] is Change.CONFIGURED
    assert changes[thing("changed", "two").id] is Change.UNCHANGED
    assert changes[config("changed").id] is Change.DELETED


def test_object_is_seen_to_become_ready(cluster: Cluster) -> None:
    """A watch sees what a controller writes, and the step ends."""
    events = []
    for event in start(build("painted", step("things", thing("painted", "one", colour="grey"))), cluster):
        events.append(event)
        if isinstance(event, ObjectJudged) and event.verdict.message == "not painted":
            cluster.merge(things(cluster), "painted", "one", {"status": {"painted": True}})

    assert isinstance(events[-1], RunFinished)
    assert events[-1].exit_code is ExitCode.DONE


def test_unknown_field_is_refused_with_the_nearest_name(cluster: Cluster) -> None:
    """A field that the schema does not know ends with code 5 and the name that was probably meant."""
    end, _ = drive(build("unknown", step("things", thing("unknown", "one", color="red"))), cluster)

    assert end.exit_code is ExitCode.APPLY_REFUSED
    assert "did you mean `colour`?" in (end.problems[0].detail or "")


def test_conflict_names_manager_and_field(cluster: Cluster) -> None:
    """A field that another manager took is refused with both names, and taken back with force."""
    wanted = build("conflict", step("things", thing("conflict", "one")))
    drive(wanted, cluster)
    body = thing("conflict", "one", size=7).body
    cluster.apply(body, manager="somebody", force=True)

    refused, _ = drive(wanted, cluster)
    forced, changes = drive(wanted, cluster, force=frozenset({"Thing/one"}))

    assert refused.exit_code is ExitCode.APPLY_REFUSED
    assert ".spec.size belongs to somebody" in (refused.problems[0].detail or "")
    assert forced.exit_code is ExitCode.DONE
    assert changes[thing("conflict", "one").id] is Change.CONFIGURED


def test_immutable_field_is_recreated_only_on_request(cluster: Cluster) -> None:
    """A change that the server never allows is refused; with `recreate` the object is made anew."""
    drive(build("fixed", step("config", config("fixed", data={"a": "1"}, immutable=True))), cluster)
    wanted = build("fixed", step("config", config("fixed", data={"a": "2"}, immutable=True)))

    refused, _ = drive(wanted, cluster)
    anew, changes = drive(wanted, cluster, recreate=frozenset({"ConfigMap/c"}))

    assert refused.problems[0].code == "OSK0505"
    assert anew.exit_code is ExitCode.DONE
    assert changes[config("fixed").id] is Change.CREATED


def test_held_deletion_blocks_and_the_next_run_ends_it(cluster: Cluster) -> None:
    """An object with a finalizer that no one serves ends with code 9 and its name; when it is free the same goes through."""
    wanted = build("held", step("things", thing("held", "one")))
    drive(wanted, cluster)
    cluster.merge(things(cluster), "held", "one", {"metadata": {"finalizers": ["example.org/hold"]}})
    gone = step("end", action=Action.DELETE, deletes=(thing("held", "one").id,), timeout=Timeout(stall=0.5))
    teardown = plan.build([gone], profile="held")

    blocked, _ = drive(teardown, cluster)
    cluster.merge(things(cluster), "held", "one", {"metadata": {"finalizers": None}})
    ended, _ = drive(teardown, cluster)

    assert blocked.exit_code is ExitCode.TEARDOWN_BLOCKED
    assert "example.org/hold" in (blocked.problems[0].detail or "")
    assert ended.exit_code is ExitCode.DONE


def test_namespace_on_its_way_out_is_made_anew(cluster: Cluster) -> None:
    """A run that meets a terminating namespace waits for its end and makes its own."""
    wanted = build("renewed", step("config", config("renewed", data={"a": "1"})))
    drive(wanted, cluster)
    spaces = cluster.resource("", "Namespace")
    assert spaces is not None
    cluster.delete(spaces, "", "renewed")

    end, changes = drive(wanted, cluster)

    assert end.exit_code is ExitCode.DONE
    assert changes[config("renewed").id] is Change.CREATED


@pytest.mark.parametrize("stop_after", [1, 4, 8, 12])
def test_run_that_is_stopped_is_finished_by_the_next(cluster: Cluster, stop_after: int) -> None:
    """Wherever a run is stopped, the next one reaches Ready and its ledger has every object with its UID."""
    space = f"stopped-{stop_after}"
    running = start(whole(space), cluster)
    for number, _ in enumerate(running, start=1):
        if number == stop_after:
            break
    running.close()  # type: ignore[attr-defined]  # a generator

    end, _ = drive(whole(space), cluster, dead=lambda _: True)

    entries = {
        entry.id: entry
        for record in records.read(cluster)
        for entry in record.entries
        if record.profile == space
    }
    assert end.exit_code is ExitCode.DONE
    assert entries.keys() == {each.id for each in whole(space).manifests}
    assert all(entry.uid for entry in entries.values() if entry.owned)
