"""Whether a service can be made anew by itself, and what that costs; nothing is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openstack_k8s_cli import readiness
from openstack_k8s_cli.apply.labels import HOLD
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.verdicts import State
from openstack_k8s_cli.profile.servicefilling import HOMES
from openstack_k8s_cli.profile.services import Kind, Kinds
from openstack_k8s_cli.workflows import refusals, serving
from openstack_k8s_cli.workflows.developing import belongings, marks
from openstack_k8s_cli.workflows.developing.marks import Mark
from openstack_k8s_cli.workflows.world import World

_NEEDED = frozenset({*HOMES.values(), "keystone"})
"""Others have databases, queues, caches or registrations in them."""
_KEYSTONE = ("keystone.openstack.org", "KeystoneAPI")
_GALERA = ("mariadb.openstack.org", "Galera")
_ASKED = "notifications"
"""Services have no use for it unless they are asked to."""
_ON_HOSTS = frozenset({"dns", "neutron", "nova", "ovn", "telemetry"})


@dataclass(frozen=True, slots=True)
class Found:
    """A service as it is there."""

    plane: Body
    targets: Mapping[ObjectId, str]
    """Its resources, with their UIDs."""
    owned: Mapping[ObjectId, Body]
    databases: Mapping[str, tuple[str, ...]]
    """By Galera cluster."""
    users: tuple[str, ...]
    """Services that are on and call it."""
    on_hosts: bool
    """Whether hosts have a part of it."""
    begun: Mark | None
    """It is under way already."""


def look(world: World, name: str, kinds: Kinds) -> Found:
    """Look at a service of the control plane that runs; raises OskError where it cannot be made anew by itself."""
    plane = refusals.reading(lambda: marks.plane(world.cluster, world.namespace))
    if name in kinds and serving.standing(world, {name: kinds[name]}):
        advice = "Take it down, then deploy it so again"
        raise _absent(name, "it stands by itself", advice, f"osk teardown service {name} --standalone")
    if plane is None:
        raise _absent(name, "there is no control plane", "Deploy one", "osk deploy controlplane")
    begun = next((each for each in marks.of(plane) if each.service == name), None)
    users = tuple(_users(world, name, plane, kinds))
    if name in _NEEDED:
        raise _needed(name, [f"used by {', '.join(users) or 'none now, and by whatever comes'}"])
    kind = kinds[name]
    bodies = refusals.reading(lambda: list(serving.made(world, [kind])))
    targets = {id_of(each): str(each["metadata"]["uid"]) for each in bodies}
    if begun is None:
        _check_there(name, kind, plane, targets)
        _check_held(name, bodies)
    owned = refusals.reading(lambda: belongings.of(world.cluster, world.namespace, targets))
    databases = belongings.databases(owned.values())
    if begun is None:
        _check_surroundings(world, name, owned, databases)
    nodesets = (world.loaded.values.get("dataplane") or {}).get("nodesets")
    return Found(plane, targets, owned, databases, users, bool(nodesets) and name in _ON_HOSTS, begun)


def check_drop(name: str, found: Found, *, drop: bool) -> None:
    """Refuse what was begun otherwise, or has no database; raises OskError."""
    if found.begun is not None and drop and not found.begun.databases:
        problem = Problem(
            "OSK1436",
            f"{name} is being made anew with its databases kept",
            detail=found.begun.line,
            advice=(Advice("Let that come to its end first", f"osk redeploy {name}"),),
        )
        raise OskError(problem, exit_code=ExitCode.REFUSED)
    if found.begun is None and drop and not found.databases:
        problem = Problem(
            "OSK1433",
            f"{name} has no database to drop",
            advice=(Advice("Leave --drop-db out", f"osk redeploy {name}"),),
        )
        raise OskError(problem, exit_code=ExitCode.USAGE)


def _users(world: World, name: str, plane: Body, kinds: Kinds) -> Iterator[str]:
    """Name the services that are on and have something in another one, or call it."""
    services = world.loaded.values["controlplane"]["services"]
    for other, kind in kinds.items():
        homes = {
            home
            for key, home in HOMES.items()
            if key in kind.uses and (key != _ASKED or services[other].get(key))
        }
        is_on = other != name and get(plane, "spec", other, "enabled")
        if is_on and name in {*kind.needs, *kind.calls, *kind.wants, *homes}:
            yield other


def _check_there(name: str, kind: Kind, plane: Body, targets: Mapping[ObjectId, str]) -> None:
    if not kind.resources:
        raise _absent(
            name,
            "it has no resource of its own",
            "Delete its pod: it is made anew",
            f"kubectl -n {plane['metadata']['namespace']} delete pod {name}",
        )
    if kind.enabled is not None and not get(plane, "spec", name, "enabled"):
        raise _absent(name, "it is off in the control plane", "Switch it on", f"osk deploy service {name}")
    if not targets:
        why = "nothing of it is there that the control plane made"
        raise _absent(name, why, "See why it is not there", "osk status controlplane --only -v")


def _check_held(name: str, bodies: Sequence[Body]) -> None:
    """Refuse where others put their finalizers on it: it would not go before all of them do."""
    holders = [
        each
        for body in bodies
        for each in get(body, "metadata", "finalizers") or ()
        if each not in {HOLD, "foregroundDeletion"} and not _is_own(each, body)
    ]
    if holders:
        raise _needed(name, [f"{each} holds it" for each in holders])


def _is_own(finalizer: str, body: Body) -> bool:
    return finalizer.rpartition("/")[2] == str(body["kind"]).lower()


def _check_surroundings(
    world: World, name: str, owned: Mapping[ObjectId, Body], databases: Mapping[str, tuple[str, ...]]
) -> None:
    """Refuse where what it would be taken out of does not answer: it would hang."""
    there = [(*_GALERA, instance) for instance in databases]
    if any(each.group == _KEYSTONE[0] for each in owned):
        there.append((*_KEYSTONE, "keystone"))
    for group, kind, instance in there:
        target = ObjectId(group, kind, world.namespace, instance)
        body = _get(world, target)
        if readiness.judge(target, body).state is not State.READY:
            problem = Problem(
                "OSK1432",
                f"{name} cannot be taken out of {target}: that is not Ready",
                subject=str(target),
                advice=(Advice("Bring it to Ready first", "osk wait controlplane"),),
            )
            raise OskError(problem, exit_code=ExitCode.REFUSED)


def _get(world: World, target: ObjectId) -> Body | None:
    resource = world.cluster.resource(target.group, target.kind)
    if resource is None:
        return None
    return refusals.reading(lambda: world.cluster.get(resource, target.namespace, target.name))


def _needed(name: str, why: Sequence[str]) -> OskError:
    problem = Problem(
        "OSK1430",
        f"{name} cannot be made anew by itself: others need it while they are there",
        detail="\n".join(why),
        advice=(
            Advice(
                "Take the control plane down and bring it up again; data is kept", "osk teardown controlplane"
            ),
            Advice("or restart its pods: they are made anew, with all that they know"),
        ),
    )
    return OskError(problem, exit_code=ExitCode.REFUSED)


def _absent(name: str, why: str, advice: str, command: str) -> OskError:
    problem = Problem("OSK1431", f"{name} cannot be made anew: {why}", advice=(Advice(advice, command),))
    return OskError(problem, exit_code=ExitCode.REFUSED)
