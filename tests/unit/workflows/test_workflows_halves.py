"""A deployment of services by themselves that came to none of them, and what takes it down again."""

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.apply import records
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.workflows import deploying, halves, serving
from openstack_k8s_cli.workflows.world import World
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served
from tests.fakes.secrets import NoSecrets
from tests.unit.workflows import worlds
from tests.unit.workflows.test_workflows_serving import FILES, HEAT, OPTIONS, end, plane

_HEAT = "controlplane/standalone/component.yaml"
NEEDING = FILES | {_HEAT: f"after: [settings]\n{FILES[_HEAT]}"}
SETTINGS = ObjectId("", "ConfigMap", "openstack", "settings")
SPACE = ObjectId("", "Namespace", "", "openstack")


def half(*, namespaced: bool = False) -> tuple[FakeCluster, World]:
    """Deploy Heat where the API server does not take it; its namespace may be there before."""
    made = worlds.cluster(
        served(HEAT.group, "v1beta1", "Heat", "heats"),
        served("core.openstack.org", "v1beta1", "OpenStackControlPlane", "openstackcontrolplanes"),
    )
    if namespaced:
        worlds.namespace(made, "openstack")
    cloud = World(made, SystemClock(), worlds.Profile(), components.parse(NEEDING), NoSecrets())
    made.fail(
        ClusterError(ErrorKind.INVALID, "spec.containerImage: Required value", status=422),
        verb="apply",
        kind="Heat",
    )
    code, _ = end(deploying.deploy(cloud, serving.targets(["heat"]), OPTIONS))
    assert ExitCode.APPLY_REFUSED is code
    return made, cloud


def claim() -> Body:
    """Make a volume of the namespace."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "db", "namespace": "openstack"},
    }


def test_what_was_made_goes_and_is_forgotten() -> None:
    """All that is in the namespace goes, the namespace last; the ledger knows nothing of it any more."""
    made, cloud = half()
    alone = serving.standing_alone(cloud, ["heat"])
    left = halves.left(cloud, ["heat"])
    code, _ = end(halves.take(cloud, left, OPTIONS))

    assert ((), (HEAT, SETTINGS, SPACE)) == (alone, left)
    assert ExitCode.DONE is code
    assert (None, None) == (made.peek(SETTINGS), made.peek(SPACE))
    assert () == records.read(made)
    assert () == halves.left(cloud, ["heat"])


def test_a_namespace_of_others_stays() -> None:
    """What was there before is not osk's to delete."""
    _, cloud = half(namespaced=True)

    assert (HEAT, SETTINGS) == halves.left(cloud, ["heat"])


@pytest.mark.parametrize(
    "body",
    [
        claim(),
        plane(),
        {
            "apiVersion": "heat.openstack.org/v1beta1",
            "kind": "Heat",
            "metadata": {"name": "heat", "namespace": "openstack"},
        },
    ],
    ids=["data", "control plane", "service"],
)
def test_nothing_is_taken_from_under_what_is_there(body: Body) -> None:
    """With data, a control plane or a service by itself in the namespace, it and what is in it stay."""
    made, cloud = half()
    made.put(body)

    assert () == halves.left(cloud, ["heat"])


def test_other_services_are_not_meant() -> None:
    """Only who names the service that did not come takes it down."""
    _, cloud = half()

    assert () == halves.left(cloud, ["nova"])
