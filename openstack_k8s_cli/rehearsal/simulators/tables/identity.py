"""keystone-operator: the identity service and the registrations of the others in it."""

import json
from base64 import b64decode
from typing import Any

from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.rehearsal.simulators import needs, objects, operators
from openstack_k8s_cli.rehearsal.simulators.kinds import KEYSTONE, KEYSTONE_IS_READY, Service, row
from openstack_k8s_cli.rehearsal.simulators.objects import in_namespace, name_of, namespace_of
from openstack_k8s_cli.rehearsal.simulators.rows import Condition, Conditions, Held, Row
from openstack_k8s_cli.rehearsal.simulators.tables import parts
from openstack_k8s_cli.rehearsal.simulators.world import View

_SOURCE = "keystone-operator, controllers"
_URLS = {
    "internal": "https://keystone-internal.{}.svc:5000",
    "public": "https://keystone-public-{}.apps-crc.testing",
}


def _password(body: Body, view: View) -> str:
    """Read the administrator's password where the KeystoneAPI says that it is."""
    secret = view.get(in_namespace(body, "", "Secret", str(get(body, "spec", "secret")))) or {}
    key = get(body, "spec", "passwordSelectors", "admin") or "AdminPassword"
    return b64decode(get(secret, "data", key) or "").decode()


def _keys_and_clouds(body: Body, view: View) -> list[Body]:
    """Make what clients read, and the Fernet keys that go with the KeystoneAPI."""
    namespace = namespace_of(body)
    auth = {
        "auth_url": _URLS["public"].format(namespace),
        "project_name": "admin",
        "username": "admin",
        "user_domain_name": "Default",
        "project_domain_name": "Default",
    }
    cloud = "".join(f"            {key}: {value}\n" for key, value in auth.items())
    clouds = f"clouds:\n    default:\n        auth:\n{cloud}        region_name: regionOne\n"
    password = json.dumps(_password(body, view))
    secure = f"clouds:\n    default:\n        auth:\n            password: {password}\n"
    keys = {f"FernetKeys{index}": f"rehearsal-{index}" for index in range(5)}
    keys |= {f"CredentialKeys{index}": f"rehearsal-{index}" for index in range(2)}
    return [
        objects.config_map("openstack-config", namespace, {"clouds.yaml": clouds}),
        objects.secret("openstack-config-secret", namespace, {"secure.yaml": secure}),
        objects.secret(name_of(body), namespace, keys),
    ]


def _endpoints(body: Body, _view: View) -> dict[str, Any]:
    return {"apiEndpoints": {side: url.format(namespace_of(body)) for side, url in _URLS.items()}}


def _holds(kind: str) -> Held:
    def holds(body: Body, view: View) -> list[tuple[ObjectId, str]]:
        there = view.all(KEYSTONE, "KeystoneAPI", namespace_of(body))
        finalizer = f"openstack.org/{kind}-{name_of(body)}"
        return [
            (ObjectId(KEYSTONE, "KeystoneAPI", namespace_of(body), name_of(each)), finalizer)
            for each in there
        ]

    return holds


_IDENTITY_READY = Condition(
    type="KeystoneAPIReady",
    init="KeystoneAPI not started",
    waiting="KeystoneAPI not yet ready",
    done="KeystoneAPI ready",
    needs=(KEYSTONE_IS_READY,),
)
_ADMIN_READY = Condition(
    type="AdminServiceClientReady",
    init="Admin client not started",
    waiting="Admin client not yet ready",
    done="Admin client ready",
)


def _service_conditions(body: Body) -> tuple[Condition, ...]:
    name, kind, user = (str(get(body, "spec", key)) for key in ("serviceName", "serviceType", "serviceUser"))
    return (
        _IDENTITY_READY,
        _ADMIN_READY,
        Condition(
            type="KeystoneServiceOSServiceReady",
            init="Keystone Service registration not started",
            done=f"Keystone Service {name} - {kind} ready",
            takes=0.2,
        ),
        Condition(
            type="KeystoneServiceOSUserReady",
            init="Keystone Service user registration not started",
            waiting="Keystone Service user not yet ready",
            done=f"Keystone Service user {user} ready",
            needs=(
                needs.present(
                    "", "Secret", needs.field("spec", "secret"), "Keystone Service user not yet ready"
                ),
            ),
        ),
    )


_ENDPOINT_CONDITIONS = (
    _IDENTITY_READY,
    _ADMIN_READY,
    Condition(
        type="KeystoneServiceReady",
        init="KeystoneService not started",
        waiting="KeystoneService not yet ready",
        done="Setup complete",
        needs=(needs.ready(KEYSTONE, "KeystoneService", needs.field("spec", "serviceName")),),
    ),
    Condition(
        type="KeystoneServiceOSEndpointsReady",
        init="Keystone Endpoints registration not started",
        done="Keystone Endpoints ready",
        takes=0.2,
    ),
)


def _registered(kind: str, conditions: tuple[Condition, ...] | Conditions) -> Row:
    """Give the row of what keystone is told of a service."""
    return Row(
        group=KEYSTONE,
        kind=kind,
        operator=operators.manager("keystone"),
        source=_SOURCE,
        conditions=conditions,
        finalizer=f"openstack.org/{kind.lower()}",
        generation=False,
        holds=_holds(kind.lower()),
        status=lambda body, _: {"serviceID": body["metadata"]["uid"].replace("-", "")},
    )


ROWS = (
    row(
        Service(
            group=KEYSTONE,
            kind="KeystoneAPI",
            operator="keystone",
            codes="rbac in mq mc tls db sync svc cfg boot nad dep cron",
            databases=("keystone",),
            jobs=("keystone-db-sync", "keystone-bootstrap"),
            services=parts.apis("keystone", 5000),
            workloads=parts.deployed("keystone"),
            configs=_keys_and_clouds,
            status=_endpoints,
        )
    ),
    _registered("KeystoneService", _service_conditions),
    _registered("KeystoneEndpoint", _ENDPOINT_CONDITIONS),
)
