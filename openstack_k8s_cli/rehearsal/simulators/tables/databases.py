"""mariadb-operator: Galera clusters, databases and accounts."""

from typing import Any

from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.rehearsal.simulators import needs, objects, operators, wording
from openstack_k8s_cli.rehearsal.simulators.kinds import MARIADB, Service, row
from openstack_k8s_cli.rehearsal.simulators.objects import in_namespace, name_of, namespace_of
from openstack_k8s_cli.rehearsal.simulators.rows import Condition, Lack, Row
from openstack_k8s_cli.rehearsal.simulators.tables import parts
from openstack_k8s_cli.rehearsal.simulators.world import View

_SOURCE = "mariadb-operator, controllers"


def _cluster(body: Body, _view: View) -> list[Body]:
    name = f"{name_of(body)}-galera"
    labels = {"app": "galera", "galera/name": name_of(body), "owner": "mariadb-operator", "cr": name}
    return [parts.set_of(body, name, labels, "galera", claim=parts.claim_of(body, "mysql-db"))]


def _service(body: Body, _view: View) -> list[Body]:
    labels = {"app": "galera", "cr": f"{name_of(body)}-galera"}
    return [objects.service(name_of(body), namespace_of(body), labels, 3306)]


def _root(body: Body, view: View) -> dict[str, Any]:
    there = view.get(in_namespace(body, "apps", "StatefulSet", f"{name_of(body)}-galera"))
    return {"bootstrapped": bool(get(there or {}, "status", "readyReplicas"))}


def _server(body: Body, view: View) -> Lack | None:
    name = get(body, "metadata", "labels", "dbName") or "openstack"
    there = view.get(in_namespace(body, MARIADB, "Galera", name))
    if there is None:
        return Lack("MariaDB / Galera server not yet available")
    if not get(there, "status", "bootstrapped"):
        return Lack("MariaDB / Galera server not bootstrapped")
    return None


def _held_server(body: Body, _view: View) -> list[tuple[ObjectId, str]]:
    name = get(body, "metadata", "labels", "dbName") or "openstack"
    finalizer = f"openstack.org/mariadbdatabase-{name_of(body)}"
    return [(in_namespace(body, MARIADB, "Galera", name), finalizer)]


def _database_of(body: Body) -> tuple[str, ...]:
    name = get(body, "metadata", "labels", "mariaDBDatabaseName")
    return (str(name),) if name else ()


_SERVER_READY = Condition(
    type="MariaDBServerReady",
    init="MariaDB / Galera server not yet available",
    done="MariaDB / Galera server ready",
    needs=(_server,),
)
_DATABASE_READY = Condition(
    type="MariaDBDatabaseReady",
    init="MariaDBDatabase not yet available",
    done="MariaDBDatabase ready",
    takes=0.5,
)
_ACCOUNT_READY = Condition(
    type="MariaDBAccountReady",
    init="MariaDBAccount create / drop not started",
    done="MariaDBAccount creation complete",
    needs=(
        needs.present(
            "",
            "Secret",
            needs.field("spec", "secret"),
            "MariaDBAccount secret is missing or incomplete: {}",
        ),
    ),
    takes=0.3,
)

_DEPLOYMENT = Condition(
    type="DeploymentReady",
    init="Deployment not started",
    done="Deployment completed",
    makes=(_cluster,),
    needs=(needs.rolled_out(_cluster, one_is_enough=True),),
    takes=1.0,
    silent=True,
)

ROWS = (
    row(
        Service(
            group=MARIADB,
            kind="Galera",
            operator="mariadb",
            codes="rbac in tls svc cfg dep",
            services=_service,
            extra=(("dep", _DEPLOYMENT),),
            status=_root,
        )
    ),
    Row(
        group=MARIADB,
        kind="MariaDBDatabase",
        operator=operators.manager("mariadb"),
        source=_SOURCE,
        conditions=(_SERVER_READY, _DATABASE_READY),
        finalizer="openstack.org/mariadbdatabase",
        generation=False,
        status=lambda body, view: {"completed": _server(body, view) is None},
        holds=_held_server,
    ),
    Row(
        group=MARIADB,
        kind="MariaDBAccount",
        operator=operators.manager("mariadb"),
        source=_SOURCE,
        conditions=(
            _SERVER_READY,
            wording.with_parts(
                _DATABASE_READY,
                needs=(needs.ready(MARIADB, "MariaDBDatabase", _database_of),),
                takes=0,
            ),
            _ACCOUNT_READY,
        ),
        finalizer="openstack.org/mariadbaccount",
        generation=False,
    ),
)
