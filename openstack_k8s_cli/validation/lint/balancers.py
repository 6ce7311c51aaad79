"""Load balancers' annotations for MetalLB, wherever in an object they stand."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.validation.findings import Item, Path, Severity
from openstack_k8s_cli.validation.lint.objects import POOL, Found, Objects, is_off
from openstack_k8s_cli.validation.lint.ranges import Address, address, pools

_DOMAINS = ("metallb.universe.tf", "metallb.io")


@dataclass(frozen=True, slots=True)
class Balancer:
    """What one annotation mapping asks MetalLB for."""

    item: Item
    path: Path
    pool: tuple[str, str] | None
    """Annotation and pool."""
    addresses: tuple[Address, ...]
    sharing: str | None


def balancers(objects: Objects) -> Iterator[Balancer]:
    """Walk over every mapping of annotations that asks for something, of the objects as they stand at the end."""
    for item in {each.id: each for each in objects.items}.values():
        yield from _within(item, item.body, ())


def check(objects: Objects) -> Iterator[Found]:
    """Find pools that are not there and addresses outside of the pool that is named."""
    known = objects.names(POOL)
    if not known:
        return
    spans = [(item.id.name, span) for item, _, span in pools(objects)]
    for each in balancers(objects):
        if each.pool is None:
            continue
        word, name = each.pool
        mild = Severity.WARNING if is_off(each.item, each.path) else None
        if name not in known:
            message = f"there is no address pool `{name}`; there are {', '.join(sorted(known))}"
            yield Found("OSK0841", each.item, (*each.path, word), message, mild)
            continue
        for wanted in each.addresses:
            if not any(pool == name and span.has(wanted) for pool, span in spans):
                message = f"{wanted} is not in the address pool `{name}`"
                yield Found("OSK0833", each.item, each.path, message, mild)


def _within(item: Item, value: Any, path: Path) -> Iterator[Balancer]:
    if isinstance(value, list):
        for at, each in enumerate(value):
            yield from _within(item, each, (*path, at))
    elif isinstance(value, dict):
        for key, each in value.items():
            if key == "annotations" and isinstance(each, dict):
                found = _balancer(item, (*path, key), each)
                if found:
                    yield found
            else:
                yield from _within(item, each, (*path, key))


def _balancer(item: Item, path: Path, annotations: dict[str, Any]) -> Balancer | None:
    told = {
        key.partition("/")[2]: (key, value) for key, value in annotations.items() if key.startswith(_DOMAINS)
    }
    if not told:
        return None
    listed = str(told.get("loadBalancerIPs", ("", ""))[1]).split(",")
    found = [address(each.strip()) for each in listed]
    pool, sharing = told.get("address-pool"), told.get("allow-shared-ip")
    return Balancer(
        item,
        path,
        (pool[0], str(pool[1])) if pool else None,
        tuple(each for each in found if each),
        str(sharing[1]) if sharing else None,
    )
