"""Names of interfaces: one for each on a node, and short enough for Linux."""

from collections.abc import Iterator
from typing import Any

from openstack_k8s_cli.validation.lint import placeholders
from openstack_k8s_cli.validation.lint.objects import Found, Objects, leaves
from openstack_k8s_cli.validation.lint.ranges import interfaces

_CODE = "OSK0836"
_LONGEST = 15
"""Bytes of an interface's name."""
_UNKNOWN_TO_LINUX = "ovs-bridge"
"""Only Open vSwitch knows it, so an interface of Linux may have its name."""


def check(objects: Objects) -> Iterator[Found]:
    """Find names that a policy has twice, and names that Linux refuses."""
    seen: set[tuple[object, ...]] = set()
    for item, path, each in interfaces(objects):
        name, inside = each.get("name"), each.get("type") == _UNKNOWN_TO_LINUX
        if not isinstance(name, str) or _is_draft(each):
            continue
        here = (*path, "name")
        if (item.id, name, inside) in seen:
            yield Found(_CODE, item, here, f"the policy has another interface `{name}`; only one can be made")
        seen.add((item.id, name, inside))
        if len(name.encode()) > _LONGEST and not inside:
            message = f"`{name}` has {len(name.encode())} characters, Linux takes at most {_LONGEST}"
            yield Found(_CODE, item, here, message)


def _is_draft(interface: dict[str, Any]) -> bool:
    return any(isinstance(value, str) and placeholders.has(value) for _, value in leaves(interface))
