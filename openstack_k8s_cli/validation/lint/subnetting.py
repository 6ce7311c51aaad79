"""Addresses and subnets that a NetConfig must have."""

from collections.abc import Iterator

from openstack_k8s_cli.validation.findings import Item
from openstack_k8s_cli.validation.lint.objects import NODE_SET, Found, Objects, rows
from openstack_k8s_cli.validation.lint.ranges import Subnet, address, subnets


def check(objects: Objects) -> Iterator[Found]:
    """Compare the networks of each node set with the NetConfig of its namespace."""
    for item in objects.every(NODE_SET):
        known = subnets(objects, item.id.namespace)
        if known:
            yield from _of_node_set(item, known)


def _of_node_set(item: Item, known: list[Subnet]) -> Iterator[Found]:
    by_name = {(each.network.lower(), each.name): each for each in known}
    nets = {network for network, _ in by_name}
    places = [path for path, _ in rows(item, "spec", "nodes")]
    for place in (("spec", "nodeTemplate"), *places):
        for path, row in rows(item, *place, "networks"):
            name, subnet = str(row.get("name")), str(row.get("subnetName"))
            if name.lower() not in nets:
                message = f"the NetConfig has no network `{name}`; it has {', '.join(sorted(nets))}"
                yield Found("OSK0821", item, (*path, "name"), message)
                continue
            found = by_name.get((name.lower(), subnet))
            if found is None:
                own = ", ".join(sorted(sub for net, sub in by_name if net == name.lower()))
                message = f"the network `{name}` has no subnet `{subnet}`; it has {own}"
                yield Found("OSK0821", item, (*path, "subnetName"), message)
                continue
            fixed = address(row.get("fixedIP"))
            if fixed and found.cidr and fixed not in found.cidr:
                message = f"{fixed} is outside of {found.cidr}, the subnet {found} that it names"
                yield Found("OSK0820", item, (*path, "fixedIP"), message)
            elif fixed in [each for _, each in found.excluded]:
                message = f"{fixed} is excluded by the subnet {found}"
                yield Found("OSK0820", item, (*path, "fixedIP"), message)
