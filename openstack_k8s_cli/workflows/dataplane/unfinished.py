"""What commands of osk's own have begun on hosts, and go on with when they are given again: until then a deployment of all lets it be."""

from collections.abc import Iterable, Iterator

from openstack_k8s_cli.apply.ports import Cluster, Resource
from openstack_k8s_cli.apply.records import NAMESPACE, name_of
from openstack_k8s_cli.dataplane import rounds
from openstack_k8s_cli.dataplane.records import KEYS
from openstack_k8s_cli.dataplane.wanted import GROUP
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.workflows.dataplane import undeployed

SERVICE = "osk-authorized-keys"
"""The service with which a rotation changes the keys that hosts know."""
SECRETS = Resource("", "v1", "Secret", "secrets", True)  # namespaced


def kept(profile: str, secret: str) -> str:
    """Name the Secret of `osk-system` that has the new keys for another, as long as they are not in use everywhere."""
    return name_of(profile, f"keys.{secret}")


def find(
    cluster: Cluster, live: Iterable[Body], nodesets: Iterable[Body], profile: str
) -> frozenset[ObjectId]:
    """Find the deployments of reboots and of rotations of keys that are not through, and their service; raises ClusterError."""
    there = list(live)
    hosts = frozenset[str]().union(*map(undeployed.hosts_of, nodesets))
    reboots = (each for each in rounds.unfinished(there) if hosts.issuperset(rounds.hosts_of(each)))
    return frozenset((*map(id_of, reboots), *_keys(cluster, there, profile)))


def _keys(cluster: Cluster, live: Iterable[Body], profile: str) -> Iterator[ObjectId]:
    """Give what brings keys that are still to come, as long as these are kept."""
    pending: dict[str, bool] = {}
    for each in live:
        secret = get(each, "metadata", "annotations", KEYS)
        if not secret:
            continue
        if secret not in pending:
            pending[secret] = cluster.get(SECRETS, NAMESPACE, kept(profile, secret)) is not None
        if pending[secret]:
            yield id_of(each)
            if SERVICE in (get(each, "spec", "servicesOverride") or ()):
                yield ObjectId(
                    GROUP, "OpenStackDataPlaneService", str(each["metadata"]["namespace"]), SERVICE
                )
