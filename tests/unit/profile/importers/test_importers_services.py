"""Targets that deploy one service, with its resource and images."""

import pytest

from openstack_k8s_cli.model.problems import OskError
from tests.fakes import importing

KEYSTONE = ("keystone", "keystone_deploy")


def test_a_service_that_was_deployed_by_itself_stands_by_itself() -> None:
    """With its operator in place of the whole one, no hosts, and on no isolated network."""
    written = importing.written("", (*KEYSTONE, "mariadb_deploy"))
    found = {path: value for path, value in written.items() if not path.startswith("namespaces.")}

    assert found == {
        "extends[0]": "crc",
        "operators.openstack.enabled": False,
        "operators.single.keystone": {},
        "controlplane.isolation": False,
        "controlplane.galera.replicas": 3,
        "controlplane.standalone[0]": "keystone",
        "controlplane.standalone[1]": "galera",
        "dataplane.nodesets": None,
    }


def test_beside_a_control_plane_it_is_one_of_its_services() -> None:
    """Then nothing stands by itself."""
    assert importing.values("", ("openstack_deploy", "keystone_deploy"))["controlplane"]["standalone"] == {}


@pytest.mark.parametrize(
    ("text", "target", "path", "value"),
    [
        (
            "KEYSTONEAPI_DEPL_IMG=a:1\n",
            "keystone_deploy",
            "services.keystone.spec.template.containerImage",
            "a:1",
        ),
        (
            "CINDERVOL_DEPL_IMG=a:1\n",
            "cinder_deploy",
            "services.cinder.spec.template.cinderVolumes.volume1.containerImage",
            "a:1",
        ),
        ("MARIADB_DEPL_IMG=a:1\n", "mariadb_deploy", "galera.instances.openstack.spec.containerImage", "a:1"),
        ("HEAT_CR=own.yaml\n", "heat_deploy", "services.heat.spec.template.heatAPI.replicas", 2),
    ],
)
def test_its_image_and_resource_are_carried_over(text: str, target: str, path: str, value: object) -> None:
    """Into the spec of the service."""
    files = {"own.yaml": "kind: Heat\nspec: {heatAPI: {replicas: 2}}\n"}

    assert importing.written(text, (target,), files)[f"controlplane.{path}"] == value


@pytest.mark.parametrize("text", ["HEAT_CR=own.yaml\n", "HEAT=config/samples/x.yaml\n"])
def test_of_a_control_plane_they_are_not(text: str) -> None:
    """It is said, with the nearest replacement."""
    (lost,) = importing.outcome(text, ("openstack_deploy",)).lost

    assert lost.name == text.partition("=")[0]
    assert lost.instead


def test_a_file_without_a_resource_is_refused() -> None:
    """The variable is named."""
    with pytest.raises(OskError) as caught:
        importing.outcome("HEAT_CR=own.yaml\n", ("heat_deploy",), {"own.yaml": "kind: Heat\n"})

    assert "HEAT_CR" in caught.value.problems[0].summary


def test_the_default_goal_is_three_operators() -> None:
    """Make without a target installs them and deploys nothing."""
    found = importing.values("", ("all",))

    assert list(found["operators"]["single"]) == ["mariadb", "keystone", "neutron"]
    assert found["controlplane"]["standalone"] == {}
