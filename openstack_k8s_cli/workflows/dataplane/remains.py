"""Hosts that the profile has no more, and what cluster and cloud still know of them."""

from collections.abc import Sequence

from openstack_k8s_cli.dataplane.limits import short
from openstack_k8s_cli.workflows.dataplane import deployments
from openstack_k8s_cli.workflows.dataplane.leaving import Leaver, Leaving
from openstack_k8s_cli.workflows.world import World


def known(world: World, names: Sequence[str]) -> tuple[str, ...]:
    """Give those of the names that something is known of; raises ClusterError and OskError."""
    if not names:
        return ()
    kept = deployments.read(world.cluster, world.loaded.name, world.namespace)
    leavers = [Leaver(short(each)) for each in names]
    leaving = Leaving(world.cluster, world.clock, world.namespace, leavers, None)
    there = {*map(short, kept.hosts)}
    there |= leaving.known if leaving.has_cloud else set()
    return tuple(each for each in names if short(each) in there)
