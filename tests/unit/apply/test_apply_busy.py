"""Objects that nobody may touch as long as something is at work with them."""

from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.model.events import Change, Event, ObjectChanged, RunFinished
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import ExitCode
from tests.fakes.cluster import FakeCluster
from tests.unit.apply.plans import build, cluster, drive, manifest, step

BUSY = ClusterError(ErrorKind.BUSY, "could not patch while another is running", status=409)
SERVICE = ObjectId("", "Service", "cloud", "one")
OWNED = {
    "manager": "osk",
    "operation": "Apply",
    "time": "2026-01-01T00:00:00Z",
    "fieldsV1": {"f:metadata": {"f:labels": {}}},
}


def with_namespace() -> FakeCluster:
    """Make a cluster with the namespace of the tests."""
    made = cluster()
    made.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "cloud"}})
    return made


def changes(events: list[Event]) -> list[Change]:
    """Give what became of the objects."""
    return [each.change for each in events if isinstance(each, ObjectChanged)]


def test_what_is_busy_is_waited_for() -> None:
    """A webhook that refuses as long as something is at work is asked again."""
    over = with_namespace()
    over.fail(BUSY, verb="apply", kind="Service", times=2)

    events = drive(build(step("a", manifest("Service", "one"))), over, backoff=0.01)

    assert isinstance(events[-1], RunFinished)
    assert ExitCode.DONE is events[-1].exit_code
    assert [Change.CREATED] == changes(events)


def test_what_is_busy_and_as_it_is_wanted_is_let_be() -> None:
    """A repeated run goes on beside what an earlier one set off: it has nothing to change there."""
    over = with_namespace()
    drive(build(step("a", manifest("Service", "one"))), over)
    live = over.peek(SERVICE)
    assert live is not None
    over.put({**live, "metadata": {**live["metadata"], "managedFields": [OWNED]}})
    over.fail(BUSY, verb="apply", kind="Service", times=1000)

    events = drive(build(step("a", manifest("Service", "one"))), over)

    assert [Change.UNCHANGED] == changes(events)
