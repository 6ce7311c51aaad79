"""A few services on a few hosts, once: a deployment of its own in the middle of a story."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from openstack_k8s_cli import __version__
from openstack_k8s_cli.apply import adoption, labels
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.dataplane import kinds, records
from openstack_k8s_cli.model.events import Event, PlanMade, RunFinished, StepFinished, StepStarted
from openstack_k8s_cli.model.objects import Body, ObjectId, id_of
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Action, Layer, Manifest, Origin, Step, Timeout
from openstack_k8s_cli.plan.building import digest
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows import deploying, planning
from openstack_k8s_cli.workflows.dataplane import byhand, summaries
from openstack_k8s_cli.workflows.world import World

_API = f"{kinds.GROUP}/v1beta1"
_STALL, _TOTAL = 4000.0, 12 * 3600.0
"""Seconds; a host may take an hour to come back (edpm_reboot)."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One OpenStackDataPlaneDeployment."""

    name: str
    nodesets: Sequence[str]
    services: Sequence[str]
    hosts: Sequence[str] = ()
    """Empty: all of the node sets."""
    vars: Mapping[str, Any] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    """Annotations."""
    once: bool = False
    """Whether what failed is not tried again by itself."""

    def body(self, namespace: str) -> Body:
        """Give the object."""
        spec: dict[str, Any] = {"nodeSets": [*self.nodesets], "servicesOverride": [*self.services]}
        spec |= {"ansibleLimit": ",".join(self.hosts)} if self.hosts else {}
        spec |= {"ansibleExtraVars": dict(self.vars)} if self.vars else {}
        spec |= {"backoffLimit": 0} if self.once else {}
        meta: dict[str, Any] = {"name": self.name, "namespace": namespace}
        meta |= {"annotations": dict(self.notes)} if self.notes else {}
        return {"apiVersion": _API, "kind": kinds.DEPLOYMENT, "metadata": meta, "spec": spec}


def check(world: World, nodesets: Iterable[str]) -> None:
    """Refuse node sets that are not in the cluster, for which a deployment would wait without a word, or another cloud's; raises OskError."""
    resource = world.cluster.resource(kinds.GROUP, kinds.NODESET)
    for name in nodesets:
        live = world.cluster.get(resource, world.namespace, name) if resource is not None else None
        if live is None:
            raise byhand.absent(f"{kinds.NODESET} {world.namespace}/{name}")
        owner = (live["metadata"].get("labels") or {}).get(f"{labels.PREFIX}profile")
        if labels.is_ours(live) and owner != labels.safe(world.loaded.name):
            target = ObjectId(kinds.GROUP, kinds.NODESET, world.namespace, name)
            raise OskError(adoption.of_another_cloud(target, [str(owner)]), exit_code=ExitCode.REFUSED)


def service(name: str, namespace: str, playbook: str) -> Body:
    """Give a service with a playbook of osk's."""
    meta = {"name": name, "namespace": namespace}
    return {"apiVersion": _API, "kind": kinds.SERVICE, "metadata": meta, "spec": {"playbookContents": playbook}}  # fmt: skip


def run(world: World, options: Options, step: str, bodies: Sequence[Body]) -> Iterator[Event]:
    """Bring objects and wait for them; those that are there and through are left alone.

    A host that was lost is a failure also where a profile lets a few fail. Raises OskError.
    """
    component = step.rpartition("/")[0]
    yield from remove(world, options, f"{step}-again", [each for each in _live(world, bodies) if _lost(each)])
    manifests = tuple(
        Manifest(id_of(each), each["apiVersion"], each, component, Origin(component, at))
        for at, each in enumerate(bodies)
    )
    yield from _driven(world, options, Step(step, Layer.DATAPLANE, component, Action.APPLY, manifests))
    problems = [each for some in losses(world, bodies).values() for each in some]
    if problems:
        raise OskError(*problems, exit_code=ExitCode.DATAPLANE_FAILED)


def losses(world: World, bodies: Sequence[Body]) -> dict[str, list[Problem]]:
    """Say by name what deployments that are through went on without; raises ClusterError."""
    found = {each["metadata"]["name"]: _lost(each) for each in _live(world, bodies)}
    return {name: [_without(*each) for each in lost.items()] for name, lost in found.items() if lost}


def told(world: World, deployments: Sequence[Body]) -> Sequence[Body]:
    """Give deployments with the hosts that they lost; raises ClusterError."""
    resource = world.cluster.resource(kinds.GROUP, kinds.NODESET) if deployments else None
    nodesets = world.cluster.list(resource, world.namespace).items if resource else ()
    return list(summaries.completed(world.cluster, deployments, nodesets, world.namespace))


def _live(world: World, bodies: Sequence[Body]) -> Sequence[Body]:
    """Read those of the deployments that are through."""
    resource = world.cluster.resource(kinds.GROUP, kinds.DEPLOYMENT)
    names = [each["metadata"]["name"] for each in bodies if each["kind"] == kinds.DEPLOYMENT]
    found = [world.cluster.get(resource, world.namespace, each) for each in names] if resource else []
    return told(world, [each for each in found if each is not None and records.is_through(each)])


def _lost(deployment: Body) -> dict[str, str]:
    """Give the hosts that it went on without, each with the service."""
    spec = deployment["spec"]
    return {
        host: service
        for service in spec["servicesOverride"]
        for nodeset in spec["nodeSets"]
        for host in sorted(records.failed_hosts(deployment, service, nodeset))
    }


def _without(host: str, service: str) -> Problem:
    advice = (
        Advice("Look at it there", f"osk hosts ssh {host}"),
        Advice("Then run the same command again: until all hosts are through, what comes next is not begun"),
    )
    return Problem("OSK1237", f"{service} did not end well on {host}", host, None, advice)


def remove(world: World, options: Options, step: str, bodies: Iterable[Body]) -> Iterator[Event]:
    """Delete objects that are there no longer for anything, in the ledger, too. Raises OskError."""
    component = step.rpartition("/")[0]
    ids = tuple(map(id_of, bodies))
    if ids:
        yield from _driven(world, options, Step(step, Layer.DATAPLANE, component, Action.DELETE, deletes=ids))


def _driven(world: World, options: Options, step: Step) -> Iterator[Event]:
    facts, _ = planning.bearings(world)
    scale = float(world.loaded.values["timeouts"]["scale"])
    made = replace(step, timeout=Timeout(stall=_STALL * scale, total=_TOTAL * scale))
    own = replace(
        options,
        version=__version__,
        cluster_id=facts.cluster_id or "",
        full=frozenset(),
        values_digest=None,
        usage=(),
    )
    for event in deploying.driven(world, Plan(world.loaded.name, (made,), digest((made,))), own):
        if isinstance(event, RunFinished):
            if event.exit_code is not ExitCode.DONE:
                raise OskError(*event.problems, exit_code=event.exit_code)
        elif not isinstance(event, PlanMade | StepStarted | StepFinished):
            yield event
