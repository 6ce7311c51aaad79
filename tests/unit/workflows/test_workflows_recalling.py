"""What osk remembers of earlier runs."""

import pytest

from openstack_k8s_cli.apply import records
from openstack_k8s_cli.apply.ledger import Entry, Record
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
    preview = planning.preview(worlds.world(remembering()), target)

    assert expected == [str(row.object) for row in preview.rows if row.change is Change.DELETED]
