"""Volumes that a control plane claims, against those that are made beforehand for a class that makes none itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.model.quantities import amount, is_amount
from openstack_k8s_cli.validation.findings import Item, Path, Severity
from openstack_k8s_cli.validation.lint.objects import CONTROL_PLANE, Found, Objects, is_off, rows

_NONE_MADE = "kubernetes.io/no-provisioner"
_PLACES: tuple[tuple[Path, Path], ...] = (
    (("spec", "galera", "templates"), ("storageRequest",)),
    (("spec", "rabbitmq", "templates"), ("persistence", "storage")),
    (("spec", "ovn", "template", "ovnDBCluster"), ("storageRequest",)),
    (("spec", "glance", "template", "glanceAPIs"), ("storage", "storageRequest")),
    (("spec", "swift", "template"), ("storageRequest",)),
    (("spec", "ironic", "template", "ironicConductors"), ("storageRequest",)),
)
"""Where things with a volume a copy are, and in each where its size is."""
_ONLY = {"swift": "swiftStorage"}
_SIZES = {"glance": ("spec", "glance", "template", "storage", "storageRequest")}
"""Where the size is of all that say none."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Volumes that one thing of a control plane claims."""

    path: Path
    """Where the size is, or what asks for it."""
    size: str | None
    copies: int
    storage_class: str | None
    """None: the cluster's default."""


def check(objects: Objects) -> Iterator[Found]:
    """Find claims that no volume is large enough for, and more claims than volumes; others may have more volumes."""
    severity = None if objects.own else Severity.WARNING
    for name in _classes(objects):
        sizes = [
            str(get(item.body, "spec", "capacity", "storage") or "0")
            for item in objects.last("PersistentVolume")
            if get(item.body, "spec", "storageClassName") == name
        ]
        largest = max(sizes, key=amount, default="0")
        for item in objects.last(CONTROL_PLANE) if sizes else ():
            if get(item.body, "spec", "storageClass") != name:
                continue
            found = [each for each in claims(item) if each.storage_class == name]
            for each in found:
                if each.size is not None and amount(each.size) > amount(largest):
                    message = f"{each.size} is more than any volume of `{name}` has: {largest}"
                    yield Found("OSK0849", item, each.path, message, severity)
            count = sum(each.copies for each in found)
            if count > len(sizes):
                message = f"{count} volumes are claimed, and `{name}` has {len(sizes)}"
                yield Found("OSK0849", item, ("spec", "storageClass"), message, severity)


def _classes(objects: Objects) -> Iterator[str]:
    for item in objects.last("StorageClass"):
        if item.body.get("provisioner") == _NONE_MADE:
            yield item.id.name


def claims(item: Item) -> Iterator[Claim]:
    """Find the volumes that the enabled services of a control plane claim."""
    usual = get(item.body, "spec", "storageClass")
    for place, size in _PLACES:
        service = str(place[1])
        for path, each in rows(item, *place):
            if (
                get(each, "storage", "external")
                or path[-1] != _ONLY.get(service, path[-1])
                or is_off(item, path)
            ):
                continue
            own = each.get("storageClass") or get(each, *size[:-1], "storageClass") or usual
            where, written = _sized(item, service, (*path, *size))
            yield Claim(where if written else path, written, _copies(each.get("replicas")), own)


def _sized(item: Item, service: str, path: Path) -> tuple[Path, str | None]:
    for where in (path, _SIZES.get(service, path)):
        found = get(item.body, *where)
        if is_amount(found):
            return where, str(found)
    return path, None


def _copies(written: Any) -> int:
    return written if isinstance(written, int) and not isinstance(written, bool) else 1
