"""CRDs of a checkout as effects of an entry: what is refused before the first write, what is told, what goes back."""

import copy
from collections.abc import Sequence

import pytest

from openstack_k8s_cli.apply import records
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, Resource
from openstack_k8s_cli.developing.entries import Entry, Kind
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.workflows.developing import crds, effects, store
from openstack_k8s_cli.workflows.developing.crds import Compared
from tests.fakes.cluster import FakeCluster
from tests.fakes.entries import entry
from tests.unit.developing.crds import crd, node, strings

FIELDS = strings("apiDatabase", "cellTemplates", "secret", "image")
NOVA = crd(**FIELDS)
NEWER = crd(**FIELDS, **strings("fancy"))
CELL = crd("NovaCell", **strings("region"))
CONTROL_PLANE = crd("OpenStackControlPlane", "core", nova=node(template=node(**FIELDS)))


class Storing(FakeCluster):
    """One whose CRDs say which version objects are stored as, as a real one's do."""

    def get(self, resource: Resource, namespace: str, name: str) -> Body | None:
        found = super().get(resource, namespace, name)
        if found and found["kind"] == "CustomResourceDefinition":
            found["status"]["storedVersions"] = [each["name"] for each in found["spec"]["versions"]]
        return found


@pytest.fixture
def cluster() -> FakeCluster:
    """Have a cluster with nova's kinds, the control plane's, and one object."""
    made = Storing()
    records.make_namespace(made)
    made.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "openstack"}})
    marked = copy.deepcopy(NOVA)
    marked["metadata"]["labels"] = {"openstack.openstack.org/crd": ""}
    for each in (marked, CELL, CONTROL_PLANE):
        made.create(each)
    made.refresh()
    made.create(nova(image="any"))
    made.log.clear()
    return made


def nova(**spec: str) -> Body:
    """Make an object."""
    meta = {"name": "nova", "namespace": "openstack"}
    return {"apiVersion": "nova.openstack.org/v1beta1", "kind": "Nova", "metadata": meta, "spec": spec}


def applied(cluster: FakeCluster, *bodies: Body) -> Entry:
    """Make the effects of an entry as a swap does."""
    found = crds.compared(cluster, bodies)
    made, earlier = effects.now(cluster, found.wishes)
    written = store.write(cluster, entry(Kind.RUN, effects=made), earlier)
    for each in found.wishes:
        effects.make(cluster, each)
    return written


def texts(found: Compared) -> Sequence[str]:
    """Say what is changed."""
    return tuple(crds.words(found))


def test_only_what_differs_is_brought_and_what_embeds_it_is_named(cluster: FakeCluster) -> None:
    """The cluster's marks stay; no object is asked for where fields are only added."""
    found = crds.compared(cluster, [NEWER, CELL])

    (wish,) = found.wishes
    assert wish.body is not None
    assert {"openstack.openstack.org/crd": ""} == wish.body["metadata"]["labels"]
    assert "novas.nova.openstack.org: +spec.fancy" == texts(found)[0]
    assert texts(found)[1].startswith("OpenStackControlPlane: spec.nova.template.fancy is not known there")
    assert "list Nova" not in cluster.requests()


def test_the_control_planes_crd_that_came_along_is_not_missed(cluster: FakeCluster) -> None:
    """It knows the field."""
    knows = crd("OpenStackControlPlane", "core", nova=node(template=node(**FIELDS, **strings("fancy"))))

    found = crds.compared(cluster, [NEWER, knows])

    assert () == found.embedded
    assert 2 == len(found.wishes)


def test_the_clusters_own_need_nothing(cluster: FakeCluster) -> None:
    """No effect, no request but for a look at each."""
    found = crds.compared(cluster, [NOVA, CELL])

    assert ((), ()) == (found.wishes, texts(found))
    assert {"get CustomResourceDefinition"} == {each for each in cluster.requests() if "discover" not in each}


def test_objects_that_would_lose_fields_are_named_and_nothing_is_written(cluster: FakeCluster) -> None:
    """By object and field."""
    with pytest.raises(OskError) as refused:
        crds.compared(cluster, [crd(**strings("apiDatabase", "cellTemplates", "secret"))])

    (problem,) = refused.value.problems
    assert ("OSK1411", "Nova openstack/nova: spec.image") == (problem.code, problem.detail)
    assert not [each for each in cluster.log if each.verb not in {"get", "list", "discover"}]


def test_a_version_that_objects_are_stored_as_has_to_stay(cluster: FakeCluster) -> None:
    """The API server would refuse it halfway."""
    with pytest.raises(OskError) as refused:
        crds.compared(cluster, [crd(version="v1", **FIELDS)])

    assert "OSK1413" == refused.value.problems[0].code


def test_what_the_api_server_does_not_take_is_refused_before_the_first_write(cluster: FakeCluster) -> None:
    """A dry run asks it."""
    cluster.fail(ClusterError(ErrorKind.INVALID, "schema is not structural"), verb="apply (dry run)")

    with pytest.raises(OskError) as refused:
        crds.compared(cluster, [NEWER])

    assert ("OSK1413", "schema is not structural") == (
        refused.value.problems[0].code,
        refused.value.problems[0].detail,
    )


def test_a_reset_is_refused_while_objects_use_what_it_would_take(cluster: FakeCluster) -> None:
    """A field that came with the entry, or a whole kind; without any it may go."""
    fresh = crd("NovaFlavor", **strings("size"))
    made = applied(cluster, NEWER, fresh)
    cluster.refresh()
    crds.check_reset(cluster, [made])
    cluster.apply(nova(image="any", fancy="yes"), force=True)
    cluster.create({**nova(), "kind": "NovaFlavor", "metadata": {"name": "small", "namespace": "openstack"}})

    with pytest.raises(OskError) as refused:
        crds.check_reset(cluster, [made])

    (problem,) = refused.value.problems
    assert "OSK1412" == problem.code
    assert (
        "Nova openstack/nova: spec.fancy\nNovaFlavor openstack/small: all: v1beta1 is gone" == problem.detail
    )
    assert ["osk dev reset nova", "osk dev reset nova --force"] == [each.command for each in problem.advice]
