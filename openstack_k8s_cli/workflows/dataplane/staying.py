"""Node sets that the profile has no more: which of them it made, and what of them stays.

One of bare metal with hosts is never deleted just because it is gone from the profile: the operator would deprovision
its machines. `osk hosts remove` takes its hosts out, and then it goes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from openstack_k8s_cli.apply import ledger, records
from openstack_k8s_cli.apply.changes import MANAGER
from openstack_k8s_cli.apply.labels import MANAGED_BY, PREFIX, safe
from openstack_k8s_cli.apply.ledger import Record
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.dataplane import kinds
from openstack_k8s_cli.model.numbers import several
from openstack_k8s_cli.model.objects import Body, get, id_of
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.dataplane.undeployed import hosts_of

_PRUNING = f"{Layer.DATAPLANE.value}/prune/main"
_MACHINES = f"{Layer.DATAPLANE.value}/machines/"
_STAYS = "it stays with its hosts"
_LOST = "deprovisioned, and what is on them is lost"


@dataclass(frozen=True, slots=True)
class Left:
    """Node sets that are there and not in the profile."""

    nodesets: Mapping[str, Body]
    ledger: tuple[Record, ...] = ()
    profile: str = ""
    services: Mapping[str, Body] = field(default_factory=dict)
    """Those of the cluster, where any node set of bare metal stays."""

    @property
    def own(self) -> frozenset[str]:
        """Name those that the profile made, and that nobody else has."""
        return frozenset(name for name, body in self.nodesets.items() if self._is_own(body))

    def _is_own(self, body: Body) -> bool:
        target = id_of(body)
        entries = [each.by_id.get(target) for each in self.ledger if each.profile == self.profile]
        known = [each for each in entries if each is not None]
        made = any(each.owned for each in known) if known else self._is_labelled(body)
        return made and not ledger.sharing(self.ledger, target, profile=self.profile)

    def _is_labelled(self, body: Body) -> bool:
        """Tell it by its labels, where the ledger is lost."""
        labels = body["metadata"].get("labels") or {}
        return (labels.get(MANAGED_BY), labels.get(f"{PREFIX}profile")) == (MANAGER, safe(self.profile))

    @property
    def bare(self) -> Mapping[str, Body]:
        """Give the profile's own of bare metal that have hosts."""
        return {
            name: body
            for name, body in self.nodesets.items()
            if name in self.own and not get(body, "spec", "preProvisioned") and hosts_of(body)
        }


def look(cluster: Cluster, plan: Plan, nodesets: Mapping[str, Body]) -> Left:
    """Find them among the node sets of the cluster; raises ClusterError."""
    planned = {each.id.name for each in plan.manifests if each.id.kind == kinds.NODESET}
    found = {name: body for name, body in nodesets.items() if name not in planned}
    left = Left(found, records.read(cluster) if found else (), plan.profile)
    resource = cluster.resource(kinds.GROUP, kinds.SERVICE) if left.bare else None
    places = {str(body["metadata"]["namespace"]) for body in left.bare.values()}
    listed = [each for place in places for each in cluster.list(resource, place).items] if resource else []
    return replace(left, services={str(each["metadata"]["name"]): each for each in listed})


def kept(plan: Plan, left: Left) -> Plan:
    """Keep those of bare metal, with their machines and what they read, and say so."""
    if not left.bare:
        return plan
    own = [each for record in left.ledger if record.profile == plan.profile for each in record.entries]
    words = {word for body in left.bare.values() for word in _words(body["spec"])}
    words |= {word for name in words & left.services.keys() for word in _words(left.services[name]["spec"])}
    stay = {id_of(body) for body in left.bare.values()}
    stay |= {each.id for each in own if each.step.startswith(_MACHINES) or each.id.name in words}
    last = [each.id for each in plan.steps if each.layer is Layer.DATAPLANE]
    step = last[-1] if last else _PRUNING
    said = tuple(_said(name, body) for name, body in left.bare.items())
    notes = {**plan.notes, step: (*plan.notes.get(step, ()), *said)}
    return replace(plan, spared=plan.spared | stay, notes=notes)


def lessened(plan: Plan, live: Mapping[str, Body]) -> Plan:
    """Say whose machines go, since their hosts leave a node set of bare metal that the profile has."""
    notes = dict(plan.notes)
    for step, manifest in ((some, each) for some in plan.steps for each in some.manifests):
        there = live.get(manifest.id.name) if manifest.id.kind == kinds.NODESET else None
        if there is None or get(there, "spec", "preProvisioned"):
            continue
        going = sorted(hosts_of(there) - hosts_of(manifest.body))
        said = (
            f"{manifest.id.name} lets go of {several(going)}: machines that leave it are {_LOST};"
            " only `osk hosts remove` looks for servers there first"
        )
        notes |= {step.id: (*notes.get(step.id, ()), said)} if going else {}
    return replace(plan, notes=notes)


def told(plan: Plan) -> Iterator[str]:
    """Give what is to be said of those that stay, and of machines that go."""
    said = (each for some in plan.notes.values() for each in some)
    yield from (each for each in said if _STAYS in each or _LOST in each)


def _said(name: str, body: Body) -> str:
    hosts = sorted(hosts_of(body))
    return (
        f"{name}, which the profile has no more, is of bare metal: {_STAYS} {several(hosts)}, since their machines would be"
        f" deprovisioned; `osk hosts remove {' '.join(hosts)}` takes them out, and the node set with them"
    )


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (word for each in value.values() for word in _words(each))
    elif isinstance(value, list):
        yield from (word for each in value for word in _words(each))
    elif isinstance(value, str):
        yield value
