"""Keystone's keys: kept apart while Keystone goes, and put back for the next one.

Their Secret is owned by the KeystoneAPI and is collected with it; without it, stored credentials cannot be read.
Values go from the cluster to the cluster and nowhere else.
"""

from collections.abc import Iterable, Iterator

from openstack_k8s_cli.apply.labels import MANAGED_BY, PREFIX, safe
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind, Resource
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.teardown.found import Found

LABEL = f"{PREFIX}kept"
_COPY, _BACK = "copy", "identity"
_PREFIX = "osk-kept-"
_KEYS = ("FernetKeys", "CredentialKeys")
_KEYSTONES = (
    ("keystone.openstack.org", "KeystoneAPI"),
    ("core.openstack.org", "OpenStackControlPlane"),
)


def kept(found: Found, clouds: Iterable[str]) -> Iterator[ObjectId]:
    """Find the Secrets that an earlier teardown put back or apart."""
    for target in sorted(found.of("", "Secret", clouds)):
        if LABEL in (get(found.bodies[target], "metadata", "labels") or {}):
            yield target


def save(cluster: Cluster, clouds: Iterable[str], *, profile: str) -> tuple[ObjectId, ...]:
    """Copy every Secret with Keystone's keys; raises ClusterError."""
    return tuple(target for namespace in clouds for target in _save(cluster, namespace, profile))


def _save(cluster: Cluster, namespace: str, profile: str) -> Iterator[ObjectId]:
    secrets = _secrets(cluster)
    for body in cluster.list(secrets, namespace).items:
        if not _has_keys(body) or not get(body, "metadata", "ownerReferences"):
            continue
        name = body["metadata"]["name"]
        _write(cluster, secrets, _body(namespace, f"{_PREFIX}{name}", body, profile, _COPY))
        yield ObjectId("", "Secret", namespace, name)


def copies(cluster: Cluster, clouds: Iterable[str]) -> tuple[ObjectId, ...]:
    """Name what is set apart and not put back yet; raises ClusterError."""
    secrets = _secrets(cluster)
    return tuple(
        id_of(body)
        for namespace in clouds
        for body in cluster.list(secrets, namespace, labels=f"{LABEL}={_COPY}").items
    )


def is_going(cluster: Cluster, clouds: Iterable[str]) -> bool:
    """Say whether a Keystone is on its way out, and its keys with it; raises ClusterError."""
    served = [resource for each in _KEYSTONES if (resource := cluster.resource(*each)) is not None]
    return any(
        get(body, "metadata", "deletionTimestamp")
        for namespace in clouds
        for resource in served
        for body in cluster.list(resource, namespace).items
    )


def put_back(cluster: Cluster, clouds: Iterable[str], *, profile: str) -> tuple[ObjectId, ...]:
    """Write what was saved under its own name again, without an owner; raises ClusterError.

    Keys that a living Keystone has are left as they are: they are the newer ones.
    """
    return tuple(target for namespace in clouds for target in _put_back(cluster, namespace, profile))


def _put_back(cluster: Cluster, namespace: str, profile: str) -> Iterator[ObjectId]:
    secrets = _secrets(cluster)
    for copy in cluster.list(secrets, namespace, labels=f"{LABEL}={_COPY}").items:
        name = copy["metadata"]["name"].removeprefix(_PREFIX)
        there = cluster.get(secrets, namespace, name)
        if there is None or not get(there, "metadata", "ownerReferences"):
            _write(cluster, secrets, _body(namespace, name, copy, profile, _BACK))
            yield ObjectId("", "Secret", namespace, name)
        cluster.delete(secrets, namespace, copy["metadata"]["name"], uid=copy["metadata"]["uid"])


def _secrets(cluster: Cluster) -> Resource:
    found = cluster.resource("", "Secret")
    if found is None:
        message = "Secret is not served"
        raise ClusterError(ErrorKind.NOT_SERVED, message)
    return found


def _has_keys(body: Body) -> bool:
    return any(key.startswith(_KEYS) for key in body.get("data") or {})


def _body(namespace: str, name: str, source: Body, profile: str, kept: str) -> Body:
    labels = {MANAGED_BY: "osk", f"{PREFIX}profile": safe(profile), LABEL: kept}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "type": source.get("type", "Opaque"),
        "data": source.get("data") or {},
    }


def _write(cluster: Cluster, secrets: Resource, body: Body) -> None:
    """Create it, or bring the one that is there up to date."""
    meta = body["metadata"]
    try:
        cluster.create(body)
    except ClusterError as error:
        if error.kind is not ErrorKind.EXISTS:
            raise
        patch = {"metadata": {"labels": meta["labels"]}, "data": body["data"]}
        cluster.merge(secrets, meta["namespace"], meta["name"], patch)
