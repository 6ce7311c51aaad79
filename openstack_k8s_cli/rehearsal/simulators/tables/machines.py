"""machine-config-operator: pools of nodes that take up what registries, authorities and logins the cluster is to use."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.objects import condition as condition_of
from openstack_k8s_cli.rehearsal.simulators import objects, operators
from openstack_k8s_cli.rehearsal.simulators.conditions import Shown
from openstack_k8s_cli.rehearsal.simulators.objects import name_of
from openstack_k8s_cli.rehearsal.simulators.rows import Condition, Lack, Row
from openstack_k8s_cli.rehearsal.simulators.world import View

GROUP = "machineconfiguration.openshift.io"
_CONFIG = "config.openshift.io"
_MIRRORS = ("ImageDigestMirrorSet", "ImageTagMirrorSet")
_LOGIN = ObjectId("", "Secret", "openshift-config", "pull-secret")
_NO_LOGIN = {".dockerconfigjson": "eyJhdXRocyI6e319"}
"""What a bare cluster has, as rehearsal/bare.yaml."""
_ROLE = "node-role.kubernetes.io/{}"
_BARE = "rehearsal"
_PAUSED = "Paused"


def _rendered(pool: str, view: View) -> str:
    """Name the configuration of a pool by all that goes into it; a bare cluster's has a name of its own."""
    images = view.get(ObjectId(_CONFIG, "Image", "", "cluster")) or {}
    login = get(view.get(_LOGIN) or {}, "data") or _NO_LOGIN
    parts: list[Any] = [get(each, "spec") for kind in _MIRRORS for each in view.all(_CONFIG, kind)]
    parts += [images["spec"]] if images.get("spec") else []
    parts += [login] if login != _NO_LOGIN else []
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32] if parts else _BARE
    return f"rendered-{pool}-{digest}"


def _configured(body: Body, view: View) -> Iterator[Body]:
    wanted = _rendered(name_of(body), view)
    if get(body, "spec", "configuration", "name") == wanted:
        return
    spec = {"configuration": {"name": wanted}}
    yield objects.unowned(
        objects.made(f"{GROUP}/v1", "MachineConfigPool", name_of(body), namespace="", spec=spec)
    )


def _machines(body: Body, view: View) -> int:
    """Count the nodes of a pool; one that is both is a master."""
    pool = name_of(body)
    found = [each["metadata"].get("labels") or {} for each in view.all("", "Node")]
    if pool == "master":
        return sum(_ROLE.format("master") in labels for labels in found)
    return sum(_ROLE.format(pool) in labels and _ROLE.format("master") not in labels for labels in found)


def _status(body: Body, view: View) -> dict[str, Any]:
    """Count the machines, of which all have the new configuration once the pool has said that it is through."""
    count = _machines(body, view)
    generation = get(body, "metadata", "generation")
    through = (condition_of(body, "Updated") or {}).get("status") == "True"
    done = through and get(body, "status", "observedGeneration") == generation
    there = get(body, "spec" if done else "status", "configuration", "name")
    return {
        "configuration": {"name": there},
        "machineCount": count,
        "readyMachineCount": count if done else 0,
        "updatedMachineCount": count if done else 0,
        "unavailableMachineCount": 0 if done else count,
        "degradedMachineCount": 0,
    }


def _is_paused(body: Body, _view: View) -> Lack | None:
    """Tell that a paused pool has a new configuration that its nodes do not take up."""
    wanted, there = (get(body, part, "configuration", "name") for part in ("spec", "status"))
    if not get(body, "spec", "paused") or wanted == there:
        return None
    return Lack(f"Pool is paused; will not update to {wanted}", reason=_PAUSED)


def _shows(_body: Body, shown: Sequence[Shown]) -> list[Shown]:
    """Give the conditions that tell whether a pool is through."""
    (found,) = shown
    through, paused = found.status == "True", found.reason == _PAUSED
    return [
        Shown("Updated", "True" if through else "False", "", found.message if through else ""),
        Shown("Updating", "False" if through or paused else "True", "", "" if through else found.message),
        Shown("Degraded", "False", "", ""),
    ]


ROWS = (
    Row(
        group=GROUP,
        version="v1",
        kind="MachineConfigPool",
        operator=operators.ALWAYS,
        source="machine-config-operator, pkg/controller/render and pkg/controller/node/status.go",
        conditions=(
            Condition(
                type="Updated",
                waiting="All nodes are updating",
                done="All nodes are updated",
                makes=(_configured,),
                needs=(_is_paused,),
                takes=2.0,
            ),
        ),
        worst_as_ready=False,
        shows=_shows,
        status=_status,
    ),
)
