"""What the manifests of a plan need of a cluster: processors and memory by workload, and volumes.

Two figures each: what pods request, without which the scheduler does not place them, and what they use at rest.
The first is written in manifests or fixed by an operator; the second is an estimate (`appetites`) where nothing is written.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.model.objects import Body, get, id_of
from openstack_k8s_cli.model.quantities import GIB, MIB, amount
from openstack_k8s_cli.model.steps import Manifest
from openstack_k8s_cli.plan import appetites
from openstack_k8s_cli.validation.findings import Item
from openstack_k8s_cli.validation.lint.objects import CONTROL_PLANE, OFF_BY_DEFAULT
from openstack_k8s_cli.validation.lint.volumes import claims

_PODS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Pod"})
_VOLUME = 10 * GIB
"""What operators ask for where nothing is written."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Processors, and bytes of memory."""

    cpu: float = 0.0
    memory: float = 0.0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.cpu + other.cpu, self.memory + other.memory)

    def __sub__(self, other: "Amount") -> "Amount":
        return Amount(self.cpu - other.cpu, self.memory - other.memory)

    def __mul__(self, times: float) -> "Amount":
        return Amount(self.cpu * times, self.memory * times)


@dataclass(frozen=True, slots=True)
class Load:
    """Equal pods."""

    name: str
    requests: Amount
    uses: Amount
    copies: int = 1
    everywhere: bool = False
    """One on each node."""
    node: str = ""
    """The only node that they may be on."""


@dataclass(frozen=True, slots=True)
class Volumes:
    """Equal volumes."""

    name: str
    size: float
    """Bytes of each."""
    copies: int
    storage_class: str | None
    """None: the cluster's default."""


@dataclass(frozen=True, slots=True)
class Share:
    """What falls to one node, or to all of them."""

    requests: Amount = Amount()
    uses: Amount = Amount()

    def __add__(self, other: "Share") -> "Share":
        return Share(self.requests + other.requests, self.uses + other.uses)

    @property
    def needs(self) -> Amount:
        """Give what must be there: what is requested stays reserved, used or not."""
        return Amount(max(self.requests.cpu, self.uses.cpu), max(self.requests.memory, self.uses.memory))


@dataclass(frozen=True, slots=True)
class Demand:
    """All that a plan needs."""

    loads: tuple[Load, ...] = ()
    volumes: tuple[Volumes, ...] = ()

    def spread(self, nodes: Sequence[str]) -> Mapping[str, Share]:
        """Deal the pods out, the largest first, each to the node that has least."""
        shares = {node: Share() for node in nodes}
        for load in sorted(self.loads, key=lambda each: (-each.uses.memory, each.name)):
            for node in _places(load, shares):
                shares[node] += Share(load.requests, load.uses)
        return shares

    def total(self, nodes: int = 1) -> Share:
        """Add it up for so many nodes."""
        found = Share()
        for share in self.spread([str(each) for each in range(max(nodes, 1))]).values():
            found += share
        return found

    @property
    def storage(self) -> float:
        """Bytes of all volumes."""
        return sum(each.size * each.copies for each in self.volumes)


def _places(load: Load, shares: Mapping[str, Share]) -> Iterable[str]:
    if load.everywhere:
        return tuple(shares)
    if load.node in shares:
        return (load.node,) * load.copies
    order = sorted(shares, key=lambda node: shares[node].uses.memory)
    return [order[copy % len(order)] for copy in range(load.copies)] if order else ()


def demand(manifests: Iterable[Manifest]) -> Demand:
    """Add up what the objects of a plan, and what operators make of them, need."""
    bodies = [each.body for each in manifests]
    loads = [load for body in bodies for load in _loads(body)]
    return Demand(tuple(loads), tuple(volume for body in bodies for volume in _volumes(body)))


def _loads(body: Body) -> Iterator[Load]:
    kind = body["kind"]
    if kind == CONTROL_PLANE:
        for section in appetites.SERVICES:
            yield from _service(section, "", get(body, "spec", section))
        yield Load("openstackclient", Amount(), _amount(appetites.POD))
    elif kind == "OpenStack":
        yield from _operators(body)
    elif kind == "Subscription":
        name = str(get(body, "spec", "name"))
        yield Load(name, _amount(appetites.OPERATOR_REQUESTS), _amount(appetites.PACKAGE))
    elif kind in appetites.KINDS and ".openstack.org/" in body["apiVersion"]:
        section, prefix = appetites.KINDS[kind]
        yield from _service(section, prefix, {"enabled": True, **(get(body, "spec") or {})})
    elif kind in _PODS:
        yield _pods(body)


def _service(section: str, prefix: str, spec: Any) -> Iterator[Load]:
    """Give the workloads of a control plane's section, or of an object that is the part `prefix` of one."""
    if not isinstance(spec, dict) or not spec.get("enabled", section not in OFF_BY_DEFAULT):
        return
    for place, needs in appetites.SERVICES[section].items():
        if place == prefix or place.startswith(f"{prefix}." if prefix else ""):
            rest = place[len(prefix) :].strip(".")
            for path, template in _templates(spec, tuple(filter(None, rest.split(".")))):
                yield from _workload(section, place, ".".join((section, *path)), template, needs)


def _templates(
    found: Any, path: tuple[str, ...], at: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Find the templates of a place; one that is not written has its operator's defaults."""
    if not path:
        yield at, found if isinstance(found, dict) else {}
        return
    key, *rest = path
    if key == "*":
        pairs = enumerate(found) if isinstance(found, list) else (found or {}).items()
        for name, each in pairs:
            yield from _templates(each, tuple(rest), (*at, str(name)))
    elif found is not None:
        yield from _templates(found.get(key, {} if not rest else None), tuple(rest), (*at, key))


def _workload(
    section: str, place: str, name: str, template: Mapping[str, Any], needs: appetites.Needs
) -> Iterator[Load]:
    last = place.rpartition(".")[2]
    if not template.get("enabled", last not in appetites.EXTRAS) or _is_left_out(last, name, template):
        return
    copies = template.get("replicas")
    copies = 1 if copies is None else copies
    if place == "template.glanceAPIs.*" and template.get("type", "split") == "split":
        copies *= 2
    requests = _requested(template) or _amount(appetites.REQUESTS.get(section, (0, 0)))
    node = str(get(template, "nodeSelector", "kubernetes.io/hostname") or "")
    yield Load(name, requests, _amount(needs), copies, (section, place) in appetites.EVERYWHERE, node)


def _is_left_out(last: str, name: str, template: Mapping[str, Any]) -> bool:
    """Tell what its operator makes only where something asks for it."""
    if last == "ovnController":
        return not template.get("nicMappings")
    if last == "noVNCProxyServiceTemplate":
        return not template and ".cell0." in name
    return last == "cinderBackup" and not template


def _operators(body: Body) -> Iterator[Load]:
    said = {each["name"]: each for each in get(body, "spec", "operatorOverrides") or ()}
    yield Load("operator init", _amount(appetites.OPERATOR_REQUESTS), _amount(appetites.OPERATOR_USES))
    for name in appetites.OPERATORS:
        own = said.get(name) or {}
        asked = get(own, "controllerManager", "resources", "requests") or {}
        usual = _amount(appetites.BIG_REQUESTS.get(name, appetites.OPERATOR_REQUESTS))
        requests = Amount(amount(asked.get("cpu", usual.cpu)), amount(asked.get("memory", usual.memory)))
        uses = _amount(appetites.BIG_USES.get(name, appetites.OPERATOR_USES))
        yield Load(f"operator {name}", requests, uses, own.get("replicas", 1))


def _pods(body: Body) -> Load:
    spec = get(body, "spec") if body["kind"] == "Pod" else get(body, "spec", "template", "spec")
    requests, uses = Amount(), Amount()
    for container in get(spec or {}, "containers") or ():
        own = _requested(container)
        requests, uses = requests + (own or Amount()), uses + (own or _amount(appetites.POD))
    copies = get(body, "spec", "replicas")
    return Load(
        f"{body['kind']} {body['metadata']['name']}",
        requests,
        uses,
        1 if copies is None else copies,
        everywhere=body["kind"] == "DaemonSet",
        node=str(get(spec or {}, "nodeSelector", "kubernetes.io/hostname") or ""),
    )


def _volumes(body: Body) -> Iterator[Volumes]:
    if body["kind"] == CONTROL_PLANE:
        for claim in claims(Item(id_of(body), body)):
            size = amount(claim.size) if claim.size else _VOLUME
            yield Volumes(".".join(map(str, claim.path[1:])), size, claim.copies, claim.storage_class)
    elif body["kind"] == "PersistentVolumeClaim":
        size = amount(get(body, "spec", "resources", "requests", "storage"))
        yield Volumes(str(body["metadata"]["name"]), size, 1, get(body, "spec", "storageClassName"))


def _requested(template: Mapping[str, Any]) -> Amount | None:
    """Read what a template asks for; limits are requests where these are not written."""
    resources = template.get("resources") or {}
    asked = {**(resources.get("limits") or {}), **(resources.get("requests") or {})}
    return Amount(amount(asked.get("cpu", 0)), amount(asked.get("memory", 0))) if asked else None


def _amount(needs: appetites.Needs) -> Amount:
    return Amount(needs[0] / 1000, needs[1] * MIB)
