"""The webhooks' configurations and Services, as the API server gets them."""

import json
from pathlib import Path

import pytest

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.rehearsal import admission
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served

MUTATING = served(
    "admissionregistration.k8s.io",
    "v1",
    "MutatingWebhookConfiguration",
    "mutatingwebhookconfigurations",
    namespaced=False,
)
URL = "https://127.0.0.1:20001/mutate-core-openstack-org-v1beta1-openstackcontrolplane"


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Give what the webhook program writes."""
    hooks = [
        {
            "name": f"m{group}.kb.io",
            "clientConfig": {"url": URL, "caBundle": "QQ=="},
            "rules": [{"apiGroups": [f"{group}.openstack.org"]}],
        }
        for group in ("core", "keystone", "mariadb")
    ]
    items = [
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": kind,
            "metadata": {"name": "openstack-rehearsal"},
            "webhooks": hooks,
        }
        for kind in ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
    ]
    path = tmp_path / "configurations.json"
    path.write_text(json.dumps({"kind": "List", "items": items}))
    return path


def test_configurations_have_the_names_of_the_real_operators(written: Path) -> None:
    """Whoever looks for them on a real cluster finds them here, label and all."""
    bodies = list(admission.configurations(written, answering=True))

    assert [
        "openstack-operator-mutating-webhook-configuration",
        "openstack-operator-validating-webhook-configuration",
    ] == [body["metadata"]["name"] for body in bodies]
    assert all(
        "true" == get(body, "metadata", "labels", "openstack.openstack.org/managed") for body in bodies
    )


@pytest.mark.parametrize(("answering", "port"), [(True, 20001), (False, 1)])
def test_calls_are_refused_until_the_webhooks_answer(written: Path, port: int, *, answering: bool) -> None:
    """The path stays, so that the API server's message is that of an operator which is not up."""
    for body in admission.configurations(written, answering=answering):
        url = body["webhooks"][0]["clientConfig"]["url"]
        assert URL.replace("20001", str(port)) == url


@pytest.mark.parametrize("answering", [True, False])
def test_endpoints_are_ready_when_the_webhooks_answer(*, answering: bool) -> None:
    """Each of the three operators' Services has an endpoint that says so."""
    bodies = list(admission.services(answering=answering))

    slices = [body for body in bodies if body["kind"] == "EndpointSlice"]
    names = {body["metadata"]["name"] for body in bodies if body["kind"] == "Service"}
    assert names == {get(body, "metadata", "labels", "kubernetes.io/service-name") for body in slices}
    assert {
        "infra-operator-webhook-service",
        "openstack-baremetal-operator-webhook-service",
        "openstack-operator-webhook-service",
    } == names
    assert all(answering == get(body, "endpoints", 0, "conditions", "ready") for body in slices)


def test_operators_of_single_services_have_only_their_own(written: Path) -> None:
    """The OpenStack operator has none for the services, and each of those none for another; without one none are left."""
    cluster = FakeCluster(MUTATING)
    resource = cluster.resource("admissionregistration.k8s.io", "MutatingWebhookConfiguration")
    assert resource is not None
    admission.register_alone(cluster, written, frozenset({"keystone.openstack.org"}))
    (alone,) = cluster.list(resource).items
    admission.register_alone(cluster, written, frozenset())

    assert ["mkeystone.kb.io"] == [hook["name"] for hook in alone["webhooks"]]
    assert () == cluster.list(resource).items
    for body in admission.configurations(written, answering=True):
        assert ["mcore.kb.io"] == [hook["name"] for hook in body["webhooks"]]


def test_what_is_registered_can_be_removed(written: Path) -> None:
    """Nothing of it is left."""
    cluster = FakeCluster(MUTATING)
    cluster.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": admission.NAMESPACE}})
    admission.register(cluster, written, answering=True)
    registered = admission.is_registered(cluster)
    admission.remove(cluster)

    assert registered
    assert not admission.is_registered(cluster)
    for group, kind in (("", "Service"), ("discovery.k8s.io", "EndpointSlice")):
        resource = cluster.resource(group, kind)
        assert resource is not None
        assert () == cluster.list(resource).items
