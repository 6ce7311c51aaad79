"""Volumes that a control plane claims, against those that are made beforehand for a class that makes none itself."""

import re
from collections.abc import Iterator
from typing import Any

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.validation.findings import Item, Path, Severity
from openstack_k8s_cli.validation.lint.objects import CONTROL_PLANE, Found, Objects, is_off, rows

_NONE_MADE = "kubernetes.io/no-provisioner"
_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)([kMGTPE]i?|Ki)?")
_POWERS = "kMGTPE"
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
Claim = tuple[Path, str | None, int]
"""Where a size is, or what asks for it; the size; how many claims."""


def check(objects: Objects) -> Iterator[Found]:
    """Find claims that no volume is large enough for, and more claims than volumes; others may have more volumes."""
    severity = None if objects.own else Severity.WARNING
    for name in _classes(objects):
        sizes = [
            str(get(item.body, "spec", "capacity", "storage") or "0")
            for item in objects.last("PersistentVolume")
            if get(item.body, "spec", "storageClassName") == name
        ]
        largest = max(sizes, key=_bytes, default="0")
        for item in objects.last(CONTROL_PLANE) if sizes else ():
            if get(item.body, "spec", "storageClass") != name:
                continue
            claims = [each for each in _claims(item) if not is_off(item, each[0])]
            for path, size, _ in claims:
                if size is not None and _bytes(size) > _bytes(largest):
                    message = f"{size} is more than any volume of `{name}` has: {largest}"
                    yield Found("OSK0849", item, path, message, severity)
            count = sum(copies for _, _, copies in claims)
            if count > len(sizes):
                message = f"{count} volumes are claimed, and `{name}` has {len(sizes)}"
                yield Found("OSK0849", item, ("spec", "storageClass"), message, severity)


def _classes(objects: Objects) -> Iterator[str]:
    for item in objects.last("StorageClass"):
        if item.body.get("provisioner") == _NONE_MADE:
            yield item.id.name


def _claims(item: Item) -> Iterator[Claim]:
    usual = get(item.body, "spec", "storageClass")
    for place, size in _PLACES:
        service = str(place[1])
        for path, each in rows(item, *place):
            own = each.get("storageClass") or get(each, *size[:-1], "storageClass") or usual
            if own != usual or get(each, "storage", "external") or path[-1] != _ONLY.get(service, path[-1]):
                continue
            yield _sized(item, service, (*path, *size), _copies(each.get("replicas")))


def _sized(item: Item, service: str, path: Path, copies: int) -> Claim:
    for where in (path, _SIZES.get(service, path)):
        found = get(item.body, *where)
        if isinstance(found, (str, int)) and _QUANTITY.fullmatch(str(found)):
            return where, str(found), copies
    return path, None, copies


def _copies(written: Any) -> int:
    return written if isinstance(written, int) and not isinstance(written, bool) else 1


def _bytes(text: str) -> float:
    found = _QUANTITY.fullmatch(text)
    if found is None:
        return 0.0
    unit = found[2] or ""
    power = _POWERS.lower().index(unit[0].lower()) + 1 if unit else 0
    return float(found[1]) * float((1024 if unit.endswith("i") else 1000) ** power)
