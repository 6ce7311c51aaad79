"""Single services: what is waited for when one comes or goes, in a control plane or by itself."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from openstack_k8s_cli import __version__
from openstack_k8s_cli.apply import labels, lookups
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.model.steps import Action, Layer, Step
from openstack_k8s_cli.plan import building
from openstack_k8s_cli.profile.services import Kind
from openstack_k8s_cli.workflows import deploying, filledin, judging, planning, refusals
from openstack_k8s_cli.workflows.world import Target, World

PLANE = "OpenStackControlPlane"
_CORE = "core.openstack.org"


def bring(world: World, step: str, kinds: Iterable[Kind], options: Options) -> Iterator[Event]:
    """Have services in the control plane that runs, and wait for them and nothing else."""
    judge = judging.brought([kind.ready for kind in kinds])
    yield from deploying.deploy(world, Target((step,), only=True), options, judge=judge)


def take(world: World, step: str, kinds: Iterable[Kind], options: Options) -> Iterator[Event]:
    """Have services no more in the control plane that runs, and wait until what it made of them is gone."""
    gone = refusals.reading(lambda: tuple(map(id_of, made(world, kinds))))
    target = Target((step,), only=True)
    then = [_gone("controlplane/control-plane", gone, after=step)] if gone else []
    yield from deploying.deploy(world, target, options, judge=judging.noticed(), then=then)


def take_alone(world: World, targets: Sequence[ObjectId], options: Options) -> Iterator[Event]:
    """Take down the resources of services that stand by themselves."""
    facts, full = planning.bearings(world)
    plan = building.build([_gone(filledin.COMPONENT, tuple(targets))], profile=full.profile)
    options = replace(options, version=__version__, cluster_id=facts.cluster_id or "")
    yield from deploying.driven(world, plan, options)


def standing_alone(world: World, names: Iterable[str]) -> tuple[ObjectId, ...]:
    """Name the resources of services by themselves that are there and osk's."""
    _, full = planning.bearings(world)
    wanted = {f"{filledin.COMPONENT}[{name}]" for name in names}
    targets = [each.id for each in full.manifests if each.component in wanted]
    bodies = refusals.reading(lambda: [(target, lookups.find(world.cluster, target)) for target in targets])
    return tuple(target for target, body in bodies if body is not None and labels.is_ours(body))


def otherwise(values: Mapping[str, Any], live: Body, *, but: Collection[str]) -> dict[str, bool]:
    """Name the services that are on or off in a control plane and not so in the profile, and how they are there."""
    found: dict[str, bool] = {}
    for name, service in values["controlplane"]["services"].items():
        there = get(live, "spec", name, "enabled")
        if name not in but and isinstance(there, bool) and service.get("enabled", there) != there:
            found[name] = there
    return found


def switched(world: World) -> dict[str, bool]:
    """Name the services that are on or off in the cloud's control plane and not so in the profile, and how they are there."""
    planes = refusals.reading(lambda: tuple(_listed(world, _CORE, PLANE)))
    return otherwise(world.loaded.values, planes[0], but=()) if planes else {}


def standing(world: World, kinds: Mapping[str, Kind]) -> tuple[str, ...]:
    """Name the services that stand by themselves in the cloud's namespace, whatever the profile says."""
    return refusals.reading(
        lambda: tuple(
            name for name, kind in kinds.items() if any(_is_alone(each) for each in _of(world, kind))
        )
    )


def has_plane(world: World) -> bool:
    """Tell whether there is a control plane in the cloud's namespace."""
    return bool(refusals.reading(lambda: tuple(_listed(world, _CORE, PLANE))))


def targets(names: Iterable[str]) -> Target:
    """Give the part of the plan that brings services by themselves, with all that they need."""
    return Target(tuple(f"{filledin.COMPONENT}[{name}]" for name in names))


def made(world: World, kinds: Iterable[Kind]) -> Iterator[Body]:
    """Give the resources of services that the control plane made; raises ClusterError."""
    for kind in kinds:
        for body in _of(world, kind):
            if any(each.get("kind") == PLANE for each in get(body, "metadata", "ownerReferences") or ()):
                yield body


def _of(world: World, kind: Kind) -> Iterator[Body]:
    for resource in kind.resources:
        yield from _listed(world, resource.api_version.rpartition("/")[0], resource.kind)


def _is_alone(body: Body) -> bool:
    component = (body["metadata"].get("labels") or {}).get(f"{labels.PREFIX}component")
    return labels.is_ours(body) and component == filledin.COMPONENT.rpartition("/")[2]


def _gone(component: str, targets: tuple[ObjectId, ...], *, after: str = "") -> Step:
    return Step(
        f"{component}/gone",
        Layer.CONTROLPLANE,
        component,
        Action.DELETE,
        deletes=targets,
        after=frozenset({after} if after else ()),
    )


def _listed(world: World, group: str, kind: str) -> Iterator[Body]:
    resource = world.cluster.resource(group, kind)
    if resource is not None:
        for body in world.cluster.list(resource, world.namespace).items:
            yield {"apiVersion": resource.api_version, "kind": kind, **body}
