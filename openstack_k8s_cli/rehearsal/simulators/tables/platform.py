"""What depends on the nodes and on pools of addresses: nmstate's policies and MetalLB's Services."""

import ipaddress
from collections.abc import Iterator, Sequence
from typing import Any

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.rehearsal.simulators import objects, operators
from openstack_k8s_cli.rehearsal.simulators.conditions import Shown
from openstack_k8s_cli.rehearsal.simulators.objects import name_of
from openstack_k8s_cli.rehearsal.simulators.rows import Condition, Lack, Row
from openstack_k8s_cli.rehearsal.simulators.world import View

NMSTATE = "nmstate.io"
_MTU = 1500
_ADDRESSES = "metallb.universe.tf/loadBalancerIPs"
_POOL = ("metallb.universe.tf/address-pool", "metallb.io/address-pool")


def _matching(body: Body, view: View) -> list[str]:
    """List the nodes that a policy is for."""
    wanted = get(body, "spec", "nodeSelector") or {}
    return [
        name_of(node)
        for node in view.all("", "Node")
        if wanted.items() <= (node["metadata"].get("labels") or {}).items()
    ]


def _enactments(body: Body, view: View) -> Iterator[Body]:
    for node in _matching(body, view):
        labels = {"nmstate.io/policy": name_of(body), "nmstate.io/node": node}
        generation = get(body, "metadata", "generation")
        status = {
            "desiredState": get(body, "spec", "desiredState") or {},
            "policyGeneration": generation,
            "conditions": _enacted(),
        }
        yield objects.made(
            f"{NMSTATE}/v1beta1",
            "NodeNetworkConfigurationEnactment",
            f"{node}.{name_of(body)}",
            namespace="",
            labels=labels,
            status=status,
        )


def _enacted() -> list[dict[str, str]]:
    states = {
        "Available": "True",
        "Failing": "False",
        "Progressing": "False",
        "Pending": "False",
        "Aborted": "False",
    }
    return [
        {
            "type": kind,
            "status": status,
            "reason": "SuccessfullyConfigured",
            "message": "successfully reconciled" if status == "True" else "",
        }
        for kind, status in states.items()
    ]


def _node_states(_body: Body, view: View) -> Iterator[Body]:
    """Make what the handler reports of each node: the policies' interfaces, and the cards that carry them."""
    for node in view.all("", "Node"):
        names: dict[str, dict[str, Any]] = {}
        for policy in view.all(NMSTATE, "NodeNetworkConfigurationPolicy"):
            if name_of(node) in _matching(policy, view):
                for each in get(policy, "spec", "desiredState", "interfaces") or ():
                    names[str(each["name"])] = each
        interfaces = [each for each in names.values() if each.get("state") != "absent"]
        cards = sorted(_carriers(interfaces) - names.keys())
        mtu = max((_MTU, *(int(each.get("mtu") or 0) for each in interfaces)))
        interfaces += [{"name": card, "type": "ethernet", "state": "up", "mtu": mtu} for card in cards]
        status = {"currentState": {"interfaces": interfaces}}
        yield objects.unowned(
            objects.made(f"{NMSTATE}/v1beta1", "NodeNetworkState", name_of(node), namespace="", status=status)
        )


def _carriers(interfaces: Sequence[Body]) -> set[str]:
    """Name what VLANs, bridges and bonds are made over."""
    found = {str(base) for each in interfaces if (base := get(each, "vlan", "base-iface"))}
    for each in interfaces:
        found |= {str(port["name"]) for port in get(each, "bridge", "port") or ()}
        found |= {str(port) for port in get(each, "link-aggregation", "port") or ()}
    return found


def _has_nodes(body: Body, view: View) -> Lack | None:
    if _matching(body, view):
        return None
    return Lack("Policy does not match any node", reason="NoMatchingNode", severity="")


_APPLIED = Condition(
    type="Available", done="all nodes successfully configured", makes=(_enactments, _node_states), needs=(_has_nodes,), takes=1.0
)  # fmt: skip
_POLICY_TYPES = ("Available", "Degraded", "Ignored", "Progressing")


def _policy_shows(_body: Body, shown: Sequence[Shown]) -> list[Shown]:
    """Give a policy's four conditions: configured, being configured, failed, or of no node."""
    found = shown[0]
    if found.status == "True":
        reason, true = "SuccessfullyConfigured", "Available"
    elif found.reason == "NoMatchingNode":
        reason, true = found.reason, "Ignored"
    elif found.reason in ("Requested", "Init"):
        reason, true = "ConfigurationProgressing", "Progressing"
    else:
        reason, true = "FailedToConfigure", "Degraded"
    message = {"Progressing": "Policy is progressing"}.get(true, found.message)
    rest = "Unknown" if true == "Progressing" else "False"
    return [
        Shown(each, "True" if each == true else rest, reason, message if each == true else "")
        for each in _POLICY_TYPES
    ]


def wanted_address(service: Body, view: View) -> str | None:
    """Choose the address of a LoadBalancer: the one asked for if a pool has it, else the pool's first."""
    notes = service["metadata"].get("annotations") or {}
    named = next((notes[key] for key in _POOL if key in notes), None)
    asked = str(notes.get(_ADDRESSES) or "").partition(",")[0]
    for pool in view.all("metallb.io", "IPAddressPool"):
        if named and name_of(pool) != named:
            continue
        for span in get(pool, "spec", "addresses") or ():
            first, last = _ends(str(span))
            if not asked:
                return str(first)
            if int(first) <= int(ipaddress.ip_address(asked)) <= int(last):
                return asked
    return None


def _ends(span: str) -> tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, ...]:
    if "-" in span:
        return tuple(ipaddress.ip_address(each.strip()) for each in span.split("-", 1))
    network = ipaddress.ip_network(span, strict=False)
    return network[0], network[-1]


def balanced(body: Body, view: View) -> dict[str, Any]:
    """Give the status of a LoadBalancer Service."""
    address = wanted_address(body, view) if get(body, "spec", "type") == "LoadBalancer" else None
    return {"loadBalancer": {"ingress": [{"ip": address, "ipMode": "VIP"}]}} if address else {}


ROWS = (
    Row(
        group=NMSTATE,
        version="v1",
        kind="NodeNetworkConfigurationPolicy",
        operator=operators.NMSTATE,
        source="kubernetes-nmstate, controllers/handler and pkg/enactmentstatus",
        conditions=(_APPLIED,),
        worst_as_ready=False,
        generation=False,
        shows=_policy_shows,
    ),
    Row(
        group="",
        version="v1",
        kind="Service",
        operator=operators.METALLB,
        source="metallb, internal/allocator",
        generation=False,
        status=balanced,
    ),
)
