"""What commands of osk's own have begun on hosts, and go on with when they are given again: until then a deployment of all lets it be."""

from collections.abc import Container, Iterable

from openstack_k8s_cli.apply.labels import PREFIX, safe
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind, Resource
from openstack_k8s_cli.apply.records import NAMESPACE, name_of
from openstack_k8s_cli.dataplane import rounds
from openstack_k8s_cli.dataplane.records import KEYS
from openstack_k8s_cli.dataplane.wanted import GROUP
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.workflows.dataplane import undeployed

SERVICE = "osk-authorized-keys"
"""The service with which a rotation changes the keys that hosts know."""
NOT_YET = "is not everywhere yet"
"""In each word on a rotation that goes on."""
SECRETS = Resource("", "v1", "Secret", "secrets", True)  # namespaced


def kept(profile: str, secret: str) -> str:
    """Name the Secret of `osk-system` that has the new keys for another, as long as they are not in use everywhere."""
    return name_of(profile, f"keys.{secret}")


def rotations(cluster: Cluster, profile: str) -> tuple[str, ...]:
    """Name the Secrets whose new keys are kept, since they are not in use everywhere; raises ClusterError.

    Who may not read Secrets there can rotate no keys, and deploys all the same: `osk rbac` gives that right only with `--rotate-keys`.
    """
    before = kept(profile, "")
    try:
        found = cluster.list(SECRETS, NAMESPACE, labels=f"{PREFIX}profile={safe(profile)}").items
    except ClusterError as error:
        if error.kind is not ErrorKind.FORBIDDEN:
            raise
        return ()
    names = (str(each["metadata"]["name"]) for each in found)
    return tuple(sorted(each.removeprefix(before) for each in names if each.startswith(before)))


def said(pending: Iterable[str]) -> tuple[str, ...]:
    """Say of rotations that they go on."""
    return tuple(
        f"the new key of {each} {NOT_YET}: `osk dataplane rotate-keys` goes on with it" for each in pending
    )


def find(live: Iterable[Body], nodesets: Iterable[Body], pending: Container[str]) -> frozenset[ObjectId]:
    """Find the deployments of reboots and of `pending` rotations of keys that are not through, and their service."""
    there = list(live)
    hosts = frozenset[str]().union(*map(undeployed.hosts_of, nodesets))
    reboots = (each for each in rounds.unfinished(there) if hosts.issuperset(rounds.hosts_of(each)))
    keys = [each for each in there if get(each, "metadata", "annotations", KEYS) in pending]
    services = (
        ObjectId(GROUP, "OpenStackDataPlaneService", str(each["metadata"]["namespace"]), SERVICE)
        for each in keys
        if SERVICE in (get(each, "spec", "servicesOverride") or ())
    )
    return frozenset((*map(id_of, reboots), *map(id_of, keys), *services))
