"""The operators that the resource OpenStack starts: with the images of the init operator's environment, or stopped."""

from typing import Any

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.rehearsal import images, packages
from openstack_k8s_cli.rehearsal.simulators import operators
from openstack_k8s_cli.rehearsal.simulators.tables import operator
from openstack_k8s_cli.rehearsal.simulators.world import View, World
from tests.unit.rehearsal.test_rehearsal_simulators_life import named


def made(overrides: list[Any], **variables: str) -> dict[str, Body]:
    """Give the Deployments that are made, by their operators."""
    env = [{"name": name, "value": value} for name, value in variables.items()]
    pod = {"template": {"spec": {"containers": [{"name": "operator", "env": env}]}}}
    world = World()
    world.put(named("apps/v1", "Deployment", operators.OPENSTACK_INIT, spec=pod))
    wanted = named(
        "operator.openstack.org/v1beta1", "OpenStack", "openstack", spec={"operatorOverrides": overrides}
    )
    found = operator._managers(wanted, View(world))
    return {each["metadata"]["name"].removesuffix("-operator-controller-manager"): each for each in found}


def image(body: Body) -> str:
    """Give a Deployment's image."""
    return str(get(body, "spec", "template", "spec", "containers", 0, "image"))


def test_images_are_those_of_the_environment() -> None:
    """As OLM merges it from Subscription and package; the operator's own has another variable."""
    found = made(
        [],
        RELATED_IMAGE_NOVA_OPERATOR_MANAGER_IMAGE_URL="fix",
        OPERATOR_IMAGE_URL="own",
        OPENSTACK_RELEASE_VERSION="1.2",
    )

    assert ("fix", "own") == (image(found["nova"]), image(found["openstack"]))
    assert images.operator("glance", "1.2") == image(found["glance"])


def test_a_stopped_operator_keeps_its_deployment() -> None:
    """Without pods."""
    found = made([{"name": "nova", "replicas": 0}, {"name": "glance", "replicas": 1}])

    assert (0, 1) == (found["nova"]["spec"]["replicas"], found["glance"]["spec"]["replicas"])


def test_the_package_has_the_variables_of_the_real_one() -> None:
    """A Subscription that overrides one finds it."""
    (deployment,) = packages.OPENSTACK.deployments

    assert "RELATED_IMAGE_OPENSTACK_BAREMETAL_OPERATOR_MANAGER_IMAGE_URL" in deployment.environment
    assert "RELATED_IMAGE_OPENSTACK_OPERATOR_MANAGER_IMAGE_URL" not in deployment.environment
    assert images.operator("openstack", "{version}") == deployment.environment["OPERATOR_IMAGE_URL"]
