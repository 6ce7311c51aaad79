"""Hosts that the profile has no more, and what cluster and cloud still know of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from openstack_k8s_cli.apply import records
from openstack_k8s_cli.dataplane import kinds
from openstack_k8s_cli.dataplane.limits import short
from openstack_k8s_cli.model.numbers import several
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.dataplane import knowledge, naming, staying
from openstack_k8s_cli.workflows.dataplane.leaving import Leaver, Leaving
from openstack_k8s_cli.workflows.dataplane.undeployed import hosts_of, nodesets
from openstack_k8s_cli.workflows.telling import Told
from openstack_k8s_cli.workflows.world import World


def known(world: World, names: Sequence[str]) -> tuple[str, ...]:
    """Give those of the names that something is known of, but for hosts of others; raises ClusterError and OskError."""
    if not names:
        return ()
    kept = knowledge.read(world.cluster, world.loaded.name, world.namespace)
    leavers = [Leaver(short(each)) for each in names]
    leaving = Leaving(world.cluster, world.clock, world.namespace, leavers, None)
    there = {*map(short, kept.hosts), *(host for each in kept.nodesets.values() for host in hosts_of(each))}
    there |= leaving.known if leaving.has_cloud else set()
    there -= _of_others(world, kept.nodesets)
    return tuple(each for each in names if short(each) in there)


def _of_others(world: World, found: Mapping[str, Body]) -> frozenset[str]:
    """Name the hosts that only node sets have which are none of the profile's: they are in use there."""
    planned = {*naming.nodesets(world.loaded.values)}
    strange = {name: body for name, body in found.items() if name not in planned}
    left = staying.Left(strange, records.read(world.cluster) if strange else (), world.loaded.name)
    own = planned | left.own
    ours, theirs = ({each for each in found if (each in own) is mine} for mine in (True, False))
    return _hosts(found, theirs) - _hosts(found, ours)


def _hosts(found: Mapping[str, Body], names: Collection[str]) -> frozenset[str]:
    return frozenset[str]().union(*(hosts_of(found[each]) for each in names))


def let_go(world: World, plan: Plan, hosts: Collection[str]) -> Iterator[Told]:
    """Take hosts, by their short names, out of node sets of bare metal that stay only because they have hosts."""
    left = staying.look(world.cluster, plan, nodesets(world))
    resource = world.cluster.resource(kinds.GROUP, kinds.NODESET)
    for name, body in left.bare.items() if resource else ():
        nodes = body["spec"]["nodes"].items()
        going = [key for key, node in nodes if hosts_of({"spec": {"nodes": {key: node}}}) & {*hosts}]
        if resource and going:
            patch = {"spec": {"nodes": dict.fromkeys(going)}}
            world.cluster.merge(resource, world.namespace, name, patch)
            yield Told(name, f"it lets go of {several(going)}: their machines are deprovisioned")
