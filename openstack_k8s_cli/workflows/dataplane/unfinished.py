"""What commands of osk's own have begun on hosts, and go on with when they are given again: until then a deployment of all lets it be."""

import shlex
from collections.abc import Container, Iterable
from itertools import chain

from openstack_k8s_cli.apply.labels import PREFIX, safe
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind, Resource
from openstack_k8s_cli.apply.records import NAMESPACE, name_of
from openstack_k8s_cli.dataplane import kinds, rounds
from openstack_k8s_cli.dataplane.records import KEYS
from openstack_k8s_cli.dataplane.rounds import Open
from openstack_k8s_cli.model.numbers import several, some
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.dataplane import undeployed

SERVICE = "osk-authorized-keys"
"""The service with which a rotation changes the keys that hosts know."""
_NOT_YET, _NOT_THROUGH = "is not everywhere yet", "is not through"
"""In each word on a rotation and a round of reboots that goes on."""
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


def said(pending: Iterable[str], going: Iterable[Open]) -> tuple[str, ...]:
    """Say of rotations and rounds of reboots that they go on."""
    keys = (
        f"the new key of {each} {_NOT_YET}: `osk dataplane rotate-keys` goes on with it" for each in pending
    )
    return (*keys, *map(_going, going))


def reboots(live: Iterable[Body], nodesets: Iterable[Body], profile: str) -> tuple[Open, ...]:
    """Find a profile's rounds of reboots that are not through, over hosts that are there."""
    own = (
        each
        for each in live
        if (each["metadata"].get("labels") or {}).get(f"{PREFIX}profile") == safe(profile)
    )
    hosts = frozenset[str]().union(*map(undeployed.hosts_of, nodesets))
    found = rounds.unfinished(own)
    return tuple(
        each for each in found if hosts.issuperset(chain.from_iterable(map(rounds.hosts_of, each.batches)))
    )


def _going(found: Open) -> str:
    command = shlex.join(("osk", "dataplane", "reboot", *(found.words or ())))
    how = f"`{command}`{' with the same hosts' if found.words is None else ''} goes on with it"
    now = f", {several(found.running)} being rebooted" if found.running else ""
    return f"a round of reboots {_NOT_THROUGH}, {found.left} of {some(found.all, 'host')} left{now}: {how}"


def told(plan: Plan) -> tuple[str, ...]:
    """Give what a plan says of them."""
    said = (each for some in plan.notes.values() for each in some)
    return tuple(each for each in said if _NOT_YET in each or _NOT_THROUGH in each)


def find(live: Iterable[Body], going: Iterable[Open], pending: Container[str]) -> frozenset[ObjectId]:
    """Find the deployments of reboots and of `pending` rotations of keys that are not through, and their service."""
    there = list(live)
    batches = (each for one in going for each in one.batches)
    keys = [each for each in there if get(each, "metadata", "annotations", KEYS) in pending]
    services = (
        ObjectId(kinds.GROUP, kinds.SERVICE, str(each["metadata"]["namespace"]), SERVICE)
        for each in keys
        if SERVICE in (get(each, "spec", "servicesOverride") or ())
    )
    return frozenset((*map(id_of, batches), *map(id_of, keys), *services))
