"""openstack-operator's init operator: the OpenStack resource, which starts the operators of all services."""

from collections.abc import Iterator, Mapping
from typing import Any

from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.rehearsal import images
from openstack_k8s_cli.rehearsal.simulators import objects, operators
from openstack_k8s_cli.rehearsal.simulators.objects import namespace_of
from openstack_k8s_cli.rehearsal.simulators.rows import Condition, Lack, Row, trouble
from openstack_k8s_cli.rehearsal.simulators.tables import messaging, releases
from openstack_k8s_cli.rehearsal.simulators.world import View

WEBHOOKS = ("openstack", "infra", "openstack-baremetal")
_NEEDED = {
    "infra": ("frrk8s.metallb.io", "FRRConfiguration"),
    "openstack-baremetal": ("metal3.io", "BareMetalHost"),
}
"""Kinds that others bring, without which an operator crashes again and again."""


def _labels(name: str) -> dict[str, str]:
    return {"openstack.org/operator-name": name, "control-plane": "controller-manager"}


def _stopped(body: Body) -> set[str]:
    overrides = get(body, "spec", "operatorOverrides") or ()
    return {str(each.get("name")) for each in overrides if each.get("replicas") == 0}


def _wanted(body: Body) -> list[str]:
    return [name for name in operators.NAMES if name not in _stopped(body)]


def _managers(body: Body, view: View) -> Iterator[Body]:
    """Give the Deployments, as the environment of the init operator names their images; a stopped one has no pods."""
    given = releases.environment(view, operators.OPENSTACK_INIT)
    for name in operators.NAMES:
        kind = _NEEDED.get(name)
        if kind is None or view.serves(*kind):
            yield _manager(operators.manager(name), name, body, given)
    if view.serves("rabbitmq.com", "RabbitmqCluster"):
        yield _manager(messaging.RABBITMQ_CLUSTER_OPERATOR, "rabbitmq-cluster", body, given)


def _manager(deployment: str, name: str, body: Body, given: Mapping[str, str]) -> Body:
    release = releases.release(given)
    made = objects.deployment(
        deployment,
        namespace_of(body),
        _labels(name),
        replicas=0 if name in _stopped(body) else 1,
        containers=("manager",),
        image=given.get(images.variable(name)) or images.operator(name, release),
    )
    if name == "openstack":
        (container,) = made["spec"]["template"]["spec"]["containers"]
        container["env"] = [{"name": releases.VARIABLE, "value": release}]
    return made


def _up(body: Body, view: View, deployment: str) -> bool:
    there = view.get(ObjectId("apps", "Deployment", namespace_of(body), deployment))
    return bool(get(there or {}, "status", "readyReplicas"))


def _down(body: Body, view: View) -> list[str]:
    return [name for name in _wanted(body) if not _up(body, view, operators.manager(name))]


def _are_up(body: Body, view: View) -> Lack | None:
    missing = _down(body, view)
    if not missing:
        return None
    return Lack(f"OpenStackOperatorDeployments still in progress: [{' '.join(missing)}]")


def _has_issuers(_body: Body, view: View) -> Lack | None:
    if view.serves("cert-manager.io", "Issuer"):
        return None
    return trouble(
        'OpenStackOperator error occured no matches for kind "Issuer" in version "cert-manager.io/v1"'
    )


def _serving_certificates(body: Body, view: View) -> Iterator[Body]:
    if not view.serves("cert-manager.io", "Issuer"):
        return
    namespace = namespace_of(body)
    yield objects.custom(
        "cert-manager.io",
        "Issuer",
        "openstack-operator-selfsigned-issuer",
        namespace=namespace,
        version="v1",
        spec={"selfSigned": {}},
    )
    for name in WEBHOOKS:
        host = f"{name}-operator-webhook-service.{namespace}.svc"
        made = objects.certificate(
            f"{name}-operator-serving-cert", namespace, "openstack-operator-selfsigned-issuer", host
        )
        made["spec"]["secretName"] = f"{name}-operator-webhook-server-cert"
        yield made


def _status(body: Body, view: View) -> dict[str, Any]:
    running = len(_wanted(body)) - len(_down(body, view))
    given = releases.environment(view, operators.OPENSTACK_INIT)
    own = given.get(images.OPERATOR) or images.operator("openstack", releases.release(given))
    return {"deployedOperatorCount": running, "containerImage": own}


ROWS = (
    Row(
        group="operator.openstack.org",
        kind="OpenStack",
        operator=operators.OPENSTACK_INIT,
        source="openstack-operator, controllers/operator",
        conditions=(
            Condition(
                type="OpenStackOperatorReadyCondition",
                init="OpenStackOperator not started",
                waiting="OpenStackOperator in progress",
                done="OpenStackOperator completed",
                makes=(_serving_certificates, _managers),
                needs=(_has_issuers,),
            ),
            Condition(
                type="OpenStackOperatorDeploymentsReadyCondition",
                init="OpenStackOperatorDeployments not started",
                done="OpenStackOperatorDeployments completed",
                needs=(_are_up,),
                takes=0.5,
            ),
        ),
        finalizer="openstack.org/openstack",
        status=_status,
    ),
)
