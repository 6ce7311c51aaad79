"""What shows that another image has reached a service: the OpenStackVersion names it, and what ran the one before runs it."""

from collections.abc import Iterator, Mapping
from typing import Any

from openstack_k8s_cli.developing import layers, operators
from openstack_k8s_cli.developing.entries import Entry, Kind
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.workflows import refusals
from openstack_k8s_cli.workflows.developing.expecting import Expected
from openstack_k8s_cli.workflows.update import images
from openstack_k8s_cli.workflows.world import World

_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")
_STATUS = ("status", "containerImages")
_OLM = "operators.coreos.com"


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
    if not wanted and entry.note == _default(version, field):
        wanted = entry.note
    change = Expected(image=wanted) if wanted else Expected(without=entry.note)
    found = {id_of(version): _at(change, (*_STATUS, *field))}
    if now and now != wanted and _is_told(version, now):
        found |= dict.fromkeys(refusals.reading(lambda: list(_running(world, now))), change)
    return found


def _default(version: Body, field: tuple[str, ...]) -> object:
    """Give the image that the release itself has: one of the same name may go, and nothing changes then."""
    target = str(get(version, "spec", "targetVersion"))
    return get(version, "status", "containerImageVersionDefaults", target, *field)


def released(world: World, entry: Entry) -> str:
    """Give the image that the installed version has itself for the operator of an image that goes; empty: unknown.

    Raises OskError.
    """
    if entry.kind is not Kind.IMAGE or get(
        world.loaded.values, "operators", "overrides", entry.name, "image"
    ):
        return ""
    found = refusals.reading(lambda: list(variables(world)))
    return dict(found).get(operators.variable(entry.name), "")


def variables(world: World) -> Iterator[tuple[str, str]]:
    """Give what the package's installed versions say to the init operator; raises ClusterError."""
    package = get(world.loaded.values, "operators", "openstack", "package")
    namespace = str(get(world.loaded.values, "namespaces", "operators"))
    resource = world.cluster.resource(_OLM, "ClusterServiceVersion")
    labels = f"{_OLM}/{package}.{namespace},!olm.copiedFrom"
    for version in world.cluster.list(resource, namespace, labels=labels).items if resource else ():
        for deployment in get(version, "spec", "install", "spec", "deployments") or ():
            for container in get(deployment, "spec", "template", "spec", "containers") or ():
                yield from (
                    (each["name"], str(each.get("value") or "")) for each in container.get("env") or ()
                )


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
