"""What a cluster is, for people: its kind, shape and nodes, and what of it changes a plan."""

import re
from dataclasses import dataclass

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.objects import Body, ObjectId, condition, get
from openstack_k8s_cli.model.quantities import amount, memory, processors
from openstack_k8s_cli.workflows import adapting
from openstack_k8s_cli.workflows import facts as gathering
from openstack_k8s_cli.workflows.world import World

_ROLE = "node-role.kubernetes.io/"
_MASTERS = frozenset({"control-plane", "master"})
_NAMES = {"openshift": "OpenShift", "okd": "OKD", "microshift": "MicroShift", "kubernetes": "Kubernetes"}
_VERSION = re.compile(r"v?\d")
"""What a kubelet says; a made-up node names what made it up."""
_COMPACT = 3
"""Masters that take workloads."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node."""

    name: str
    roles: tuple[str, ...]
    ready: bool
    cpus: str
    memory: str


@dataclass(frozen=True, slots=True)
class Identity:
    """A cluster."""

    facts: Facts
    kind: str
    """Such as `OpenShift Local (CRC)`, `OKD (SCOS)` or `rehearsal of OpenShift`."""
    kubernetes: str
    infrastructure: str
    """What it runs on, by its own word."""
    topology: str
    nodes: tuple[Node, ...]
    adapted: tuple[str, ...]
    """What of the profile follows from the cluster."""


def look(world: World) -> Identity:
    """Look at a cluster, whether or not it is the profile's."""
    values = world.loaded.values
    facts = gathering.gather(world.cluster, values, profile=world.loaded.name)
    told = (str(get(each, "status", "nodeInfo", "kubeletVersion") or "") for each in facts.nodes)
    version = min(filter(_VERSION.match, told), default="")
    return Identity(
        facts,
        _kind(facts),
        version,
        _infrastructure(world.cluster),
        topology(facts.nodes),
        tuple(map(_node, facts.nodes)),
        tuple(adapting.adapted(facts, values)),
    )


def _kind(facts: Facts) -> str:
    name = _NAMES[facts.flavour]
    if facts.flavour == "okd" and "scos" in (facts.version or ""):
        name = "OKD (SCOS)"
    if facts.provider == "crc":
        return f"CRC ({name})"
    return f"rehearsal of {name}" if facts.provider == "rehearsal" else name


def _infrastructure(cluster: Cluster) -> str:
    body = lookups.find(cluster, ObjectId("config.openshift.io", "Infrastructure", "", "cluster"))
    return str(
        get(body or {}, "status", "platformStatus", "type") or get(body or {}, "status", "platform") or ""
    )


def topology(nodes: tuple[Body, ...]) -> str:
    """Say how masters and workers are laid out."""
    if len(nodes) == 1:
        return "single node"
    masters = [each for each in nodes if _MASTERS & set(_roles(each))]
    workers = [each for each in nodes if "worker" in _roles(each)]
    both = [each for each in masters if each in workers]
    if len(both) == len(nodes) == _COMPACT:
        return "compact: three masters that take workloads"
    shared = f", {len(both)} of them both" if both else ""
    return f"{len(masters)} masters and {len(workers)} workers{shared}"


def _roles(node: Body) -> tuple[str, ...]:
    labels = get(node, "metadata", "labels") or {}
    return tuple(sorted(key.removeprefix(_ROLE) for key in labels if key.startswith(_ROLE)))


def _node(body: Body) -> Node:
    has = get(body, "status", "allocatable") or {}
    return Node(
        body["metadata"]["name"],
        _roles(body),
        (condition(body, "Ready") or {}).get("status") == "True",
        processors(amount(has.get("cpu", 0))),
        memory(amount(has.get("memory", 0))),
    )
