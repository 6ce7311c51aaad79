"""What osk remembers of earlier runs."""

import pytest

from openstack_k8s_cli.apply import records
from openstack_k8s_cli.apply.ledger import Entry, Record
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.workflows import planning, recalling
from openstack_k8s_cli.workflows.world import Target
from tests.fakes.cluster import FakeCluster
from tests.unit.workflows import worlds

OLD = ObjectId("", "ConfigMap", "openstack", "old")


def remembering(*, profile: str = "lab", origin: str = "a") -> FakeCluster:
    """Make a cluster whose ledger has one run of the operators layer."""
    made = worlds.cluster()
    records.make_namespace(made)
    entries = (Entry(OLD, "v1", uid="1", step="operators/settings/settings"),)
    records.write(made, Record(profile, Layer.OPERATORS, values_digest=origin, entries=entries))
    return made


def test_a_first_run_asks_nothing() -> None:
    """On a cluster without a ledger nothing is asked."""
    assert not recalling.recall(worlds.world(worlds.cluster()), "a").differs


def test_the_same_run_asks_nothing() -> None:
    """The same profile with the same --set is not asked about."""
    assert not recalling.recall(worlds.world(remembering()), "a").differs


def test_other_values() -> None:
    """Another file or other --set than last time is noticed, with the layers it is about."""
    recollection = recalling.recall(worlds.world(remembering(origin="b")), "a")

    assert (Layer.OPERATORS,) == recollection.other_values


def test_another_cloud() -> None:
    """A profile of another name than the one that was deployed here is noticed."""
    recollection = recalling.recall(worlds.world(remembering(profile="other")), "a")

    assert ("other",) == recollection.other_clouds


@pytest.mark.parametrize(
    ("target", "expected"),
    [(Target(), [str(OLD)]), (Target(("operators/settings/place",), only=True), [])],
    ids=["whole layer", "part of a layer"],
)
def test_what_the_profile_has_no_more(target: Target, expected: list[str]) -> None:
    """The plan of a whole layer shows what will be deleted; that of a part deletes nothing."""
    made = remembering()
    worlds.namespace(made, OLD.namespace)
    made.put(
        {"apiVersion": "v1", "kind": OLD.kind, "metadata": {"name": OLD.name, "namespace": OLD.namespace}}
    )
    preview = planning.preview(worlds.world(made), target)

    assert expected == [str(row.object) for row in preview.rows if row.change is Change.DELETED]


def test_what_is_not_there_is_not_shown_to_go() -> None:
    """A run that failed announced what it never made: the plan has no deletion of it."""
    preview = planning.preview(worlds.world(remembering()), Target())

    assert not [row for row in preview.rows if row.change is Change.DELETED]


@pytest.mark.parametrize(
    ("holder", "who"),
    [
        ("me@host 12 2026-01-02T03:04:05Z abcd", "me@host (process 12, since 2026-01-02T03:04:05Z) is"),
        ("someone", "someone is"),
    ],
)
def test_who_is_at_work_is_named(holder: str, who: str) -> None:
    """A run that holds a lease now is told, and nothing where leases may not be read."""
    made = remembering()
    meta = {"name": "osk.lab.networks", "namespace": records.NAMESPACE}
    spec = {"holderIdentity": holder, "renewTime": "2999-01-01T00:00:00Z", "leaseDurationSeconds": 60}
    made.put({"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": meta, "spec": spec})

    told = recalling.at_work(worlds.world(made), lambda _: False)
    made.fail(ClusterError(ErrorKind.FORBIDDEN, "no"), kind="Lease")
    unread = recalling.at_work(worlds.world(made), lambda _: False)

    assert (f"{who} at work on networks of lab",) == told
    assert () == unread
