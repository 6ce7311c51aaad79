"""Rules about nodes: whether they are well, and whether what the plan brings fits on them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from openstack_k8s_cli.checking.seen import Seen, bad, doubt, is_true, name_of, ok, skipped, summed, unsure
from openstack_k8s_cli.model.checks import Result
from openstack_k8s_cli.model.numbers import some
from openstack_k8s_cli.model.objects import Body, condition, get
from openstack_k8s_cli.model.quantities import amount, memory, processors
from openstack_k8s_cli.plan.sizing import Amount, Share

_PRESSURES = {"DiskPressure": "disk", "MemoryPressure": "memory", "PIDPressure": "process ids"}
_OVER = frozenset({"Succeeded", "Failed"})


def workers(seen: Seen) -> tuple[Body, ...]:
    """Give the nodes that take workloads."""
    return tuple(each for each in seen.of("Node") if name_of(each) in seen.facts.workers)


def taking(seen: Seen) -> tuple[Body, ...]:
    """Give those of them that take new pods now."""
    return tuple(
        each
        for each in workers(seen)
        if not get(each, "spec", "unschedulable")
        and (is_true(each, "Ready") is True or condition(each, "Ready") is None)
    )


def ready(seen: Seen) -> Result:
    """See that nodes are Ready and take pods."""
    return summed(_unready(seen), ok(some(len(seen.of("Node")), "node")))


def _unready(seen: Seen) -> Iterator[Result]:
    for node in seen.of("Node"):
        name = name_of(node)
        if condition(node, "Ready") is None:
            yield doubt(f"{name} has not reported yet", "Wait until its kubelet does", "kubectl get nodes")
        elif is_true(node, "Ready") is not True:
            works = name in seen.facts.workers
            say = bad if works else doubt
            yield say(f"{name} is not Ready", "See what its kubelet says", f"kubectl describe node {name}")
        elif get(node, "spec", "unschedulable"):
            yield doubt(f"{name} takes no new pods", "Let it, if that is meant", f"kubectl uncordon {name}")


def pressure(seen: Seen) -> Result:
    """See that no node runs out of disk, memory or process ids."""
    found = (
        bad(
            f"{name_of(node)} runs out of {what}",
            "Make room there, or give it more; pods are evicted until then",
            f"kubectl describe node {name_of(node)}",
        )
        for node in seen.of("Node")
        for kind, what in _PRESSURES.items()
        if is_true(node, kind)
    )
    return summed(found, ok())


@dataclass(frozen=True, slots=True)
class _Measure:
    """One of the two things that pods request."""

    of: Callable[[Amount], float]
    shown: Callable[[float], str]
    name: str
    setting: str


_CPU = _Measure(lambda each: each.cpu, processors, "processors", "platform.crc.cpus")
_MEMORY = _Measure(lambda each: each.memory, memory, "of memory", "platform.crc.memory")


def cpu(seen: Seen) -> Result:
    """See that what pods request of processors can be had."""
    return _fits(seen, _CPU)


def ram(seen: Seen) -> Result:
    """See that what pods request of memory can be had."""
    return _fits(seen, _MEMORY)


def _fits(seen: Seen, measure: _Measure) -> Result:
    nodes = taking(seen)
    if not workers(seen) or not seen.demand.loads:
        return skipped("the plan brings no pods")
    if not nodes:
        return unsure("no node takes pods now", "See to its nodes first", "kubectl get nodes")
    if not all(get(each, "status", "allocatable") for each in nodes):
        return unsure("a node does not say what it has", "Wait until its kubelet does", "kubectl get nodes")
    shares = seen.demand.spread([name_of(each) for each in nodes])
    taken = _taken(seen)
    free = {
        name_of(each): max(
            measure.of(_allocatable(each)) - measure.of(taken.get(name_of(each), Amount())), 0.0
        )
        for each in nodes
    }
    remedy = "Give the nodes more, add one, or ask for less: fewer services or replicas"
    remedy += f"; on CRC `{measure.setting}`" if seen.facts.provider == "crc" else ""
    wanted, room = sum(measure.of(each.requests) for each in shares.values()), sum(free.values())
    if wanted > room:
        text = f"{measure.shown(wanted)} {measure.name} are requested, {measure.shown(room)} are free"
        return bad(text, remedy)
    uses = sum(measure.of(each.needs) for each in shares.values())
    return summed(
        _short(measure, shares, free, remedy),
        ok(f"about {measure.shown(uses)} {measure.name} needed, {measure.shown(room)} free"),
    )


def _short(
    measure: _Measure, shares: Mapping[str, Share], free: Mapping[str, float], remedy: str
) -> Iterator[Result]:
    for name, share in shares.items():
        if measure.of(share.needs) > free[name]:
            room, needed = measure.shown(free[name]), measure.shown(measure.of(share.needs))
            yield doubt(f"{name} has {room} {measure.name} free, and about {needed} are needed", remedy)


def _allocatable(node: Body) -> Amount:
    found = get(node, "status", "allocatable") or {}
    return Amount(amount(found.get("cpu", 0)), amount(found.get("memory", 0)))


def _taken(seen: Seen) -> Mapping[str, Amount]:
    """Add up what pods request that the plan does not bring."""
    own = {each.id.namespace for each in seen.plan.manifests if each.id.namespace}
    found: dict[str, Amount] = defaultdict(Amount)
    for pod in seen.of("Pod"):
        node = get(pod, "spec", "nodeName")
        if node and pod["metadata"]["namespace"] not in own and get(pod, "status", "phase") not in _OVER:
            for container in get(pod, "spec", "containers") or ():
                asked = get(container, "resources", "requests") or {}
                found[node] += Amount(amount(asked.get("cpu", 0)), amount(asked.get("memory", 0)))
    return found
