"""The CRDs of a checkout, and the refusal of what is none."""

import json

import pytest

from openstack_k8s_cli.developing import folders
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.problems import OskError
from tests.unit.developing.crds import crd


def text(body: Body) -> tuple[str, str]:
    """Give a file of one object."""
    return f"{body['kind']}.yaml", json.dumps(body)


def test_an_operators_own_are_taken_and_the_control_planes_beside_them() -> None:
    """Nova has the kinds of placement too; the control plane embeds the specs of all, what lies beside it is left."""
    given = [crd(), crd("PlacementAPI", "placement"), crd("OpenStackControlPlane", "core")]
    beside = crd("OpenStackClient", "client")

    found = folders.crds("nova", map(text, [*given, beside]))

    assert given == list(found)


def test_a_list_is_taken_apart() -> None:
    """As kustomize and kubectl write them."""
    listed = {"apiVersion": "v1", "kind": "List", "items": [crd(), crd("NovaCell")]}

    assert ["Nova", "NovaCell"] == [
        each["spec"]["names"]["kind"] for each in folders.crds("nova", [text(listed)])
    ]


def test_the_openstack_operator_has_those_of_all() -> None:
    """Its checkout bundles them; those of others are refused there as well."""
    mine = crd("KeystoneAPI", "keystone")
    strange = crd()
    strange["spec"]["group"] = "example.org"

    assert (mine,) == folders.crds("openstack", [text(mine)])
    with pytest.raises(OskError):
        folders.crds("openstack", [text(strange)])


def test_everything_that_is_no_crd_of_the_operators_is_named_at_once() -> None:
    """Each with its file and why."""
    files = [
        text(crd("KeystoneAPI", "keystone")),
        ("kustomization.yaml", "kind: Kustomization\nresources: []\n"),
        ("broken.yaml", "a: [1"),
        ("half.yaml", "kind: CustomResourceDefinition\nmetadata: {name: x}\n"),
    ]

    with pytest.raises(OskError) as refused:
        folders.crds("nova", files)

    said = [each.summary for each in refused.value.problems]
    assert {"OSK1410"} == {each.code for each in refused.value.problems}
    assert [
        "The CustomResourceDefinition keystoneapis.keystone.openstack.org is another operator's",
        "It is no CustomResourceDefinition",
        "The file is no YAML",
        "The CustomResourceDefinition is not complete",
    ] == said


@pytest.mark.parametrize(
    ("operator", "group"),
    [("nova", "cyborg"), ("infra", "rabbitmq"), ("openstack-baremetal", "baremetal"), ("ovn", "ovn")],
)
def test_groups_of_operators(operator: str, group: str) -> None:
    """Most are called as their operator is."""
    assert f"{group}.openstack.org" in folders.groups(operator)
