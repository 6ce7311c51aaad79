"""What a service's resources own, and the databases among it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.workflows import refusals

_BESIDE = ("keystone.openstack.org", "mariadb.openstack.org", "rabbitmq.openstack.org")
"""Groups in which services have resources beside those of their own group."""
_DATABASE = ("mariadb.openstack.org", "MariaDBDatabase")
_OTHERS = frozenset({"Galera", "KeystoneAPI", "RabbitMq"})
"""Kinds of these groups that no service owns."""


def of(cluster: Cluster, namespace: str, targets: Mapping[ObjectId, str]) -> dict[ObjectId, Body]:
    """List the resources of OpenStack's kinds that others own, directly or not; raises ClusterError."""
    listed = list(_listed(cluster, namespace, {*_BESIDE, *(each.group for each in targets)}))
    owners, found = set(targets.values()), dict[ObjectId, Body]()
    while True:
        fresh = [each for each in listed if id_of(each) not in found and owners & set(_owners(each))]
        if not fresh:
            return found
        found |= {id_of(each): each for each in fresh}
        owners |= {each["metadata"]["uid"] for each in fresh}


def databases(bodies: Iterable[Body]) -> dict[str, tuple[str, ...]]:
    """Name the databases that are made for these, by the Galera cluster that they are in."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for body in bodies:
        target = id_of(body)
        if (target.group, target.kind) == _DATABASE:
            instance = get(body, "metadata", "labels", "dbName") or "openstack"
            found[str(instance)].append(str(get(body, "spec", "name") or target.name))
    return {instance: tuple(sorted(names)) for instance, names in sorted(found.items())}


def _listed(cluster: Cluster, namespace: str, groups: set[str]) -> Iterator[Body]:
    for resource in cluster.resources():
        if resource.group in groups and resource.namespaced and resource.kind not in _OTHERS:
            listing = refusals.unless_gone(partial(cluster.list, resource, namespace))
            for body in listing.items if listing else ():
                yield {"apiVersion": resource.api_version, "kind": resource.kind, **body}


def _owners(body: Body) -> Iterator[str]:
    for each in get(body, "metadata", "ownerReferences") or ():
        yield str(each.get("uid"))
