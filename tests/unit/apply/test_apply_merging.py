"""A list that others have entries in and that the API server takes as one value: osk changes its own entries only."""

from typing import Any

import pytest

from openstack_k8s_cli import apply
from openstack_k8s_cli.apply import merging
from openstack_k8s_cli.apply.messages import NotYet
from openstack_k8s_cli.apply.ports import Answer
from openstack_k8s_cli.model import entries
from openstack_k8s_cli.model.events import Change, Event, ObjectChanged
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.steps import Action, Layer, Manifest, Origin
from openstack_k8s_cli.plan import Plan
from openstack_k8s_cli.workflows.comparing import Comparing, Row
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served
from tests.unit.apply import plans
from tests.unit.apply.plans import Values, build, cluster, step

KIND = served("operator.openshift.io", "v1", "DNS", "dnses", namespaced=False)
DNS = ObjectId("operator.openshift.io", "DNS", "", "default")
API = "operator.openshift.io/v1"
THEIRS = {"name": "corp", "zones": ["corp.example"], "forwardPlugin": {"upstreams": ["10.0.0.1"]}}
LATER = {**THEIRS, "name": "later", "zones": ["later.example"]}
OURS = {"name": entries.own("lab"), "zones": ["storage.example.com"]}


def dns(*servers: Body, **spec: Any) -> Body:
    """Give the cluster's resolver."""
    whole = {**spec, **({"servers": list(servers)} if servers else {})}
    return {"apiVersion": API, "kind": "DNS", "metadata": {"name": "default"}, "spec": whole}


def manifest(*servers: Body, **spec: Any) -> Manifest:
    """Make a manifest of it."""
    return Manifest(DNS, API, dns(*servers, **spec), "networks/dns", Origin("x.j2", 0))


def plan_of(*servers: Body) -> Plan:
    """Plan that it has servers, and something else."""
    return build(step("dns", manifest(*servers, logLevel="Normal")))


def scene(*servers: Body) -> FakeCluster:
    """Have somebody's zones there."""
    over = cluster(KIND)
    over.apply(dns(*servers, logLevel="Normal"), manager="kubectl-edit")
    return over


def drive(over: FakeCluster, plan: Plan) -> list[Event]:
    """Run a plan as the whole of a profile."""
    return plans.drive(plan, over, settle=0.05, values_digest="v", full=frozenset({Layer.NETWORKS}))


def change(events: list[Event]) -> Change:
    """Give what became of it."""
    return next(each.change for each in events if isinstance(each, ObjectChanged) and each.object == DNS)


def servers(over: FakeCluster) -> Any:
    """Give the zones that are there."""
    return get(over.peek(DNS) or {}, "spec", "servers")


def append(over: FakeCluster, *more: Body) -> None:
    """Let somebody else change the zones."""
    over.merge(KIND, "", "default", {"spec": {"servers": list(more)}})


def row(over: FakeCluster, *own: Body) -> Row:
    """Say what a deployment would do."""
    [made] = build(step("dns", manifest(*own))).steps
    return Comparing(over, "lab", (), apply.Options(), Values()).row(made, made.manifests[0])


def test_others_keep_their_entries() -> None:
    """Whoever owns the list: osk's entry comes beside theirs, and a second run changes nothing."""
    over = scene(THEIRS)

    assert Change.CONFIGURED is change(drive(over, plan_of(OURS)))
    assert [THEIRS, OURS] == servers(over)
    assert Change.UNCHANGED is change(drive(over, plan_of(OURS)))
    append(over, THEIRS, OURS, LATER)
    assert Change.UNCHANGED is change(drive(over, plan_of(OURS)))
    assert [THEIRS, OURS, LATER] == servers(over)


def test_defaults_of_the_server_are_no_change() -> None:
    """An entry that is there with more than osk says is as it is wanted; one that is not gets its place back."""
    over = scene(THEIRS)
    more = {**OURS, "policy": "Random"}
    append(over, more, THEIRS)

    drive(over, plan_of(OURS))
    assert [more, THEIRS] == servers(over)
    moved = {**OURS, "zones": ["storage.lab"]}
    drive(over, plan_of(moved))
    assert [moved, THEIRS] == servers(over)


def test_an_entry_that_is_wanted_no_more_goes_alone() -> None:
    """The profile has no such hosts any more."""
    over = scene(THEIRS)
    drive(over, plan_of(OURS))
    drive(over, plan_of())

    assert [THEIRS] == servers(over)


@pytest.mark.parametrize(("before", "after"), [((THEIRS,), [THEIRS, LATER]), ((), [LATER])])
def test_a_teardown_takes_only_its_own(before: tuple[Body, ...], after: list[Body]) -> None:
    """Also what others added since the first deployment stays."""
    over = scene(*before)
    drive(over, plan_of(OURS))
    append(over, *before, OURS, LATER)
    drive(over, build(step("end", action=Action.DELETE, deletes=[DNS])))

    assert after == servers(over)


def test_a_teardown_leaves_nothing_where_nothing_was() -> None:
    """The field is gone, not empty."""
    over = scene()
    drive(over, plan_of(OURS))
    drive(over, build(step("end", action=Action.DELETE, deletes=[DNS])))

    assert "servers" not in (over.peek(DNS) or {})["spec"]


def test_a_plan_says_the_same() -> None:
    """`osk plan` shows the entry that comes, no conflict, and nothing once it is there."""
    over = scene(THEIRS)
    found = row(over, OURS)
    drive(over, plan_of(OURS))

    assert (Change.CONFIGURED, None) == (found.change, found.problem)
    assert {f"spec.servers[{OURS['name']}]"} == {each.path.rpartition(".")[0] for each in found.differences}
    assert Change.UNCHANGED is row(over, OURS).change


def test_what_others_write_meanwhile_is_not_lost() -> None:
    """It is written on top of what was read, and tried again else."""
    over = scene(THEIRS)
    stale = over.peek(DNS) or {}
    append(over, THEIRS, LATER)

    with pytest.raises(NotYet):
        merging.write(over, KIND, DNS, Answer(stale), [OURS], profile="lab")
    assert [THEIRS, LATER] == servers(over)
