"""Entries in the cluster: read back as written, and never written over somebody else's."""

from dataclasses import replace

import pytest

from openstack_k8s_cli.apply import records
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.developing.entries import Effect, Entry, Kind, State
from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows.developing import reviewing, store
from tests.fakes.cluster import FakeCluster
from tests.fakes.entries import entry
from tests.fakes.kinds import served

CRD = ObjectId("apiextensions.k8s.io", "CustomResourceDefinition", "", "novas.nova.openstack.org")
BODY: Body = {"apiVersion": "v1", "kind": CRD.kind, "metadata": {"name": CRD.name}, "spec": {"x": "y" * 5000}}


@pytest.fixture
def cluster() -> FakeCluster:
    """Have a cluster with osk's namespace."""
    made = FakeCluster()
    records.make_namespace(made)
    return made


def with_effect() -> Entry:
    """Make an entry that changes a CRD."""
    return entry(
        effects=(Effect(CRD, "apiextensions.k8s.io/v1", True, early=True),),
        holder="ann@laptop 607 then there",
    )


def test_entries_are_read_as_they_were_written(cluster: FakeCluster) -> None:
    """Of all clouds, the oldest first, with one request."""
    mine = store.write(cluster, with_effect(), {CRD: BODY})
    other = store.write(cluster, entry(Kind.SERVICE_IMAGE, "nova-api", profile="Other lab", since=1.0))
    before = len(cluster.log)

    assert (other, mine) == store.read(cluster)
    assert before + 1 == len(cluster.log)
    assert {CRD: BODY} == store.earlier(cluster, mine)
    assert {} == store.earlier(cluster, other)


def test_a_change_is_written_over_what_was_read(cluster: FakeCluster) -> None:
    """Its version is the new one then."""
    first = store.write(cluster, entry())
    second = store.write(cluster, replace(first, state=State.THERE))

    assert first.version != second.version
    assert (second,) == store.read(cluster)


def test_what_somebody_else_changed_meanwhile_is_not_written_over(cluster: FakeCluster) -> None:
    """Neither a new entry over theirs, nor a change of one that they changed or took back; they are named."""
    first = store.write(cluster, entry())
    store.write(cluster, replace(first, by="c@d"))
    told = []
    for mine in (entry(note="mine"), replace(first, state=State.LEAVING)):
        with pytest.raises(OskError) as caught:
            store.write(cluster, mine)
        told.append(caught.value)
    store.erase(cluster, first)
    with pytest.raises(OskError) as gone:
        store.write(cluster, first)

    assert ["OSK1401", "OSK1401"] == [each.problems[0].code for each in told]
    assert ["c@d" in str(each.problems[0].detail) for each in told] == [True, True]
    assert ExitCode.REFUSED == told[0].exit_code
    assert "taken back meanwhile" in gone.value.problems[0].summary


def test_an_erased_entry_leaves_nothing(cluster: FakeCluster) -> None:
    """What was kept with it goes first, so that an end in between leaves the entry that names it."""
    written = store.write(cluster, with_effect(), {CRD: BODY})
    store.erase(cluster, written)

    assert () == cluster.list(records.CONFIG_MAP, records.NAMESPACE).items
    gone = [each.name for each in cluster.log if each.verb == "delete"]
    assert [False, True] == [each == "osk.lab.dev.image.nova" for each in gone]


def test_who_may_not_read_them_sees_none(cluster: FakeCluster) -> None:
    """As a user with few rights does who asks for a status; another error is one."""
    store.write(cluster, entry())
    cluster.fail(ClusterError(ErrorKind.FORBIDDEN, "no"), verb="list", kind="ConfigMap")
    unseen = store.seen(cluster)
    cluster.fail(ClusterError(ErrorKind.SERVER, "broken"), verb="list", kind="ConfigMap", times=3)

    assert () == unseen
    with pytest.raises(OskError):
        store.seen(cluster)


def test_what_cannot_be_read_is_named(cluster: FakeCluster) -> None:
    """One that a newer osk wrote, or that somebody edited."""
    store.write(cluster, entry())
    cluster.merge(records.CONFIG_MAP, records.NAMESPACE, "osk.lab.dev.image.nova", {"data": {"entry": "{"}})

    with pytest.raises(OskError) as caught:
        store.read(cluster)

    assert ("OSK1405", ExitCode.REFUSED) == (caught.value.problems[0].code, caught.value.exit_code)


def test_the_cluster_tells_for_whom_it_takes_us() -> None:
    """Where it has the kind for that."""
    review = served(
        "authentication.k8s.io", "v1", "SelfSubjectReview", "selfsubjectreviews", namespaced=False
    )

    assert "" == reviewing.user(FakeCluster())
    assert "" == reviewing.user(FakeCluster(review))
