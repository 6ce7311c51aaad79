"""What shows that another image has reached a service: the OpenStackVersion names it, and what ran the one before runs it."""

from collections.abc import Iterator, Mapping
from typing import Any

from openstack_k8s_cli.developing import layers
from openstack_k8s_cli.developing.entries import Entry, Kind
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.workflows import refusals
from openstack_k8s_cli.workflows.developing.expecting import Expected
from openstack_k8s_cli.workflows.update import images
from openstack_k8s_cli.workflows.world import World

_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")
_STATUS = ("status", "containerImages")


def of(world: World, entry: Entry) -> dict[ObjectId, Expected]:
    """Say what follows from an entry of a service's image, or from its going; nothing of other kinds. Raises OskError."""
    if entry.kind is not Kind.SERVICE_IMAGE:
        return {}
    field = next(iter(layers.leaves(entry.values)))[0][2:]
    wanted = get(world.loaded.values, "controlplane", "customImages", *field)
    version = refusals.reading(lambda: live(world))
    if version is None:
        return {}
    now = get(version, *_STATUS, *field)
    change = Expected(image=wanted) if wanted else Expected(without=entry.note)
    found = {id_of(version): _at(change, (*_STATUS, *field))}
    if now and now != wanted and _is_told(version, now):
        found |= dict.fromkeys(refusals.reading(lambda: list(_running(world, now))), change)
    return found


def live(world: World) -> Body | None:
    """Read the cloud's OpenStackVersion; raises ClusterError."""
    resource = world.cluster.resource("core.openstack.org", "OpenStackVersion")
    name = world.loaded.values["controlplane"]["name"]
    return world.cluster.get(resource, world.namespace, name) if resource else None


def _at(change: Expected, path: tuple[str, ...]) -> Expected:
    return Expected(image=change.image, without=change.without, at=path)


def _is_told(version: Body, image: str) -> bool:
    """Tell whether who runs an image runs it because of one field: others may have the same."""
    found: Mapping[str, Any] = get(version, *_STATUS) or {}
    return list(images.flat(found).values()).count(image) == 1


def _running(world: World, image: str) -> Iterator[ObjectId]:
    for kind in _WORKLOADS:
        resource = world.cluster.resource("apps", kind)
        for body in world.cluster.list(resource, world.namespace).items if resource else ():
            containers = get(body, "spec", "template", "spec", "containers") or ()
            if any(each.get("image") == image for each in containers):
                yield ObjectId("apps", kind, world.namespace, body["metadata"]["name"])
