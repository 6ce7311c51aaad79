"""What the pods of a deployment said that is about to go: all of it into the run's log, and the failures to the user."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress

from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import ClusterError
from openstack_k8s_cli.dataplane import blaming, jobs, kinds
from openstack_k8s_cli.dataplane.masking import Mask
from openstack_k8s_cli.dataplane.progress import Progress
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.dataplane import company, hiding
from openstack_k8s_cli.workflows.world import World

_log = logging.getLogger(__name__)


def told(world: World, plan: Plan, options: Options) -> Iterator[str]:
    """Give a word on each failure of the deployments that a plan deletes; what cannot be read is left out."""
    gone = [each for each in plan.uids if each.kind == kinds.DEPLOYMENT]
    mask = Mask(hiding.hidden(world, plan)) if gone else Mask()
    for target in sorted(gone):
        with suppress(ClusterError):
            progress = Progress({"metadata": {"name": target.name}}, mask, company.orders(plan))
            for pod in _failed(world, target):
                with suppress(ClusterError):  # its node may be gone; the others have their own words
                    _read(world, pod, progress, mask)
            yield from (blaming.at_once(each, options.again) for each in progress.failures())


def _failed(world: World, target: ObjectId) -> Sequence[Body]:
    resource = world.cluster.resource("", "Pod")
    labels = f"{jobs.DEPLOYMENT}={target.name}"
    found = world.cluster.list(resource, target.namespace, labels=labels).items if resource else ()
    bad = [each for each in found if get(each, "status", "phase") == "Failed"]
    return sorted(bad, key=lambda each: str(get(each, "metadata", "creationTimestamp")))


def _read(world: World, pod: Body, progress: Progress, mask: Mask) -> None:
    meta = get(pod, "metadata") or {}
    text = world.cluster.logs(meta["namespace"], meta["name"])
    _log.debug("the log of pod %s/%s\n%s", meta["namespace"], meta["name"], mask(text))
    for _ in progress.pod(pod, 0.0):
        pass
    for line in text.splitlines():
        for _ in progress.heard(meta["uid"], line, 0.0):
            pass
    for _ in progress.closed(meta["uid"], 0.0):
        pass
