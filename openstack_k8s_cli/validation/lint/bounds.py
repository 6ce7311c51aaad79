"""Ranges and gateways within their own network."""

from collections.abc import Iterator

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.validation.findings import Item, Path
from openstack_k8s_cli.validation.lint.objects import Found, Objects
from openstack_k8s_cli.validation.lint.ranges import (
    Network,
    Range,
    address,
    attachments,
    network,
    pools,
    subnets,
)


def check(objects: Objects) -> Iterator[Found]:
    """Find ranges that are upside down or leave their network, and gateways outside of theirs."""
    for subnet in subnets(objects):
        for path, span in subnet.ranges:
            yield from _range(subnet.item, path, span, subnet.cidr)
        gateway = address(get(subnet.item.body, *subnet.path, "gateway"))
        if gateway and subnet.cidr and gateway not in subnet.cidr:
            message = f"the gateway {gateway} is outside of {subnet.cidr} of {subnet}"
            yield Found("OSK0829", subnet.item, (*subnet.path, "gateway"), message)
    for item, path, span in pools(objects):
        yield from _range(item, path, span, None)
    for each in attachments(objects):
        net = network(get(each.config, "ipam", "range"))
        for span in each.ranges:
            yield from _range(each.item, each.path, span, net if len(each.ranges) == 1 else None)


def _range(item: Item, path: Path, span: Range, within: Network | None) -> Iterator[Found]:
    if int(span.start) > int(span.end):
        yield Found("OSK0829", item, path, f"{span} ends before it starts")
    elif within and not (span.start in within and span.end in within):
        yield Found("OSK0829", item, path, f"{span} is not within {within}")
