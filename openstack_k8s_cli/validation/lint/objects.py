"""The set of objects that rules look at, and what a rule says of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.validation.findings import Item, Path, Severity

CONTROL_PLANE = "OpenStackControlPlane"
NODE_SET = "OpenStackDataPlaneNodeSet"
DEPLOYMENT = "OpenStackDataPlaneDeployment"
SERVICE = "OpenStackDataPlaneService"
NET_CONFIG = "NetConfig"
ATTACHMENT = "NetworkAttachmentDefinition"
POOL = "IPAddressPool"
POLICY = "NodeNetworkConfigurationPolicy"

OFF_BY_DEFAULT = frozenset(
    {"cyborg", "designate", "heat", "horizon", "ironic", "manila", "octavia", "redis", "watcher"}
)
"""Services of a control plane that are not there unless `enabled` says so."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule says of a field of an object."""

    code: str
    item: Item
    path: Path
    message: str
    severity: Severity | None = None
    """None: as the catalogue has it."""


@dataclass(frozen=True)
class Objects:
    """Objects in the order in which they are applied."""

    items: tuple[Item, ...]
    own: bool = False
    """Whether osk rendered them: it orders, owns and takes down on its own."""
    seen: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "seen", frozenset(item.id.kind for item in self.items))

    @cached_property
    def _by_kind(self) -> dict[str, list[Item]]:
        kinds: dict[str, list[Item]] = {}
        for item in self.items:
            known = kinds.setdefault(item.id.kind, [])
            if not any(each.id == item.id and each.body == item.body for each in known):
                known.append(item)
        return kinds

    def every(self, kind: str) -> list[Item]:
        """Give every different object of a kind, those that later ones take the place of among them."""
        return self._by_kind.get(kind, [])

    def last(self, kind: str) -> list[Item]:
        """Give the objects of a kind as they stand at the end."""
        return list({item.id: item for item in self.every(kind)}.values())

    def names(self, kind: str, namespace: str | None = None) -> frozenset[str]:
        """Name the objects of a kind, of one namespace where it is said."""
        return frozenset(
            item.id.name
            for item in self.every(kind)
            if namespace is None or together(item.id.namespace, namespace)
        )


def together(one: str, other: str) -> bool:
    """Tell whether two namespaces are the same; one that is not written is the one that is applied to."""
    return one == other or not one or not other


def rows(item: Item, *path: str | int) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Walk over a list or map of mappings in an object, with their paths."""
    found = get(item.body, *path)
    pairs: Iterable[tuple[str | int, Any]] = (
        enumerate(found) if isinstance(found, list) else found.items() if isinstance(found, dict) else ()
    )
    for key, each in pairs:
        if isinstance(each, dict):
            yield (*path, key), each


def mapping(item: Item, *path: str | int) -> dict[str, Any]:
    """Give a mapping in an object; empty where it is not there, or something else is."""
    found = get(item.body, *path)
    return found if isinstance(found, dict) else {}


def texts(item: Item, *path: str | int) -> Iterator[tuple[Path, str]]:
    """Walk over a list of texts in an object, with their paths."""
    found = get(item.body, *path)
    if isinstance(found, list):
        yield from (((*path, at), each) for at, each in enumerate(found) if isinstance(each, str))


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Walk over every value that is neither a list nor a mapping."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, (*path, key))
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from leaves(each, (*path, at))
    else:
        yield path, value


def is_off(item: Item, path: Path) -> bool:
    """Tell whether a field belongs to a control plane's service that is not enabled."""
    if item.id.kind != CONTROL_PLANE or len(path) < 2 or path[0] != "spec":  # noqa: PLR2004  # spec.SERVICE
        return False
    enabled = get(item.body, "spec", path[1], "enabled")
    return enabled is False or (enabled is None and path[1] in OFF_BY_DEFAULT)
