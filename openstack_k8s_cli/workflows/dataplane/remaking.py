"""Before machines are made anew: whatever ran on hosts of their names is forgotten, so that all of it runs there."""

from collections.abc import Iterator, Sequence

from openstack_k8s_cli.workflows.dataplane.forgetting import forget
from openstack_k8s_cli.workflows.telling import Task, Told
from openstack_k8s_cli.workflows.world import World


def task(world: World, hosts: Sequence[str]) -> Task:
    """Give the step; it comes first, so that no interruption leaves a bare host that counts as deployed."""

    def forgotten() -> Iterator[Told]:
        forget(world.cluster, world.loaded.name, world.namespace, frozenset(hosts))
        yield Told(world.loaded.name, "what ran on hosts of these names is forgotten", "ok")

    return Task("record", forgotten)
