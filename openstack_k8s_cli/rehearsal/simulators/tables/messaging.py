"""infra-operator and rabbitmq-cluster-operator: message buses, their addresses, and caches."""

from typing import Any

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.rehearsal.simulators import needs, objects, operators
from openstack_k8s_cli.rehearsal.simulators.kinds import Service, row
from openstack_k8s_cli.rehearsal.simulators.objects import in_namespace, name_of, namespace_of
from openstack_k8s_cli.rehearsal.simulators.rows import Condition, Lack, Row
from openstack_k8s_cli.rehearsal.simulators.tables import parts
from openstack_k8s_cli.rehearsal.simulators.world import View

RABBITMQ = "rabbitmq.openstack.org"
RABBITMQ_CLUSTER_OPERATOR = "rabbitmq-cluster-operator-manager"


def _bus(body: Body, _view: View) -> list[Body]:
    name = name_of(body)
    labels = {"app.kubernetes.io/name": name, "app.kubernetes.io/component": "rabbitmq"}
    size = get(body, "spec", "persistence", "storage") or "10Gi"
    claim = ("persistence", str(size), get(body, "spec", "persistence", "storageClassName"))
    return [parts.set_of(body, f"{name}-server", labels, "rabbitmq", claim=claim)]


def _bus_secrets(body: Body, _view: View) -> list[Body]:
    name, namespace = name_of(body), namespace_of(body)
    user = {
        "username": "default_user",
        "password": "rehearsal",
        "host": f"{name}.{namespace}.svc",
        "port": "5671",
    }
    return [
        objects.secret(f"{name}-default-user", namespace, user),
        objects.secret(f"{name}-erlang-cookie", namespace, {".erlang.cookie": "rehearsal"}),
    ]


def _bus_services(body: Body, _view: View) -> list[Body]:
    labels = {"app.kubernetes.io/name": name_of(body)}
    override = get(body, "spec", "override", "service")
    return [
        objects.service(name_of(body), namespace_of(body), labels, 5671, override=override),
        objects.service(f"{name_of(body)}-nodes", namespace_of(body), labels, 25672),
    ]


_BUS_UP = (needs.addressed(_bus_services, "{}"), needs.rolled_out(_bus))


def _default_user(body: Body, _view: View) -> dict[str, Any]:
    secret = {"name": f"{name_of(body)}-default-user", "namespace": namespace_of(body)}
    keys = {"password": "password", "username": "username"}
    reference = {"name": name_of(body), "namespace": namespace_of(body)}
    return {
        "defaultUser": {"secretReference": secret | {"keys": keys}, "serviceReference": reference},
        "binding": {"name": secret["name"]},
    }


_CLUSTER_CONDITIONS = (
    Condition(
        type="AllReplicasReady",
        init="0/1 Pods ready",
        waiting="not all Pods ready",
        makes=(_bus_secrets, _bus_services, _bus),
        needs=_BUS_UP,
        takes=1.0,
        stops=False,
    ),
    Condition(
        type="ClusterAvailable",
        waiting="The service has no endpoints available",
        needs=_BUS_UP,
        takes=1.0,
    ),
    Condition(type="NoWarnings"),
    Condition(type="ReconcileSuccess", done="Finish reconciling"),
)


def _reachable(body: Body, view: View) -> Lack | None:
    name = str(get(body, "spec", "rabbitmqClusterName"))
    cluster = view.get(in_namespace(body, "rabbitmq.com", "RabbitmqCluster", name))
    if cluster is not None:
        return None if needs.is_ready(cluster, "AllReplicasReady") else Lack()
    broker = view.get(in_namespace(body, RABBITMQ, "RabbitMq", name))
    return None if broker is not None and needs.is_ready(broker) else Lack()


def _transport_secret(body: Body, _view: View) -> list[Body]:
    cluster, namespace = get(body, "spec", "rabbitmqClusterName"), namespace_of(body)
    url = f"rabbit://default_user:rehearsal@{cluster}.{namespace}.svc:5671/?ssl=1"
    return [objects.secret(f"rabbitmq-transport-url-{name_of(body)}", namespace, {"transport_url": url})]


_TRANSPORT = Condition(
    type="TransportURLReady",
    init="TransportURL not configured",
    waiting="TransportURL in progress",
    done="TransportURL completed",
    makes=(_transport_secret,),
    needs=(_reachable,),
    takes=0.2,
)


def _transport_status(body: Body, view: View) -> dict[str, Any]:
    if _reachable(body, view) is not None:
        return {}
    return {"secretName": f"rabbitmq-transport-url-{name_of(body)}"}


def _cache(body: Body, _view: View) -> list[Body]:
    labels = {"app": "memcached", "memcached/name": name_of(body), "cr": name_of(body)}
    return [parts.set_of(body, name_of(body), labels, "memcached")]


def _cache_service(body: Body, _view: View) -> list[Body]:
    return [objects.service(name_of(body), namespace_of(body), {"cr": name_of(body)}, 11211)]


def _cache_servers(body: Body, view: View) -> dict[str, Any]:
    name, namespace = name_of(body), namespace_of(body)
    hosts = [f"{name}-{index}.{name}.{namespace}.svc:11211" for index in range(parts.replicas(body))]
    return parts.ready_count(_cache)(body, view) | {
        "serverList": hosts,
        "serverListWithInet": [f"inet:[{each.partition(':')[0]}]:11211" for each in hosts],
    }


def _redis(body: Body, _view: View) -> list[Body]:
    labels = {"app": "redis", "redis/name": name_of(body)}
    name = f"{name_of(body)}-redis"
    return [parts.set_of(body, name, labels, "redis", "sentinel")]


ROWS = (
    Row(
        group="rabbitmq.com",
        kind="RabbitmqCluster",
        operator=RABBITMQ_CLUSTER_OPERATOR,
        source="rabbitmq cluster-operator, internal/status",
        conditions=_CLUSTER_CONDITIONS,
        finalizer="deletion.finalizers.rabbitmqclusters.rabbitmq.com",
        worst_as_ready=False,
        status=_default_user,
    ),
    row(
        Service(
            group=RABBITMQ,
            kind="RabbitMq",
            operator="infra",
            codes="tls cfg svc dep",
            services=_bus_services,
            configs=_bus_secrets,
            extra=(
                (
                    "dep",
                    Condition(
                        type="DeploymentReady",
                        init="Deployment not started",
                        done="Deployment completed",
                        makes=(_bus,),
                        needs=(needs.rolled_out(_bus),),
                        takes=1.0,
                        silent=True,
                    ),
                ),
            ),
            source="infra-operator, internal/controller/rabbitmq",
        )
    ),
    Row(
        group=RABBITMQ,
        kind="TransportURL",
        operator=operators.manager("infra"),
        source="infra-operator, controllers/rabbitmq",
        conditions=(_TRANSPORT,),
        finalizer="openstack.org/transporturl",
        status=_transport_status,
    ),
    row(
        Service(
            group="memcached.openstack.org",
            kind="Memcached",
            operator="infra",
            codes="rbac tls svc cfg dep",
            services=_cache_service,
            workloads=_cache,
            status=_cache_servers,
            source="infra-operator, controllers/memcached",
        )
    ),
    row(
        Service(
            group="redis.openstack.org",
            kind="Redis",
            operator="infra",
            codes="rbac tls svc cfg dep",
            workloads=_redis,
            source="infra-operator, controllers/redis",
        )
    ),
)
