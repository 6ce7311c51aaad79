"""Hosts from a pod of the cluster, where they are reachable from there only: looking at them, and scripts on them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, Ran
from openstack_k8s_cli.dataplane import hearing, kinds, podchecks, shells
from openstack_k8s_cli.dataplane.checks import Checked, Seen
from openstack_k8s_cli.dataplane.hearing import Hearing
from openstack_k8s_cli.dataplane.podchecks import Place
from openstack_k8s_cli.dataplane.targets import Target
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import AGAIN, Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.dataplane import checking
from openstack_k8s_cli.workflows.world import World

_PAUSE = 2.0
"""Seconds between looks at the pod."""
_PATIENCE = 600.0
"""Seconds in which a pod has to start."""
_TOTAL = 2400.0
"""Seconds that the pod may take once it runs."""
_ENDED = frozenset({"Succeeded", "Failed"})
_EXIT = "@osk exit "
_LAST = 1500
"""Characters of a log that are shown."""


def look(world: World, plan: Plan, found: checking.Hosts) -> tuple[Checked, ...]:
    """Look at hosts by Jobs, one after another; nothing of them is left in the cluster. Raises ClusterError."""
    checking.refuse_rehearsed(world.loaded.values)
    nodesets = [each.body for each in plan.manifests if each.id.kind == kinds.NODESET]
    image, networks = _image(world), podchecks.attachments(nodesets)
    checked: list[Checked] = []
    for start in range(0, len(found.targets), podchecks.MOST):
        some = found.targets[start : start + podchecks.MOST]
        name = f"osk-check-{int(world.clock.now() * 1000)}"
        place = Place(world.namespace, name, image, found.secret, networks, min(checking.FORKS, len(some)))
        checked += checking.judged(some, _seen(world.cluster, world.clock, place, some), found.skip)
    return tuple(checked)


def run(world: World, plan: Plan, places: Sequence[shells.Place], secret: str, script: str) -> dict[str, Ran]:
    """Run a script on hosts and wait for it; what is not told of was not reached. Raises ClusterError."""
    nodesets = [each.body for each in plan.manifests if each.id.kind == kinds.NODESET]
    image, networks = _image(world), podchecks.attachments(nodesets)
    texts = {"script.yaml": podchecks.shipped("script.yaml"), "script.sh": script}
    name = f"osk-script-{int(world.clock.now() * 1000)}"
    found = tuple(Target(each.host, "", each.address, each.user, each.port) for each in places)
    place = Place(world.namespace, name, image, secret, networks, min(checking.FORKS, len(found)), texts)
    seen = _seen(world.cluster, world.clock, place, found)
    return {host: _ran(each) for host, each in seen.items()}


def _ran(seen: Seen) -> Ran:
    if seen.unreachable:
        return Ran(shells.UNREACHED, "", seen.unreachable)
    output, _, code = seen.output.rstrip().rpartition(_EXIT)
    return Ran(int(code), output.strip(), "") if code.isdigit() else Ran(1, seen.output, "")


def _image(world: World) -> str:
    """Find the image of the operator's own Ansible pods."""
    said = world.loaded.values["dataplane"]["runner"]
    versions = lookups.listed(world.cluster, "core.openstack.org", "OpenStackVersion", world.namespace)
    told = (get(each, "status", "containerImages", "ansibleeeImage") for each in versions)
    image = said or next((each for each in told if each), None)
    if not image:
        raise _refused("The image of Ansible's pods is not known: the cluster has no OpenStackVersion yet")
    return str(image)


def _refused(summary: str) -> OskError:
    advice = (
        Advice("Deploy the control plane first, or name an image", f"{AGAIN} --set dataplane.runner=IMAGE"),
        Advice("Or look from this machine", "osk dataplane check"),
    )
    problem = Problem("OSK1123", summary, "osk dataplane check --from-cluster", None, advice)
    return OskError(problem, exit_code=ExitCode.REFUSED)


def _seen(cluster: Cluster, clock: Clock, place: Place, found: tuple[Target, ...]) -> Mapping[str, Seen]:
    try:
        job = cluster.create(podchecks.job(place)).body
        cluster.create(podchecks.files(place, found, job))
        pod = _Waiting(cluster, clock, place).ended()
        log = cluster.logs(place.namespace, pod["metadata"]["name"], container="check")
    finally:
        _remove(cluster, place)
    heard = Hearing()
    for event in hearing.events(log.splitlines()):
        heard.hear(event)
    if not heard.seen:
        raise OskError(checking.unseen(log[-_LAST:]), exit_code=ExitCode.FAILED)
    return heard.seen


def _remove(cluster: Cluster, place: Place) -> None:
    """Take away what was made for it; what cannot be goes by itself, the Job after a while and its files with it."""
    for group, kind in (("batch", "Job"), ("", "ConfigMap")):
        with suppress(ClusterError):
            resource = cluster.resource(group, kind)
            if resource:
                cluster.delete(resource, place.namespace, place.name)


@dataclass
class _Waiting:
    """For the end of a Job's pod."""

    cluster: Cluster
    clock: Clock
    place: Place

    def ended(self) -> Body:
        """Give the pod once it has ended; raises OskError where it does not start, or takes too long."""
        began = self.clock.monotonic()
        while True:
            pod = self._pod()
            phase = get(pod, "status", "phase")
            if phase in _ENDED:
                return pod
            waited = self.clock.monotonic() - began
            if waited > (_TOTAL if phase == "Running" else _PATIENCE):
                raise self._late(pod)
            self.clock.sleep(_PAUSE)

    def _pod(self) -> Body:
        resource = self.cluster.resource("", "Pod")
        labels = f"job-name={self.place.name}"
        items = self.cluster.list(resource, self.place.namespace, labels=labels).items if resource else ()
        return next(iter(items), {})

    def _late(self, pod: Body) -> OskError:
        told: Any = get(pod, "status", "containerStatuses", 0, "state", "waiting") or {}
        words = " ".join(str(told[key]) for key in ("reason", "message") if told.get(key))
        why = words or str(get(pod, "status", "conditions", 0, "message") or "")
        advice = Advice("See what holds it up, such as the image or the network that it is attached to")
        summary = "The pod that looks at the hosts has not ended" if pod else "The Job has no pod"
        problem = Problem(
            "OSK1123", summary, f"Job {self.place.namespace}/{self.place.name}", why or None, (advice,)
        )
        return OskError(problem, exit_code=ExitCode.STALLED)
