"""Addresses that someone has already, within ranges that are given out: nodes', hosts', gateways'."""

from collections.abc import Iterator

from openstack_k8s_cli.validation.findings import Severity
from openstack_k8s_cli.validation.lint.objects import NODE_SET, Found, Objects, rows, together
from openstack_k8s_cli.validation.lint.ranges import of_hosts, of_nodes, subnets
from openstack_k8s_cli.validation.lint.spans import ALLOCATED, POOLED, Span, spans

_CODE = "OSK0824"
_TEMPLATE = ("spec", "nodeTemplate")
"""Its networks are those of hosts that have none of their own."""


def check(objects: Objects) -> Iterator[Found]:
    """Compare addresses that are fixed with every range; what a range excludes may be fixed."""
    given = spans(objects)
    for node in of_nodes(objects):
        for span in given:
            if span.gives(node.address):
                message = f"{node.address} of the node's {node.interface} is in {span} ({span.item.id.kind})"
                yield Found(_CODE, node.item, node.path, message)
    yield from _hosts(objects, given)
    yield from _gateways(objects, given)


def _hosts(objects: Objects, given: list[Span]) -> Iterator[Found]:
    """Leave out allocation ranges: a host's fixed address may be in one, and is reserved then."""
    for host in of_hosts(objects):
        space = host.item.id.namespace
        for span in given:
            near = span.sort == POOLED or together(space, span.item.id.namespace)
            if span.sort != ALLOCATED and near and span.gives(host.address):
                message = f"{host.address} of {host.holder} is in {span} ({span.item.id.kind})"
                yield Found(_CODE, host.item, host.path, message)


def _gateways(objects: Objects, given: list[Span]) -> Iterator[Found]:
    """Find gateways that a range gives out, which needs a host that takes what comes."""
    taking = dict(_taking(objects))
    for subnet in subnets(objects):
        takes = taking.get((subnet.network.lower(), subnet.name))
        for span in given if subnet.gateway and takes is not False else ():
            near = span.sort == POOLED or together(subnet.item.id.namespace, span.item.id.namespace)
            if near and subnet.gateway and span.gives(subnet.gateway):
                message = f"the gateway {subnet.gateway} of {subnet} is in {span} ({span.item.id.kind})"
                severity = None if takes else Severity.WARNING
                yield Found(_CODE, subnet.item, (*subnet.path, "gateway"), message, severity)


def _taking(objects: Objects) -> Iterator[tuple[tuple[str, str], bool]]:
    """Give the subnets that hosts are in, those last where one takes an address that comes."""
    found = [
        (row, bool(row.get("fixedIP")))
        for item in objects.last(NODE_SET)
        for path, host in rows(item, "spec", "nodes")
        for _, row in rows(item, *(path if host.get("networks") else _TEMPLATE), "networks")
    ]
    for row, fixed in sorted(found, key=lambda each: not each[1]):
        yield (str(row.get("name")).lower(), str(row.get("subnetName"))), not fixed
