"""The upstreams of the cluster's resolver: what nobody chose is taken, what somebody chose stays unless it is taken over."""

from typing import Any

import pytest

from openstack_k8s_cli import apply
from openstack_k8s_cli.apply.changes import MANAGER
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, FieldConflict
from openstack_k8s_cli.model.events import Event, ObjectChanged, RunFinished, Warned
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.model.steps import Action, Manifest, Origin
from openstack_k8s_cli.workflows.comparing import Comparing, Row
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served
from tests.unit.apply import plans
from tests.unit.apply.plans import Values, build, cluster, step

KIND = served("operator.openshift.io", "v1", "DNS", "dnses", namespaced=False)
DNS = ObjectId("operator.openshift.io", "DNS", "", "default")
API = "operator.openshift.io/v1"
FIRST = {"policy": "Sequential", "upstreams": [{"type": "SystemResolvConf", "port": 53}]}
"""As the cluster's own operator makes it."""
THEIRS = {"policy": "Sequential", "upstreams": [{"type": "Network", "address": "10.0.0.53", "port": 53}]}
OURS = {
    "policy": "Sequential",
    "upstreams": [{"type": "Network", "address": "192.168.122.1"}, {"type": "SystemResolvConf"}],
}
SAID = (
    "DNS default keeps the upstream resolvers of kubectl-edit (10.0.0.53): "
    "`osk deploy networks/dns --adopt DNS/default` takes them over"
)
ADOPTED = frozenset({"DNS/default"})


def body(upstreams: Body, **spec: Any) -> Body:
    """Give the resolver."""
    spec = {"upstreamResolvers": upstreams, **spec}
    return {"apiVersion": API, "kind": "DNS", "metadata": {"name": "default"}, "spec": spec}


def manifest(**spec: Any) -> Manifest:
    """Say what it is to have."""
    return Manifest(DNS, API, body(OURS, **spec), "networks/dns", Origin("x.j2", 0))


def scene(there: Body, manager: str = "dns-operator") -> FakeCluster:
    """Have a resolver."""
    over = cluster(KIND)
    over.apply(body(there, logLevel="Normal"), manager=manager)
    return over


def edited(over: FakeCluster) -> None:
    """Let an administrator write the upstreams."""
    over.apply(body(THEIRS), manager="kubectl-edit", force=True)


def drive(over: FakeCluster, **options: Any) -> list[Event]:
    """Deploy it."""
    return plans.drive(build(step("dns", manifest())), over, settle=0.05, **options)


def end(events: list[Event]) -> ExitCode:
    """Give a run's exit code."""
    assert isinstance(events[-1], RunFinished)
    return events[-1].exit_code


def said(events: list[Event]) -> list[str]:
    """Give its warnings."""
    return [each.message for each in events if isinstance(each, Warned)]


def upstreams(over: FakeCluster) -> Any:
    """Give what is there."""
    return get(over.peek(DNS) or {}, "spec", "upstreamResolvers")


def row(over: FakeCluster, **options: Any) -> Row:
    """Say what a deployment would do."""
    [made] = build(step("dns", manifest())).steps
    return Comparing(over, "lab", (), apply.Options(**options), Values()).row(made, made.manifests[0])


def test_what_every_cluster_begins_with_is_nobodys() -> None:
    """Its own operator owns it on every OpenShift; it is taken without a word, and a plan says so."""
    over = scene(FIRST)
    planned = row(over)
    events = drive(over)

    assert (planned.change.value, planned.problem, planned.note) == ("configured", None, "")
    assert (ExitCode.DONE, [], OURS) == (end(events), said(events), upstreams(over))


@pytest.mark.parametrize("first", [True, False])
def test_what_somebody_chose_stays(*, first: bool) -> None:
    """Before the first deployment or since: run and plan say so, with the command that takes it over."""
    over = scene(FIRST)
    if not first:
        drive(over)
    edited(over)
    planned = row(over)
    events = drive(over)
    again = drive(over)

    assert ("skipped", SAID, None) == (planned.change.value, planned.note, planned.problem)
    assert (ExitCode.DONE, [SAID], THEIRS) == (end(events), said(events), upstreams(over))
    assert (["unchanged"], [SAID]) == (
        [each.change.value for each in again if isinstance(each, ObjectChanged) and each.object == DNS],
        said(again),
    )


@pytest.mark.parametrize("how", [{"adopt": ADOPTED}, {"force_from": frozenset({"kubectl-edit"})}])
def test_it_is_taken_over_where_that_is_asked_for(how: dict[str, Any]) -> None:
    """By the command that is said, or by the profile's list; from then on it is the cloud's."""
    over = scene(THEIRS, "kubectl-edit")
    assert ("configured", "") == (row(over, **how).change.value, row(over, **how).note)
    drive(over, **how)

    assert OURS == upstreams(over)
    assert [] == said(drive(over))


def test_other_fields_are_still_refused() -> None:
    """Only the upstreams are left to others."""
    over = scene(FIRST)
    target = manifest(logLevel="Debug")
    with pytest.raises(ClusterError):
        apply.claiming.applied(over, target.id, target.body, apply.Options())
    edited(over)
    with pytest.raises(ClusterError):
        apply.claiming.applied(over, target.id, target.body, apply.Options())


@pytest.mark.parametrize(("chosen", "after"), [(False, OURS), (True, THEIRS)])
def test_other_fields_are_taken_from_those_whom_the_profile_lists(*, chosen: bool, after: Body) -> None:
    """Whether the upstreams beside them are nobody's or stay."""
    over, target = scene(FIRST, "ci"), manifest(logLevel="Debug")
    over.apply(body(THEIRS if chosen else FIRST), manager="kubectl-edit", force=True)
    apply.claiming.applied(over, target.id, target.body, apply.Options(force_from=frozenset({"ci"})))

    assert ("Debug", after) == (get(over.peek(DNS) or {}, "spec", "logLevel"), upstreams(over))


def test_what_osk_patched_stands_in_nobodys_way() -> None:
    """The server counts it as another entry than what osk applied."""
    over, target = scene(FIRST), manifest()
    owners = {MANAGER: ".spec.servers", "dns-operator": ".spec.upstreamResolvers.upstreams"}
    conflicts = tuple(FieldConflict(*each) for each in owners.items())
    over.fail(ClusterError(ErrorKind.OWNED_FIELDS, "owned", conflicts=conflicts), verb="apply", kind="DNS")
    apply.claiming.applied(over, target.id, target.body, apply.Options())

    assert OURS == upstreams(over)


@pytest.mark.parametrize(("later", "after"), [(False, FIRST), (True, THEIRS)])
def test_a_teardown_leaves_what_somebody_chose(*, later: bool, after: Body) -> None:
    """What there was comes back, unless somebody wrote it since."""
    over = scene(FIRST)
    drive(over)
    if later:
        edited(over)
    plans.drive(build(step("end", action=Action.DELETE, deletes=[DNS])), over, settle=0.05)

    assert after == upstreams(over)


def test_a_teardown_where_nothing_was() -> None:
    """The field goes, but not what an administrator wrote there since."""
    mine, theirs = (scene({}) for _ in range(2))
    for over in (mine, theirs):
        over.merge(KIND, "", "default", {"spec": {"upstreamResolvers": None}})
        drive(over)
    edited(theirs)
    for over in (mine, theirs):
        plans.drive(build(step("end", action=Action.DELETE, deletes=[DNS])), over, settle=0.05)

    assert (None, THEIRS) == (upstreams(mine), upstreams(theirs))
