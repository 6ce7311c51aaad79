"""Rules about networks: the cluster's own, the interfaces of nodes, and addresses of load balancers."""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from openstack_k8s_cli.checking.seen import Seen, bad, doubt, is_true, name_of, ok, skipped, summed, unsure
from openstack_k8s_cli.model.checks import Result
from openstack_k8s_cli.model.objects import Body, get

_OVN = "OVNKubernetes"
Range = tuple[int, int, int]
"""Version of IP, first and last address."""


def cluster(seen: Seen) -> Result:
    """See that the cluster's network is one that the operators are made for, and its packets are large enough."""
    found = seen.one("Network", "cluster")
    if found is None:
        return skipped("this cluster does not say")
    kind = str(get(found, "status", "networkType") or get(found, "spec", "networkType") or "")
    mtu = get(found, "status", "clusterNetworkMTU")
    if kind and kind != _OVN:
        return doubt(f"its type is {kind}", f"Isolated networks and load balancers are made for {_OVN}")
    if isinstance(mtu, int) and mtu < 1280:  # noqa: PLR2004  # what IPv6 needs
        return doubt(f"its MTU is {mtu}", "Raise it to 1280 or more: smaller ones do not carry IPv6")
    return ok(f"{kind}, MTU {mtu}" if mtu else kind)


def nics(seen: Seen) -> Result:
    """See that the interface that networks are attached to is there on every worker."""
    if not seen.planned("NodeNetworkConfigurationPolicy"):
        return skipped("the plan configures no interfaces")
    states = {name_of(each): each for each in seen.of("NodeNetworkState") if _interfaces(each)}
    if not states:
        return unsure(
            "the nodes' interfaces are not told, as before NMState is there",
            "Look again once it is, which a deployment brings",
            "osk doctor cluster",
        )
    return summed(
        _absent(seen, states), ok(", ".join(f"{node}: {nic}" for node, nic in seen.facts.nics.items()))
    )


def _absent(seen: Seen, states: Mapping[str, Body]) -> Iterator[Result]:
    for node, nic in seen.facts.nics.items():
        state = states.get(node)
        if state is None:
            yield doubt(f"{node} tells nothing of its interfaces", "See whether NMState's handler runs there")
            continue
        there = _interfaces(state)
        if nic not in there:
            names = ", ".join(sorted(name for name, each in there.items() if each.get("type") == "ethernet"))
            yield bad(
                f"{node} has no interface `{nic}`; it has: {names or 'none'}",
                "Attach one, or name the one that is meant",
                "osk crc network attach"
                if seen.facts.provider == "crc"
                else f"osk profile set platform.nics.{node}.default NIC",
            )
        elif there[nic].get("state") not in {"up", None, "ignore"}:
            yield doubt(f"`{nic}` of {node} is {there[nic]['state']}", "See to its cable, or its network")


def _interfaces(state: Body) -> dict[str, dict[str, Any]]:
    return {
        str(each["name"]): each
        for each in get(state, "status", "currentState", "interfaces") or ()
        if "name" in each
    }


def mtu(seen: Seen) -> Result:
    """See that interfaces carry packets as large as the plan's networks want them."""
    wanted = _wanted_mtu(seen)
    states = seen.of("NodeNetworkState")
    if not wanted or not states:
        return skipped("nothing to compare")
    found = []
    for state in states:
        nic = seen.facts.nics.get(name_of(state))
        has = (_interfaces(state).get(nic or "") or {}).get("mtu")
        carried = isinstance(has, int) and has < wanted
        if carried and _configures(seen, name_of(state), str(nic)) is None:
            text = f"`{nic}` of {name_of(state)} carries {has} bytes, networks want {wanted}"
            found.append(doubt(text, "Raise its MTU, and that of the switch, or lower `networks.*.mtu`"))
    return summed(found, ok(str(wanted)))


def _wanted_mtu(seen: Seen) -> int:
    return max(
        (
            int(each.get("mtu") or 0)
            for policy in seen.planned("NodeNetworkConfigurationPolicy")
            for each in get(policy, "spec", "desiredState", "interfaces") or ()
        ),
        default=0,
    )


def _configures(seen: Seen, node: str, nic: str) -> Body | None:
    """Find a policy of the plan that sets the MTU of this interface itself."""
    for policy in seen.planned("NodeNetworkConfigurationPolicy"):
        if get(policy, "spec", "nodeSelector", "kubernetes.io/hostname") in {None, node}:
            for each in get(policy, "spec", "desiredState", "interfaces") or ():
                if each.get("name") == nic and each.get("mtu"):
                    return policy
    return None


def policies(seen: Seen) -> Result:
    """See that no one else configures the interfaces that the plan does, and what is configured came up."""
    return summed(_contested(seen), ok())


def _contested(seen: Seen) -> Iterator[Result]:
    mine = {
        (name, node)
        for policy in seen.planned("NodeNetworkConfigurationPolicy")
        for name, node in _configured(policy)
    }
    own = {name_of(each) for each in seen.planned("NodeNetworkConfigurationPolicy")}
    for policy in seen.of("NodeNetworkConfigurationPolicy"):
        look = f"kubectl describe nncp {name_of(policy)}"
        if is_true(policy, "Degraded"):
            yield doubt(
                f"{name_of(policy)} is degraded", "See what NMState says, and change or delete it", look
            )
        if seen.is_ours(policy) or name_of(policy) in own:
            continue
        clash = sorted(
            {
                name
                for name, node in _configured(policy)
                if any(name == other and (not node or not there or node == there) for other, there in mine)
            }
        )
        if clash:
            text = f"{name_of(policy)} configures {', '.join(clash)} too"
            yield bad(text, "Take the interface out of one of them: the one applied last wins", look)


def _configured(policy: Body) -> Iterator[tuple[str, str]]:
    """Name what a policy sets up, with the ports that a bridge or bond takes for itself, and the node."""
    node = str(get(policy, "spec", "nodeSelector", "kubernetes.io/hostname") or "")
    for each in get(policy, "spec", "desiredState", "interfaces") or ():
        if each.get("state") != "absent":
            yield str(each.get("name")), node
            for bundle in ("bridge", "link-aggregation"):
                for port in get(each, bundle, "port") or ():
                    yield str(port.get("name") if isinstance(port, dict) else port), node


def pools(seen: Seen) -> Result:
    """See that addresses of load balancers are not another's as well."""
    mine = [(name_of(each), one) for each in seen.planned("IPAddressPool") for one in _ranges(each)]
    if not mine:
        return skipped("the plan has no pools")
    own = {(each["metadata"]["namespace"], name_of(each)) for each in seen.planned("IPAddressPool")}
    found = [
        bad(
            f"{name_of(each)} of {each['metadata']['namespace']} overlaps with {name}",
            "Give one of them other addresses; MetalLB refuses the second",
            "kubectl get ipaddresspools -A",
        )
        for each in seen.of("IPAddressPool")
        if not seen.is_ours(each) and (each["metadata"]["namespace"], name_of(each)) not in own
        for theirs in _ranges(each)
        for name, one in mine
        if one[0] == theirs[0] and one[1] <= theirs[2] and theirs[1] <= one[2]
    ]
    return summed(found, ok())


def _ranges(pool: Body) -> Iterator[Range]:
    for text in get(pool, "spec", "addresses") or ():
        first, dash, last = str(text).partition("-")
        try:
            if dash:
                ends = ipaddress.ip_address(first.strip()), ipaddress.ip_address(last.strip())
            else:
                whole = ipaddress.ip_network(first.strip(), strict=False)
                ends = whole[0], whole[-1]
        except ValueError:
            continue
        yield ends[0].version, int(ends[0]), int(ends[1])


def dns(seen: Seen) -> Result:
    """See that names are resolved: the cluster's by its own DNS, and those of routes on this machine."""
    own = seen.one("DNS", "default")
    if own is not None and is_true(own, "Degraded"):
        return bad("the cluster's DNS is degraded", "See to it first", "oc describe dns.operator default")
    lost = sorted(name for name, found in seen.resolved.items() if not found)
    if lost:
        return doubt(
            f"not resolved: {', '.join(lost)}",
            "Add the cluster's name server to this machine, or the names to /etc/hosts; routes are not reached otherwise",
        )
    return ok(", ".join(sorted(seen.resolved)))
