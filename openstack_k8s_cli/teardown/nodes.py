"""Node interfaces: taken down by the policy that made them, before the policy goes.

Deleting a NodeNetworkConfigurationPolicy undoes nothing on the nodes.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from openstack_k8s_cli.model.objects import Body, ObjectId, get

POLICY = ("nmstate.io", "NodeNetworkConfigurationPolicy")
_DEFAULT = frozenset({"0.0.0.0/0", "::/0"})
_PHYSICAL = frozenset({"ethernet", "infiniband"})


def removable(policy: Body, states: Iterable[Body]) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """Split a policy's interfaces into those to take down and those that stay, each with its reason."""
    known = tuple(states)
    needed = {name for state in known for name in _needed(state)}
    down: list[str] = []
    stay: dict[str, str] = {}
    for interface in _interfaces(policy):
        name = str(interface["name"])
        if name == "lo":
            stay[name] = "the loopback interface"
        elif name in needed:
            stay[name] = "it carries the node's default route"
        elif not known and interface.get("type") in _PHYSICAL:
            stay[name] = "a network card, and nmstate does not say whether it carries the default route"
        elif interface.get("state") != "absent":
            down.append(name)
    return tuple(down), stay


def absent(policy: Body, names: Iterable[str]) -> Body:
    """Give the policy that takes interfaces down."""
    gone = set(names)
    interfaces = [
        {key: each[key] for key in ("name", "type") if key in each} | {"state": "absent"}
        for each in _interfaces(policy)
        if each["name"] in gone
    ]
    spec = {key: value for key, value in policy["spec"].items() if key != "desiredState"}
    return {
        "apiVersion": policy["apiVersion"],
        "kind": policy["kind"],
        "metadata": {"name": policy["metadata"]["name"]},
        "spec": {**spec, "desiredState": {"interfaces": interfaces}},
    }


def states_for(policy: Body, states: Mapping[ObjectId, Body]) -> tuple[Body, ...]:
    """Choose the states of the nodes that a policy selects; all of them when it names no host."""
    host = get(policy, "spec", "nodeSelector", "kubernetes.io/hostname")
    chosen = tuple(body for target, body in states.items() if host in {None, target.name})
    return chosen or tuple(states.values())


def _interfaces(policy: Body) -> Iterator[Mapping[str, Any]]:
    listed = get(policy, "spec", "desiredState", "interfaces")
    yield from (each for each in listed or () if isinstance(each, dict) and each.get("name"))


def _needed(state: Body) -> set[str]:
    """Name the interfaces that a node's default routes go through, and those below them."""
    current = get(state, "status", "currentState") or {}
    routes = [*(get(current, "routes", "running") or ()), *(get(current, "routes", "config") or ())]
    needed = {
        str(each.get("next-hop-interface"))
        for each in routes
        if each.get("destination") in _DEFAULT and each.get("next-hop-interface")
    }
    interfaces = {str(each["name"]): each for each in current.get("interfaces") or () if each.get("name")}
    waiting = list(needed)
    while waiting:
        below = _below(waiting.pop(), interfaces) - needed
        needed |= below
        waiting.extend(below)
    return needed


def _below(name: str, interfaces: Mapping[str, Mapping[str, Any]]) -> set[str]:
    own = interfaces.get(name, {})
    ports = [each.get("name") for each in get(own, "bridge", "port") or ()]
    ports += get(own, "link-aggregation", "port") or []
    ports += [get(own, kind, "base-iface") for kind in ("vlan", "mac-vlan", "vxlan", "macsec")]
    ports += [other for other, each in interfaces.items() if each.get("controller") == name]
    return {str(each) for each in ports if each}
