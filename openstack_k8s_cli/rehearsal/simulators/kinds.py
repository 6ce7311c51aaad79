"""Rows of OpenStack service kinds from short codes: which of the shared conditions a kind has, in which order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.rehearsal.simulators import needs, objects, operators, wording
from openstack_k8s_cli.rehearsal.simulators.objects import in_namespace, name_of, namespace_of
from openstack_k8s_cli.rehearsal.simulators.rows import (
    Condition,
    Fields,
    Lack,
    Makes,
    Needs,
    Row,
    holds_nothing,
    no_fields,
)
from openstack_k8s_cli.rehearsal.simulators.world import View

KEYSTONE, MARIADB = "keystone.openstack.org", "mariadb.openstack.org"
NAD = "k8s.cni.cncf.io"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What the codes of one kind stand for."""

    group: str
    kind: str
    codes: str
    """In the order of its controller: rbac, in, tls, db, sync, mq, mc, svc, cfg, nad, dep, cron, kssvc, ksep, boot."""
    operator: str
    """Of the names in `OpenStack.spec.operatorOverrides`."""
    source: str = ""
    databases: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    """The Job of `sync`, and of `boot`."""
    registered: tuple[tuple[str, str], ...] = ()
    """Names and types in keystone's catalogue."""
    services: Makes | None = None
    workloads: Makes | None = None
    extra: tuple[tuple[str, Condition], ...] = ()
    """Codes of its own."""
    configs: Makes | None = None
    status: Fields = no_fields
    generation: bool = True
    prunes: bool = False


def row(service: Service) -> Row:
    """Give the row of a kind."""
    own = dict(service.extra)
    listed: list[Condition] = []
    for code in service.codes.split():
        listed += [own[code]] if code in own else _CODES[code](service)
    return Row(
        group=service.group,
        kind=service.kind,
        operator=operators.manager(service.operator),
        source=service.source or f"{service.operator}-operator, controllers",
        conditions=tuple(listed),
        finalizer=f"openstack.org/{service.kind.lower()}",
        generation=service.generation,
        status=service.status,
        holds=_held_databases(service) if service.databases else holds_nothing,
        prunes=service.prunes,
    )


def _rbac(service: Service) -> list[Condition]:
    def account(body: Body, _view: View) -> list[Body]:
        name = f"{service.operator}-{name_of(body)}"
        return [objects.made("v1", "ServiceAccount", name, namespace=namespace_of(body))]

    first = wording.with_parts(wording.SERVICE_ACCOUNT, makes=(account,))
    return [first, wording.ROLE, wording.ROLE_BINDING]


def _input(_service: Service) -> list[Condition]:
    need = needs.present(
        "", "Secret", needs.field("spec", "secret"), "Input data resources missing: secret/{}"
    )
    return [wording.with_parts(wording.INPUT, needs=(need,))]


def _tls(_service: Service) -> list[Condition]:
    need = needs.present("", "Secret", tls_secrets, "TLSInput is missing: {}")
    return [wording.with_parts(wording.TLS_INPUT, needs=(need,))]


def tls_secrets(body: Body) -> Sequence[str]:
    """List the secrets that `spec.tls` names."""
    tls = get(body, "spec", "tls") or {}
    places = (tls, get(tls, "api", "internal") or {}, get(tls, "api", "public") or {})
    found = [place.get(key) for place in places for key in ("secretName", "caBundleSecretName")]
    return [str(each) for each in found if each]


def _database(service: Service) -> list[Condition]:
    def make(body: Body, _view: View) -> list[Body]:
        return [made for name in service.databases for made in database(name, body)]

    accounts = needs.fixed(*(each.replace("_", "-") for each in service.databases))
    need = needs.ready(MARIADB, "MariaDBDatabase", accounts), needs.ready(MARIADB, "MariaDBAccount", accounts)
    return [wording.with_parts(wording.DATABASE, makes=(make,), needs=need)]


def database(name: str, body: Body, *, instance: str | None = None) -> list[Body]:
    """Give a MariaDBDatabase, its account and the account's password, as lib-common's database module makes them."""
    namespace = namespace_of(body)
    server = instance or get(body, "spec", "databaseInstance") or "openstack"
    resource = name.replace("_", "-")
    labels = {"dbName": server}
    password = f"{resource}-db-password"
    return [
        objects.custom(
            MARIADB, "MariaDBDatabase", resource, namespace=namespace, labels=labels, spec={"name": name}
        ),
        objects.secret(password, namespace, {"DatabasePassword": "rehearsal"}),
        objects.custom(
            MARIADB,
            "MariaDBAccount",
            resource,
            namespace=namespace,
            labels={**labels, "mariaDBDatabaseName": resource},
            spec={"userName": f"{name}_rehearsal"[:32], "secret": password, "requireTLS": False},
        ),
    ]


def _held_databases(service: Service) -> Callable[[Body, View], list[tuple[ObjectId, str]]]:
    def holds(body: Body, _view: View) -> list[tuple[ObjectId, str]]:
        finalizer = f"openstack.org/{service.kind.lower()}-{name_of(body)}"
        return [
            (in_namespace(body, MARIADB, kind, name.replace("_", "-")), finalizer)
            for name in service.databases
            for kind in ("MariaDBDatabase", "MariaDBAccount")
        ]

    return holds


def _sync(service: Service) -> list[Condition]:
    return [_with_job(service, wording.DATABASE_SYNC, 0, "DBsync job error occurred {}")]


def _bootstrap(service: Service) -> list[Condition]:
    return [_with_job(service, wording.BOOTSTRAP, 1, "Bootstrap error occurred {}")]


def _with_job(service: Service, condition: Condition, index: int, message: str) -> Condition:
    make = job(service.jobs[index])
    return wording.with_parts(condition, makes=(make,), needs=(needs.jobs_done(make, message),))


def job(name: str) -> Makes:
    """Make one Job; its name is given with `{}` in the place of the object's."""

    def make(body: Body, _view: View) -> list[Body]:
        labels = {"service": name_of(body), "job": name.format(name_of(body))}
        return [objects.job(name.format(name_of(body)), namespace_of(body), labels)]

    return make


def _transport(service: Service) -> list[Condition]:
    make = transport(f"{{}}-{service.operator}-transport")
    need = needs.children_ready(make, named=False)
    return [wording.with_parts(wording.TRANSPORT, makes=(make,), needs=(need,))]


def transport(name: str, cluster: Callable[[Body], str | None] = lambda _: None) -> Makes:
    """Make a TransportURL; `{}` in its name takes the object's."""

    def make(body: Body, _view: View) -> list[Body]:
        chosen = cluster(body) or bus_of(body)
        return [
            objects.custom(
                "rabbitmq.openstack.org",
                "TransportURL",
                name.format(name_of(body)),
                namespace=namespace_of(body),
                spec={"rabbitmqClusterName": chosen},
            )
        ]

    return make


def bus_of(body: Body) -> str:
    """Give the message bus of an object, in the field of either release."""
    return str(
        get(body, "spec", "messagingBus", "cluster") or get(body, "spec", "rabbitMqClusterName") or "rabbitmq"
    )


def _memcached(_service: Service) -> list[Condition]:
    names = needs.field("spec", "memcachedInstance", default="memcached")
    return [
        wording.with_parts(
            wording.MEMCACHED, needs=(needs.ready("memcached.openstack.org", "Memcached", names),)
        )
    ]


def _service(service: Service) -> list[Condition]:
    if service.services is None:
        return [wording.SERVICE]
    need = needs.addressed(service.services, "Create service error occurred {}")
    return [wording.with_parts(wording.SERVICE, makes=(service.services,), needs=(need,))]


def _config(service: Service) -> list[Condition]:
    def make(body: Body, view: View) -> list[Body]:
        name = f"{name_of(body)}-config-data"
        own = list(service.configs(body, view)) if service.configs else []
        return [objects.secret(name, namespace_of(body), {"00-config.conf": "[DEFAULT]\n"}), *own]

    return [wording.with_parts(wording.CONFIG, makes=(make,))]


def _attachments(_service: Service) -> list[Condition]:
    return [attachments(needs.fields("spec", "networkAttachments"))]


def attachments(names: needs.Names) -> Condition:
    """Give NetworkAttachmentsReady over the networks that are named."""
    need = needs.present(NAD, "NetworkAttachmentDefinition", names, "NetworkAttachment resources missing: {}")
    return wording.with_parts(wording.ATTACHMENTS, needs=(need,))


def _deployment(service: Service) -> list[Condition]:
    if service.workloads is None:
        return [wording.DEPLOYMENT]
    need = needs.rolled_out(service.workloads)
    return [wording.with_parts(wording.DEPLOYMENT, makes=(service.workloads,), needs=(need,))]


def _cron(_service: Service) -> list[Condition]:
    return [wording.CRON_JOB]


def _keystone_service(service: Service) -> list[Condition]:
    def make(body: Body, _view: View) -> list[Body]:
        return [registration(name, kind, body) for name, kind in service.registered]

    return [
        wording.with_parts(
            wording.KEYSTONE_SERVICE, makes=(make,), needs=(needs.children_ready(make, named=False),)
        )
    ]


def registration(name: str, kind: str, body: Body) -> Body:
    """Give the KeystoneService of one entry in keystone's catalogue."""
    spec: dict[str, Any] = {
        "serviceName": name,
        "serviceType": kind,
        "serviceDescription": name,
        "serviceUser": get(body, "spec", "serviceUser") or name,
        "secret": get(body, "spec", "secret") or "osp-secret",
        "passwordSelector": f"{name.capitalize()}Password",
        "enabled": True,
    }
    return objects.custom(KEYSTONE, "KeystoneService", name, namespace=namespace_of(body), spec=spec)


def _keystone_endpoint(service: Service) -> list[Condition]:
    def make(body: Body, _view: View) -> list[Body]:
        return [endpoint(name, body) for name, _ in service.registered]

    return [
        wording.with_parts(
            wording.KEYSTONE_ENDPOINT, makes=(make,), needs=(needs.children_ready(make, named=False),)
        )
    ]


def endpoint(name: str, body: Body) -> Body:
    """Give the KeystoneEndpoint of one service."""
    namespace = namespace_of(body)
    urls = {each: f"https://{name}-{each}.{namespace}.svc" for each in ("internal", "public")}
    return objects.custom(
        KEYSTONE, "KeystoneEndpoint", name, namespace=namespace, spec={"serviceName": name, "endpoints": urls}
    )


_CODES: dict[str, Callable[[Service], list[Condition]]] = {
    "rbac": _rbac,
    "in": _input,
    "tls": _tls,
    "db": _database,
    "sync": _sync,
    "boot": _bootstrap,
    "mq": _transport,
    "mc": _memcached,
    "svc": _service,
    "cfg": _config,
    "nad": _attachments,
    "dep": _deployment,
    "cron": _cron,
    "kssvc": _keystone_service,
    "ksep": _keystone_endpoint,
}


def keystone_is_ready(body: Body, view: View) -> Lack | None:
    """Need the KeystoneAPI of the namespace."""
    there = view.all(KEYSTONE, "KeystoneAPI", namespace_of(body))
    if not there:
        return Lack("KeystoneAPI not found")
    return None if needs.is_ready(there[0]) else Lack("KeystoneAPI not yet ready")


KEYSTONE_IS_READY: Needs = keystone_is_ready
