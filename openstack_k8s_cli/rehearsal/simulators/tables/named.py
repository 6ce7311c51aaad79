"""The hosts of a node set: their names and networks."""

from typing import Any

from openstack_k8s_cli.dataplane.limits import short
from openstack_k8s_cli.model.objects import Body, get


def hosts(body: Body) -> list[tuple[str, dict[str, Any]]]:
    """List them by the names that they have in its spec."""
    return [
        (str(node.get("hostName") or name), node)
        for name, node in sorted((get(body, "spec", "nodes") or {}).items())
    ]


def networks(body: Body, node: dict[str, Any]) -> list[dict[str, Any]]:
    """List those of a host."""
    asked = node.get("networks") or get(body, "spec", "nodeTemplate", "networks") or []
    address = get(node, "ansible", "ansibleHost")
    return [
        each | ({"fixedIP": address} if each["name"].lower() == "ctlplane" and address and "fixedIP" not in each else {})
        for each in asked
    ]  # fmt: skip


def name_in(host: str, reserved: dict[str, Any]) -> str:
    """Give a host's name in a network: where it has a domain of its own it keeps that in the first one."""
    own = "." in host and reserved["network"].lower() == "ctlplane"
    return host if own else f"{short(host)}.{reserved['dnsDomain']}"
