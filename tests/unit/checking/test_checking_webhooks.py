"""Which dead webhooks stand before a deployment, by their rules and selectors."""

from typing import Any

import pytest

from openstack_k8s_cli.checking import webhooks
from openstack_k8s_cli.model.checks import State
from tests.unit.checking.clusters import PLANNED, body, seen, webhook

FAILED, WARNING, OK = State.FAILED, State.WARNING, State.OK
SPACE = body("Namespace", "openstack", metadata={"labels": {"team": "cloud"}})
CLOUD = {"matchLabels": {"team": "cloud"}}
PODS = {"apiGroups": ["*"], "resources": ["pods"]}


def _rule(**changed: Any) -> dict[str, Any]:
    return {"rule": changed}


def _selects(kind: str, operator: str, key: str, *values: str) -> dict[str, Any]:
    return {kind: {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}}


@pytest.mark.parametrize(
    ("hook", "state"),
    [
        (_rule(), FAILED),
        (_rule(operations=["UPDATE"]), FAILED),
        (_rule(operations=["DELETE"]), OK),
        (_rule(resources=["openstackcontrolplanes"]), FAILED),
        (_rule(resources=["openstackcontrolplanes/*"]), FAILED),
        (_rule(resources=["openstackcontrolplanes/status"]), OK),
        (_rule(resources=["openstackclients"]), OK),
        (_rule(scope="Cluster"), OK),
        (_rule(scope="Namespaced"), FAILED),
        (_rule(apiVersions=["v2"]), FAILED),
        (_rule(apiVersions=["v2"]) | {"matchPolicy": "Exact"}, OK),
        (_rule(apiGroups=["*"], resources=["ipaddresspools"]), FAILED),
        (_rule(**PODS), WARNING),
        (_rule(**PODS) | {"namespaceSelector": {"matchLabels": {"opt-in": "yes"}}}, OK),
        ({"matchConditions": [{"name": "some", "expression": "false"}]}, WARNING),
        ({"namespaceSelector": CLOUD}, FAILED),
        ({"namespaceSelector": {"matchLabels": {"team": "other"}}}, OK),
        ({"namespaceSelector": {"matchLabels": {"opt-in": "yes"}}}, OK),
        (_selects("namespaceSelector", "DoesNotExist", "team"), OK),
        (_selects("namespaceSelector", "DoesNotExist", "opt-out"), FAILED),
        (_selects("namespaceSelector", "Exists", "team"), FAILED),
        (_selects("namespaceSelector", "NotIn", "kubernetes.io/metadata.name", "openstack"), OK),
        (_selects("namespaceSelector", "NotIn", "team", "other"), FAILED),
        ({"objectSelector": {"matchLabels": {"osk.openstack.org/profile": "lab"}}}, FAILED),
        (_selects("objectSelector", "Exists", "opt-in"), OK),
    ],
    ids=str,
)
def test_a_dead_webhook_counts_where_it_is_asked(hook: dict[str, Any], state: State) -> None:
    """It fails what it would surely be asked about, warns where that is open, and else is nobody's concern."""
    configured = webhook(**hook)
    found = seen(Namespace=(SPACE,), ValidatingWebhookConfiguration=(configured,), Endpoints=())

    assert webhooks.answered(found).state is state


def test_namespaces_that_are_not_told_leave_a_doubt() -> None:
    """Only what their names decide is certain."""
    chosen = {"namespaceSelector": CLOUD}
    named = _selects("namespaceSelector", "In", "kubernetes.io/metadata.name", "other")
    found = [
        webhooks.answered(seen(ValidatingWebhookConfiguration=(webhook(**each),), Endpoints=())).state
        for each in (chosen, named)
    ]

    assert found == [WARNING, OK]


def test_labels_that_the_plan_gives_a_namespace_count() -> None:
    """As do those of the namespace itself, where it is asked about."""
    planned = (*PLANNED, SPACE)
    spaces = webhook("", namespaceSelector=CLOUD, rule={"resources": ["namespaces"]})
    found = [
        webhooks.answered(
            seen(planned=planned, Namespace=(), ValidatingWebhookConfiguration=(each,), Endpoints=())
        ).state
        for each in (webhook(namespaceSelector=CLOUD), spaces)
    ]

    assert found == [FAILED, FAILED]


def _endpoints(name: str, *addresses: str) -> dict[str, Any]:
    return body("Endpoints", name, "elsewhere", subsets=[{"addresses": [{"ip": each} for each in addresses]}])


_ALIVE, _DOWN = _endpoints("others", "10.0.0.1"), _endpoints("others")


@pytest.mark.parametrize(
    ("first", "endpoints", "goes"),
    [
        (webhook(service="others"), (), True),
        (webhook(service="others", failurePolicy="Ignore"), (), True),
        (webhook(service="others"), (_DOWN,), False),
        (webhook(service="others"), (_ALIVE,), False),
        (webhook("metallb.io", service="others"), (_ALIVE,), False),
        (webhook("metallb.io", service="others"), (), False),
        (webhook(clientConfig={"url": "https://others.example.org"}), (), False),
    ],
    ids=("gone", "gone-ignored", "down", "alive", "metallb-alive", "metallb-gone", "elsewhere"),
)
@pytest.mark.parametrize("last", [True, False], ids=("last", "first"))
def test_a_configuration_is_left_with_all_its_hooks(
    first: dict[str, Any], endpoints: tuple[dict[str, Any], ...], *, goes: bool, last: bool
) -> None:
    """It is deleted whole: one hook that is dead dooms none beside it that lives, is only down, or is another's."""
    gone = webhook()
    hooks = [*first["webhooks"], *gone["webhooks"]]
    found = seen(
        ValidatingWebhookConfiguration=(gone | {"webhooks": hooks if last else hooks[::-1]},),
        Endpoints=endpoints,
    )

    assert [each.name for each in webhooks.leftovers(found)] == ["hooks"] * goes
