"""Services by themselves beside the OpenStack operator: what nobody fills in is refused before the first write."""

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows import deploying, filledin, planning, serving
from openstack_k8s_cli.workflows.world import World
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served
from tests.fakes.secrets import NoSecrets
from tests.unit.workflows import worlds
from tests.unit.workflows.test_workflows_serving import FILES, HEAT, OPTIONS

OPERATOR = served("operator.openstack.org", "v1beta1", "OpenStack", "openstacks")
ASKED = "apply (dry run)"
MISSING = ClusterError(ErrorKind.INVALID, "spec.containerImage: Required value", status=422)


def world(*, operator: bool = True, namespace: bool = True) -> tuple[FakeCluster, World]:
    """Make a cluster that serves Heat."""
    made = worlds.cluster(served(HEAT.group, "v1beta1", "Heat", "heats"), *([OPERATOR] if operator else []))
    if namespace:
        worlds.namespace(made, "openstack")
    return made, World(made, SystemClock(), worlds.Profile(), components.parse(FILES), NoSecrets())


def look(cloud: World) -> None:
    """Check all that the profile asks for."""
    filledin.check(cloud, planning.bearings(cloud)[1].manifests)


@pytest.mark.parametrize("namespace", [True, False])
def test_a_service_without_its_image_is_refused(*, namespace: bool) -> None:
    """The API server is asked, in another namespace where the cloud's own is not there yet, and nothing is written."""
    made, cloud = world(namespace=namespace)
    if not namespace:
        gone = ClusterError(ErrorKind.NAMESPACE_MISSING, "no namespace", status=404)
        made.fail(gone, verb=ASKED, kind="Heat")
    made.fail(MISSING, verb=ASKED, kind="Heat")
    before = len(made.log)
    with pytest.raises(OskError) as caught:
        look(cloud)

    problem = caught.value.problems[0]
    asked = [each for each in made.log[before:] if each.verb == ASKED]
    assert (ExitCode.REFUSED, "OSK1445") == (caught.value.exit_code, problem.code)
    assert "spec.containerImage: Required value" in (problem.detail or "")
    assert "controlplane.services.heat.spec" in problem.advice[1].text
    places = ["openstack"] if namespace else ["openstack", "default"]
    assert places == [each.namespace for each in asked]
    assert not [each for each in made.log[before:] if each.verb in {"apply", "create", "update"}]


@pytest.mark.parametrize(
    "error", [None, ClusterError(ErrorKind.NOT_SERVED, "Heat"), ClusterError(ErrorKind.DENIED, "webhook")]
)
def test_what_the_api_server_would_take_passes(error: ClusterError | None) -> None:
    """So does what it cannot tell yet; it is judged when it is applied."""
    made, cloud = world()
    if error is not None:
        made.fail(error, verb=ASKED, kind="Heat")

    look(cloud)

    assert [ASKED] == [each.verb for each in made.log if each.kind == "Heat"]


def test_where_services_bring_their_operators_nothing_is_asked() -> None:
    """Their own webhooks fill the images in, once they run."""
    made, cloud = world(operator=False)
    look(cloud)

    assert not [each for each in made.log if each.kind == "Heat"]


def test_a_deployment_is_refused_before_it_begins() -> None:
    """Also where the profile has the service by itself, and no command names it: nothing is written."""
    made, cloud = world(namespace=False)
    made.fail(MISSING, verb=ASKED, kind="Heat")
    with pytest.raises(OskError, match="cannot stand by itself"):
        list(deploying.deploy(cloud, serving.targets(["heat"]), OPTIONS))

    assert not [each for each in made.log if each.verb in {"apply", "create"} and each.kind != "Node"]
