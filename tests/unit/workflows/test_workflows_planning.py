"""What osk says that it would change, and what is there."""

from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.verdicts import State
from openstack_k8s_cli.workflows import looking, planning
from openstack_k8s_cli.workflows.world import Target
from tests.unit.workflows import worlds


def changes(preview: planning.Preview) -> dict[str, Change]:
    """Give each object's change word."""
    return {str(row.object): row.change for row in preview.rows}


def test_an_empty_cluster() -> None:
    """On an empty cluster everything would be created, also what cannot be tried yet."""
    preview = planning.preview(worlds.world(worlds.cluster()), Target())

    assert {"Namespace openstack": Change.CREATED, "ConfigMap openstack/settings": Change.CREATED} == changes(
        preview
    )
    assert preview.differs


def test_nothing_is_written() -> None:
    """A plan leaves the cluster as it was."""
    made = worlds.cluster()

    planning.preview(worlds.world(made), Target())

    namespaces = made.resource("", "Namespace")
    assert namespaces is not None
    assert made.get(namespaces, "", "openstack") is None


def test_fields_that_differ() -> None:
    """An object that is there is compared field by field."""
    made = worlds.cluster()
    before = worlds.world(made)
    for manifest in planning.whole(before.loaded, before.catalogue, planning.found(before)).manifests:
        made.apply(manifest.body)

    preview = planning.preview(worlds.world(made, colour="blue"), Target())

    assert {
        "Namespace openstack": Change.UNCHANGED,
        "ConfigMap openstack/settings": Change.CONFIGURED,
    } == changes(preview)
    assert [("data.colour", "red", "blue")] == [
        (each.path, each.before, each.after) for row in preview.rows for each in row.differences
    ]


def test_a_refused_object_is_a_problem_of_its_row() -> None:
    """An object that the server refuses does not hide the others."""
    made = worlds.cluster()
    worlds.namespace(made, "openstack")
    made.fail(
        ClusterError(ErrorKind.INVALID, "data: Invalid value"), verb="apply (dry run)", kind="ConfigMap"
    )

    preview = planning.preview(worlds.world(made), Target())

    refused = [row for row in preview.rows if row.problem]
    assert ["ConfigMap openstack/settings"] == [str(row.object) for row in refused]
    assert len(preview.rows) == 2


def test_status() -> None:
    """Status says of each object whether it is there and how it is."""
    made = worlds.cluster()
    worlds.namespace(made, "openstack")

    status = looking.status(worlds.world(made), Target())

    assert {"Namespace openstack": State.READY, "ConfigMap openstack/settings": State.ABSENT} == {
        str(row.object): row.verdict.state for row in status.rows
    }
    assert not status.ready
