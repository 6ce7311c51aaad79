"""Webhook configurations that point at a workstation."""

import base64
from typing import Any

from openstack_k8s_cli.developing import webhooks
from openstack_k8s_cli.model.objects import Body

AT, AUTHORITY = "192.0.2.7:9443", b"PEM"
BUNDLE = base64.b64encode(AUTHORITY).decode()


def configuration(**config: Any) -> Body:
    """Give one of the operator's, with the annotation that cert-manager looks for."""
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingWebhookConfiguration",
        "metadata": {"name": "x", "annotations": {webhooks.INJECTED: "ops/cert", "kept": "yes"}},
        "webhooks": [{"name": "mnova.kb.io", "failurePolicy": "Fail", "clientConfig": config}],
    }


def test_a_webhook_keeps_its_path_and_its_rules() -> None:
    """Wherever it pointed before; cert-manager does not put its own certificate back."""
    services = configuration(caBundle="old", service={"name": "s", "namespace": "n", "path": "/mutate-nova"})
    urls = configuration(url="https://127.0.0.1:1/mutate-nova")

    (one, other) = (webhooks.pointed(each, at=AT, authority=AUTHORITY) for each in (services, urls))

    assert one == other
    assert {"url": "https://192.0.2.7:9443/mutate-nova", "caBundle": BUNDLE} == one["webhooks"][0][
        "clientConfig"
    ]
    assert "Fail" == one["webhooks"][0]["failurePolicy"]
    assert {"kept": "yes"} == one["metadata"]["annotations"]


def test_one_that_was_put_back_is_noticed() -> None:
    """By the operator that made it, which keeps the certificate only, or by cert-manager."""
    mine = webhooks.pointed(configuration(url="https://h/p"), at=AT, authority=AUTHORITY)
    back = configuration(caBundle=BUNDLE, service={"name": "s", "namespace": "n", "path": "/p"})
    injected = {**mine, "metadata": configuration()["metadata"]}

    assert [True, False, False] == [
        webhooks.is_pointed(each, at=AT, authority=AUTHORITY) for each in (mine, back, injected)
    ]


def test_only_three_operators_have_webhooks() -> None:
    """Those of the services live in the first."""
    assert [
        "openstack-operator-mutating-webhook-configuration",
        "openstack-operator-validating-webhook-configuration",
    ] == [each.name for each in webhooks.ids("openstack")]
    assert () == webhooks.ids("nova")
