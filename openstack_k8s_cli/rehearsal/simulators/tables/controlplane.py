"""openstack-operator: the control plane as one loop over its services, with the version beside it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.rehearsal.simulators import needs, objects, operators
from openstack_k8s_cli.rehearsal.simulators.objects import in_namespace, name_of, namespace_of
from openstack_k8s_cli.rehearsal.simulators.rows import Condition, Lack, Makes, Needs, Row
from openstack_k8s_cli.rehearsal.simulators.tables import certificates, infrastructure, members, releases
from openstack_k8s_cli.rehearsal.simulators.tables.infrastructure import is_on
from openstack_k8s_cli.rehearsal.simulators.tables.releases import CORE
from openstack_k8s_cli.rehearsal.simulators.world import View

CLIENT = "client.openstack.org"
_WORD = "OpenStackControlPlane"
_SOURCE = "openstack-operator, controllers/core"


def _version(body: Body, view: View) -> list[Body]:
    if view.get(in_namespace(body, CORE, "OpenStackVersion", name_of(body))) is not None:
        return []
    return [objects.custom(CORE, "OpenStackVersion", name_of(body), namespace=namespace_of(body), spec={"targetVersion": releases.of_operator(view)})]  # fmt: skip


def _is_initialized(body: Body, view: View) -> Lack | None:
    there = view.get(in_namespace(body, CORE, "OpenStackVersion", name_of(body)))
    return None if there is not None and needs.is_ready(there, "Initialized") else Lack()


def _client(body: Body, view: View) -> list[Body]:
    if not is_on(body, "keystone"):
        return []
    section = get(body, "spec", "openstackclient", "template") or {}
    spec = {
        "containerImage": releases.image(body, view, "openstackclient", "openstackClientImage"),
        "openStackConfigMap": section.get("openStackConfigMap") or "openstack-config",
        "openStackConfigSecret": section.get("openStackConfigSecret") or "openstack-config-secret",
    }
    return [
        objects.custom(CLIENT, "OpenStackClient", "openstackclient", namespace=namespace_of(body), spec=spec)
    ]


def _step(name: str, text: str, makes: Makes, need: Needs, *, suffix: str = "Ready") -> Condition:
    return Condition(
        type=f"{_WORD}{name}{suffix}",
        init=f"{_WORD} {text} not started",
        waiting=f"{_WORD} {text} in progress",
        done=f"{_WORD} {text} completed",
        makes=(makes,),
        needs=(need,),
        stops=False,
    )


def _infrastructure(body: Body) -> Iterator[Condition]:
    yield Condition(
        type=f"{_WORD}OpenStackVersionInitializationReadyCondition",
        init=f"{_WORD} OpenStackVersion initialization not started",
        waiting=f"{_WORD} OpenStackVersion initialization in progress",
        done=f"{_WORD} OpenStackVersion initialization completed",
        makes=(_version,),
        needs=(_is_initialized,),
    )
    yield Condition(
        type=f"{_WORD}CAReadyCondition",
        init=f"{_WORD} CAs not started",
        waiting=f"{_WORD} CAs in progress",
        done=f"{_WORD} CAs completed",
        makes=(certificates.authorities,),
        needs=(certificates.authorities_issued,),
    )
    for each in infrastructure.STEPS:
        if is_on(body, each.section):
            need = needs.children_ready(each.resources, named=each.named)
            yield _step(each.word, each.word, each.makes, need, suffix=each.suffix)


def _services(body: Body) -> Iterator[Condition]:
    for each in members.MEMBERS:
        if not is_on(body, each.section):
            continue
        need = needs.children_ready(members.resources(each))
        yield _step(each.word, each.word, members.makes(each), need)
        if each.exposed:
            yield _exposed(each)
        if each.section == "ironic":
            yield from _after_ironic(body)
    if not is_on(body, "ironic"):
        yield from _after_ironic(body)


def _after_ironic(body: Body) -> Iterator[Condition]:
    """Give the client's step, which comes in the middle of the services'."""
    need = needs.children_ready(_client)
    if is_on(body, "keystone"):
        yield _step("Client", "Client", _client, need)


def _exposed(member: members.Member) -> Condition:
    makes = members.routes(member)
    return Condition(
        type=f"{_WORD}Expose{member.word}Ready",
        init=f"{_WORD} {member.word} exposing service not started",
        waiting=f"{_WORD} {member.word} exposing service in progress",
        done=f"{_WORD} {member.word} service exposed",
        makes=(makes,),
        needs=(_admitted(makes),),
        stops=False,
    )


def _admitted(makes: Makes) -> Callable[[Body, View], Lack | None]:
    def need(body: Body, view: View) -> Lack | None:
        for made in makes(body, view):
            there = view.get(in_namespace(body, "route.openshift.io", "Route", name_of(made)))
            if there is None or not get(there, "status", "ingress"):
                return Lack()
        return None

    return need


def _config_maps(body: Body, _view: View) -> list[Body]:
    namespace = namespace_of(body)
    return [
        objects.config_map("openstack-operators-test-operator", namespace, {}),
        objects.config_map("infra-instanceha-config", namespace, {}),
    ]


_LAST = (
    Condition(
        type=f"{_WORD}TestCMReadyCondition",
        init=f"{_WORD} Test Operator CM not started",
        done=f"{_WORD} Test Operator CM is available",
        makes=(_config_maps,),
    ),
    Condition(
        type=f"{_WORD}InstanceHaCMReadyCondition",
        init=f"{_WORD} InstanceHa CM not started",
        done=f"{_WORD} InstanceHa CM is available",
    ),
)


def conditions(body: Body) -> Sequence[Condition]:
    """Give the steps of a control plane for what is switched on in it."""
    below = tuple(_infrastructure(body))
    whole = Condition(
        type=f"{_WORD}InfrastructureReady",
        init=f"{_WORD} Infrastructure not started",
        waiting=f"{_WORD} Infrastructure in progress",
        done=f"{_WORD} Infrastructure completed",
        needs=tuple(need for each in below for need in each.needs),
        stops=False,
    )
    return (*below, whole, *_services(body), *_LAST)


def _status(body: Body, view: View) -> dict[str, Any]:
    version = view.get(in_namespace(body, CORE, "OpenStackVersion", name_of(body))) or {}
    status: dict[str, Any] = {"tls": {"caBundleSecretName": certificates.BUNDLE, "caList": []}}
    deployed = get(version, "status", "deployedVersion") or get(version, "spec", "targetVersion")
    if deployed and needs.is_ready(body):
        status |= {"deployedVersion": deployed}
    return status


def _keystone_up(body: Body, view: View) -> Lack | None:
    there = view.all("keystone.openstack.org", "KeystoneAPI", namespace_of(body))
    ready = any(needs.is_ready(each) for each in there)
    return None if ready else Lack("OpenStack Client keystone API not yet ready")


def _client_pod(body: Body, view: View) -> list[Body]:
    if _keystone_up(body, view) is not None:
        return []
    labels = {"service": "openstackclient"}
    image = str(get(body, "spec", "containerImage"))
    return [
        objects.pod("openstackclient", namespace_of(body), labels, container="openstackclient", image=image)
    ]


def _client_runs(body: Body, view: View) -> Lack | None:
    there = view.get(ObjectId("", "Pod", namespace_of(body), "openstackclient"))
    return None if there is not None and needs.is_ready(there) else Lack()


ROWS = (
    Row(
        group=CORE,
        kind="OpenStackControlPlane",
        operator=operators.manager("openstack"),
        source=_SOURCE,
        conditions=conditions,
        finalizer="openstack.org/openstackcontrolplane",
        status=_status,
        prunes=True,
        leaves=((CORE, "OpenStackVersion"),),
    ),
    Row(
        group=CLIENT,
        kind="OpenStackClient",
        operator=operators.manager("openstack"),
        source="openstack-operator, controllers/client",
        conditions=(
            Condition(
                type="OpenStackClientReady",
                init="OpenStack Client not started, waiting on keystone API",
                waiting="OpenStack Client in progress",
                done="OpenStack Client created",
                needs=(_keystone_up, _client_runs),
                makes=(_client_pod,),
            ),
        ),
        finalizer=None,
        status=lambda _body, _view: {"podName": "openstackclient"},
    ),
)
