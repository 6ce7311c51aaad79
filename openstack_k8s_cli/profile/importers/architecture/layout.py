"""What `network-values` is made of: the cluster's nodes, the networks, and what each of these says of itself."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.profile.importers.architecture import spans
from openstack_k8s_cli.profile.importers.draft import Draft

_NODE = re.compile(r"node_(\d+)")
_NETWORK = {"subnets", "net-attach-def", "lb_addresses", "vlan", "cidr", "dnsDomain"}
_SETTINGS = {"bgp", "loopback", "dns-resolver", "routes"}
_UNUSED = "_unused_"


def nodes(values: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Give the cluster's nodes in their order, by key."""
    found = {key: int(match[1]) for key in values if (match := _NODE.fullmatch(key))}
    there = [key for key in found if isinstance(values[key], Mapping) and _UNUSED not in values[key].values()]
    return {key: values[key] for key in sorted(there, key=found.__getitem__)}


def named(values: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Give the networks by name; the one of the control plane first, since others stand on its interface."""
    found = {
        key: each
        for key, each in values.items()
        if isinstance(each, Mapping)
        and key not in _SETTINGS
        and not _NODE.fullmatch(key)
        and _NETWORK & each.keys()
    }
    return {key: found[key] for key in sorted(found, key=lambda key: key != "ctlplane")}


def worker(node: Mapping[str, Any]) -> str:
    """Give a node's name."""
    return str(node.get("name") or node.get("node_name"))


def plugin(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Read the configuration of a network's attachment; empty where there is none."""
    try:
        read = json.loads(entry.get("net-attach-def") or "{}")
    except (ValueError, TypeError):
        return {}
    return read if isinstance(read, Mapping) else {}


def first(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the first subnet of a network's hosts."""
    return next((each for each in entry.get("subnets") or () if isinstance(each, Mapping)), {})


def cidr(entry: Mapping[str, Any], plugin: Mapping[str, Any]) -> str | None:
    """Give a network's CIDR: where pods are, else where hosts are, else what is said of it, else around the gateway."""
    around = f"{entry.get('gateway')}/{entry.get('prefix-length')}" if entry.get("gateway") else None
    given = (get(plugin, "ipam", "range"), first(entry).get("cidr"), entry.get("cidr"), around)
    pools = [str(each).partition("-")[0] + "/24" for each in entry.get("lb_addresses") or ()]
    found = next((each for each in (*given, *pools) if each), None)
    return spans.cidr(found) if found else None


def distinct(
    name: str, subnets: Sequence[Mapping[str, Any]], draft: Draft
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the subnets by name; one whose name is taken gets the next one."""
    taken: set[str] = set()
    for index, each in enumerate(subnets):
        wanted = str(each.get("name") or f"subnet{index + 1}")
        found = wanted
        if wanted in taken:
            found = next(f"subnet{count}" for count in range(1, 100) if f"subnet{count}" not in taken)
            reason = f"the name stands for two subnets; the second one is {found} here"
            draft.lose(f"network-values: {name}: {wanted}", reason, f"`networks.{name}.subnets`")
        taken.add(found)
        yield found, each


def whole(value: Any) -> Any:
    """Read a number that may stand in quotes."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value
