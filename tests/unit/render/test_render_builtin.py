"""The built-in catalogue, rendered for the built-in profiles and what people make of them."""

import re

import pytest

from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.model.steps import Layer
from tests.unit.render.rendered import anew, manifests, steps
from tests.unit.render.variants import VARIANTS, leaves

CLUSTER_SCOPED = frozenset(
    {
        "CustomResourceDefinition",
        "Namespace",
        "NMState",
        "NodeNetworkConfigurationPolicy",
        "PersistentVolume",
        "StorageClass",
    }
)
BLANK = re.compile(r"\.(labels|nodeSelector|matchLabels)\.[^.]+(\.[^.]+)*$|^\.stringData\.NodeRootPassword$")
"""Where Kubernetes itself writes empty texts: labels without a value, and a password that nobody has."""

each_variant = pytest.mark.parametrize(("name", "sets", "overlay"), VARIANTS)


@each_variant
def test_nothing_is_null_or_empty(name: str, sets: tuple[str, ...], overlay: str) -> None:
    """No leaf is null, an empty text, or anything that JSON does not know."""
    rendered = steps(name, *sets, overlay=overlay)

    found = [
        f"{key}{path}: {value!r}"
        for key, manifest in manifests(rendered).items()
        for path, value in leaves(manifest.body)
        if value is None
        or not isinstance(value, (str, int, float))
        or (value == "" and not BLANK.search(path))
    ]

    assert found == []


@each_variant
def test_namespaces_are_where_they_belong(name: str, sets: tuple[str, ...], overlay: str) -> None:
    """Every object of a namespaced kind names its namespace, no other does."""
    rendered = steps(name, *sets, overlay=overlay)

    wrong = [
        str(each.id)
        for each in manifests(rendered).values()
        if bool(each.id.namespace) == (each.id.kind in CLUSTER_SCOPED)
    ]

    assert wrong == []


@each_variant
def test_edges_lead_to_steps(name: str, sets: tuple[str, ...], overlay: str) -> None:
    """Every step that another comes after is there, and no layer waits for one above it."""
    rendered = steps(name, *sets, overlay=overlay)
    layers = {step.id: list(Layer).index(step.layer) for step in rendered}

    assert all(layers[before] <= layers[step.id] for step in rendered for before in step.after)


@each_variant
def test_the_same_profile_gives_the_same_steps(name: str, sets: tuple[str, ...], overlay: str) -> None:
    """Rendering twice gives equal steps, in the same order, keys in the same order."""
    assert repr(anew(name, sets, overlay)) == repr(steps(name, *sets, overlay=overlay))


def test_the_default_flow_is_complete() -> None:
    """The profile crc has every kind of the default flow."""
    kinds = {each.id.kind for each in manifests(steps()).values()}

    assert kinds == {
        "CatalogSource",
        "ConfigMap",
        "IPAddressPool",
        "Job",
        "L2Advertisement",
        "MetalLB",
        "NMState",
        "Namespace",
        "NetConfig",
        "NetworkAttachmentDefinition",
        "NodeNetworkConfigurationPolicy",
        "OpenStack",
        "OpenStackControlPlane",
        "OpenStackDataPlaneDeployment",
        "OpenStackDataPlaneNodeSet",
        "OpenStackDataPlaneService",
        "OperatorGroup",
        "PersistentVolume",
        "PersistentVolumeClaim",
        "Role",
        "RoleBinding",
        "Secret",
        "ServiceAccount",
        "StorageClass",
        "Subscription",
    }


def test_templates_ask_for_no_product_or_release() -> None:
    """What depends on platform or release is asked by capability or field."""
    asked = re.compile(r"(facts|platform)\.(flavour|provider)|\brelease\s*(==|!=|in\b)|fields\s*==")

    found = [path for path, text in files.catalogue().items() if asked.search(text)]

    assert found == []
