"""The data plane deployments of an update, named by what they do, so that none is made twice."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.steps import Action, Layer, Manifest, Origin, Step, Timeout
from openstack_k8s_cli.workflows.update.asked import Asked
from openstack_k8s_cli.workflows.update.live import DATAPLANE, Live

_API = f"{DATAPLANE}/v1beta1"
_COMPONENT = "dataplane/update"


@dataclass(frozen=True, slots=True)
class Deployment:
    """One OpenStackDataPlaneDeployment."""

    what: str
    """What it does, for its name."""
    namespace: str
    nodesets: tuple[str, ...]
    services: tuple[str, ...]
    target: str
    """The version that it is for."""
    vars: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name it by all that it says and is for."""
        said = [self.target, *self.nodesets, *self.services, dict(self.vars)]
        return f"update-{self.what}-{sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:8]}"

    @property
    def id(self) -> ObjectId:
        """Give its id."""
        return ObjectId(DATAPLANE, "OpenStackDataPlaneDeployment", self.namespace, self.name)

    @property
    def body(self) -> Body:
        """Give the object."""
        spec: dict[str, Any] = {"nodeSets": [*self.nodesets], "servicesOverride": [*self.services]}
        if self.vars:
            spec["ansibleExtraVars"] = dict(self.vars)
        meta = {"name": self.name, "namespace": self.namespace}
        return {"apiVersion": _API, "kind": "OpenStackDataPlaneDeployment", "metadata": meta, "spec": spec}


def ovn(live: Live, target: str) -> tuple[Deployment, ...]:
    """Bring OVN to every node set that has it: one deployment for each service that does."""
    return tuple(
        Deployment("ovn", _namespace(live), nodesets, (service,), target)
        for service, nodesets in live.ovn_services().items()
    )


def update(live: Live, target: str, service: str, asked: Asked) -> tuple[Deployment, ...]:
    """Run an update service on all hosts."""
    nodesets = _names(live)
    more = {"edpm_update_enable_kpatch": True} if asked.kpatch else {}
    what = service.removeprefix("update-") if service != "update" else "hosts"
    made = Deployment(what, _namespace(live), nodesets, (service,), target, more)
    return (made,) if nodesets else ()


def reboot(live: Live, target: str) -> tuple[Deployment, ...]:
    """Reboot the hosts, a node set at a time."""
    more = {"edpm_reboot_strategy": "force"}
    return tuple(
        Deployment("reboot", _namespace(live), (name,), ("reboot-os",), target, more) for name in _names(live)
    )


def all_of(live: Live, target: str, asked: Asked) -> tuple[Deployment, ...]:
    """Give all that an update to a version may have on hosts."""
    services = ("update", "update-services", "update-system")
    updates = (each for service in services for each in update(live, target, service, asked))
    return (*ovn(live, target), *updates, *reboot(live, target))


def steps(
    made: Iterable[Deployment], name: str, timeout: Timeout, *, in_turn: bool = False
) -> tuple[Step, ...]:
    """Make the steps that bring deployments; the engine makes one that failed for good anew."""
    found: list[Step] = []
    for each in made:
        after = frozenset({found[-1].id} if in_turn and found else ())
        step_id = f"{_COMPONENT}/{name}-{len(found) + 1}"
        origin = Origin("dataplane/update", 0)
        manifest = Manifest(each.id, _API, each.body, _COMPONENT, origin)
        found.append(
            Step(
                step_id, Layer.DATAPLANE, _COMPONENT, Action.APPLY, (manifest,), after=after, timeout=timeout
            )
        )
    return tuple(found)


def _names(live: Live) -> tuple[str, ...]:
    return tuple(sorted(each["metadata"]["name"] for each in live.nodesets))


def _namespace(live: Live) -> str:
    return str(live.version["metadata"]["namespace"])
